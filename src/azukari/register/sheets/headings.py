"""Columns by their headings, in any order, and from them the kind of the file."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

from azukari.law.purpose import PersonKind
from azukari.register.sheets.codes import FileCode, FileRefused

_TABLE = Path(__file__).with_name("headings.yaml")
# What other programs write around the heading proper.
_DECORATION = re.compile(r"【[^】]*】|\(必須\)|\(任意\)|[*※\s]")


class SheetKind(StrEnum):
    EMPLOYEES = "employees"
    FAMILIES = "families"
    PAYEES = "payees"
    MIXED = "mixed"  # files of other products that list both
    UNKNOWN = "unknown"  # until somebody says what the columns are

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    SheetKind.EMPLOYEES: "本人",
    SheetKind.FAMILIES: "家族",
    SheetKind.PAYEES: "支払先",
    SheetKind.MIXED: "本人・家族",
    SheetKind.UNKNOWN: "確認待ち",
}
OWN_KINDS = (SheetKind.EMPLOYEES, SheetKind.FAMILIES, SheetKind.PAYEES)
"""Kinds with headings and a template of our own."""

LAW_KINDS = {
    SheetKind.EMPLOYEES: PersonKind.EMPLOYEE,
    SheetKind.FAMILIES: PersonKind.FAMILY,
    SheetKind.PAYEES: PersonKind.PAYEE,
}
REQUIRED = {
    SheetKind.EMPLOYEES: ("employee_code",),
    SheetKind.FAMILIES: ("employee_code", "name"),
    SheetKind.PAYEES: ("employee_code",),
}
NEEDED_FOR_NEW = {
    SheetKind.EMPLOYEES: ("name", "kana"),
    SheetKind.FAMILIES: ("relationship", "name", "kana"),
    SheetKind.PAYEES: ("name", "kana"),
}
"""What a row must say of somebody who is not in the register yet."""

EMPLOYEE_NAME = "employee_name"
"""Not a column of ours: the employee's name where a product has it in place of the code."""

_CODES = {
    SheetKind.EMPLOYEES: ("employee_code",),
    SheetKind.FAMILIES: ("employee_code", "family_code"),
    SheetKind.PAYEES: ("employee_code",),
}
_FAMILIES_ONLY = frozenset({"family_code", "relationship"})
_PAYEES_ONLY = frozenset({"payee_kind", "contract_from", "contract_to", "last_paid_on"})
_TEMPLATE_LEAVES_OUT = frozenset({"company_code"})
OF_THE_NUMBER = (
    "purposes", "provision", "number_check", "person_check", "authority_check", "paper_held",
    "verified_on", "verified_by", "change_reason",
)  # fmt: skip
"""Columns that say for one row what is otherwise said once for the whole file."""


@dataclass(frozen=True)
class Columns:
    """`places`: field → position in the row; `not_taken`: headings we have no place for.

    `may_lack_number`: an empty cell in the column of numbers says nothing, and is no mistake.
    """

    kind: SheetKind
    places: Mapping[str, int]
    width: int
    not_taken: tuple[str, ...]
    may_lack_number: bool = False

    @property
    def has_numbers(self) -> bool:
        return "number" in self.places


@cache
def headings(kind: SheetKind) -> Mapping[str, tuple[str, ...]]:
    """Field → its spellings, our own first."""
    table = yaml.load(_TABLE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {field: tuple(spellings) for field, spellings in table[kind.value].items()}


def label_of(kind: SheetKind, field: str) -> str:
    return "従業員名" if field == EMPLOYEE_NAME else headings(kind)[field][0]


def template_fields(kind: SheetKind, *, of_the_number: bool = False) -> list[str]:
    left_out = _TEMPLATE_LEAVES_OUT | (frozenset() if of_the_number else frozenset(OF_THE_NUMBER))
    return [field for field in headings(kind) if field not in left_out]


def template_headings(kind: SheetKind, *, of_the_number: bool = False) -> list[str]:
    fields = template_fields(kind, of_the_number=of_the_number)
    return [headings(kind)[field][0] for field in fields]


def is_our_template(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row holds nothing but headings as one of our templates spells them."""
    first = {text.strip() for text in rows[0]} - {""} if rows else set()
    return any(
        first <= {label_of(kind, field) for field in headings(kind)}
        and {label_of(kind, field) for field in _CODES[kind]} <= first
        for kind in OWN_KINDS
    )


def recognise_columns(first_row: Sequence[str]) -> Columns:
    """By our own headings and their usual spellings.

    Raises FileRefused when the row is not one of headings, or a needed one is missing.
    """
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
    payees = {_fields(SheetKind.PAYEES).get(text) for text in plain} - {None}
    if len(families | employees | payees) < 2:
        raise FileRefused(FileCode.UNKNOWN_HEADINGS)
    if "employee_code" not in employees and payees & {"employee_code", *_PAYEES_ONLY}:
        return SheetKind.PAYEES
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
