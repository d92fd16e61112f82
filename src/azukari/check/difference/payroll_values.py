"""How the cells of a payroll file are read: days, words and names in the notation of `facts`.

A cell that says nothing is "".  Pure.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from azukari.check.difference.facts import Field
from azukari.law.address import ContactRefused, parse_postcode, tidy_address
from azukari.law.digits import tidy
from azukari.law.era import DateRefused, from_era_code
from azukari.law.kana import to_full_katakana
from azukari.law.name import tidy_name
from azukari.law.relationship import RelationshipRefused, parse_relationship
from azukari.law.sex import Sex, SexUnknown, parse_sex
from azukari.products.preset import Preset
from azukari.products.rows import reading_of, value_of

# What tidying leaves as it is; nearly every name and address of a payroll is written so.
_STANDS: Final = {
    Field.NAME: re.compile(r"\S+(?:\u3000\S+)*"),
    Field.KANA: re.compile(r"[ァ-ヺー・]+(?:\u3000[ァ-ヺー・]+)*"),
    Field.ADDRESS: re.compile(r"\S(?:[^\r\n\t\v\f\x85\u2028\u2029]*\S)?"),
}


class Meanings(dict[Any, Any]):
    """Cell → what it means, worked out once: days, words and postcodes come again and again."""

    def __init__(self, meaning: Callable[[Any], Any]) -> None:
        super().__init__()
        self._meaning = meaning

    def of(self, cells: Iterable[Any]) -> list[Any]:
        return list(map(self.__getitem__, cells))

    def __missing__(self, cell: Any) -> Any:
        found = self[cell] = self._meaning(cell)
        return found


class MeaningsOfMany(Meanings):
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


def meanings_of(about: str, preset: Preset | None, name: Field, parts: Sequence[str]) -> Meanings:
    """How the cells of a fact are read: one cell, or one for each part.

    `about`: employee or family.
    """
    meaning = _meaning(about, preset, name, parts)
    has_words = preset is not None and parts[0] in preset.values
    if name in _STANDS and len(parts) == 1 and not has_words:
        return MeaningsOfMany(meaning, _STANDS[name])
    return Meanings(meaning)


def _meaning(
    about: str, preset: Preset | None, name: Field, parts: Sequence[str]
) -> Callable[[Any], str]:
    first, *others = parts
    tidied = _TIDY.get(name, _first)
    readings = [_reading(about, part, preset) for part in parts]

    def told(cells: Iterable[str]) -> list[str]:
        return [read(cell.strip()) for read, cell in zip(readings, cells, strict=True)]

    match name, first:
        case Field.RELATIONSHIP, _:
            return lambda cells: _relationship(told(cells[:-1])[0], cells[-1])
        case _, "dependence":
            word = "税" if name is Field.TAX else "健"
            return lambda cell: _flag_of(word, told([cell])[0])
        case _, "tax_excluded":
            return lambda cell: {"1": "0", "0": "1"}.get(told([cell])[0], "")
        case _, "birth_era":
            return lambda cells: _from_era(*told(cells))
    return (lambda cells: tidied(told(cells))) if others else lambda cell: tidied(told([cell]))


def _reading(about: str, part: str, preset: Preset | None) -> Callable[[str], str]:
    if preset is not None and part in preset.values:
        return lambda cell: value_of(about, part, cell, preset)
    return reading_of(about, part) or str


def code_of(cell: str, *, long: int) -> str:
    """A 社員番号, filled with zeros to the length a product has."""
    code = cell.strip()
    if not code.isascii():
        code = tidy(code)[0]
    return code.zfill(long) if long and code.isdecimal() else code


def family_code_of(cell: str) -> int | None:
    plain = tidy(cell)[0]
    return int(plain) if plain.isdecimal() and len(plain) < 5 else None


def _relationship(told: str, sex: str) -> str:
    if not told:
        return ""
    try:
        return parse_relationship(told, sex=Sex(sex) if sex in set(Sex) else None).code
    except RelationshipRefused:
        return told


def _flag_of(word: str, told: str) -> str:
    return "" if not told else "1" if word in told else "0"


def _from_era(era: str, digits: str) -> str:
    try:
        return from_era_code(era, digits).isoformat()
    except DateRefused:
        return digits


def _sex(parts: Sequence[str]) -> str:
    try:
        return parse_sex(parts[0]).value
    except SexUnknown:
        return parts[0]


def _postcode(parts: Sequence[str]) -> str:
    joined = "-".join(filter(None, parts))
    try:
        return parse_postcode(joined)
    except ContactRefused:
        return joined


def _first(parts: Sequence[str]) -> str:
    return next(filter(None, parts), "")


def _name(parts: Sequence[str]) -> str:
    return tidy_name("\u3000".join(filter(None, parts)))


def _address(parts: Sequence[str]) -> str:
    # What stands last of four parts is the building.
    land, building = (parts[:-1], parts[-1]) if len(parts) == 4 else (parts, "")
    return tidy_address("\u3000".join(filter(None, ["".join(land), building])))


_TIDY: Final[Mapping[Field, Callable[[Sequence[str]], str]]] = {
    Field.NAME: _name,
    Field.KANA: lambda parts: to_full_katakana(_name(parts)),
    Field.SEX: _sex,
    Field.POSTCODE: _postcode,
    Field.ADDRESS: _address,
}
