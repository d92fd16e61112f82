"""Bytes → rows → checked chunks.  Pure: no Django, no tables.

`recognise` looks at the file and its headings; `chunks` goes through the rows.  Both readers of a
file, the check and the application, go this way, so that they see the same rows and refuse the
same ones.  Memory holds the bytes, one chunk, and what is known of earlier rows.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from math import gcd
from typing import Any, Final

from azukari.law.number import MyNumber
from azukari.products.recognition import Recognised
from azukari.products.recognition import recognise as recognise_product
from azukari.register.sheets import cells, choices, text_cells
from azukari.register.sheets.across import check_across
from azukari.register.sheets.chunk import Chunk
from azukari.register.sheets.codes import Code, FileCode, FileRefused, Problem
from azukari.register.sheets.findings import Findings, shown
from azukari.register.sheets.foreign import Foreign, Line, as_ours
from azukari.register.sheets.headings import (
    EMPLOYEE_NAME,
    LAW_KINDS,
    Columns,
    SheetKind,
    is_our_template,
    label_of,
    recognise_columns,
)
from azukari.register.sheets.limits import MAX_COLUMNS, MAX_ROWS
from azukari.register.sheets.packed import Packed
from azukari.register.sheets.seen import Seen
from azukari.register.sheets.table import Table, open_table
from azukari.register.sheets.unread import BLANK, Unread, is_blank

# Titles of an Excel book and some rows below its headings.
_ROWS_LOOKED_AT = 20
# So few are cut into columns while they lie in the processor's own memory.
_ROWS_AT_ONCE = 250
_FLAGS = (
    "lives_together", "tax_dependent", "health_dependent", "category3", "specific_relative",
    "disabled", "nonresident", "paper_held",
)  # fmt: skip
_DATES = (
    "birth_date", "hired_on", "left_on", "dependent_until", "contract_from", "contract_to",
    "last_paid_on", "verified_on",
)  # fmt: skip
_DIGITS = {
    "pension_number": (10, 10), "insured_number": (1, 6), "employment_insurance_number": (11, 11),
}  # fmt: skip
_KEPT_IN_CLEAR = (
    "employee_code", "name", "kana", "department_code", "department", "address", "address_kana",
    "mail", "verified_by",
)  # fmt: skip
_LONGEST = {"department_code": 20, "department": 80, "address_kana": 200, "verified_by": 60}


@dataclass(frozen=True)
class Layout:
    """`columns` for each kind of person the file is about; `foreign` when its headings are those
    of another product.
    """

    table: Table
    columns: Mapping[SheetKind, Columns]
    foreign: Foreign | None = None

    @property
    def encoding(self) -> str:
        return self.table.encoding

    @property
    def kind(self) -> SheetKind:
        [kind, *others] = self.columns
        return SheetKind.MIXED if others else kind

    @property
    def heading_row(self) -> int:
        """Counted from 0 among the rows of the file; -1 when it has none."""
        return self.foreign.known.heading_row if self.foreign else 0

    @property
    def is_guess(self) -> bool:
        """Whether the columns are known by general spellings only, so that somebody should look."""
        return self.foreign is not None and not self.foreign.known.is_sure

    @property
    def product(self) -> str:
        """The product whose export it is; empty when no preset knows it."""
        preset = self.foreign.known.preset if self.foreign else None
        return preset.product if preset else ""

    @property
    def has_numbers(self) -> bool:
        return any(columns.has_numbers for columns in self.columns.values())

    @property
    def not_taken(self) -> tuple[str, ...]:
        return next(iter(self.columns.values())).not_taken

    def left_aside(self) -> list[Problem]:
        """What of the file is passed over: columns, and sheets of a book."""
        columns = [Problem(0, shown(one), Code.COLUMN_NOT_TAKEN) for one in self.not_taken]
        sheets = [Problem(0, shown(one), Code.SHEET_NOT_READ) for one in self.table.not_read()]
        return columns + sheets


@dataclass(frozen=True)
class Batch:
    """Some rows of the file; `through` is the last one looked at, blank ones included."""

    through: int
    chunks: list[Chunk]  # one for each kind of person the file is about


@dataclass
class _Earlier:
    """What must not come twice in a file, and whose company it is.

    By Python's randomly keyed hashes, so that no second list of numbers lies in memory; the value
    of a number tells who came first (`_holder`).
    """

    people: Seen
    numbers: Seen
    company: str = ""

    @classmethod
    def of(cls, rows: int) -> "_Earlier":
        return cls(Seen(rows), Seen(rows, with_values=True))


def recognise(content: bytes | Packed | Table, mapping: Mapping[str, str] | None = None) -> Layout:
    """What the file is and which columns it has.  Raises FileRefused.

    Headings as our template spells them need no guess.  Then comes a product that is sure, then
    spellings near to ours, then spellings of anybody.  `mapping`: heading → field of
    `azukari.products`, as the company has said it; it wins over all but the template.
    """
    table = open_table(content)
    rows = table.first_rows(_ROWS_LOOKED_AT)
    if max(map(len, rows), default=0) > MAX_COLUMNS:
        raise FileRefused(FileCode.TOO_MANY_COLUMNS)
    known = None if is_our_template(rows) else recognise_product(rows, mapping)
    layout, headings_at = _layout(table, rows, known, is_mapped=bool(mapping))
    below = rows[headings_at + 1 :]
    if all(map(is_blank, below)) and len(rows) < _ROWS_LOOKED_AT:
        raise FileRefused(FileCode.NO_ROWS)
    return layout


def _layout(
    table: Table, rows: Sequence[Sequence[str]], known: Recognised | None, *, is_mapped: bool
) -> tuple[Layout, int]:
    """And the place of its headings among the rows."""
    if known is not None and (known.is_sure or is_mapped):
        return _foreign(table, known)
    try:
        ours = recognise_columns(rows[0] if rows else [])
    except FileRefused as refused:
        if known is None or refused.code is FileCode.HEADING_TWICE:
            raise
        return _foreign(table, known)
    return Layout(table, {ours.kind: ours}), 0


def _foreign(table: Table, known: Recognised) -> tuple[Layout, int]:
    foreign = as_ours(known)
    return Layout(table, foreign.columns, foreign), known.heading_row


def batches(layout: Layout, *, today: date, size: int) -> Iterator[Batch]:
    """Every row that is not blank, checked, `size` rows of the file at a time.

    Raises FileRefused where the rest is unreadable.
    """
    seen = _Earlier.of(min(layout.table.content.lines, MAX_ROWS))
    for gathered, through in _gathered(layout, size):
        if through > MAX_ROWS:
            raise FileRefused(FileCode.TOO_MANY_ROWS)
        yield Batch(through, [_check(unread, seen, today) for unread in gathered])


def _gathered(layout: Layout, size: int) -> Iterator[tuple[list[Unread], int]]:
    """The cells of so many rows, and the last row looked at."""
    few = gcd(size, _ROWS_AT_ONCE)
    blocks = lines_of(layout, few)
    for first in blocks:
        gathered = {kind: Unread(columns) for kind, columns in layout.columns.items()}
        for lines, last in chain([first], islice(blocks, size // few - 1)):
            through = last
            for kind, unread in gathered.items():
                unread.add([one for one in lines if one.kind is kind])
        yield list(gathered.values()), through


def lines_of(layout: Layout, size: int) -> Iterator[tuple[list[Line], int]]:
    """The people of some rows under our columns, unchecked, and the last row looked at."""
    if layout.foreign is not None:
        of_rows = layout.foreign.lines(layout.table)
        while some := list(islice(of_rows, size)):
            lines = [line for row in some for line in row]
            if lines:
                yield lines, lines[-1].row
        return
    rows = layout.table.rows()
    next(rows)
    through, kind = 0, layout.kind
    while batch := list(islice(rows, size)):
        start, through = through + 1, through + len(batch)
        numbered = enumerate(batch, start)
        yield [Line(kind, at, cells) for at, cells in numbered if not is_blank(cells)], through


def _check(unread: Unread, seen: _Earlier, today: date) -> Chunk:
    columns, found, raw = unread.columns, unread.found, unread.cells
    chunk = Chunk(
        rows=unread.rows,
        kind=columns.kind,
        facts=_facts(raw, columns.kind, found),
        numbers=_numbers(unread, raw),
        found=found,
    )
    check_across(chunk, raw, today)
    _refuse_repeated(chunk, seen)
    if "company_code" in raw:
        _refuse_other_company(chunk, raw["company_code"], seen)
    found.problems.sort(key=lambda problem: problem.row)
    return chunk


def _numbers(unread: Unread, raw: Mapping[str, list[str]]) -> list[MyNumber | None]:
    columns = unread.columns
    if not columns.has_numbers:
        return [None] * len(unread.rows)
    label = label_of(columns.kind, "number")
    may_lack = columns.may_lack_number
    return cells.numbers(raw["number"], label, unread.found, may_lack=may_lack)


def _facts(  # noqa: C901  one branch per kind of column
    raw: Mapping[str, list[str]], kind: SheetKind, found: Findings
) -> dict[str, list[Any]]:
    facts: dict[str, list[Any]] = {}
    for name, column in raw.items():
        label = label_of(kind, name)
        if name in _DATES:
            facts[name] = cells.dates(column, label, found)
        elif name in _FLAGS:
            facts[name] = cells.flags(column, label, found)
        elif name in _LONGEST:
            facts[name] = text_cells.texts(column, label, found, _LONGEST[name])
        elif name in _DIGITS:
            facts[name] = cells.digits(column, label, found, *_DIGITS[name])
        elif name in choices.CHECKS:
            facts[name] = choices.methods(column, label, found, choices.CHECKS[name])
        elif name == "provision":
            facts[name] = choices.provisions(column, label, found, LAW_KINDS[kind])
        elif name in _COLUMNS:
            facts[name] = _COLUMNS[name](column, label, found)
    if EMPLOYEE_NAME in raw:
        facts[EMPLOYEE_NAME] = list(raw[EMPLOYEE_NAME])
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
    "name": text_cells.person_names,
    "kana": text_cells.kana_names,
    "sex": cells.sexes,
    "postcode": text_cells.postcodes,
    "address": text_cells.addresses,
    "telephone": text_cells.telephones,
    "mail": text_cells.mails,
    "employment_class": choices.employment_classes,
    "payee_kind": choices.payee_kinds,
    "purposes": choices.purposes,
    "change_reason": choices.change_reasons,
}


def _refuse_repeated(chunk: Chunk, seen: _Earlier) -> None:
    """The first row of a person or number counts, even if it is refused; later ones do not."""
    nobody: list[Any] = [""] * len(chunk.rows)
    codes = chunk.facts.get("employee_code", nobody)
    families = chunk.facts.get("family_code")
    if families is None and chunk.kind is SheetKind.FAMILIES:
        # Told apart by their names when they are compared with the register.
        codes = nobody
    field_name, twice, people = "employee_code", Code.EMPLOYEE_TWICE, list(map(_hashed, codes))
    if families:
        field_name, twice = "family_code", Code.FAMILY_TWICE
        people = [
            None if family is None or not code else hash((code, family))
            for code, family in zip(codes, families, strict=True)
        ]
    for place, _ in seen.people.put_each(people):
        chunk.note(place, field_name, twice, codes[place])
    births = chunk.facts.get("birth_date") or [None] * len(codes)
    hosts = chunk.facts.get("employee_code", chunk.facts.get(EMPLOYEE_NAME, nobody))
    holders = list(map(_holder, hosts, births))
    numbers = [number and hash(number.reveal_digits()) for number in chunk.numbers]
    for place, first in seen.numbers.put_each(numbers, holders):
        if chunk.kind is SheetKind.FAMILIES and _may_be_same_child(first, holders[place]):
            chunk.note(place, "number", Code.NUMBER_ALSO_HELD)
        else:
            chunk.note(place, "number", Code.NUMBER_TWICE)


def _hashed(text: str) -> int | None:
    return hash(text) if text else None


_BIRTH_BITS: Final = 22  # the last day of the year 9999 is number 3,652,059
_BIRTH: Final = (1 << _BIRTH_BITS) - 1
_HOST: Final = (1 << 64 - _BIRTH_BITS) - 1


def _holder(host: str, birth: date | None) -> int:
    """The employee a number came with, and the birthday; 64 bits."""
    return (hash(host) & _HOST) << _BIRTH_BITS | (birth.toordinal() if birth else 0)


def _may_be_same_child(first: int, other: int) -> bool:
    """One child can be the dependant of two employees: same birthday, different employee."""
    is_same_birth = first & _BIRTH == other & _BIRTH != 0
    return is_same_birth and first >> _BIRTH_BITS != other >> _BIRTH_BITS


def _refuse_other_company(chunk: Chunk, company_codes: Sequence[str], seen: _Earlier) -> None:
    # Numbers of another legal entity's people would be a provision (番号法 第19条).
    if {text.strip(BLANK) for text in set(company_codes)} <= {seen.company, ""}:
        return
    for place, text in enumerate(company_codes):
        code = text.strip(BLANK)
        seen.company = seen.company or code
        if code and code != seen.company:
            chunk.note(place, "company_code", Code.OTHER_COMPANY, code)
