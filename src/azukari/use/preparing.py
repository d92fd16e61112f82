"""Preparing a filing: who is on it is frozen, each with the most likely facts.

Those are what the register says and, of a year, what payroll has told by the link.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Max, QuerySet
from django.utils import timezone

from azukari.filings.recipes import facts, printed, records
from azukari.filings.recipes.recipe import Recipe, recipes
from azukari.progress import actions as progress
from azukari.progress import queue
from azukari.progress.models import Progress
from azukari.register.models import Person
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import Office
from azukari.use import queries, rules, yearly
from azukari.use.defaults import defaults
from azukari.use.models import Filing, FilingOutput, FilingPerson, FilingState
from azukari.use.queries import CHUNK, Subject
from azukari.use.rules import UseProblem, UseRefused
from azukari.use.totals import totals_of

AT_ONCE: Final = 500
"""So many people are prepared while whoever chose them waits, a second or so."""

_BEFORE_LAST_TIME: Final = ("@today", "registered.")
_PAPERS: Final = frozenset({FilingOutput.PDF, FilingOutput.ZIP})
Whom = Sequence[Person] | QuerySet[Person]
"""Those chosen, in their order; the people of a query are of the kind the form is about."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which form, for which office and year (西暦), and as what; `locked`: under a passphrase."""

    form: str
    office: Office
    year: int | None = None
    output: str = ""
    locked: bool = False


def prepare_filing(wanted: Wanted, people: Whom, *, actor: Actor) -> Filing:
    """Freezes who is on the filing, with the most likely facts for each.  Raises UseRefused."""
    filing = _frozen(wanted, people, actor)
    _ready(filing)
    return filing


def ask_to_prepare(wanted: Wanted, people: Whom, *, actor: Actor) -> Filing:
    """The same; the facts of many are looked up by a worker.  READYING until then."""
    filing = _frozen(wanted, people, actor)
    if filing.people <= AT_ONCE:
        _ready(filing)
        return filing
    filing.state = FilingState.READYING
    filing.save(update_fields=["state"])
    task = progress.plan("filing.prepare", filing.id, total=filing.people)
    queue.enqueue("filings.prepare", actor=actor, progress_id=task.id, filing_id=filing.id)
    return filing


def ready_some(filing_id: UUID, progress_id: UUID, *, actor: Actor) -> bool:
    """Puts some more of those chosen onto a READYING filing; whether there are others to come.

    Everything with the count in one transaction: after a crash it goes on behind the last one.
    """
    actor.require("filing:create")
    filing = _with_chosen(filing_id)
    if filing.state != FilingState.READYING:
        progress.finish(progress_id)
        return False
    done = Progress.objects.get(id=progress_id).done
    ids = _chosen(filing, done, CHUNK)
    _put_on(filing, ids)
    done += len(ids)
    progress.advance(progress_id, done)
    if len(ids) == CHUNK:
        return True
    _end(filing)
    progress.finish(progress_id)
    return False


# freeze -----------------------------------------------------------------------------------------


def _frozen(wanted: Wanted, people: Whom, actor: Actor) -> Filing:
    actor.require("filing:create")
    recipe = _refuse_choice(wanted, people)
    is_many = isinstance(people, QuerySet)
    chosen = [] if is_many else list(dict.fromkeys(person.id for person in people))
    filing = Filing.objects.create(
        company_id=actor.company,
        office=wanted.office,
        form=wanted.form,
        year=wanted.year if recipe.yearly else None,
        output=_output(wanted, recipe),
        locked=wanted.locked and recipe.is_paper,
        purpose=recipe.purpose,
        chosen=chosen,
        people=len(chosen),
        head=queries.last_head(recipe, wanted.office),
        started_by=actor.user_id,
        started_by_name=actor.name,
    )
    if isinstance(people, QuerySet):
        # Put there by the database: ids by the hundred thousand need not come here and go back.
        mine = Filing.objects.filter(id=filing.id)
        mine.update(chosen=ArraySubquery(people.values("id")))
        filing.people = mine.values_list("chosen__len", flat=True).get() or 0
        filing.save(update_fields=["people"])
        # Between the count before and this one somebody may have come or gone.
        _refuse_count(recipe, filing.output, filing.people)
    _fill_head(filing, recipe, timezone.localdate())
    return filing


def _output(wanted: Wanted, recipe: Recipe) -> FilingOutput:
    if not recipe.is_paper:
        return FilingOutput.FILE
    return FilingOutput(wanted.output) if wanted.output in _PAPERS else FilingOutput.PDF


