"""Writes a company as employees.csv and families.csv, with mistakes and the truth about them."""

import csv
import json
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Protocol, TextIO

from azukari.synthetic.csv_layout import (
    EMPLOYEE_HEADINGS,
    FAMILY_HEADINGS,
    DateStyle,
    employee_row,
    family_row,
)
from azukari.synthetic.generator import people
from azukari.synthetic.mistakes import KINDS, Cell, Kind

ENCODINGS = ("utf-8", "utf-8-sig", "cp932", "utf-16")

# Where a rare form of a character has no place, people write the common one.
_COMMON_FORM = str.maketrans("𠮷", "吉")
_TRIES = 12


class _Rows(Protocol):
    def writerow(self, row: Sequence[str], /) -> object: ...


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows went into each file, and how often each kind of mistake."""

    employees: int
    families: int
    mistakes: Counter[str]


def write_csv(
    folder: Path,
    n: int,
    *,
    seed: int,
    company: str = "C0001",
    company_index: int = 0,
    encoding: str = "utf-8-sig",
    date_style: DateStyle = DateStyle.SLASH,
    error_rate: float = 0.0,
    kinds: Sequence[str] = (),
) -> Written:
    """Writes employees.csv, families.csv and truth.jsonl into the folder, made if missing.

    `error_rate` is the share of rows that get exactly one mistake, of `kinds` or of all. A line
    of truth.jsonl: file, row (data rows from 1), field, kind, class (fix | reject), original,
    written. Every person has a number, so that a missing one is always a mistake on purpose.
    Raises KeyError for an unknown kind.
    """
    chosen = [KINDS[name] for name in kinds] or list(KINDS.values())
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(f"{seed}/{company_index}/mistakes")  # noqa: S311 - invented people
    with ExitStack() as stack:
        truth = stack.enter_context((folder / "truth.jsonl").open("w", encoding="utf-8"))

        def sheet(name: str, headings: tuple[str, ...]) -> _Sheet:
            path = folder / f"{name}.csv"
            stream = stack.enter_context(path.open("w", encoding=encoding, newline=""))
            rows = csv.writer(stream, lineterminator="\r\n")
            rows.writerow(headings)
            return _Sheet(
                name=name,
                headings=headings,
                encoding=encoding,
                rows=rows,
                truth=truth,
                random=random,
                kinds=[kind for kind in chosen if kind.applies_to(headings)],
                error_rate=error_rate,
            )

        employees = sheet("employees", EMPLOYEE_HEADINGS)
        families = sheet("families", FAMILY_HEADINGS)
        households = people(n, seed=seed, company_index=company_index, all_numbered=True)
        for turn, household in enumerate(households):
            employees.add(employee_row(household.employee, company, date_style, turn))
            for member in household.family:
                row = family_row(member, company, date_style, turn + member.sequence)
                families.add(row)
    return Written(employees.count, families.count, employees.mistakes + families.mistakes)


@dataclass(slots=True, kw_only=True)
class _Sheet:
    """One file being written; spoils rows on the way and notes what it did."""

    name: str
    headings: tuple[str, ...]
    encoding: str
    rows: _Rows
    truth: TextIO
    random: Random
    kinds: list[Kind]
    error_rate: float
    count: int = 0
    mistakes: Counter[str] = field(default_factory=Counter)
    previous: list[str] | None = None

    def add(self, row: list[str]) -> None:
        if self.encoding == "cp932":
            row = [text.translate(_COMMON_FORM) for text in row]
        self.count += 1
        if self.kinds and self.random.random() < self.error_rate:
            self._spoil(row)
        self.rows.writerow(row)
        self.previous = row

    def _spoil(self, row: list[str]) -> None:
        by_heading = dict(zip(self.headings, row, strict=True))
        above = self.previous and dict(zip(self.headings, self.previous, strict=True))
        for _ in range(_TRIES):
            kind = self.random.choice(self.kinds)
            original = by_heading[kind.field]
            spoilt = kind.spoil(Cell(original, by_heading, above or None, self.random))
            if spoilt is None or spoilt == original or not self._can_write(spoilt):
                continue
            row[self.headings.index(kind.field)] = spoilt
            self._note(kind, original, spoilt)
            return

    def _can_write(self, text: str) -> bool:
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True

    def _note(self, kind: Kind, original: str, spoilt: str) -> None:
        self.mistakes[kind.name] += 1
        line = {
            "file": self.name,
            "row": self.count,
            "field": kind.field,
            "kind": kind.name,
            "class": kind.outcome.value,
            "original": original,
            "written": spoilt,
        }
        self.truth.write(json.dumps(line, ensure_ascii=False) + "\n")
