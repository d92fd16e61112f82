"""A file comes in: recognised, told from those that came before, deposited, to be checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from azukari.law.purpose import Purpose, allows
from azukari.law.verification import METHODS, Provision, provisions_for
from azukari.law.verification import problems as verification_problems
from azukari.ledger.actions import Action
from azukari.ledger.number_in_text import holds_number
from azukari.products.headings import plain
from azukari.register import notices
from azukari.register.actions import Verification
from azukari.register.models import Sheet, SheetState
from azukari.register.sheets import mappings
from azukari.register.sheets.actions import (
    KEPT_UNAPPLIED,
    NotApplicable,
    enqueue,
    is_at_work,
    sheet_for_update,
    write_down,
)
from azukari.register.sheets.codes import FileCode, FileRefused
from azukari.register.sheets.headings import LAW_KINDS, SheetKind
from azukari.register.sheets.mappings import ColumnShown, Fields, columns_shown, to_stored
from azukari.register.sheets.packed import Packed
from azukari.register.sheets.queries import GIVEN_UP
from azukari.register.sheets.reading import Layout, recognise
from azukari.register.sheets.sent_file import table_of
from azukari.register.sheets.table import Table, open_table
from azukari.register.sheets.verifying import verification_of
from azukari.tenancy.actor import Actor
from azukari.tenancy.ids import new_id
from azukari.vault import door
from azukari.vault.door import Reading

# The family's numbers are verified by the employee who brings them.
_PROVISIONS = {
    SheetKind.EMPLOYEES: Provision.EMPLOYEE_SELF,
    SheetKind.PAYEES: Provision.PAYEE_SELF,
}
_OF_A_ROW = frozenset({"provision", "number_check", "person_check"})
# What somebody who says what the columns mean can put right.
_MAPPABLE = frozenset({FileCode.UNKNOWN_HEADINGS, FileCode.HEADING_MISSING})


class SentBefore(Exception):
    """The very same file is here already; `sheet` is the earlier one."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__("sent before")
        self.sheet = sheet


class KeyUsed(Exception):
    """The client's key came before with another file; a key stands for one."""


@dataclass(frozen=True)
class Sending:
    """A file and what was said about its numbers.

    `key` is the client's: two sendings with the same one are one.  With `again` the same content
    may come a second time.  `book_sheet`: which one of a book is read, the first where it says
    nothing.  `corrects`: the sheet whose refused rows `corrected_rows` it brings again, one of its
    own rows for each of them; `mapping` then says what its columns are.
    """

    content: bytes | Packed
    file_name: str
    purposes: Sequence[Purpose]
    verification: Verification
    kind: SheetKind | None = None
    key: str = ""
    again: bool = False
    book_sheet: str = ""
    corrects: UUID | None = None
    corrected_rows: Sequence[int] = ()
    mapping: Fields | None = None


def receive_sheet(sending: Sending, *, actor: Actor) -> Sheet:
    """Deposits the file and lets it be checked in the background.

    A file nobody is sure about waits for somebody to say what its columns are (`map_columns`).
    What the first lines already show raises FileRefused, and nothing is kept; so do SentBefore
    and KeyUsed.
    """
    actor.require("sheet:create")
    if (found := _same_key(sending, actor)) is not None:
        return found
    sheet = keep_sheet(sending, actor=actor, may_ask=True)
    if sheet.state == SheetState.CHECKING and not is_at_work(sheet):
        enqueue("check", sheet, actor)
    return sheet


