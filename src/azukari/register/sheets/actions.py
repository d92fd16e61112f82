"""The verbs of 一括登録: receive a file, apply it, go on with it, discard it."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import PurePath
from uuid import UUID

from django.utils import timezone

from azukari.law.purpose import PersonKind as LawKind
from azukari.law.purpose import Purpose, allows
from azukari.law.verification import Method, Provision
from azukari.law.verification import problems as verification_problems
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.number_in_text import holds_number
from azukari.ledger.record import Record
from azukari.progress import actions as progress
from azukari.progress import queue
from azukari.progress.models import Progress
from azukari.register import notices
from azukari.register.actions import Verification
from azukari.register.models import Sheet, SheetState
from azukari.register.sheets.codes import FileCode, FileRefused
from azukari.register.sheets.findings import shown
from azukari.register.sheets.headings import SheetKind
from azukari.register.sheets.reading import Layout, recognise
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.tenancy.ids import new_id
from azukari.vault import door

KEPT_UNAPPLIED = timedelta(days=7)
"""A file nobody applies is discarded after this long: numbers are kept for a use, not in case."""

_LAW_KINDS = {
    SheetKind.EMPLOYEES: LawKind.EMPLOYEE,
    SheetKind.FAMILIES: LawKind.FAMILY,
    SheetKind.PAYEES: LawKind.PAYEE,
}
# The family's numbers are verified by the employee who brings them.
_PROVISIONS = {
    SheetKind.EMPLOYEES: Provision.EMPLOYEE_SELF,
    SheetKind.PAYEES: Provision.PAYEE_SELF,
}
_METHODS = {method.code: method for method in Method}
_UNAPPLIED = (SheetState.CHECKING, SheetState.CHECKED, SheetState.APPLYING)


class NotApplicable(Exception):
    """The sheet is not in a state for this, or has refused rows and all were to be good."""


def receive_sheet(
    content: bytes,
    file_name: str,
    purposes: Sequence[Purpose],
    verification: Verification,
    *,
    actor: Actor,
    kind: SheetKind | None = None,
) -> Sheet:
    """Deposits the file in the vault and lets it be checked in the background.

    What its first lines already show raises FileRefused, and nothing is kept.
    """
    sheet = keep_sheet(content, file_name, purposes, verification, actor=actor, kind=kind)
    _enqueue("check", sheet, actor)
    return sheet


def keep_sheet(
    content: bytes,
    file_name: str,
    purposes: Sequence[Purpose],
    verification: Verification,
    *,
    actor: Actor,
    kind: SheetKind | None = None,
) -> Sheet:
    """The sheet, its file deposited, not yet checked.  Raises FileRefused.

    `purposes` that do not fit the people of the file are left out (番号法 第9条).
    """
    actor.require("sheet:create")
    layout = recognise(content)
    if kind is not None and kind not in layout.columns:
        raise FileRefused(FileCode.OTHER_KIND)
    kinds = [_LAW_KINDS[one] for one in layout.columns]
    off = notices.switched_off()
    usable = [one for one in purposes if one not in off]
    fitting = [one for one in usable if any(allows(one, about) for about in kinds)]
    _refuse_unlawful(layout, fitting, verification)
    sheet_id = new_id()
    sheet = Sheet.objects.create(
        id=sheet_id,
        company_id=actor.company,
        kind=layout.kind.value,
        file_name=_plain_name(file_name),
        size=len(content),
        cell=door.deposit_file(
            actor.company, sheet_id, content, until=timezone.now() + KEPT_UNAPPLIED
        ),
        purposes=[one.code for one in fitting] if layout.has_numbers else [],
        number_check=verification.number_check if layout.has_numbers else "",
        person_check=verification.person_check if layout.has_numbers else "",
        verified_on=verification.verified_on if layout.has_numbers else None,
        has_numbers=layout.has_numbers,
        encoding=layout.encoding,
        sent_by=actor.user_id,
        sent_by_name=actor.name,
    )
    write_down(sheet, Action.SHEET_RECEIVED, actor)
    return sheet


def _refuse_unlawful(
    layout: Layout, purposes: Sequence[Purpose], verification: Verification
) -> None:
    """A number needs a purpose (番号法 第15条), an employee's or payee's also 本人確認 (第16条)."""
    if not layout.has_numbers:
        return
    if not purposes:
        raise FileRefused(FileCode.NO_PURPOSE)
    for kind in layout.columns:
        if kind in _PROVISIONS and verification_problems(
            _PROVISIONS[kind],
            number=_METHODS.get(verification.number_check),
            person=_METHODS.get(verification.person_check),
        ):
            raise FileRefused(FileCode.NO_VERIFICATION)


def _plain_name(file_name: str) -> str:
    name = PurePath(file_name.replace("\\", "/")).name
    if holds_number(name):
        return "(12桁の数字を含むファイル名)"
    return "".join(letter for letter in name if letter.isprintable())[:200]


def apply_sheet(sheet: Sheet, *, only_good: bool = True, actor: Actor) -> Sheet:
    """Lets the good rows be written in the background; without `only_good` all must be good.

    A second call changes nothing; after a job that broke off it goes on where that one stopped.
    Raises NotApplicable.
    """
    sheet, is_due = start_applying(sheet, only_good=only_good, actor=actor)
    if is_due:
        _enqueue("apply", sheet, actor)
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
    if sheet.cell is not None:  # whoever begins has the whole time before them
        door.keep_until(sheet.company_id, sheet.cell, timezone.now() + KEPT_UNAPPLIED)
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
        _enqueue("check", sheet, actor)
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
    """The last state of a sheet; its file goes (the keys with the next round at the latest)."""
    if sheet.cell is not None:
        door.order_destruction(sheet.company_id, [sheet.cell])
    _end(sheet, state)


def _end(sheet: Sheet, state: SheetState) -> None:
    sheet.state = state
    sheet.cell = None
    sheet.save()


def write_down(sheet: Sheet, action: Action, actor: Actor, *, count: int = 0) -> None:
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
            },
        ),
        actor.company,
    )


def plan_work(verb: str, sheet: Sheet) -> Progress:
    return progress.plan(f"sheet.{verb}", sheet.id, total=sheet.rows)


def _enqueue(verb: str, sheet: Sheet, actor: Actor) -> None:
    task = plan_work(verb, sheet)
    queue.enqueue(f"sheets.{verb}", actor=actor, progress_id=task.id, sheet_id=sheet.id)


def place_of(actor: Actor) -> scope.Scope:
    return scope.Scope(contract_id=actor.contract_id, company_id=actor.company)


def sheet_for_update(sheet_id: UUID) -> Sheet:
    return Sheet.objects.select_for_update().get(id=sheet_id)
