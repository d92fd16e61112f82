"""給与支払報告書 of everybody, as the workers make it: prepared, gathered in pieces, written, kept.

Everybody is told the same figures in between: what a payroll's file takes is not measured here.
"""

from uuid import UUID

from django.utils import timezone

from azukari.filings.catalog import tax
from azukari.filings.recipes.recipe import recipes
from azukari.jobs import filings as jobs
from azukari.ledger import sequencer
from azukari.ledger.actions import Action
from azukari.ledger.models import Leaf
from azukari.ledger.realm_scope import in_realm
from azukari.progress import actions as progress
from azukari.tenancy import scope
from azukari.tenancy.models import Company, Office
from azukari.use import actions, preparing, queries
from azukari.use.checking import Checked, check_subject
from azukari.use.models import Filing, FilingState
from azukari.use.queries import CandidateFilter
from bench.jobs.house import actor_of, scope_of
from bench.measure import Measured, expect, measuring

_FORM = "315"
_FIGURES = {"pay.total": 4_800_000, "pay.tax": 96_000, "ins.social": 680_000, "city.code": "13101"}


def make_report(place: dict[str, str]) -> dict[str, Measured]:
    actor, company = actor_of(place), UUID(place["company"])
    with measuring() as prepared, scope.enter(scope_of(place)):
        filing = _asked(place)
    with scope.enter(scope_of(place)):
        task = progress.of_subject(filing.id)
    if task is not None:
        with measuring() as prepared:
            jobs.prepare(actor, task.id, filing.id)
    people = _told(place, filing)
    before = _readings(company)
    with scope.enter(scope_of(place)):
        begun, _ = actions.begin_filing(filing, actor=actor)
    with measuring() as made:
        jobs.make(actor, begun.id, filing.id)
    with scope.enter(scope_of(place)):
        done = Filing.objects.get(id=filing.id)
        expect("state", done.state, FilingState.MADE)
        content = actions.download(done, actor=actor)[1]
    expect("records", len(tax.read(content)), people)
    expect("problems", tax.check(content, today=timezone.localdate()), [])
    readings = _readings(company) - before
    return {
        "prepare": Measured(people, prepared),
        "make": Measured(people, made, {"bytes": len(content), "readings": readings}),
    }


def _asked(place: dict[str, str]) -> Filing:
    Company.objects.filter(id=UUID(place["company"])).update(
        address="東京都千代田区霞が関１－２－２", corporate_number="7000012050002",
        telephone="03-3456-7890",
    )  # fmt: skip
    year = timezone.localdate().year
    found = queries.find_candidates(
        CandidateFilter(), recipes()[_FORM], year=year, today=timezone.localdate()
    )
    wanted = preparing.Wanted(_FORM, Office.objects.order_by("code")[0], year)
    return preparing.ask_to_prepare(wanted, found.order_by("employee_code"), actor=actor_of(place))


def _told(place: dict[str, str], filing: Filing) -> int:
    """Figures for everybody; whoever the office would refuse is left out.  How many stay."""
    with scope.enter(scope_of(place)):
        actions.tell_everybody(filing, _FIGURES, actor=actor_of(place))
        filing = Filing.objects.select_related("office").get(id=filing.id)
        frame, found = queries.frame_of(filing, today=timezone.localdate()), Checked()
        subjects: dict[int, UUID] = {}
        for some in queries.in_chunks(filing, today=timezone.localdate()):
            subjects |= {one.place: one.person.id for one in some}
            for one in some:
                check_subject(frame, one, found)
        bad = {subjects[one.record] for one in found.problems if one.record}
        actions.leave_out(filing, bad, actor=actor_of(place))
        return Filing.objects.get(id=filing.id).people


def _readings(company: UUID) -> int:
    sequencer.sequence(company)
    with in_realm(company):
        return Leaf.objects.filter(realm=company, action=Action.NUMBER_OPENED).count()
