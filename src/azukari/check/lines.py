"""The lines of an output: what each kind of content says of a person, in each format."""

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from azukari.check.people import BETWEEN, NUMBER, Found
from azukari.check.rules import Content, Format
from azukari.law.number import MyNumber
from azukari.register.sheets.headings import SheetKind, label_of, template_fields
from azukari.register.spreadsheet import MARK, harmless

_STATUS = {
    SheetKind.EMPLOYEES: ("employee_code", "name", "kana", "department"),
    SheetKind.FAMILIES: ("employee_code", "family_code", "relationship", "name", "kana"),
    SheetKind.PAYEES: ("employee_code", "name", "kana", "payee_kind"),
}
_STATE = "個人番号の状態"

_QUOTED: Final = '",\r\n'
_END: Final = "\r\n"
_LINES_AT_ONCE: Final = 200

Line = str
"""The cells of a person with BETWEEN between them."""


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


def lines_of(people: Sequence[Found], numbers: Sequence[MyNumber]) -> list[Line]:
    """`numbers` of those who have a handle, in their order; nothing for the others."""
    if not numbers:
        return [said.replace(NUMBER, "") for _, said in people]
    waiting = iter(numbers)
    return [
        said.replace(NUMBER, next(waiting).reveal_digits() if handle else "")
        for handle, said in people
    ]


def cells_of(line: Line) -> list[str]:
    return line.split(BETWEEN)


def head_as_text(head: Sequence[str], how: Format) -> bytes:
    mark = MARK.encode() if how is Format.CSV_SHEET else b""
    return mark + _csv([BETWEEN.join(head)])


def as_text(lines: Iterable[Line], how: Format, *, number_at: int = -1) -> bytes:
    """As CSV.  For a spreadsheet nothing begins a formula, and the number keeps its zeros behind
    an apostrophe; for systems every cell is as it is.
    """
    if how is Format.CSV_SHEET:
        lines = (_for_people(cells_of(line), number_at) for line in lines)
    return _csv(lines)


def _csv(lines: Iterable[Line]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=_END)
    waiting = iter(lines)
    while some := list(islice(waiting, _LINES_AT_ONCE)):
        # Hardly anything that is registered wants quotes, and looking for it costs a tenth.
        if any(map("".join(some).__contains__, _QUOTED)):
            writer.writerows(map(cells_of, some))
        else:
            text.write(_END.join([*some, ""]).replace(BETWEEN, ","))
    return text.getvalue().encode()


def _for_people(cells: Sequence[str], number_at: int) -> Line:
    return BETWEEN.join(
        f"'{cell}" if place == number_at and cell else harmless(cell)
        for place, cell in enumerate(cells)
    )
