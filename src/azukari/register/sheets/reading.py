"""Bytes → rows → checked chunks.  Pure: no Django, no tables.

`recognise` looks at the file and its headings; `chunks` goes through the rows.  Both readers of a
file, the check and the application, go this way, so that they see the same rows and refuse the
same ones.  Memory holds the bytes, one chunk, and what is known of earlier rows.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, Final

from azukari.law.number import MyNumber
from azukari.register.rules import RegisterProblem, dates_fit, family_fits
from azukari.register.sheets import cells
from azukari.register.sheets.codes import Code, FileCode, FileRefused, Problem
from azukari.register.sheets.encoding import recognise_encoding
from azukari.register.sheets.findings import Findings
from azukari.register.sheets.headings import Columns, SheetKind, label_of, recognise_columns
from azukari.register.sheets.limits import MAX_CELL, MAX_ROWS

_BLANK = " \t\r\n\u3000"
_FLAGS = ("lives_together", "tax_dependent", "health_dependent", "category3")
_DATES = ("birth_date", "hired_on", "left_on")
_KEPT_IN_CLEAR = (
    "employee_code", "name", "kana", "department_code", "department", "address", "address_kana",
    "mail",
)  # fmt: skip
_LONGEST = {"department_code": 20, "department": 80, "address_kana": 200}
_RULE_CODES: Final = {
    RegisterProblem.BORN_IN_FUTURE: ("birth_date", Code.BIRTH_IN_FUTURE),
    RegisterProblem.BORN_AFTER_HIRED: ("hired_on", Code.BORN_AFTER_HIRED),
    RegisterProblem.LEFT_BEFORE_HIRED: ("left_on", Code.LEFT_BEFORE_HIRED),
}


@dataclass(frozen=True)
class Layout:
    encoding: str
    delimiter: str
    columns: Columns

    @property
    def kind(self) -> SheetKind:
        return self.columns.kind

    @property
    def has_numbers(self) -> bool:
        return self.columns.has_numbers


@dataclass
class Chunk:
    """Some rows one after the other.  `facts`: field → one value per row; `good` places only
    are fit for the register.
    """

    rows: list[int]
    through: int  # the last row looked at, blank ones included
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


@dataclass
class _Seen:
    """What must not come twice in a file, and whose company it is."""

    people: set[Any] = field(default_factory=set)
    # Keyed by Python's randomly keyed hash of the digits, so that no second list of numbers lies
    # in memory; the value tells who came first.
    numbers: dict[int, tuple[str, date | None]] = field(default_factory=dict)
    company: str = ""


def recognise(content: bytes) -> Layout:
    """Encoding, delimiter, kind and columns of a file.  Raises FileRefused."""
    encoding = recognise_encoding(content)
    text = _text(content, encoding)
    line = text.readline(100_000)
    delimiter = "\t" if line.count("\t") > line.count(",") else ","
    rows = csv.reader(_text(content, encoding), delimiter=delimiter, strict=True)
    try:
        first = next(rows, [])
        second = next((row for row in rows if not _is_blank(row)), None)
    except csv.Error:
        raise FileRefused(FileCode.BROKEN_QUOTING) from None
    columns = recognise_columns(first)
    if second is None:
        raise FileRefused(FileCode.NO_ROWS)
    return Layout(encoding, delimiter, columns)


def chunks(content: bytes, layout: Layout, *, today: date, size: int) -> Iterator[Chunk]:
    """Every row that is not blank, checked, `size` rows of the file at a time.

    Raises FileRefused where the rest is unreadable.
    """
    seen = _Seen()
    rows = csv.reader(_text(content, layout.encoding), delimiter=layout.delimiter, strict=True)
    try:
        next(rows)
        start = 1
        while batch := list(islice(rows, size)):
            through = start + len(batch) - 1
            if through > MAX_ROWS:
                raise FileRefused(FileCode.TOO_MANY_ROWS)
            yield _check(batch, start, layout.columns, seen, today)
            start = through + 1
    except csv.Error:
        raise FileRefused(FileCode.BROKEN_QUOTING) from None


def _text(content: bytes, encoding: str) -> io.TextIOWrapper:
    # Line ends are the CSV reader's business: a cell may hold one.
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")


def _is_blank(row: Sequence[str]) -> bool:
    return not "".join(row).strip(_BLANK)


def _check(batch: list[list[str]], start: int, columns: Columns, seen: _Seen, today: date) -> Chunk:
    numbered = [(row, cells_) for row, cells_ in enumerate(batch, start) if not _is_blank(cells_)]
    found = Findings([row for row, _ in numbered])
    lines = [_fitted(place, line, columns, found) for place, (_, line) in enumerate(numbered)]
    by_place = list(zip(*lines, strict=True)) or [()] * columns.width
    raw = {name: by_place[place] for name, place in columns.places.items()}
    facts = _facts(raw, columns.kind, found)
    numbers: list[MyNumber | None] = [None] * len(lines)
    if columns.has_numbers:
        numbers = cells.numbers(raw["number"], label_of(columns.kind, "number"), found)
    chunk = Chunk(
        rows=list(found.rows),
        through=start + len(batch) - 1,
        kind=columns.kind,
        facts=facts,
        numbers=numbers,
        found=found,
    )
    _check_across(chunk, raw, today)
    _refuse_repeated(chunk, seen)
    if "company_code" in raw:
        _refuse_other_company(chunk, raw["company_code"], seen)
    found.problems.sort(key=lambda problem: problem.row)
    return chunk


def _fitted(place: int, line: list[str], columns: Columns, found: Findings) -> list[str]:
    """The row at exactly the width of the headings; a row that does not fit is refused."""
    surplus = len(line) - columns.width
    if surplus:
        if surplus < 0 or not _is_blank(line[columns.width :]):
            found.add(place, "", Code.COLUMNS_DO_NOT_FIT)
        line = [*line[: columns.width], *[""] * -surplus]
    if max(map(len, line)) > MAX_CELL:
        found.add(place, "", Code.TOO_LONG)
        line = [cell[:MAX_CELL] for cell in line]
    return line


def _facts(  # noqa: C901  one branch per kind of column
    raw: dict[str, tuple[str, ...]], kind: SheetKind, found: Findings
) -> dict[str, list[Any]]:
    facts: dict[str, list[Any]] = {}
    for name, column in raw.items():
        label = label_of(kind, name)
        if name in _DATES:
            facts[name] = cells.dates(column, label, found)
        elif name in _FLAGS:
            facts[name] = cells.flags(column, label, found)
        elif name in _LONGEST:
            facts[name] = cells.texts(column, label, found, _LONGEST[name])
        elif name in _COLUMNS:
            facts[name] = _COLUMNS[name](column, label, found)
    if "pension_number" in raw:
        label = label_of(kind, "pension_number")
        facts["pension_number"] = cells.digits(raw["pension_number"], label, found, 10, 10)
    if "insured_number" in raw:
        label = label_of(kind, "insured_number")
        facts["insured_number"] = cells.digits(raw["insured_number"], label, found, 1, 6)
    if "relationship" in raw:
        label = label_of(kind, "relationship")
        sexes = facts.get("sex") or [""] * len(raw["relationship"])
        facts["relationship"] = cells.relationships(raw["relationship"], label, found, sexes)
    for name in _KEPT_IN_CLEAR:
        if name in facts:
            cells.refuse_numbers_in_text(facts[name], label_of(kind, name), found)
    return facts


_COLUMNS: Final[Mapping[str, Callable[[Sequence[str], str, Findings], list[Any]]]] = {
    "employee_code": cells.employee_codes,
    "family_code": cells.family_codes,
    "name": cells.person_names,
    "kana": cells.kana_names,
    "sex": cells.sexes,
    "postcode": cells.postcodes,
    "address": cells.addresses,
    "telephone": cells.telephones,
    "mail": cells.mails,
}


def _check_across(chunk: Chunk, raw: dict[str, tuple[str, ...]], today: date) -> None:
    """What the cells of one row say together."""
    nothing = [None] * len(chunk.rows)
    born, hired, left = (chunk.facts.get(name, nothing) for name in _DATES)
    for place, (birth, hire, leave) in enumerate(zip(born, hired, left, strict=True)):
        problem = dates_fit(born=birth, hired=hire, left=leave, today=today)
        if problem is not None:
            name, code = _RULE_CODES[problem]
            chunk.note(place, name, code, raw[name][place])
    if "category3" in chunk.facts:
        relationships = chunk.facts["relationship"]
        for place, flag in enumerate(chunk.facts["category3"]):
            if flag and family_fits(relationship=relationships[place], category3=True):
                chunk.note(place, "category3", Code.CATEGORY3_NOT_SPOUSE)


def _refuse_repeated(chunk: Chunk, seen: _Seen) -> None:
    """The first row of a person or number counts, even if it is refused; later ones do not."""
    codes = chunk.facts["employee_code"]
    families = chunk.facts.get("family_code")
    for place, code in enumerate(codes):
        key = (code, families[place]) if families else code
        if not code or (families and families[place] is None):
            continue
        if key in seen.people:
            field_name = "family_code" if families else "employee_code"
            twice = Code.FAMILY_TWICE if families else Code.EMPLOYEE_TWICE
            chunk.note(place, field_name, twice, code)
        seen.people.add(key)
    births = chunk.facts.get("birth_date") or [None] * len(codes)
    for place, number in enumerate(chunk.numbers):
        if number is None:
            continue
        mark, holder = hash(number.reveal_digits()), (codes[place], births[place])
        first = seen.numbers.get(mark)
        if first is None:
            seen.numbers[mark] = holder
        elif families and _may_be_same_child(first, holder):
            chunk.note(place, "number", Code.NUMBER_ALSO_HELD)
        else:
            chunk.note(place, "number", Code.NUMBER_TWICE)


def _may_be_same_child(first: tuple[str, date | None], other: tuple[str, date | None]) -> bool:
    """One child can be the dependant of two employees: same birthday, different employee."""
    return first[0] != other[0] and first[1] is not None and first[1] == other[1]


def _refuse_other_company(chunk: Chunk, company_codes: Sequence[str], seen: _Seen) -> None:
    # Numbers of another legal entity's people would be a provision (番号法 第19条).
    for place, text in enumerate(company_codes):
        code = text.strip(_BLANK)
        seen.company = seen.company or code
        if code and code != seen.company:
            chunk.note(place, "company_code", Code.OTHER_COMPANY, code)
