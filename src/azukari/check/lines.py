"""The lines of an output: what each kind of content says of a person, in each format."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from azukari.check.rules import Content, Format
from azukari.law.number import MyNumber
from azukari.register.models import NumberState, Person
from azukari.register.sheets.headings import SheetKind, label_of, template_fields
from azukari.register.sheets.templates import Line, text_of
from azukari.register.spreadsheet import MARK, as_book, harmless, line

_STATUS = {
    SheetKind.EMPLOYEES: ("employee_code", "name", "kana", "department"),
    SheetKind.FAMILIES: ("employee_code", "family_code", "relationship", "name", "kana"),
    SheetKind.PAYEES: ("employee_code", "name", "kana", "payee_kind"),
}
_STATE = "個人番号の状態"
_STATES = {str(value): str(label) for value, label in NumberState.choices}


def headings(kind: SheetKind, content: Content) -> list[str]:
    if content is Content.STATUS:
        return [*(label_of(kind, name) for name in _STATUS[kind]), _STATE]
    return [label_of(kind, name) for name in _fields(kind, content)]


def cells(
    person: Person, kind: SheetKind, content: Content, numbers: Mapping[UUID, MyNumber]
) -> list[str]:
    if content is Content.STATUS:
        return [*(text_of(person, name) for name in _STATUS[kind]), _STATES[person.number_state]]
    found = numbers.get(person.id)
    return [
        (found.reveal_digits() if found else "") if name == "number" else text_of(person, name)
        for name in _fields(kind, content)
    ]


def _fields(kind: SheetKind, content: Content) -> list[str]:
    fields = template_fields(kind)
    return fields if content is Content.NUMBERS else [one for one in fields if one != "number"]


def written(rows: Iterable[Sequence[str]], how: Format, *, number_at: int = -1) -> Iterator[bytes]:
    """The file in parts.  For a spreadsheet nothing begins a formula, and the number keeps its
    zeros behind an apostrophe; for systems every cell is as it is.
    """
    if how is Format.BOOK:
        yield as_book(Line(row) for row in rows)
        return
    if how is Format.CSV_SHEET:
        yield MARK.encode()
    for at, row in enumerate(rows):
        shown = _for_people(row, number_at if at else -1) if how is Format.CSV_SHEET else row
        yield line(shown, for_people=False).encode()


def _for_people(row: Sequence[str], number_at: int) -> list[str]:
    return [
        f"'{cell}" if place == number_at and cell else harmless(cell)
        for place, cell in enumerate(row)
    ]
