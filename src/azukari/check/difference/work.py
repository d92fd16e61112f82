"""The comparison in the background: both sides read, compared, what differs stored."""

from collections.abc import Iterator, Mapping
from itertools import islice
from uuid import UUID

from django.utils import timezone

from azukari.check.difference import here, queries
from azukari.check.difference.comparing import (
    Difference,
    Kind,
    differences,
    with_family_codes,
)
from azukari.check.difference.facts import FIELDS, Facts, Key
from azukari.check.difference.models import (
    DifferenceRow,
    DifferenceRun,
    Handling,
    RunState,
    SetAside,
    Source,
)
from azukari.check.difference.payroll_file import Told, layout_of, read
from azukari.check.link import snapshot
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.number_in_text import holds_number
from azukari.ledger.record import Record
from azukari.progress import actions as progress
from azukari.register.sheets.codes import FileRefused
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.tenancy.ids import new_id
from azukari.vault import door
from azukari.vault.door import Reading

_PER_STATEMENT = 2_000
_LONGEST = 200
HIDDEN = "(個人番号と思われる数字のため表示しません)"


def compare(actor: Actor, progress_id: UUID, run_id: UUID) -> None:
    """COMPARING → COMPARED, with the rows; runs outside any scope.

    One transaction, so that a run stands whole or not at all; begins anew when it is run again,
    and does nothing to a run that is compared.
    """
    place = scope.Scope(contract_id=actor.contract_id, company_id=actor.company)
    with scope.enter(place):
        actor.require("difference:create")
        run = DifferenceRun.objects.get(id=run_id)
        progress.begin(progress_id)
        if run.state != RunState.COMPARING:
            progress.finish(progress_id)
            return
        content = _content(run, actor) if run.source == Source.FILE else b""

    def count(rows: int) -> None:
        with scope.enter(place):
            progress.advance(progress_id, rows)

    try:
        told = (
            read(layout_of(content, run.mapping), count)
            if run.source == Source.FILE
            else _told_by_link(place)
        )
    except FileRefused as refused:
        with scope.enter(place):
            _end_unreadable(DifferenceRun.objects.select_for_update().get(id=run_id), refused)
            progress.finish(progress_id)
        _destroy(place, actor)
        return
    with scope.enter(place):
        run = DifferenceRun.objects.select_for_update().get(id=run_id)
        if run.state == RunState.COMPARING:
            store(run, told, actor=actor)
        progress.finish(progress_id)
    _destroy(place, actor)


def _told_by_link(place: scope.Scope) -> Told:
    with scope.enter(place):
        return Told(people=snapshot.people())


def store(run: DifferenceRun, told: Told, *, actor: Actor) -> None:
    """Compares and stores, inside the company in scope; the file is given up."""
    known = list(here.people())
    people = told.people | with_family_codes(told.families, known)
    before = queries.run_before(run)
    earlier = _digests(before)
    aside = {one.digest: one for one in SetAside.objects.all()}
    seen: set[str] = set()
    counts = dict.fromkeys(Kind, 0)
    for some in _steps(differences(people, known, today=timezone.localdate().isoformat())):
        # Ids made within a millisecond come in any order; a person's rows follow the fields.
        ids = sorted(new_id() for _ in some)
        rows = [
            _row(run, one, people, earlier, aside, row_id)
            for row_id, one in zip(ids, some, strict=True)
        ]
        DifferenceRow.objects.bulk_create(rows)
        seen.update(row.digest for row in rows)
        for one, row in zip(some, rows, strict=True):
            if _counts(one) and row.handling == Handling.OPEN:
                counts[one.kind] += 1
        run.new += sum(row.is_new and _counts(one) for one, row in zip(some, rows, strict=True))
    run.there, run.here = len(people), len(known)
    run.nameless, run.twice = told.nameless, told.twice
    run.counts = {kind.value: count for kind, count in counts.items()}
    run.found = sum(counts.values())
    run.gone = len(earlier - seen)
    run.state = RunState.COMPARED
    run.compared_at = timezone.now()
    _give_up_file(run)
    run.save()
    pens.write(
        Record.by(
            actor,
            Action.DIFFERENCE_COMPARED,
            count=run.there,
            details={"run": str(run.id), "kind": run.source, "size": run.found},
        ),
        actor.company,
    )


def _counts(one: Difference) -> bool:
    """As `queries.worth_seeing` has it."""
    about_ended = one.kind in {Kind.LEFT_WITH_NUMBER, Kind.NOT_DEPENDENT_WITH_NUMBER}
    return not one.spelling_only and (about_ended or not one.ended)


def _digests(run: DifferenceRun | None) -> set[str]:
    if run is None:
        return set()
    found = DifferenceRow.objects.filter(queries.worth_seeing(), run=run)
    return set(found.values_list("digest", flat=True))


def _row(
    run: DifferenceRun,
    one: Difference,
    people: Mapping[Key, Facts],
    earlier: set[str],
    aside: Mapping[str, SetAside],
    row_id: UUID,
) -> DifferenceRow:
    digest = one.digest
    put = aside.get(digest)
    return DifferenceRow(
        id=row_id,
        company_id=run.company_id,
        run=run,
        kind=one.kind.value,
        field=one.field or "",
        employee_code=one.key[0][:40],
        family_code=one.key[1],
        name=_shown(one.name),
        person=one.person,
        there=_shown(one.there),
        here=_shown(one.here),
        facts=_kept(people[one.key]) if one.kind is Kind.ONLY_THERE else {},
        spelling_only=one.spelling_only,
        ended=one.ended,
        is_new=digest not in earlier,
        digest=digest,
        handling=Handling.ASIDE if put else Handling.OPEN,
        handled_by_name=put.by_name if put else "",
        handled_at=put.at if put else None,
        reason=put.reason if put else "",
    )


def _kept(facts: Facts) -> dict[str, str]:
    said = zip(FIELDS, facts, strict=True)
    return {name.value: _shown(text) for name, text in said if text is not None}


def _shown(text: str) -> str:
    """What a payroll file says may be anything; a number in it stays out of the tables."""
    return HIDDEN if holds_number(text) else text[:_LONGEST]


def _steps(found: Iterator[Difference]) -> Iterator[list[Difference]]:
    while some := list(islice(found, _PER_STATEMENT)):
        yield some


# the file -------------------------------------------------------------------------------------


def _content(run: DifferenceRun, actor: Actor) -> bytes:
    assert run.cell is not None
    reading = Reading(
        Action.DIFFERENCE_COMPARED, reason="差分チェック", details={"run": str(run.id)}
    )
    return door.open_file(actor.company, run.cell, reading, actor=actor)


def _give_up_file(run: DifferenceRun) -> None:
    if run.cell is not None:
        door.order_destruction(run.company_id, [run.cell])
    run.cell = None
    run.columns = []


def _end_unreadable(run: DifferenceRun, refused: FileRefused) -> None:
    run.state = RunState.UNREADABLE
    run.code = refused.code.value
    _give_up_file(run)
    run.save()


def _destroy(place: scope.Scope, actor: Actor) -> None:
    with scope.enter(place):
        door.finish_destruction(actor.company)
