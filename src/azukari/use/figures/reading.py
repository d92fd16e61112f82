"""Reading a file of figures row by row: what it tells of whom, and what of it is no such thing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from azukari.filings.recipes.recipe import Ask, Recipe
from azukari.filings.recipes.values import NUL, UNSEEN, parse, whole_digits
from azukari.register.sheets.table import Table
from azukari.use.figures.columns import CODE, MEMBER, NOTHING, code_of, shown

MOST_RUNS: Final = 100
"""Of one mistake, told with their rows; a column that is wrong throughout is one run."""

Whose = tuple[str, int]
"""社員番号 or 支払先コード, and 家族連番: 0 for the person of the code."""


@dataclass
class Mistake:
    """Cells of a column that are wrong in one way: where, how many, and a sentence that says what
    to do.  `runs`: first and last row of each run of rows, as a spreadsheet counts them.
    """

    heading: str
    said: str
    count: int = 0
    runs: list[list[int]] = field(default_factory=list)

    @property
    def rows(self) -> str:
        told = [f"{first}" if first == last else f"{first}〜{last}" for first, last in self.runs]
        in_runs = sum(last - first + 1 for first, last in self.runs)
        return "、".join(told) + ("など" if in_runs < self.count else "")

    def add(self, row: int) -> None:
        self.count += 1
        if self.runs and self.runs[-1][1] == row - 1:
            self.runs[-1][1] = row
        elif len(self.runs) < MOST_RUNS:
            self.runs.append([row, row])


class Mistakes:
    """All of a file, those alike as one."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Mistake] = {}

    def add(self, row: int, heading: str, said: str) -> None:
        key = heading, said
        if key not in self._found:
            self._found[key] = Mistake(heading, said)
        self._found[key].add(row)

    def __iter__(self) -> Iterator[Mistake]:
        return iter(self._found.values())


@dataclass(frozen=True, slots=True)
class _Cell:
    place: int
    heading: str
    ask: Ask


def read(
    recipe: Recipe, table: Table, names: Mapping[int, str], mistakes: Mistakes
) -> Iterator[tuple[int, Whose | None, dict[str, Any]]]:
    """Every row below the headings: its number, whose it is and what it tells.

    `names`: place of a column → what it is.  Nobody's are blank rows and those without a code.
    Raises FileRefused.
    """
    rows = enumerate(table.rows(), 1)
    headings = [shown(one.strip()) for one in next(rows, (0, []))[1]]
    places = {name: place for place, name in names.items() if name not in {"", NOTHING}}
    own = _wanted(places, headings, {one.name: one for one in recipe.asks})
    members = _wanted(places, headings, {f"member.{one.name}": one for one in recipe.member})
    code_name = code_of(recipe)
    code_at, member_at = places.get(CODE, -1), places.get(MEMBER, -1)
    for at, row in rows:
        code = _cell(row, code_at)
        if not code or NUL in code:
            if any(cell.strip() for cell in row):
                said = UNSEEN if code else f"{code_name}がないため、この行は入れていません。"
                mistakes.add(at, code_name, said)
            yield at, None, {}
            continue
        member = int(whole_digits(_cell(row, member_at)) or 0)
        yield at, (code, member), _told(row, at, members if member else own, mistakes)


def _wanted(
    places: Mapping[str, int], headings: Sequence[str], asks: Mapping[str, Ask]
) -> list[_Cell]:
    return [
        _Cell(places[name], headings[places[name]], ask)
        for name, ask in asks.items()
        if places.get(name, len(headings)) < len(headings)
    ]


def _told(
    row: Sequence[str], at: int, cells: Sequence[_Cell], mistakes: Mistakes
) -> dict[str, Any]:
    told = {}
    for one in cells:
        if one.place < len(row) and (text := row[one.place].strip()):
            try:
                value = parse(one.ask, text)
            except ValueError as problem:
                mistakes.add(at, one.heading, str(problem))
            else:
                if value is not None:
                    told[one.ask.name] = value
    return told


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if 0 <= place < len(row) else ""
