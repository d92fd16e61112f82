"""One file from the command line: received, checked and applied in this process, then told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from azukari.law.purpose import Purpose
from azukari.progress import actions as progress
from azukari.register.actions import Verification
from azukari.register.models import Sheet
from azukari.register.sheets import actions, queries, undoing, work
from azukari.register.sheets.codes import FileRefused
from azukari.register.sheets.headings import SheetKind
from azukari.register.sheets.packed import Packed
from azukari.register.sheets.receiving import Sending, keep_sheet
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor

Facts = dict[str, Any]


@dataclass(frozen=True)
class Problems:
    """What was found in the rows of a sheet, a few at a time from the database whenever it is
    gone through: a file of a million rows may have as many.  Runs outside any scope.
    """

    sheet_id: UUID
    actor: Actor = field(repr=False)

    def __iter__(self) -> Iterator[Facts]:
        with scope.enter(scope.of(self.actor)):
            for one in queries.problems_of(Sheet.objects.get(id=self.sheet_id)):
                yield {
                    "row": one.row,
                    "column": one.column,
                    "code": one.code,
                    "weight": one.weight,
                    "shown": one.shown,
                }


def register_file(
    content: bytes | Packed,
    file_name: str,
    purposes: Sequence[Purpose],
    verification: Verification,
    *,
    actor: Actor,
    kind: SheetKind | None = None,
    only_good: bool = True,
    key: str = "",
    book_sheet: str = "",
) -> Facts:
    """Everything about the file as plain values for `--json`; runs outside any scope.

    `state` is applied, checked (nothing good, or refused rows without `only_good`) or unreadable,
    then with `code` and `column`.  `problems`, as `Problems`, count data rows from 1 and hold no
    number.
    The same file sent again is compared and changes nothing; a `key` sent again does nothing at
    all, and answers for the first time.  Raises KeyUsed.
    """
    place = scope.of(actor)
    sending = Sending(
        content, file_name, purposes, verification, kind=kind, key=key, again=True,
        book_sheet=book_sheet,
    )  # fmt: skip
    try:
        with scope.enter(place):
            sheet = keep_sheet(sending, actor=actor)
            is_new = progress.of_subject(sheet.id) is None
            task = actions.plan_work("check", sheet) if is_new else None
    except FileRefused as refused:
        return {"state": "unreadable", "code": refused.code.value, "column": refused.column}
    if task is not None:
        work.check(actor, task.id, sheet.id)
        _apply(sheet, actor, only_good=only_good)
    return tell(sheet.id, actor=actor)


def undo_file(sheet_id: UUID, *, actor: Actor) -> Facts:
    """Takes a whole sheet back in this process.  Raises Sheet.DoesNotExist and NotApplicable."""
    place = scope.of(actor)
    with scope.enter(place):
        sheet = Sheet.objects.get(id=sheet_id)
        sheet, is_due = undoing.start_undoing(sheet, actor=actor)
        task = actions.plan_work("undo", sheet) if is_due else None
    if task is not None:
        undoing.undo(actor, task.id, sheet.id)
    return tell(sheet_id, actor=actor)


def tell(sheet_id: UUID, *, actor: Actor) -> Facts:
    """How it stands with a sheet.  Raises Sheet.DoesNotExist."""
    actor.require("sheet:view")
    with scope.enter(scope.of(actor)):
        return _told(Sheet.objects.get(id=sheet_id), actor)


def _apply(sheet: Sheet, actor: Actor, *, only_good: bool) -> None:
    try:
        with scope.enter(scope.of(actor)):
            actions.start_applying(sheet, only_good=only_good, actor=actor)
            task = actions.plan_work("apply", sheet)
    except actions.NotApplicable:
        return
    work.apply(actor, task.id, sheet.id)


def _told(sheet: Sheet, actor: Actor) -> Facts:
    told: Facts = {
        "sheet": str(sheet.id),
        "state": sheet.state,
        "kind": sheet.kind,
        "encoding": sheet.encoding,
        "rows": sheet.rows,
        "good": sheet.good,
        "refused": sheet.refused,
        "repaired": sheet.repaired,
        "added": sheet.added,
        "changed": sheet.changed,
        "unchanged": sheet.unchanged,
        "removed": sheet.removed,
        "restored": sheet.restored,
        "kept": sheet.kept,
        "problems": Problems(sheet.id, actor),
    }
    problem = queries.file_problem(sheet)
    if problem is not None:
        told |= {"code": problem.code, "column": problem.column}
    return told
