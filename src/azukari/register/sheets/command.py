"""One file from the command line: received, checked and applied in this process, then told."""

from collections.abc import Sequence
from typing import Any

from azukari.law.purpose import Purpose
from azukari.register.actions import Verification
from azukari.register.models import Sheet
from azukari.register.sheets import actions, queries, work
from azukari.register.sheets.codes import FileRefused
from azukari.register.sheets.headings import SheetKind
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor


def register_file(
    content: bytes,
    file_name: str,
    purposes: Sequence[Purpose],
    verification: Verification,
    *,
    actor: Actor,
    kind: SheetKind | None = None,
    only_good: bool = True,
) -> dict[str, Any]:
    """Everything about the file as plain values for `--json`; runs outside any scope.

    `state` is applied, checked (nothing good, or refused rows without `only_good`) or unreadable,
    then with `code` and `column`.  `problems` count data rows from 1 and hold no number.
    """
    place = actions.place_of(actor)
    try:
        with scope.enter(place):
            sheet = actions.keep_sheet(
                content, file_name, purposes, verification, actor=actor, kind=kind
            )
            task = actions.plan_work("check", sheet)
    except FileRefused as refused:
        return {"state": "unreadable", "code": refused.code.value, "column": refused.column}
    work.check(actor, task.id, sheet.id)
    _apply(sheet, actor, only_good=only_good)
    with scope.enter(place):
        return _told(Sheet.objects.get(id=sheet.id))


def _apply(sheet: Sheet, actor: Actor, *, only_good: bool) -> None:
    try:
        with scope.enter(actions.place_of(actor)):
            actions.start_applying(sheet, only_good=only_good, actor=actor)
            task = actions.plan_work("apply", sheet)
    except actions.NotApplicable:
        return
    work.apply(actor, task.id, sheet.id)


def _told(sheet: Sheet) -> dict[str, Any]:
    told: dict[str, Any] = {
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
        "problems": [
            {
                "row": one.row,
                "column": one.column,
                "code": one.code,
                "weight": one.weight,
                "shown": one.shown,
            }
            for one in queries.problems_of(sheet)
        ],
    }
    problem = queries.file_problem(sheet)
    if problem is not None:
        told |= {"code": problem.code, "column": problem.column}
    return told
