"""From the first rows of a file: its product, the row of headings, and a field for each column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from azukari.products.headings import plain
from azukari.products.preset import (
    IGNORED,
    Kind,
    Preset,
    Signature,
    aliases,
    never_taken,
    presets,
)

# Titles and dates of print stand above the headings in files made for people.
_ROWS_SEARCHED = 10
_SURE = 0.7
_GIVEN_BESIDE_FAMILY = {"employee.family_name", "employee.given_name"}


@dataclass(frozen=True)
class Place:
    """What a column holds.  `member`: which of the family side by side, 0 for none."""

    at: int
    heading: str
    field: str
    member: int = 0


@dataclass(frozen=True)
class Recognised:
    """`preset` is None when only general spellings were found.

    `is_sure`: the signature of a preset holds and it knows seven columns of ten; otherwise
    somebody should look at the mapping.  `not_taken`: headings nobody knows; `dropped`: those
    that must not be kept (bank accounts and the like).
    """

    preset: Preset | None
    heading_row: int  # counted from 0; -1 when the file has none
    places: tuple[Place, ...]
    not_taken: tuple[str, ...]
    dropped: tuple[str, ...]
    is_sure: bool

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(place.field for place in self.places)


def recognise(
    rows: Sequence[Sequence[str]], mapping: Mapping[str, str] | None = None
) -> Recognised | None:
    """Takes the first rows of a file, title rows included; None when they say nothing.

    `mapping`: heading → field (or `ignore`) as the company has said; it wins over all tables.
    """
    said = {plain(heading): field for heading, field in (mapping or {}).items()}
    found = [
        _with_headings(at, row, said)
        for at, row in enumerate(rows[:_ROWS_SEARCHED])
        if sum(bool(cell.strip()) for cell in row) > 1
    ]
    best = max(filter(None, found), key=_weight, default=None)
    return best or _without_headings(rows)


def _weight(one: Recognised) -> tuple[bool, int]:
    return one.is_sure, len(one.places)


# with headings --------------------------------------------------------------------------------


def _with_headings(at: int, headings: Sequence[str], said: Mapping[str, str]) -> Recognised | None:
    names = [plain(heading) for heading in headings]
    fitting = [
        _mapped(preset, at, headings, names, said)
        for preset in presets()
        if preset.has_headings and _fits(preset.signature, names)
    ]
    sure = [one for one in fitting if one.is_sure]
    if sure:
        return max(sure, key=_strength)
    general = _mapped(None, at, headings, names, said)
    # What only one product writes still helps when a company has added columns of its own.
    best = max([general, *fitting], key=lambda one: len(one.places))
    is_known = len(best.fields) > 1 or (best.preset is not None and best.preset.kind is Kind.CODES)
    return best if is_known else None


def _strength(one: Recognised) -> tuple[int, int]:
    """The preset that explains the most; of two, the one that asked for more."""
    preset = one.preset
    if preset is None:
        return len(one.places), 0
    wanted = preset.signature
    return len(one.places), len(wanted.all) + wanted.min_any + len(wanted.first_columns)


def _fits(wanted: Signature, names: Sequence[str]) -> bool:
    present = {name for name in names if name}
    if not wanted.all <= present or wanted.none & present:
        return False
    if tuple(names[: len(wanted.first_columns)]) != wanted.first_columns:
        return False
    if wanted.all_columns_regex is not None:
        pattern = wanted.all_columns_regex
        codes = [name.upper() for name in names if name]
        return len(codes) >= wanted.min_columns and all(map(pattern.search, codes))
    hits = len(wanted.any & present)
    hits += sum(any(map(pattern.search, present)) for pattern in wanted.any_regex)
    return hits >= wanted.min_any


def _mapped(
    preset: Preset | None,
    at: int,
    headings: Sequence[str],
    names: Sequence[str],
    said: Mapping[str, str],
) -> Recognised:
    members: dict[str, int] = {}
    places: list[Place] = []
    not_taken: list[str] = []
    dropped: list[str] = []
    known = 0
    general = _general(names)
    for column, name in enumerate(names):
        if not name:
            continue
        heading = headings[column].strip()
        if name in never_taken() and name not in said:
            dropped.append(heading)
            known += 1
            continue
        place = (said[name], 0) if name in said else _place(preset, name, members)
        known += place is not None
        place = place or _guess(preset, general.get(name))
        if place is None:
            not_taken.append(heading)
            continue
        field, member = place
        if field != IGNORED:
            places.append(Place(column, heading, field, member))
    wide = sum(bool(name) for name in names)
    return Recognised(
        preset=preset,
        heading_row=at,
        places=tuple(_once(places)),
        not_taken=tuple(not_taken),
        dropped=tuple(dropped),
        is_sure=preset is not None and known >= _SURE * wide,
    )


def _place(preset: Preset | None, name: str, members: dict[str, int]) -> tuple[str, int] | None:
    if preset is None:
        return None
    field = preset.field_of(name)
    if field is not None:
        return field, 0
    for block in preset.blocks:
        match = block.prefix.match(name)
        if match and name[match.end() :] in block.fields:
            member = members.setdefault(match.group(), len(members) + 1)
            return block.fields[name[match.end() :]], member
    return None


def _guess(preset: Preset | None, field: str | None) -> tuple[str, int] | None:
    """A general spelling, in files whose rows are about the person the field is about."""
    if field is None:
        return None
    about_family = preset is not None and preset.kind in {Kind.FAMILY_LONG, Kind.FAMILY_WIDE}
    if about_family and field.startswith("employee.") and field != "employee.employee_code":
        return None
    return field, 0


def _general(names: Sequence[str]) -> dict[str, str]:
    """Heading → field by general spellings; 名前 is the given name only beside a family name."""
    candidates = {name: aliases()[name] for name in names if name in aliases()}
    has_family_name = any("employee.family_name" in fields for fields in candidates.values())
    return {
        name: next((f for f in fields if (f in _GIVEN_BESIDE_FAMILY) is has_family_name), fields[0])
        for name, fields in candidates.items()
    }


def _once(places: Sequence[Place]) -> list[Place]:
    """Of two columns for one field the first counts."""
    seen: dict[tuple[str, int], Place] = {}
    for place in places:
        seen.setdefault((place.field, place.member), place)
    return list(seen.values())


# without --------------------------------------------------------------------------------------


def _without_headings(rows: Sequence[Sequence[str]]) -> Recognised | None:
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    for preset in presets():
        if not preset.has_headings and filled and all(_looks(preset.signature, r) for r in filled):
            wide = len(filled[0])
            places = tuple(
                Place(column.at, column.heading, column.field)
                for column in preset.columns
                if column.field != IGNORED and column.at < wide
            )
            return Recognised(preset, -1, places, (), (), is_sure=True)
    return None


def _looks(wanted: Signature, row: Sequence[str]) -> bool:
    cells = [cell.strip() for cell in row]
    if len(cells) not in wanted.columns:
        return False
    if any(not cells[at] or cells[at].isdecimal() for at in wanted.non_digit_columns):
        return False
    return all(pattern.search(cells[at]) for at, pattern in (wanted.column_regex or {}).items())
