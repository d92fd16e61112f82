"""The lines of an output: what each kind of content says of a person, in each format."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from azukari.check.people import Found
from azukari.check.rules import Content, Format
from azukari.law.number import MyNumber
from azukari.register.models import NumberState
from azukari.register.sheets.headings import SheetKind, label_of, template_fields
from azukari.register.spreadsheet import MARK, as_plain_book, harmless

_STATUS = {
    SheetKind.EMPLOYEES: ("employee_code", "name", "kana", "department"),
    SheetKind.FAMILIES: ("employee_code", "family_code", "relationship", "name", "kana"),
    SheetKind.PAYEES: ("employee_code", "name", "kana", "payee_kind"),
}
_STATE = "個人番号の状態"
_STATES = {str(value): str(label) for value, label in NumberState.choices}

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
    people: Sequence[Found], kind: SheetKind, content: Content, numbers: Mapping[UUID, MyNumber]
) -> list[list[str]]:
    """`numbers` by handle."""
    rows = [cells for _, cells in people]
    if content is Content.STATUS:
        for row in rows:
            row[-1] = _STATES[row[-1]]
    if numbers:
        at = fields(kind, content).index("number")
        for handle, row in people:
            if handle is not None:
                row[at] = numbers[handle].reveal_digits()
    return rows


def written(
    head: Row, steps: Iterable[Sequence[Row]], how: Format, *, number_at: int = -1
) -> Iterator[bytes]:
    """The file in parts.  For a spreadsheet nothing begins a formula, and the number keeps its
    zeros behind an apostrophe; for systems every cell is as it is.
    """
    if how is Format.BOOK:
        yield as_plain_book(head, (row for rows in steps for row in rows))
        return
    if how is Format.CSV_SHEET:
        yield MARK.encode()
    yield _csv([head])
    for rows in steps:
        if how is Format.CSV_SHEET:
            yield _csv(_for_people(row, number_at) for row in rows)
        else:
            yield _csv(rows)


def _csv(rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _for_people(row: Row, number_at: int) -> list[str]:
    return [
        f"'{cell}" if place == number_at and cell else harmless(cell)
        for place, cell in enumerate(row)
    ]
