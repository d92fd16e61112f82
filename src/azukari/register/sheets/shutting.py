"""締める: until when a sheet may be taken back, and what goes when that time is over."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Body, Record, bodies_for_each
from azukari.register.models import (
    Sheet,
    SheetState,
    SheetStep,
)
from azukari.register.sheets.actions import (
    CLOSES_AFTER,
    NotApplicable,
    is_at_work,
    sheet_for_update,
    write_down,
)
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.vault import door

REASON = "一括登録の取消"
_UNDOABLE = {SheetState.APPLIED, SheetState.DISCARDED, SheetState.UNDOING}


def may_undo(sheet: Sheet) -> bool:
    return (
        sheet.state in _UNDOABLE
        and sheet.applied_through > 0
        and sheet.closed_at is None
        and not is_at_work(sheet)
    )


def shut_sheet(sheet: Sheet, *, actor: Actor) -> None:
    """締める: from now on nothing is taken back, and the refused rows go.  Raises NotApplicable."""
    actor.require("sheet:create")
    sheet = sheet_for_update(sheet.id)
    if not may_undo(sheet) or sheet.state == SheetState.UNDOING:
        raise NotApplicable
    shut(sheet)
    write_down(sheet, Action.SHEET_CLOSED, actor)


def shut_old() -> int:
    """Sheets of the company in scope that are due to close; how many.  Also ends what a crash
    left of destroyed numbers that are not written down yet.
    """
    write_down_destroyed(scope.company_id())
    old = Sheet.objects.select_for_update().filter(
        state__in=[SheetState.APPLIED, SheetState.DISCARDED],
        closed_at__isnull=True,
        applied_through__gt=0,
        sent_at__lt=timezone.now() - CLOSES_AFTER,
    )
    due = [sheet for sheet in old if not is_at_work(sheet)]
    for sheet in due:
        shut(sheet)
        pens.write(
            Record(
                at=timezone.now(),
                action=Action.SHEET_CLOSED,
                details={"run": str(sheet.id), "rule": "30 days"},
            ),
            sheet.company_id,
        )
    return len(due)


def shut(sheet: Sheet) -> None:
    """Nothing of it is taken back any more; the refused rows go."""
    if sheet.rest_cell is not None:
        door.order_destruction(sheet.company_id, [sheet.rest_cell])
    sheet.rest_cell = None
    sheet.closed_at = timezone.now()
    sheet.save()
    # Those with cells wait for their keys to go (`write_down_destroyed`).
    steps_of(sheet).filter(cells=[]).delete()


def write_down_destroyed(company: UUID) -> int:
    """The end of numbers whose keys are gone and of whom that is not in the ledger yet."""
    waiting = (
        SheetStep.objects.select_for_update().filter(undone_at__isnull=False).exclude(cells=[])
    )
    generation = door.state().generation
    leaves: list[Body] = []
    for step in waiting:
        ended = [
            (person, cell)
            for person, cell in zip(step.records, step.cells, strict=True)
            if door.is_destroyed(company, cell)
        ]
        if len(ended) < len(step.cells):
            continue
        record = Record(
            at=datetime.now(UTC),
            action=Action.NUMBER_DISPOSED,
            reason=REASON,
            count=1,
            details={
                "run": str(step.sheet_id),
                "method": "crypto-erase",
                "generation": generation,
            },
        )
        leaves += bodies_for_each(record, ended)
        step.cells, step.records = [], []
        step.save(update_fields=["cells", "records"])
    if leaves:
        pens.write_many(company, leaves)
    SheetStep.objects.filter(
        undone_at__isnull=False, cells=[], sheet__closed_at__isnull=False
    ).delete()
    return len(leaves)


def steps_of(sheet: Sheet) -> Any:
    return SheetStep.objects.filter(sheet=sheet)