def keep_sheet(sending: Sending, *, actor: Actor, may_ask: bool = False) -> Sheet:
    """The sheet, its file deposited, not yet checked.  Raises as `receive_sheet`.

    `purposes` that do not fit the people of the file are left out (番号法 第9条).
    """
    actor.require("sheet:create")
    if (found := _same_key(sending, actor)) is not None:
        return found
    content = _packed(sending.content)
    digest = _digest(content, actor)
    table = open_table(content, sending.book_sheet)
    if not sending.again and (before := _sent_before(digest, table.sheet)) is not None:
        raise SentBefore(before)
    mapping = mappings.saved_for(table) if sending.mapping is None else sending.mapping
    columns = columns_shown(table, mapping)
    layout = _layout(sending, table, mapping, columns, may_ask=may_ask)
    sheet = Sheet(
        id=new_id(),
        company_id=actor.company,
        kind=SheetKind.UNKNOWN.value,
        state=SheetState.MAPPING,
        file_name=_plain_name(sending.file_name),
        size=content.size,
        purposes=[one.code for one in sending.purposes],
        provision=sending.verification.provision,
        number_check=sending.verification.number_check,
        person_check=sending.verification.person_check,
        authority_check=sending.verification.authority_check,
        paper_held=sending.verification.paper_held,
        verified_on=sending.verification.verified_on,
        encoding=table.encoding,
        book_sheet=table.sheet,
        digest=digest,
        client_key=sending.key,
        mapping=dict(mapping),
        corrects_id=sending.corrects,
        corrected_rows=list(sending.corrected_rows),
        columns=to_stored(columns),
        sent_by=actor.user_id,
        sent_by_name=actor.name,
    )
    if layout is not None:
        _settle(sheet, layout)
    return _kept(sheet, content, sending.key, actor)


def map_columns(sheet: Sheet, fields: Mapping[int, str], *, actor: Actor) -> Sheet:
    """What the company says each column (by its place) is; saved for every such file to come.

    Then the file is checked anew.  Raises FileRefused when that makes no file of people, and
    NotApplicable once something of it is in the register.
    """
    actor.require("sheet:create")
    sheet = sheet_for_update(sheet.id)
    if not may_map(sheet) or sheet.cell is None:
        raise NotApplicable
    reading = Reading(
        Action.SHEET_RECEIVED, reason="一括登録の列の対応", details={"run": str(sheet.id)}
    )
    content = table_of(
        sheet,
        Packed.deposited(door.read_file(actor.company, sheet.cell, reading, actor=actor).pieces),
    )
    row = mappings.row_of_headings(content, sheet.mapping)
    said = {plain(row[place]): name for place, name in fields.items() if place < len(row)}
    _settle(sheet, recognise(content, said))
    mappings.save_mapping(row, said, actor=actor)
    sheet.mapping = said
    sheet.columns = to_stored(columns_shown(content, said))
    sheet.save()
    write_down(sheet, Action.SETTINGS_CHANGED, actor, changed="列の対応")
    enqueue("check", sheet, actor)
    return sheet


def may_map(sheet: Sheet) -> bool:
    return (
        sheet.state in {SheetState.MAPPING, SheetState.CHECKED}
        and sheet.applied_through == 0
        and bool(sheet.columns)
        and not is_at_work(sheet)
    )


# the same again -------------------------------------------------------------------------------


def _sent_before(digest: str, book_sheet: str) -> Sheet | None:
    """The latest sheet of the company with exactly this content that was not given up."""
    found = Sheet.objects.filter(digest=digest, book_sheet=book_sheet).exclude(state__in=GIVEN_UP)
    return found.order_by("-sent_at").first()


def _same_key(sending: Sending, actor: Actor) -> Sheet | None:
    if not sending.key:
        return None
    found = Sheet.objects.filter(client_key=sending.key).first()
    if found is None:
        return None
    if not constant_time_compare(found.digest, _digest(_packed(sending.content), actor)):
        raise KeyUsed
    return found


def _packed(content: bytes | Packed) -> Packed:
    return Packed.of(content) if isinstance(content, bytes) else content


def _digest(content: Packed, actor: Actor) -> str:
    salt = f"azukari.register.sheet:{actor.company}"
    whole = salted_hmac(salt, b"", algorithm="sha256")
    for piece in content.pieces():
        whole.update(piece)
    return whole.hexdigest()


