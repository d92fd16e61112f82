"""Some checked rows of a file, column by column."""

from dataclasses import dataclass
from typing import Any

from azukari.law.number import MyNumber
from azukari.register.sheets.codes import Code, Problem
from azukari.register.sheets.findings import Findings
from azukari.register.sheets.headings import SheetKind, label_of


@dataclass
class Chunk:
    """Some rows one after the other.  `facts`: field → one value per row; `good` places only
    are fit for the register.
    """

    rows: list[int]
    kind: SheetKind
    facts: dict[str, list[Any]]
    numbers: list[MyNumber | None]
    found: Findings

    @property
    def good(self) -> list[int]:
        return [place for place in range(len(self.rows)) if place not in self.found.refused]

    @property
    def problems(self) -> list[Problem]:
        return self.found.problems

    def note(self, place: int, field_name: str, code: Code, cell: str = "") -> None:
        self.found.add(place, label_of(self.kind, field_name), code, cell)
