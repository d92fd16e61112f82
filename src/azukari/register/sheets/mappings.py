"""What a company says the columns of a file mean, when nobody else knows for sure.

A mapping is found again by the headings, whatever their order, and wins over every table.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils import timezone

from azukari.ledger.number_in_text import holds_number
from azukari.products.headings import plain
from azukari.products.preset import IGNORED, never_taken
from azukari.products.recognition import Recognised
from azukari.products.recognition import recognise as recognise_product
from azukari.register.models import SheetMapping
from azukari.register.sheets.codes import FileRefused
from azukari.register.sheets.findings import NOT_SHOWN, shown
from azukari.register.sheets.headings import SheetKind, headings, recognise_columns
from azukari.register.sheets.limits import MAX_COLUMNS
from azukari.register.sheets.packed import Packed
from azukari.register.sheets.table import Table, open_table
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor

Fields = Mapping[str, str]

_ROWS_SEARCHED = 10
_SAMPLES = 3
_FEWEST = 3  # headings, for a row to be one of them
PREFIXES = {
    SheetKind.EMPLOYEES: "employee.",
    SheetKind.FAMILIES: "family.",
    SheetKind.PAYEES: "payee.",
}
NUMBERS = frozenset({"number", "number_again"})
_NOT_MAPPED = frozenset({"number", "company_code"})
# Parts that products keep apart; azukari.products.rows joins them.
_PARTS = {
    "name": {"family_name": "姓", "given_name": "名"},
    "kana": {"family_kana": "姓カナ", "given_kana": "名カナ"},
    "address": {
        "prefecture": "都道府県",
        "city": "市区町村",
        "street": "町名・番地",
        "building": "建物名",
    },
}


@dataclass(frozen=True)
class ColumnShown:
    """A column as the screen of the mapping shows it.

    `field`: proposed, empty when nobody knows; `member`: which of a family side by side, whose
    columns stay as the product has them; `samples`: never of a column of numbers.
    """

    place: int
    heading: str
    field: str = ""
    member: int = 0
    samples: tuple[str, ...] = ()


def choices() -> dict[str, dict[str, str]]:
    """What a column can be: group → field → label."""
    found = {
        kind.label: {
            f"{prefix}{name}": label for name, label in _labels(kind) if name not in _NOT_MAPPED
        }
        for kind, prefix in PREFIXES.items()
    }
    # Whose family it is stands in the employee's column, in files of families as well.
    del found[SheetKind.FAMILIES.label]["family.employee_code"]
    return {"個人番号": {"number": "個人番号", "number_again": "個人番号（確認）"}, **found}


def _labels(kind: SheetKind) -> list[tuple[str, str]]:
    labels: list[tuple[str, str]] = []
    for name, spellings in headings(kind).items():
        labels += [(name, spellings[0]), *_PARTS.get(name, {}).items()]
    return labels


def signature_of(row: Sequence[str]) -> str:
    names = sorted({plain(text) for text in row} - {""})
    return hashlib.sha256("\x1f".join(names).encode()).hexdigest()


def saved_for(table: Table) -> Fields:
    """The company's mapping for a file with these headings; empty when there is none."""
    rows = table.first_rows(_ROWS_SEARCHED)
    signatures = {signature_of(row) for row in rows if sum(map(bool, row)) > 1}
    found = SheetMapping.objects.filter(signature__in=signatures).first()
    fields: dict[str, str] = found.fields if found is not None else {}
    return fields


def save_mapping(row: Sequence[str], fields: Fields, *, actor: Actor) -> None:
    SheetMapping.objects.update_or_create(
        company_id=scope.company_id(),
        signature=signature_of(row),
        defaults={
            "fields": dict(fields),
            "saved_at": timezone.now(),
            "saved_by_name": actor.name,
        },
    )


def columns_shown(
    content: bytes | Packed | Table, mapping: Fields | None = None
) -> list[ColumnShown]:
    """The columns with a proposal for each; empty when there is no row of headings to map."""
    rows = open_table(content).first_rows(2 * _ROWS_SEARCHED)
    known = recognise_product(rows, mapping)
    at = _heading_row(rows, known)
    if at < 0 or len(rows[at]) > MAX_COLUMNS or any(map(holds_number, rows[at])):
        return []
    proposed = _proposed(rows[at], known)
    return [
        _column(place, text.strip(), proposed.get(place, ("", 0)), rows[at + 1 :])
        for place, text in enumerate(rows[at])
        if text.strip()
    ]


def to_stored(columns: Sequence[ColumnShown]) -> list[dict[str, Any]]:
    return [asdict(column) for column in columns]


def from_stored(rows: Sequence[dict[str, Any]]) -> list[ColumnShown]:
    return [ColumnShown(**{**row, "samples": tuple(row["samples"])}) for row in rows]


def row_of_headings(content: bytes | Packed | Table, mapping: Fields | None = None) -> list[str]:
    rows = open_table(content).first_rows(2 * _ROWS_SEARCHED)
    return rows[_heading_row(rows, recognise_product(rows, mapping))]


def _heading_row(rows: Sequence[Sequence[str]], known: Recognised | None) -> int:
    if known is not None:
        return known.heading_row
    wide = [sum(bool(cell.strip()) for cell in row) >= _FEWEST for row in rows]
    return wide.index(True) if True in wide else -1


def _proposed(row: Sequence[str], known: Recognised | None) -> dict[int, tuple[str, int]]:
    """Place → field and member: our own spellings first, unless a product is sure."""
    found: dict[int, tuple[str, int]] = {}
    try:
        ours = recognise_columns(row)
    except FileRefused:
        pass
    else:
        prefix = PREFIXES[ours.kind]
        found = {place: (_ours(prefix, name), 0) for name, place in ours.places.items()}
    theirs = {p.at: (p.field, p.member) for p in known.places} if known is not None else {}
    is_sure = known is not None and known.is_sure
    proposed = {**found, **theirs} if is_sure else {**theirs, **found}
    dropped = {
        place: (IGNORED, 0) for place, text in enumerate(row) if plain(text) in never_taken()
    }
    return proposed | dropped


def field_of(kind: SheetKind, name: str) -> str:
    """One of our columns as a field of `azukari.products`."""
    return _ours(PREFIXES[kind], name)


def _ours(prefix: str, name: str) -> str:
    if name in NUMBERS:
        return name
    if name == "company_code":
        return IGNORED
    is_of_host = prefix == PREFIXES[SheetKind.FAMILIES] and name == "employee_code"
    return f"{PREFIXES[SheetKind.EMPLOYEES] if is_of_host else prefix}{name}"


def _column(
    place: int, heading: str, proposed: tuple[str, int], below: Sequence[Sequence[str]]
) -> ColumnShown:
    name, member = proposed
    cells = [row[place].strip() for row in below if place < len(row) and row[place].strip()]
    if name in NUMBERS or any(map(holds_number, cells)):
        return ColumnShown(place, shown(heading), name or "number", member)
    samples = tuple(shown(cell) or NOT_SHOWN for cell in cells[:_SAMPLES])
    return ColumnShown(place, shown(heading), name, member, samples)
