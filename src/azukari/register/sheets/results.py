"""The file as it was sent, with what was found beside the rows; never with a number in it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice

from azukari.ledger.number_in_text import holds_number
from azukari.register.models import Sheet, SheetProblem
from azukari.register.sheets import queries
from azukari.register.sheets.codes import Weight
from azukari.register.sheets.headings import label_of
from azukari.register.sheets.limits import MAX_COLOURED_ROWS
from azukari.register.sheets.mappings import NUMBERS
from azukari.register.sheets.packed import Packed
from azukari.register.sheets.reading import Layout, recognise
from azukari.register.sheets.result_files import MASK, REFUSED, REMEDY, RESULT
from azukari.register.sheets.sent_file import table_of
from azukari.register.spreadsheet import Colours, as_book, as_text_pieces

_COLOURS = {Weight.REJECT: "#ffd6d6", Weight.WARN: "#fff3c4", Weight.FIX: "#dceaff"}
_HEAVIEST = (Weight.REJECT, Weight.WARN, Weight.FIX)
_RESULTS = {Weight.REJECT: REFUSED, Weight.WARN: "確かめてください", Weight.FIX: "直して読んだ"}
# What a product keeps in parts and we in one.
_PARTS = {
    "name": ("name_unspaced", "family_name", "given_name"),
    "kana": ("family_kana", "given_kana"),
    "address": ("prefecture", "city", "street", "address_1", "address_2", "building"),
    "postcode": ("postcode_1", "postcode_2"),
    "birth_date": ("birth_era", "birth_digits"),
    "employee_name": ("name_unspaced", "name"),
}

Words = Callable[[str], str]
"""The sentence for a code; what people read is not this room's business."""


@dataclass(frozen=True)
class Marked:
    cells: Sequence[str]
    colours: Colours = field(default_factory=dict)
    is_refused: bool = False


def result_text(sheet: Sheet, content: Packed, say: Words) -> Iterator[bytes]:
    return as_text_pieces(row.cells for row in _marked(sheet, content, say))


def fits_book(sheet: Sheet) -> bool:
    """Whether the result is given as a book; as text it always is."""
    return sheet.rows <= MAX_COLOURED_ROWS


def result_book(sheet: Sheet, content: Packed, say: Words) -> bytes:
    """Of a sheet that `fits_book`."""
    return as_book(_marked(sheet, content, say), "確認結果")


def refused_rows(sheet: Sheet, content: Packed) -> Iterator[bytes]:
    """The refused rows under their headings, to be corrected and sent again alone.

    The cells of numbers are empty: whoever corrects them has the papers.
    """
    layout = recognise(table_of(sheet, content), sheet.mapping)
    numbers = _number_places(layout)
    return as_text_pieces(
        _masked(row, cells, numbers, "")
        for row, cells, problems in _rows_of(layout, _by_row(sheet))
        if row == 0 or any(one.weight == Weight.REJECT.value for one in problems)
    )


def _marked(sheet: Sheet, content: Packed, say: Words) -> Iterator[Marked]:
    layout = recognise(table_of(sheet, content), sheet.mapping)
    numbers = _number_places(layout)
    width = max(columns.width for columns in layout.columns.values())
    places = _places_by_label(layout)
    for row, cells, problems in _rows_of(layout, _by_row(sheet)):
        shown = _masked(row, cells, numbers, MASK)
        if row == 0:
            width = max(width, len(cells))
            yield Marked([*shown, *[""] * (width - len(shown)), RESULT, REMEDY])
            continue
        weights = {Weight(one.weight) for one in problems}
        worst = next((weight for weight in _HEAVIEST if weight in weights), None)
        told = " / ".join(f"{one.column}: {say(one.code)}" for one in problems)
        cells_out = [*shown[:width], *[""] * (width - len(shown))]
        yield Marked(
            [*cells_out, _RESULTS[worst] if worst else "", told],
            _colours(problems, places, width),
            Weight.REJECT in weights,
        )


def _masked(row: int, cells: Sequence[str], numbers: set[int], mask: str) -> list[str]:
    """The cells without anybody's number; `row` 0 are the headings."""
    return [
        mask if cell.strip() and ((row and place in numbers) or holds_number(cell)) else cell
        for place, cell in enumerate(cells)
    ]


def _colours(
    problems: Sequence[SheetProblem], places: dict[str, list[int]], width: int
) -> dict[int, str]:
    found: dict[int, str] = {}
    for weight in reversed(_HEAVIEST):
        for one in problems:
            if one.weight == weight.value:
                colour = _COLOURS[weight]
                found |= dict.fromkeys([*places.get(one.column, []), width], colour)
    return found


def _rows_of(
    layout: Layout, by_row: Iterator[tuple[int, list[SheetProblem]]]
) -> Iterator[tuple[int, list[str], list[SheetProblem]]]:
    """Headings (row 0) and every row below that is not blank, each with its problems."""
    waiting = next(by_row, None)
    rows: Iterable[list[str]] = islice(layout.table.rows(), max(layout.heading_row, 0), None)
    for row, cells in enumerate(rows, 0 if layout.heading_row >= 0 else 1):
        while waiting is not None and waiting[0] < row:
            waiting = next(by_row, None)
        problems = waiting[1] if waiting is not None and waiting[0] == row else []
        if row == 0 or problems or any(cell.strip() for cell in cells):
            yield row, cells, problems


def _by_row(sheet: Sheet) -> Iterator[tuple[int, list[SheetProblem]]]:
    problems = (one for one in queries.problems_of(sheet) if one.row)
    return ((row, list(some)) for row, some in groupby(problems, key=lambda one: one.row))


def _number_places(layout: Layout) -> set[int]:
    if layout.foreign is not None:
        return {place.at for place in layout.foreign.known.places if place.field in NUMBERS}
    return {columns.places["number"] for columns in layout.columns.values() if columns.has_numbers}


def _places_by_label(layout: Layout) -> dict[str, list[int]]:
    """The name of a column in the problems → the columns of the file it was read from."""
    found: dict[str, list[int]] = {}
    for kind, columns in layout.columns.items():
        for name, place in columns.places.items():
            label = label_of(kind, name)
            found[label] = [place] if layout.foreign is None else _origins(layout, name)
    return found


def _origins(layout: Layout, name: str) -> list[int]:
    assert layout.foreign is not None
    names = {name, *_PARTS.get(name, ())}
    return [
        place.at
        for place in layout.foreign.known.places
        if place.field.rpartition(".")[2] in names or (name == "number" and place.field in NUMBERS)
    ]
