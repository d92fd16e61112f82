"""The comparison in the background: both sides read, compared, what differs stored."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.utils import timezone

from azukari.check.difference import here
from azukari.check.difference.comparing import Here, differences, with_family_codes
from azukari.check.difference.facts import SpokenOf
from azukari.check.difference.here import Register
from azukari.check.difference.kept_file import open_kept
from azukari.check.difference.models import DifferenceRun, RunState, Source
from azukari.check.difference.payroll_file import Told, layout_of, read
from azukari.check.difference.storing import store
from azukari.check.link import snapshot
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.progress import actions as progress
from azukari.progress.overlapping import alongside
from azukari.progress.telling import now_and_then
from azukari.progress.uncollected import uncollected
from azukari.register.sheets.codes import FileRefused
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.vault import door


@uncollected()
def compare(actor: Actor, progress_id: UUID, run_id: UUID) -> None:
    """COMPARING → COMPARED, with the rows; runs outside any scope.

    One transaction, so that a run stands whole or not at all; begins anew when it is run again,
    and does nothing to a run that is compared.
    """
    place = scope.of(actor)
    with scope.enter(place):
        actor.require("difference:create")
        run = DifferenceRun.objects.get(id=run_id)
        progress.begin(progress_id)
        if run.state != RunState.COMPARING:
            progress.finish(progress_id)
            return

    try:
        told, register = _both_sides(run, place, actor, now_and_then(place, progress_id))
    except FileRefused as refused:
        with scope.enter(place):
            _end_unreadable(DifferenceRun.objects.select_for_update().get(id=run_id), refused)
            progress.finish(progress_id)
        _destroy(place, actor)
        return
    with scope.enter(place):
        run = DifferenceRun.objects.select_for_update().get(id=run_id)
        if run.state == RunState.COMPARING:
            _compare(run, told, register, actor)
        progress.finish(progress_id)
    _destroy(place, actor)


def _both_sides(
    run: DifferenceRun, place: scope.Scope, actor: Actor, step: Callable[[int], None]
) -> tuple[Told, Register]:
    """What payroll tells and what the register has, read side by side.

    Raises FileRefused.
    """
    layout = None
    if run.source == Source.FILE:
        with scope.enter(place):
            table = open_kept(run, "差分チェック", actor=actor)
        layout = layout_of(table, run.mapping)

    def register() -> Register:
        with scope.enter(place):
            return here.read(layout.spoken_of if layout else SpokenOf())

    with alongside(register) as known:
        told = read(layout, step) if layout else _told_by_link(place)
        return told, known()


def _told_by_link(place: scope.Scope) -> Told:
    with scope.enter(place):
        return Told(people=snapshot.people())


def _compare(run: DifferenceRun, told: Told, register: Register, actor: Actor) -> None:
    """Compares and stores, inside the company in scope; the file is given up."""
    known: Iterable[Here] = register.people()
    people = told.people
    if told.families:
        known = list(known)
        people = people | with_family_codes(told.families, known)
    today = timezone.localdate().isoformat()
    stored = store(run, differences(people, known, today=today), people)
    run.there, run.here = len(people), register.count
    run.nameless, run.twice = told.nameless, told.twice
    run.counts = {kind.value: count for kind, count in stored.counts.items()}
    run.found = sum(stored.counts.values())
    run.new, run.gone = stored.new, stored.gone
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


# the file -------------------------------------------------------------------------------------


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