def _kept(sheet: Sheet, content: Packed, key: str, actor: Actor) -> Sheet:
    """Two clicks at the same moment are told apart by the constraint on the key."""
    try:
        with transaction.atomic():
            until = timezone.now() + KEPT_UNAPPLIED
            sheet.cell = door.deposit_file(actor.company, sheet.id, content.packed(), until=until)
            sheet.save(force_insert=True)
            write_down(sheet, Action.SHEET_RECEIVED, actor)
    except IntegrityError as error:
        if "sheet_client_key" not in str(error):
            raise
        return Sheet.objects.get(client_key=key)
    return sheet


# what it is -----------------------------------------------------------------------------------


def _layout(
    sending: Sending,
    table: Table,
    mapping: Fields,
    columns: Sequence[ColumnShown],
    *,
    may_ask: bool,
) -> Layout | None:
    """None when somebody has to say what the columns are."""
    try:
        layout = recognise(table, mapping)
    except FileRefused as refused:
        open_ones = [column for column in columns if not column.field]
        if may_ask and refused.code in _MAPPABLE and open_ones:
            return None
        raise
    if sending.kind is not None and sending.kind not in layout.columns:
        raise FileRefused(FileCode.OTHER_KIND)
    if may_ask and layout.is_guess and not mapping:
        return None
    _refuse_unlawful(layout, _fitting(sending.purposes, layout), sending.verification)
    return layout


def _settle(sheet: Sheet, layout: Layout) -> None:
    """The sheet as one to be checked.  Raises FileRefused."""
    purposes = _fitting([one for one in Purpose if one.code in sheet.purposes], layout)
    _refuse_unlawful(layout, purposes, verification_of(sheet))
    sheet.state = SheetState.CHECKING
    sheet.kind = layout.kind.value
    sheet.product = layout.product[:40]
    sheet.has_numbers = layout.has_numbers
    sheet.purposes = [one.code for one in purposes] if layout.has_numbers else []
    if not layout.has_numbers:
        sheet.number_check = sheet.person_check = sheet.authority_check = sheet.provision = ""
        sheet.verified_on, sheet.paper_held = None, False


def _fitting(purposes: Sequence[Purpose], layout: Layout) -> list[Purpose]:
    kinds = [LAW_KINDS[kind] for kind in layout.columns]
    off = notices.switched_off()
    usable = [one for one in purposes if one not in off]
    return [one for one in usable if any(allows(one, kind) for kind in kinds)]


def _refuse_unlawful(
    layout: Layout, purposes: Sequence[Purpose], verification: Verification
) -> None:
    """A number needs a purpose (番号法 第15条), an employee's or payee's also 本人確認 (第16条).

    What has a column of its own is looked at row by row (`verifying`).
    """
    if not layout.has_numbers:
        return
    if not purposes and not all("purposes" in one.places for one in layout.columns.values()):
        raise FileRefused(FileCode.NO_PURPOSE)
    for kind, columns in layout.columns.items():
        if (
            kind in _PROVISIONS
            and _OF_A_ROW.isdisjoint(columns.places)
            and verification_problems(
                _provision(kind, verification.provision),
                number=METHODS.get(verification.number_check),
                person=METHODS.get(verification.person_check),
                paper_held=verification.paper_held,
            )
        ):
            raise FileRefused(FileCode.NO_VERIFICATION)


def _provision(kind: SheetKind, of_all: str) -> Provision:
    """As said of the whole file where people of this kind can give their numbers so."""
    ways = provisions_for(LAW_KINDS[kind])
    return next((way for way in ways if way.value == of_all), _PROVISIONS[kind])


def _plain_name(file_name: str) -> str:
    name = PurePath(file_name.replace("\\", "/")).name
    if holds_number(name):
        return "（12桁の数字を含むファイル名）"
    return "".join(letter for letter in name if letter.isprintable())[:200]
