"""The lines of an output: what each kind of content says of a person, in each format."""

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Final

from azukari.check.people import Found
from azukari.check.rules import Content, Format
from azukari.law.number import MyNumber
from azukari.register.models import NumberState
from azukari.register.sheets.headings import SheetKind, label_of, template_fields
from azukari.register.spreadsheet import MARK, harmless

_STATUS = {
    SheetKind.EMPLOYEES: ("employee_code", "name", "kana", "department"),
    SheetKind.FAMILIES: ("employee_code", "family_code", "relationship", "name", "kana"),
    SheetKind.PAYEES: ("employee_code", "name", "kana", "payee_kind"),
}
_STATE = "個人番号の状態"
_STATES = {str(value): str(label) for value, label in NumberState.choices}

_QUOTED: Final = '",\r\n'
_LINES_AT_ONCE: Final = 200

Row = Sequence[str]


def headings(kind: SheetKind, content: Content) -> list[str]:
    if content is Content.STATUS:
        return [*(label_of(kind, name) for name in _STATUS[kind]), _STATE]
    return [label_of(kind, name) for name in fields(kind, content)]


def fields(kind: SheetKind, content: Content) -> list[str]:
    """What stands below the headings."""
    if content is Content.STATUS:
        return [*_STATUS[kind], "number_state"]
    names = template_fields(kind)
    return names if content is Content.NUMBERS else [one for one in names if one != "number"]


def rows_of(
    people: Sequence[Found], kind: SheetKind, content: Content, numbers: Sequence[MyNumber]
) -> list[list[str]]:
    """`numbers` of those who have a handle, in their order."""
    rows = [cells for _, cells in people]
    if content is Content.STATUS:
        for row in rows:
            row[-1] = _STATES[row[-1]]
    if numbers:
        at = fields(kind, content).index("number")
        with_number = (row for handle, row in people if handle is not None)
        for row, number in zip(with_number, numbers, strict=True):
            row[at] = number.reveal_digits()
    return rows


def head_as_text(head: Row, how: Format) -> bytes:
    mark = MARK.encode() if how is Format.CSV_SHEET else b""
    return mark + _csv([head])


def as_text(rows: Iterable[Row], how: Format, *, number_at: int = -1) -> bytes:
    """Lines of CSV.  For a spreadsheet nothing begins a formula, and the number keeps its zeros
    behind an apostrophe; for systems every cell is as it is.
    """
    if how is Format.CSV_SHEET:
        return _csv(_for_people(row, number_at) for row in rows)
    return _csv(rows)


def _csv(rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    waiting = iter(rows)
    while some := list(islice(waiting, _LINES_AT_ONCE)):
        # Hardly anything that is registered wants quotes, and looking for it costs a third.
        if any(map("".join(chain.from_iterable(some)).__contains__, _QUOTED)):
            writer.writerows(some)
        else:
            text.writelines(f"{','.join(row)}\r\n" for row in some)
    return text.getvalue().encode()


def _for_people(row: Row, number_at: int) -> list[str]:
    return [
        f"'{cell}" if place == number_at and cell else harmless(cell)
        for place, cell in enumerate(row)
    ]