def _refuse_choice(wanted: Wanted, people: Whom) -> Recipe:
    recipe = recipes().get(wanted.form)
    if recipe is None:
        raise UseRefused(UseProblem.FORM_NOT_SUPPORTED)
    if recipe.yearly and wanted.year not in years_of(recipe):
        raise UseRefused(UseProblem.YEAR_NOT_SUPPORTED)
    count = people.count() if isinstance(people, QuerySet) else len(people)
    _refuse_count(recipe, _output(wanted, recipe), count)
    if isinstance(people, QuerySet):
        return recipe  # of the kind of people that the form is about
    if recipe.whom == "employee" and not all(person.is_employee for person in people):
        raise UseRefused(UseProblem.NOT_EMPLOYEES)
    if recipe.whom == "payee" and any(person.kind != "payee" for person in people):
        raise UseRefused(UseProblem.NOT_PAYEES)
    return recipe


def _refuse_count(recipe: Recipe, output: str, count: int) -> None:
    if recipe.has_people and not count:
        raise UseRefused(UseProblem.NOBODY_CHOSEN)
    if count > recipe.most:
        raise UseRefused(UseProblem.TOO_MANY)
    if output == FilingOutput.ZIP and count > rules.MOST_IN_ZIP:
        raise UseRefused(UseProblem.TOO_MANY_FOR_ZIP)


# the facts of each ------------------------------------------------------------------------------


def _ready(filing: Filing) -> None:
    ids = _chosen(filing, 0, filing.people)
    for first in range(0, len(ids), CHUNK):
        _put_on(filing, ids[first : first + CHUNK])
    _end(filing)


def _with_chosen(filing_id: UUID) -> Filing:
    found = Filing.objects.select_for_update(of=("self",)).select_related("office")
    return found.defer("chosen").get(id=filing_id)


def _chosen(filing: Filing, after: int, count: int) -> list[UUID]:
    """Some of them in their order; whoever they are may have gone since."""
    part = Filing.objects.filter(id=filing.id).annotate(part=F("chosen")[after : after + count])
    return part.values_list("part", flat=True).get() or []


def _put_on(filing: Filing, ids: Sequence[UUID]) -> None:
    recipe, today, year = queries.recipe_of(filing), timezone.localdate(), filing.year or 0
    known = Person.objects.in_bulk(ids)
    people = [known[one] for one in ids if one in known]
    last = FilingPerson.objects.filter(filing=filing).aggregate(last=Max("place"))["last"] or 0
    rows = list(_rows(filing, recipe, people, last + 1, today))
    told = yearly.facts_of(recipe, year, known)
    for subject in queries.subjects_from(rows, recipe, year, today):
        _fill(subject, recipe, year, today)
        subject.row.facts |= facts.to_stored(told.get(subject.person.id, {}))
    FilingPerson.objects.bulk_create(rows)


def _end(filing: Filing) -> None:
    filing.people = FilingPerson.objects.filter(filing=filing, member=0).count()
    filing.chosen = []
    filing.state = FilingState.PREPARING
    filing.save(update_fields=["people", "chosen", "state"])


def years_of(recipe: Recipe) -> list[int]:
    """The years (西暦) a yearly form can be made for, the newest first; empty for others."""
    if not recipe.yearly:
        return []
    this_year = timezone.localdate().year
    if recipe.is_paper:
        return printed.years_of(recipe, this_year=this_year)
    return records.years_of(recipe, this_year=this_year)


def _fill_head(filing: Filing, recipe: Recipe, today: date) -> None:
    """What the company keeps and today come before what was asked the last time; gaps get what is
    likely.
    """
    common = queries.frame_of(filing, today=today).common
    asked = tuple(
        one
        for one in recipe.head
        if one.name not in filing.head or one.default.startswith(_BEFORE_LAST_TIME)
    )
    told = defaults(asked, common, today=today, year=filing.year or 0)
    # Sums are of this year's forms, and never of the last time.
    summed = {box for total in recipe.totals for box in total.into}
    kept = {name: value for name, value in filing.head.items() if name not in summed}
    made = totals_of(recipe, filing.year or 0) if recipe.totals else {}
    filing.head = {**kept, **facts.to_stored(told), **made}
    filing.save(update_fields=["head"])


def _rows(
    filing: Filing, recipe: Recipe, people: Sequence[Person], first: int, today: date
) -> Iterator[FilingPerson]:
    """Employees in their order, each before the members of the family who stand on the form."""
    families = queries.families_on(people, recipe, filing.year or 0, today)
    for place, person in enumerate(people, first):
        for member, one in enumerate([person, *families.get(person.id, [])]):
            yield FilingPerson(
                company_id=filing.company_id, filing=filing, person=one, place=place, member=member
            )


def _fill(subject: Subject, recipe: Recipe, year: int, today: date) -> None:
    known = subject.facts
    told = defaults(recipe.asks, known, today=today, year=year)
    subject.row.facts = facts.to_stored(told)
    for row, _, place in subject.members:
        own = {
            f"member.{name.removeprefix(place + '.')}": value
            for name, value in known.items()
            if name.startswith(f"{place}.")
        }
        row.facts = facts.to_stored(defaults(recipe.member, own, today=today, year=year))
