"""What the columns of a file of figures mean: known to the form, or told and remembered."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils import timezone

from azukari.filings.recipes.recipe import Recipe
from azukari.filings.recipes.values import NUL
from azukari.ledger.number_in_text import holds_number
from azukari.products.headings import plain
from azukari.register.models import SheetMapping
from azukari.register.sheets.findings import NOT_SHOWN
from azukari.register.sheets.table import Table
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor

CODE, MEMBER, NOTHING = "code", "member", "-"
MEMBERS = ("家族連番", "family_code")
OF_FAMILY = "家族の"
_CODES = ("社員番号", "従業員番号", "社員コード", "従業員コード", "employee_code", "受給者番号")
_PAYEES = ("支払先コード", "支払先番号", "取引先コード", "employee_code")
_PASSED_OVER = ("氏名", "氏名カナ", "名前", "支払先名", "家族の氏名", "部署名")
_SAMPLES = 3
_ROWS_SEARCHED = 10


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file; `name` is what it is taken for, empty while nobody knows."""

    place: int
    heading: str
    name: str
    samples: tuple[str, ...]


def code_of(recipe: Recipe) -> str:
    """What the form calls the code of a person."""
    return _PAYEES[0] if recipe.whom == "payee" else _CODES[0]


def choices(recipe: Recipe) -> list[tuple[str, str]]:
    """What a column can be: name and label."""
    found = [(CODE, code_of(recipe)), *((one.name, one.label) for one in recipe.asks)]
    if recipe.member:
        found += [(MEMBER, MEMBERS[0])]
        found += [(f"member.{one.name}", f"{OF_FAMILY}{one.label}") for one in recipe.member]
    return found


def columns(recipe: Recipe, table: Table, *, remembered: bool = True) -> list[Column]:
    """The columns with what each is taken for, `remembered` ones too.  Raises FileRefused."""
    rows = table.first_rows(_ROWS_SEARCHED)
    if not rows:
        return []
    known = _names(recipe) | (_remembered(recipe, rows[0]) if remembered else {})
    return [
        Column(
            place,
            shown(heading.strip()),
            known.get(plain(heading), ""),
            tuple(_sample(row, place) for row in rows[1 : _SAMPLES + 1]),
        )
        for place, heading in enumerate(rows[0])
        if heading.strip()
    ]


def _sample(row: Sequence[str], place: int) -> str:
    return shown(row[place].strip() if place < len(row) else "")[:40]


def shown(text: str) -> str:
    """What of a file may be kept and shown: no individual number."""
    return NOT_SHOWN if holds_number(text) else text.replace(NUL, "")


def to_stored(found: Iterable[Column]) -> list[dict[str, Any]]:
    return [asdict(one) for one in found]


def from_stored(rows: Iterable[Mapping[str, Any]]) -> list[Column]:
    return [Column(**{**row, "samples": tuple(row["samples"])}) for row in rows]


def is_settled(found: Sequence[Column]) -> bool:
    """Whether every column is known, whose row it is among them."""
    names = [one.name for one in found]
    return CODE in names and all(names)


def settled_names(found: Sequence[Column]) -> Iterator[tuple[int, str]]:
    """Place → name; of two columns taken for one the first counts."""
    given: set[str] = set()
    for one in found:
        if one.name and one.name not in given:
            given.add(one.name)
            yield one.place, one.name


def _names(recipe: Recipe) -> dict[str, str]:
    """Plain heading → name, as the form itself calls its facts."""
    found = {plain(one): NOTHING for one in _PASSED_OVER}
    found |= {plain(one): CODE for one in (_PAYEES if recipe.whom == "payee" else _CODES)}
    if recipe.member:
        found |= {plain(one): MEMBER for one in MEMBERS}
        for one in recipe.member:
            name = f"member.{one.name}"
            found |= {plain(OF_FAMILY + one.label): name, name: name}
    for one in recipe.asks:
        found |= {plain(one.label): one.name, plain(one.name): one.name}
    return found


# remembered -------------------------------------------------------------------------------------


def remember(
    recipe: Recipe, headings: Sequence[str], names: Mapping[str, str], *, actor: Actor
) -> None:
    """By heading, for the next file with these headings."""
    SheetMapping.objects.update_or_create(
        company_id=scope.company_id(),
        signature=_signature(recipe, headings),
        defaults={
            "fields": {plain(heading): name for heading, name in names.items()},
            "saved_at": timezone.now(),
            "saved_by_name": actor.name,
        },
    )


def _remembered(recipe: Recipe, headings: Sequence[str]) -> dict[str, str]:
    found = SheetMapping.objects.filter(signature=_signature(recipe, headings)).first()
    return dict(found.fields) if found is not None else {}


def _signature(recipe: Recipe, headings: Sequence[str]) -> str:
    names = sorted({plain(shown(text.strip())) for text in headings} - {""})
    told = "\x1f".join(["figures", *sorted(one.name for one in recipe.asks)[:20], *names])
    return hashlib.sha256(told.encode()).hexdigest()
