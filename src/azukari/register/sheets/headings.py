"""Columns by their headings, in any order, and from them the kind of the file."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

from azukari.register.sheets.codes import FileCode, FileRefused
from azukari.register.sheets.limits import MAX_COLUMNS

_TABLE = Path(__file__).with_name("headings.yaml")
# What other programs write around the heading proper.
_DECORATION = re.compile(r"【[^】]*】|\(必須\)|\(任意\)|[*※\s]")


class SheetKind(StrEnum):
    EMPLOYEES = "employees"
    FAMILIES = "families"

    @property
    def label(self) -> str:
        return "本人" if self is SheetKind.EMPLOYEES else "家族"


REQUIRED = {
    SheetKind.EMPLOYEES: ("employee_code", "name", "kana"),
    SheetKind.FAMILIES: ("employee_code", "family_code", "relationship", "name", "kana"),
}
_FAMILIES_ONLY = frozenset({"family_code", "relationship"})
_TEMPLATE_LEAVES_OUT = frozenset({"company_code"})


@dataclass(frozen=True)
class Columns:
    """`places`: field → position in the row; `not_taken`: headings we have no place for."""

    kind: SheetKind
    places: Mapping[str, int]
    width: int
    not_taken: tuple[str, ...]

    @property
    def has_numbers(self) -> bool:
        return "number" in self.places


@cache
def headings(kind: SheetKind) -> Mapping[str, tuple[str, ...]]:
    """Field → its spellings, our own first."""
    table = yaml.safe_load(_TABLE.read_text(encoding="utf-8"))
    return {field: tuple(spellings) for field, spellings in table[kind.value].items()}


def label_of(kind: SheetKind, field: str) -> str:
    return headings(kind)[field][0]


def template_headings(kind: SheetKind) -> list[str]:
    return [
        spellings[0]
        for field, spellings in headings(kind).items()
        if field not in _TEMPLATE_LEAVES_OUT
    ]


def recognise_columns(first_row: Sequence[str]) -> Columns:
    """Raises FileRefused when the row is not one of headings, or a needed one is missing."""
    if len(first_row) > MAX_COLUMNS:
        raise FileRefused(FileCode.TOO_MANY_COLUMNS)
    plain = [_plain(text) for text in first_row]
    kind = _kind_of(plain)
    fields = [_fields(kind).get(text) for text in plain]
    places: dict[str, int] = {}
    for place, field in enumerate(fields):
        if field is None:
            continue
        if field in places:
            raise FileRefused(FileCode.HEADING_TWICE, label_of(kind, field))
        places[field] = place
    for field in REQUIRED[kind]:
        if field not in places:
            raise FileRefused(FileCode.HEADING_MISSING, label_of(kind, field))
    not_taken = tuple(
        text.strip()[:40] for text, field in zip(first_row, fields, strict=True)
        if field is None and text.strip()
    )  # fmt: skip
    return Columns(kind, places, len(first_row), not_taken)


def _kind_of(plain: Sequence[str]) -> SheetKind:
    families = {_fields(SheetKind.FAMILIES).get(text) for text in plain} - {None}
    employees = {_fields(SheetKind.EMPLOYEES).get(text) for text in plain} - {None}
    if len(families | employees) < 2:
        raise FileRefused(FileCode.UNKNOWN_HEADINGS)
    return SheetKind.FAMILIES if families & _FAMILIES_ONLY else SheetKind.EMPLOYEES


@cache
def _fields(kind: SheetKind) -> Mapping[str, str]:
    return {
        _plain(spelling): field
        for field, spellings in headings(kind).items()
        for spelling in spellings
    }


def _plain(text: str) -> str:
    return _DECORATION.sub("", unicodedata.normalize("NFKC", text)).casefold()
