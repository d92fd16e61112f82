"""A file of any payroll as facts of people.  Pure.

Columns are known as a sheet's are: by our own headings, by a product's, or by what the company has
said.  Values are read a column at a time, since a file has millions of cells.  A column of
numbers is never looked at.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, Final, cast

from azukari.check.difference.facts import BETWEEN, FIELDS, PLACE, Facts, Field, Key, SpokenOf
from azukari.check.difference.payroll_values import (
    Meanings,
    code_of,
    family_code_of,
    meanings_of,
)
from azukari.law.relationship import Relationship
from azukari.products.headings import plain
from azukari.products.preset import Preset
from azukari.products.recognition import Recognised, recognise
from azukari.register.sheets.codes import FileCode, FileRefused
from azukari.register.sheets.headings import SheetKind, headings, recognise_columns
from azukari.register.sheets.limits import MAX_ROWS
from azukari.register.sheets.packed import Packed
from azukari.register.sheets.table import Table, open_table

_ROWS_LOOKED_AT: Final = 20
_PER_STEP: Final = 10_000
_NAME, _RELATIONSHIP = PLACE[Field.NAME], PLACE[Field.RELATIONSHIP]
_OF_EMPLOYEES: Final = frozenset({"", Relationship.SELF.code})
_LEFT_ON: Final = frozenset(map(plain, headings(SheetKind.EMPLOYEES)["left_on"]))

Columns = Mapping[str, tuple[int, ...]]
"""A fact of one person → where it stands; parts of a name or address stand in several columns."""

# A fact → ways in which products keep it, the whole before its parts.
_WAYS: Final[Mapping[Field, tuple[tuple[str, ...], ...]]] = {
    Field.NAME: (("name",), ("family_name", "given_name"), ("name_unspaced",)),
    Field.KANA: (("kana",), ("family_kana", "given_kana")),
    Field.BIRTH: (("birth_date",), ("birth_era", "birth_digits")),
    Field.SEX: (("sex",),),
    Field.RELATIONSHIP: (("relationship",),),
    Field.TAX: (("tax_dependent",), ("tax_excluded",), ("dependence",)),
    Field.HEALTH: (("health_dependent",), ("dependence",)),
    Field.CATEGORY3: (("category3",),),
    Field.POSTCODE: (("postcode",), ("postcode_1", "postcode_2")),
    Field.ADDRESS: (
        ("address",),
        ("prefecture", "city", "street", "building"),
        ("prefecture", "city", "street"),
        ("prefecture", "city", "address_1", "address_2"),
        ("address_1", "address_2"),
    ),
    Field.ENDED: (
        ("left_on", "dependent_until"),
        ("left_on",),
        ("dependent_until",),
        ("tax_dep_to",),
    ),
}


@dataclass(frozen=True)
class Slot:
    """One person of a row: an employee, or one of the family side by side."""

    is_family: bool
    ways: Mapping[Field, tuple[tuple[str, int], ...]]  # fact → names and places of its parts
    family_code: int = -1  # the column of 家族連番

    @property
    def about(self) -> str:
        return "family" if self.is_family else "employee"


@dataclass(frozen=True)
class Layout:
    """`one_each`: every row is about one person, an employee or one of the family by 続柄."""

    table: Table
    heading_row: int
    employee_code: int
    slots: tuple[Slot, ...]
    preset: Preset | None
    one_each: bool
    is_sure: bool

    @property
    def spoken_of(self) -> SpokenOf:
        of_family = [slot for slot in self.slots if slot.is_family]
        own = self.slots if self.one_each else [s for s in self.slots if not s.is_family]
        return SpokenOf(*(frozenset(chain(*(s.ways for s in some))) for some in (own, of_family)))


@dataclass
class Told:
    """Everybody of a file.  `nameless`: rows without 社員番号; `twice`: people who came again."""

    people: dict[Key, Facts] = field(default_factory=dict)
    families: list[tuple[str, Facts]] = field(default_factory=list)  # of files without 家族連番
    rows: int = 0
    nameless: int = 0
    twice: int = 0


def layout_of(content: bytes | Packed | Table, mapping: Mapping[str, str] | None = None) -> Layout:
    """Which columns say what.  Raises FileRefused when nothing says whose rows they are."""
    table = open_table(content)
    rows = table.first_rows(_ROWS_LOOKED_AT)
    known = recognise(rows, mapping)
    if known is None or not (known.is_sure or mapping):
        ours = _ours(table, rows)
        if ours is not None:
            return ours
    if known is None:
        raise FileRefused(FileCode.UNKNOWN_HEADINGS)
    return _foreign(table, known, is_mapped=bool(mapping))


def read(layout: Layout, step: Callable[[int], None] = lambda _rows: None) -> Told:
    """Everybody the file names; `step` hears how many rows are done."""
    told = Told()
    rows = layout.table.rows()
    for _ in range(layout.heading_row + 1):
        next(rows)
    reader = _Reader(layout)
    while batch := list(islice(rows, _PER_STEP)):
        told.rows += len(batch)
        if told.rows > MAX_ROWS:
            raise FileRefused(FileCode.TOO_MANY_ROWS)
        reader.take(batch, told)
        step(told.rows)
    return told


# which columns --------------------------------------------------------------------------------


def _ours(table: Table, rows: Sequence[Sequence[str]]) -> Layout | None:
    """A file under our own headings, or spellings near to them."""
    try:
        known = recognise_columns(rows[0] if rows else [])
    except FileRefused:
        return None
    if known.kind is SheetKind.PAYEES:
        return None
    is_family = known.kind is SheetKind.FAMILIES
    # A payroll lists both, with columns that our own files have for employees only.
    left = [at for at, text in enumerate(rows[0]) if plain(text) in _LEFT_ON]
    places = {**({"left_on": left[0]} if left else {}), **known.places}
    slot = Slot(is_family, _ways(places), places.get("family_code", -1))
    return Layout(
        table, 0, known.places["employee_code"], (slot,), None, one_each=is_family, is_sure=True
    )


def _foreign(table: Table, known: Recognised, *, is_mapped: bool) -> Layout:
    employee: dict[str, int] = {}
    members: dict[int, dict[str, int]] = {}
    for place in known.places:
        about, _, name = place.field.partition(".")
        if about == "family":
            members.setdefault(place.member, {})[name] = place.at
        elif about in {"employee", "person"}:
            employee[name] = place.at
    if "employee_code" not in employee:
        raise FileRefused(FileCode.HEADING_MISSING, "社員番号")
    at = employee.pop("employee_code")
    # One 続柄 beside one name: rows list employees and families alike.
    one_each = set(members) == {0} and not {"name", "family_name"} & members[0].keys()
    if one_each:
        merged = {**employee, **members[0]}
        slots = (Slot(True, _ways(merged), merged.get("family_code", -1)),)
    else:
        own = _ways(employee)
        slots = (
            *((Slot(False, own),) if Field.NAME in own and 0 not in members else ()),
            *(
                Slot(True, _ways(one), one.get("family_code", -1))
                for _, one in sorted(members.items())
            ),
        )
    if not slots:
        raise FileRefused(FileCode.HEADING_MISSING, "氏名")
    is_sure = known.is_sure or is_mapped
    return Layout(table, known.heading_row, at, slots, known.preset, one_each, is_sure)


def _ways(places: Mapping[str, int]) -> dict[Field, tuple[tuple[str, int], ...]]:
    found: dict[Field, tuple[tuple[str, int], ...]] = {}
    for name, ways in _WAYS.items():
        for parts in ways:
            if all(part in places for part in parts):
                found[name] = tuple((part, places[part]) for part in parts)
                break
    return found


# what they say --------------------------------------------------------------------------------


class _Reader:
    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._long = layout.preset.code_length if layout.preset else 0
        self._numbers = Meanings(family_code_of)
        self._meanings = [
            {
                name: meanings_of(slot.about, layout.preset, name, [part for part, _ in parts])
                for name, parts in slot.ways.items()
            }
            for slot in layout.slots
        ]

    def take(self, batch: list[list[str]], told: Told) -> None:
        rows = _of_one_width(batch)
        columns = list(zip(*rows, strict=True))
        codes = self._codes_in(_column(columns, self._layout.employee_code))
        if "" in codes:
            told.nameless += sum(
                not code and any(cell.strip() for cell in row)
                for code, row in zip(codes, rows, strict=True)
            )
        for slot, meanings in zip(self._layout.slots, self._meanings, strict=True):
            numbers = self._numbers.of(_column(columns, slot.family_code))
            said = list(_said(slot, meanings, columns))
            self._take_slot(slot, codes, numbers, said, told)

    def _codes_in(self, cells: Sequence[str]) -> Sequence[str]:
        whole = "".join(cells)
        if not self._long and whole.isascii() and whole.split(None, 1) == [whole]:
            return cells
        return [code_of(cell, long=self._long) for cell in cells]

    def _take_slot(
        self,
        slot: Slot,
        codes: Sequence[str],
        numbers: Sequence[int | None],
        said: Sequence[Sequence[str]],
        told: Told,
    ) -> None:
        facts, names = _put_together(said), said[_NAME]
        if slot.is_family and None not in numbers and all(codes) and all(names):
            keys = list(zip(codes, cast("Sequence[int]", numbers), strict=True))
        else:
            rows = zip(codes, numbers, names, said[_RELATIONSHIP], facts, strict=True)
            people = list(self._one_by_one(slot, rows, told))
            keys, facts = [key for key, _ in people], [said for _, said in people]
        before = len(told.people)
        deque(map(told.people.setdefault, keys, facts), maxlen=0)
        told.twice += before + len(keys) - len(told.people)

    def _one_by_one(
        self, slot: Slot, rows: Iterable[tuple[str, int | None, str, str, Facts]], told: Told
    ) -> Iterator[tuple[Key, Facts]]:
        for code, number, name, relationship, facts in rows:
            is_own = not slot.is_family or (
                self._layout.one_each
                and (number == 0 or (number is None and relationship in _OF_EMPLOYEES))
            )
            if not code or not (is_own or name or relationship):
                continue  # of nobody, or an empty place among the family side by side
            if is_own:
                yield (code, 0), facts
            elif number is None:
                told.families.append((code, facts))
            else:
                yield (code, number), facts


def _of_one_width(batch: list[list[str]]) -> list[list[str]]:
    widths = set(map(len, batch))
    if len(widths) == 1:
        return batch
    return [row + [""] * (max(widths) - len(row)) for row in batch]


def _column(columns: Sequence[Sequence[str]], place: int) -> Sequence[str]:
    return columns[place] if 0 <= place < len(columns) else [""] * len(columns[0])


def _put_together(said: Sequence[Sequence[str]]) -> list[Facts]:
    """Of a column for each of `FIELDS` the facts of each row."""
    facts = list(map(BETWEEN.join, zip(*said, strict=True)))
    if "".join(facts).count(BETWEEN) == len(facts) * (len(FIELDS) - 1):
        return facts
    return [
        BETWEEN.join([text.replace(BETWEEN, " ") for text in row])
        for row in zip(*said, strict=True)
    ]


def _said(
    slot: Slot, meanings: Mapping[Field, Meanings], columns: Sequence[Sequence[str]]
) -> Iterator[Sequence[str]]:
    """For each of `FIELDS` its column."""
    nothing = [""] * len(columns[0])
    sexes: Sequence[str] = nothing
    for name in FIELDS:
        if name not in meanings:
            yield nothing
            continue
        cells: Iterable[Any] = _column(columns, slot.ways[name][0][1])
        if name is Field.RELATIONSHIP:
            cells = zip(cells, sexes, strict=True)  # 配偶者 and 父母 are told apart by it
        elif len(slot.ways[name]) > 1:
            cells = zip(*(_column(columns, at) for _, at in slot.ways[name]), strict=True)
        values = meanings[name].of(cells)
        if name is Field.SEX:
            sexes = values
        yield values
