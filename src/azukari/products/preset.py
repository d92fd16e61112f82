"""What is known of one kind of file of one product, read from `presets/NAME.yaml`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from azukari.products.headings import plain

_FOLDER = Path(__file__).with_name("presets")
_ALIASES = Path(__file__).with_name("aliases.yaml")
IGNORED = "ignore"


class Kind(StrEnum):
    """What one row is about."""

    EMPLOYEE = "employee"
    EMPLOYEE_AND_FAMILY = "employee+family"
    FAMILY_LONG = "family_long"  # one family member per row
    FAMILY_WIDE = "family_wide"  # one employee per row, the family side by side
    MY_NUMBER = "my_number"
    INSURED = "insured"
    CODES = "codes"  # headed by codes whose book is not public
    BANK = "employee_bank"
    PAYROLL_MONTH = "payroll_month"
    PREVIOUS_JOB = "previous_job"
    WITHHOLDING = "withholding"


class Confidence(StrEnum):
    """Where the headings were seen; an inferred preset is a suggestion, never "supported"."""

    SEEN = "seen"
    PARTLY_SEEN = "partly_seen"
    INFERRED = "inferred"


@dataclass(frozen=True)
class Column:
    """`names`: the heading and its aliases, as compared; `at`: its place where there is none."""

    heading: str
    field: str
    names: frozenset[str]
    at: int = -1


@dataclass(frozen=True)
class Block:
    """Columns that come again for each family member; `prefix` matches before the heading."""

    prefix: re.Pattern[str]
    fields: Mapping[str, str]  # heading as compared → field


@dataclass(frozen=True)
class Signature:
    """How a file gives itself away.  All that is said must hold."""

    all: frozenset[str] = frozenset()
    any: frozenset[str] = frozenset()
    none: frozenset[str] = frozenset()
    any_regex: tuple[re.Pattern[str], ...] = ()
    min_any: int = 0
    first_columns: tuple[str, ...] = ()
    all_columns_regex: re.Pattern[str] | None = None
    min_columns: int = 0
    columns: frozenset[int] = frozenset()  # of a file without headings
    column_regex: Mapping[int, re.Pattern[str]] | None = None
    non_digit_columns: tuple[int, ...] = ()


@dataclass(frozen=True)
class Preset:
    """`values`: field without its prefix → value as written → our word."""

    id: str
    product: str
    file: str
    kind: Kind
    confidence: Confidence
    has_headings: bool
    signature: Signature
    columns: tuple[Column, ...]
    blocks: tuple[Block, ...]
    values: Mapping[str, Mapping[str, str]]
    code_length: int  # employee codes are filled with zeros to this length

    def field_of(self, heading: str) -> str | None:
        """The field of a heading as compared, those of blocks aside."""
        return next((c.field for c in self.columns if heading in c.names), None)


@cache
def presets() -> tuple[Preset, ...]:
    return tuple(_read(path) for path in sorted(_FOLDER.glob("*.yaml")))


@cache
def aliases() -> Mapping[str, tuple[str, ...]]:
    """Heading as compared → fields it may mean, for files of no known product."""
    found: dict[str, tuple[str, ...]] = {}
    for field, spellings in _table(_ALIASES).items():
        if field != "never_take":
            for name in dict.fromkeys(map(plain, spellings)):
                found[name] = (*found.get(name, ()), field)
    return found


@cache
def never_taken() -> frozenset[str]:
    """Headings of bank accounts, passwords and the like, which are dropped while reading."""
    return frozenset(map(plain, _table(_ALIASES)["never_take"]))


def _table(path: Path) -> dict[str, Any]:
    table: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return table


def _read(path: Path) -> Preset:
    table = _table(path)
    inherited = _table(_FOLDER / f"{table['values_of']}.yaml") if "values_of" in table else {}
    return Preset(
        id=path.stem,
        product=table["product"],
        file=table["file"],
        kind=Kind(table["kind"]),
        confidence=Confidence(table["confidence"]),
        has_headings=table.get("headings") != "none",
        signature=_signature(table["signature"]),
        columns=tuple(_column(row) for row in table["columns"]),
        blocks=tuple(_block(row) for row in table.get("blocks", ())),
        values=inherited.get("values", {}) | table.get("values", {}),
        code_length=table.get("code_length", 0),
    )


def _signature(table: Mapping[str, Any]) -> Signature:
    every = table.get("all_columns_regex")
    return Signature(
        all=frozenset(map(plain, table.get("all", ()))),
        any=frozenset(map(plain, table.get("any", ()))),
        none=frozenset(map(plain, table.get("none", ()))),
        any_regex=tuple(re.compile(text) for text in table.get("any_regex", ())),
        min_any=table.get("min_any", 0),
        first_columns=tuple(map(plain, table.get("first_columns", ()))),
        all_columns_regex=re.compile(every) if every else None,
        min_columns=table.get("min_columns", 0),
        columns=frozenset(table.get("columns", ())),
        column_regex={
            int(at): re.compile(text) for at, text in table.get("column_regex", {}).items()
        },
        non_digit_columns=tuple(table.get("non_digit_columns", ())),
    )


def _column(row: Mapping[str, Any]) -> Column:
    names = frozenset(map(plain, (row["heading"], *row.get("aliases", ()))))
    return Column(row["heading"], row["field"], names, row.get("at", -1))


def _block(row: Mapping[str, Any]) -> Block:
    # Blanks are gone from headings as compared, so they go from the prefix as well.
    prefix = re.compile(row["prefix"].replace(" ", "").casefold().replace("(?p<", "(?P<"))
    return Block(prefix, {plain(one["heading"]): one["field"] for one in row["columns"]})
