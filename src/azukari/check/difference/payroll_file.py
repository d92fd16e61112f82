"""A file of any payroll as facts of people.  Pure.

Columns are known as a sheet's are: by our own headings, by a product's, or by what the company has
said.  Values are read a column at a time, since a file has millions of cells.  A column of
numbers is never looked at.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from operator import itemgetter
from typing import Any, Final

from azukari.check.difference.facts import FIELDS, Facts, Field, Key
from azukari.law.address import ContactRefused, parse_postcode, tidy_address
from azukari.law.digits import tidy
from azukari.law.era import DateRefused, from_era_code
from azukari.law.kana import to_full_katakana
from azukari.law.name import tidy_name
from azukari.law.relationship import Relationship, RelationshipRefused, parse_relationship
from azukari.law.sex import Sex, SexUnknown, parse_sex
from azukari.products.headings import plain
from azukari.products.preset import Preset
from azukari.products.recognition import Recognised, recognise
from azukari.products.rows import value_of
from azukari.register.sheets.codes import FileCode, FileRefused
from azukari.register.sheets.headings import SheetKind, headings, recognise_columns
from azukari.register.sheets.limits import MAX_ROWS
from azukari.register.sheets.packed import Packed
from azukari.register.sheets.table import Table, open_table

_ROWS_LOOKED_AT: Final = 20
_PER_STEP: Final = 10_000
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
    def fields(self) -> frozenset[Field]:
        return frozenset(name for slot in self.slots for name in slot.ways)


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


class _Meanings(dict[Any, Any]):
    """Cell → what it means, worked out once: days, words and postcodes come again and again."""

    def __init__(self, meaning: Callable[[Any], Any]) -> None:
        super().__init__()
        self._meaning = meaning

    def of(self, cells: Iterable[Any]) -> list[Any]:
        return list(map(self.__getitem__, cells))

    def __missing__(self, cell: Any) -> Any:
        found = self[cell] = self._meaning(cell)
        return found


class _MeaningsOfMany(_Meanings):
    """Of names and addresses, of which there are as many as people, so that none is remembered.

    `stands`: cells that mean what they are.
    """

    def __init__(self, meaning: Callable[[Any], Any], stands: re.Pattern[str]) -> None:
        super().__init__(meaning)
        self._stands = stands.fullmatch

    def of(self, cells: Iterable[Any]) -> list[Any]:
        stands = self._stands
        values = [cell if stands(cell) else self[cell] for cell in cells]
        self.clear()
        return values


class _Reader:
    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        long = layout.preset.code_length if layout.preset else 0
        self._codes = _Meanings(partial(_code, long=long))
        self._numbers = _Meanings(_family_code)
        self._meanings = [
            {name: _meanings(slot, layout.preset, name, parts) for name, parts in slot.ways.items()}
            for slot in layout.slots
        ]

    def take(self, batch: list[list[str]], told: Told) -> None:
        rows = _of_one_width(batch)
        codes = list(map(self._codes.__getitem__, _column(rows, self._layout.employee_code)))
        if "" in codes:
            told.nameless += sum(
                not code and any(cell.strip() for cell in row)
                for code, row in zip(codes, rows, strict=True)
            )
        for slot, meanings in zip(self._layout.slots, self._meanings, strict=True):
            facts = zip(*_facts(slot, meanings, rows), strict=True)
            numbers = map(self._numbers.__getitem__, _column(rows, slot.family_code))
            self._put(slot, zip(codes, numbers, facts, strict=True), told)
        self._codes.clear()

    def _put(self, slot: Slot, people: Iterable[tuple[str, int | None, Facts]], told: Told) -> None:
        by_relationship = self._layout.one_each
        for code, number, facts in people:
            if not code:
                continue
            if not slot.is_family or (by_relationship and _is_employee(number, facts)):
                key = (code, 0)
            elif not facts[_NAME] and not facts[_RELATIONSHIP]:
                continue  # an empty place among the family side by side
            elif number is None:
                told.families.append((code, facts))
                continue
            else:
                key = (code, number)
            if key in told.people:
                told.twice += 1
            else:
                told.people[key] = facts


def _of_one_width(batch: list[list[str]]) -> list[list[str]]:
    widths = set(map(len, batch))
    if len(widths) == 1:
        return batch
    return [row + [""] * (max(widths) - len(row)) for row in batch]


def _column(rows: list[list[str]], place: int) -> list[str]:
    if 0 <= place < len(rows[0]):
        return list(map(itemgetter(place), rows))
    return [""] * len(rows)


def _facts(
    slot: Slot, meanings: Mapping[Field, _Meanings], rows: list[list[str]]
) -> Iterator[Sequence[str | None]]:
    """For each of `FIELDS` its column."""
    nothing = [None] * len(rows)
    sexes: Sequence[str | None] = nothing
    for name in FIELDS:
        if name not in meanings:
            yield nothing
            continue
        cells: Iterable[Any] = _column(rows, slot.ways[name][0][1])
        if name is Field.RELATIONSHIP:
            cells = zip(cells, sexes, strict=True)  # 配偶者 and 父母 are told apart by it
        elif len(slot.ways[name]) > 1:
            cells = zip(*(_column(rows, at) for _, at in slot.ways[name]), strict=True)
        values = meanings[name].of(cells)
        if name is Field.SEX:
            sexes = values
        yield values


def _meanings(
    slot: Slot, preset: Preset | None, name: Field, parts: Sequence[tuple[str, int]]
) -> _Meanings:
    """How the cells of a fact are read: one cell, or one for each part."""
    meaning = _meaning("family" if slot.is_family else "employee", preset, name, parts)
    has_words = preset is not None and parts[0][0] in preset.values
    if name in _STANDS and len(parts) == 1 and not has_words:
        return _MeaningsOfMany(meaning, _STANDS[name])
    return _Meanings(meaning)


def _meaning(
    about: str, preset: Preset | None, name: Field, parts: Sequence[tuple[str, int]]
) -> Callable[[Any], str | None]:
    names = [part for part, _ in parts]
    first, *others = names
    tidied = _TIDY.get(name, _said)

    def told(cells: Iterable[str]) -> list[str]:
        return [
            value_of(about, part, cell.strip(), preset)
            for part, cell in zip(names, cells, strict=True)
        ]

    match name, first:
        case Field.RELATIONSHIP, _:
            return lambda cells: _relationship(told(cells[:-1])[0], cells[-1])
        case _, "dependence":
            word = "税" if name is Field.TAX else "健"
            return lambda cell: _flag_of(word, told([cell])[0])
        case _, "tax_excluded":
            return lambda cell: {"1": "0", "0": "1"}.get(told([cell])[0])
        case _, "birth_era":
            return lambda cells: _from_era(*told(cells))
    return (lambda cells: tidied(told(cells))) if others else lambda cell: tidied(told([cell]))


_NAME, _RELATIONSHIP = FIELDS.index(Field.NAME), FIELDS.index(Field.RELATIONSHIP)
# What tidying leaves as it is; nearly every name and address of a payroll is written so.
_STANDS: Final = {
    Field.NAME: re.compile(r"\S+(?:\u3000\S+)*"),
    Field.KANA: re.compile(r"[ァ-ヺー・]+(?:\u3000[ァ-ヺー・]+)*"),
    Field.ADDRESS: re.compile(r"\S(?:[^\r\n\t\v\f\x85\u2028\u2029]*\S)?"),
}


def _is_employee(number: int | None, facts: Facts) -> bool:
    if number is not None:
        return number == 0
    return facts[_RELATIONSHIP] in {None, Relationship.SELF.code}


def _code(cell: str, *, long: int) -> str:
    code = cell.strip()
    if not code.isascii():
        code = tidy(code)[0]
    return code.zfill(long) if long and code.isdecimal() else code


def _family_code(cell: str) -> int | None:
    plain = tidy(cell)[0]
    return int(plain) if plain.isdecimal() and len(plain) < 5 else None


def _relationship(told: str, sex: str | None) -> str | None:
    if not told:
        return None
    try:
        return parse_relationship(told, sex=Sex(sex) if sex in set(Sex) else None).code
    except RelationshipRefused:
        return told


def _flag_of(word: str, told: str) -> str | None:
    return None if not told else "1" if word in told else "0"


def _from_era(era: str, digits: str) -> str | None:
    try:
        return from_era_code(era, digits).isoformat()
    except DateRefused:
        return digits or None


def _sex(parts: Sequence[str]) -> str | None:
    try:
        return parse_sex(parts[0]).value
    except SexUnknown:
        return parts[0] or None


def _postcode(parts: Sequence[str]) -> str | None:
    joined = "-".join(filter(None, parts))
    try:
        return parse_postcode(joined)
    except ContactRefused:
        return joined or None


def _said(parts: Sequence[str]) -> str | None:
    return next(filter(None, parts), None)


def _name(parts: Sequence[str]) -> str | None:
    return tidy_name("\u3000".join(filter(None, parts))) or None


def _address(parts: Sequence[str]) -> str | None:
    # What stands last of four parts is the building.
    land, building = (parts[:-1], parts[-1]) if len(parts) == 4 else (parts, "")
    return tidy_address("\u3000".join(filter(None, ["".join(land), building]))) or None


_TIDY: Final[Mapping[Field, Callable[[Sequence[str]], str | None]]] = {
    Field.NAME: _name,
    Field.KANA: lambda parts: to_full_katakana(_name(parts) or "") or None,
    Field.SEX: _sex,
    Field.POSTCODE: _postcode,
    Field.ADDRESS: _address,
}
