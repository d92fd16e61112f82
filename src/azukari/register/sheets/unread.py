"""The cells of some rows before anybody has looked at what they mean."""

from collections.abc import Sequence

from azukari.register.sheets.codes import Code
from azukari.register.sheets.findings import Findings
from azukari.register.sheets.foreign import Line
from azukari.register.sheets.headings import Columns, label_of
from azukari.register.sheets.limits import MAX_CELL

BLANK = " \t\r\n\u3000"
"""What a cell may hold and still say nothing."""


def is_blank(row: Sequence[str]) -> bool:
    # A loop of its own, since of nearly all rows the first cell says it.
    for cell in row:  # noqa: SIM110
        if cell.strip(BLANK):
            return False
    return True


class Unread:
    """The cells of some rows as they stand in the file, column by column, exactly as wide as its
    headings; rows that do not fit are refused.
    """

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.rows: list[int] = []
        self.found = Findings(self.rows)
        self._by_place: list[list[str]] = [[] for _ in range(columns.width)]

    @property
    def cells(self) -> dict[str, list[str]]:
        """By field."""
        return {name: self._by_place[place] for name, place in self.columns.places.items()}

    def add(self, lines: list[Line]) -> None:
        start = len(self.rows)
        self.rows += [line.row for line in lines]
        rows = [line.cells for line in lines]
        if not self._fit(rows):
            rows = [self._fitted(place, row) for place, row in enumerate(rows, start)]
        for column, some in zip(self._by_place, zip(*rows, strict=True), strict=bool(rows)):
            column.extend(some)
        if self.columns.has_numbers:
            label = label_of(self.columns.kind, "number")
            for place, line in enumerate(lines, start):
                for code in line.codes:
                    self.found.add(place, label, code)

    def _fit(self, rows: list[list[str]]) -> bool:
        is_wide = set(map(len, rows)) <= {self.columns.width}
        return is_wide and max(map(len, map("".join, rows)), default=0) <= MAX_CELL

    def _fitted(self, place: int, row: list[str]) -> list[str]:
        width = self.columns.width
        surplus = len(row) - width
        if surplus:
            if surplus < 0 or not is_blank(row[width:]):
                self.found.add(place, "", Code.COLUMNS_DO_NOT_FIT)
            row = [*row[:width], *[""] * -surplus]
        if max(map(len, row), default=0) > MAX_CELL:
            self.found.add(place, "", Code.TOO_LONG)
            row = [cell[:MAX_CELL] for cell in row]
        return row
