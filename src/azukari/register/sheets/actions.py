"""The verbs about a file that is here: apply it, go on with it, stop, discard, close it."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.progress import actions as progress
from azukari.progress import queue
from azukari.progress.models import Progress
from azukari.register.models import Sheet, SheetState
from azukari.register.sheets.findings import shown
from azukari.register.sheets.packed import Packed
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.vault import door
from azukari.vault.door import Reading

KEPT_UNAPPLIED = timedelta(days=7)
"""A file nobody applies is discarded after this long: numbers are kept for a use, not in case."""

CLOSES_AFTER = timedelta(days=30)
"""Then a sheet closes by itself: what it did is part of the register like everything else."""

_UNAPPLIED = (SheetState.MAPPING, SheetState.CHECKING, SheetState.CHECKED, SheetState.APPLYING)


class NotApplicable(Exception):
    """The sheet is not in a state for this, or has refused rows and all were to be good."""


def apply_sheet(sheet: Sheet, *, only_good: bool = True, actor: Actor) -> Sheet:
    """Lets the good rows be written in the background; without `only_good` all must be good.

    A second call changes nothing; after a job that broke off it goes on where that one stopped.
    Raises NotApplicable.
    """
    sheet, is_due = start_applying(sheet, only_good=only_good, actor=actor)
    if is_due:
        enqueue("apply", sheet, actor)
    return sheet


def start_applying(sheet: Sheet, *, only_good: bool, actor: Actor) -> tuple[Sheet, bool]:
    """The sheet in the state of being applied, and whether somebody now has to do it."""
    actor.require("sheet:create")
    sheet = Sheet.objects.select_for_update().get(id=sheet.id)
    if sheet.state == SheetState.APPLIED:
        return sheet, False
    if sheet.state == SheetState.APPLYING:
        return sheet, not is_at_work(sheet)
    if sheet.state != SheetState.CHECKED or not sheet.good or (sheet.refused and not only_good):
        raise NotApplicable
    sheet.state = SheetState.APPLYING
    # What the check foresaw gives way to what is done.
    sheet.added = sheet.changed = sheet.unchanged = 0
    sheet.save(update_fields=["state", "added", "changed", "unchanged"])
    return sheet, True


def check_again(sheet: Sheet, *, actor: Actor) -> Sheet:
    """After a check that broke off.  Raises NotApplicable."""
    actor.require("sheet:create")
    sheet = Sheet.objects.select_for_update().get(id=sheet.id)
    if sheet.state != SheetState.CHECKING:
        raise NotApplicable
    if not is_at_work(sheet):
        enqueue("check", sheet, actor)
    return sheet


def is_at_work(sheet: Sheet) -> bool:
    task = progress.of_subject(sheet.id)
    return task is not None and not task.is_over


def stop_sheet(sheet: Sheet, *, actor: Actor) -> None:
    """Asks the job at work to stop between two chunks; what is written stays written."""
    actor.require("sheet:create")
    task = progress.of_subject(sheet.id)
    if task is not None:
        progress.ask_to_cancel(task.id)


def discard_sheet(sheet: Sheet, *, actor: Actor) -> None:
    """The rest of the file is not applied, and the file is destroyed.

    Raises NotApplicable while a job is at work on it, or when it is over already.
    """
    actor.require("sheet:create")
    sheet = Sheet.objects.select_for_update().get(id=sheet.id)
    if sheet.state not in _UNAPPLIED or is_at_work(sheet):
        raise NotApplicable
    close_sheet(sheet, SheetState.DISCARDED)
    write_down(sheet, Action.SHEET_DISCARDED, actor)


def files_gone(cells: Sequence[UUID]) -> None:
    """For `door.destroy_due`: nobody has applied these files in their time."""
    Sheet.objects.filter(rest_cell__in=cells).update(rest_cell=None)
    for sheet in Sheet.objects.select_for_update().filter(cell__in=cells):
        _end(sheet, SheetState.DISCARDED)
        pens.write(
            Record(
                at=timezone.now(),
                action=Action.SHEET_DISCARDED,
                details={"run": str(sheet.id), "rule": "unapplied"},
            ),
            scope.company_id(),
        )


def close_sheet(sheet: Sheet, state: SheetState) -> None:
    """The file is not needed any more and goes (the keys with the next round at the latest)."""
    if sheet.cell is not None:
        door.order_destruction(sheet.company_id, [sheet.cell])
    _end(sheet, state)


def _end(sheet: Sheet, state: SheetState) -> None:
    sheet.state = state
    sheet.cell = None
    # What stood there of people was shown for the decision that has now been taken.
    sheet.columns, sheet.preview = [], []
    sheet.save()


def open_sent(sheet: Sheet, reason: str, *, actor: Actor) -> Packed | None:
    """The file as it was sent, written down; None when it is destroyed."""
    actor.require("sheet:view")
    if sheet.cell is None:
        return None
    reading = Reading(Action.SHEET_RECEIVED, reason=reason, details={"run": str(sheet.id)})
    return _opened(sheet.cell, reading, actor)


def open_rest(sheet: Sheet, *, actor: Actor) -> Packed | None:
    """The refused rows of a file that is destroyed; kept until the sheet is closed."""
    actor.require("sheet:view")
    if sheet.rest_cell is None:
        return None
    reading = Reading(Action.FILE_DOWNLOADED, details={"run": str(sheet.id), "file": "断った行"})
    return _opened(sheet.rest_cell, reading, actor)


def _opened(cell: UUID, reading: Reading, actor: Actor) -> Packed:
    return Packed.deposited(door.read_file(actor.company, cell, reading, actor=actor).pieces)


def write_down(
    sheet: Sheet, action: Action, actor: Actor, *, count: int = 0, **details: str | int
) -> None:
    pens.write(
        Record.by(
            actor,
            action,
            purpose=",".join(sheet.purposes),
            count=count,
            details={
                "run": str(sheet.id),
                "kind": sheet.kind,
                "file": shown(sheet.file_name),
                "size": sheet.size,
                **details,
            },
        ),
        actor.company,
    )


def plan_work(verb: str, sheet: Sheet) -> Progress:
    return progress.plan(f"sheet.{verb}", sheet.id, total=sheet.rows)


def enqueue(verb: str, sheet: Sheet, actor: Actor) -> None:
    task = plan_work(verb, sheet)
    queue.enqueue(f"sheets.{verb}", actor=actor, progress_id=task.id, sheet_id=sheet.id)


def sheet_for_update(sheet_id: UUID) -> Sheet:
    return Sheet.objects.select_for_update().get(id=sheet_id)
