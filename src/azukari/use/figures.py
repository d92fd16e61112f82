"""支払金額などのファイル: figures of a payroll, read by the headings a form knows or was told of.

What the columns mean is remembered by the company, as for sheets of people.  Nothing of the file
stays but the facts it brings; it waits in the vault while its columns are told apart.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from azukari.filings.recipes import facts
from azukari.filings.recipes.recipe import Ask, Recipe
from azukari.filings.recipes.values import parse, whole_digits
from azukari.ledger.actions import Action
from azukari.ledger.number_in_text import holds_number
from azukari.products.headings import plain
from azukari.register.models import SheetMapping
from azukari.register.sheets.codes import FileRefused
from azukari.register.sheets.table import open_table
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.use import actions, rules
from azukari.use.models import Filing, FilingPerson
from azukari.use.queries import CHUNK, recipe_of
from azukari.use.rules import UseProblem, UseRefused
from azukari.vault import door
from azukari.vault.door import Reading

CODE, MEMBER, NOTHING = "code", "member", "-"
_CODES = ("社員番号", "従業員番号", "社員コード", "従業員コード", "employee_code", "受給者番号")
_PAYEES = ("支払先コード", "支払先番号", "取引先コード", "employee_code")
_MEMBERS = ("家族連番", "family_code")
_PASSED_OVER = ("氏名", "氏名カナ", "名前", "支払先名", "家族の氏名", "部署名")
OF_FAMILY = "家族の"
_SAMPLES = 3
_ROWS_SEARCHED = 10


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file; `name` is what it is taken for, empty while nobody knows."""

    place: int
    heading: str
    name: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigureProblem:
    """What is wrong with a cell: the row as a spreadsheet counts it, the heading, a sentence."""

    row: int
    heading: str
    said: str


@dataclass
class Taken:
    """What a file brought: facts by (code, member), and what could not be taken."""

    facts: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    problems: list[FigureProblem] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    people: int = 0


# the template -----------------------------------------------------------------------------------


def template(recipe: Recipe) -> list[str]:
    """The headings of a file that needs no telling apart."""
    code = _PAYEES[0] if recipe.whom == "payee" else _CODES[0]
    told = (f"{OF_FAMILY}{one.label}" for one in recipe.member)
    members = [_MEMBERS[0], *told] if recipe.member else []
    return [code, *members[:1], "氏名", *(one.label for one in recipe.asks), *members[1:]]


def filled_in(filing: Filing, recipe: Recipe) -> Iterator[list[list[str]]]:
    """A row for everybody on the filing, with what is known already; some rows at a time.

    Each part is read when it is asked for, in the scope of that moment.
    """
    nothing: dict[str, Any] = {}
    for first in range(1, filing.people + 1, CHUNK):
        rows = (
            FilingPerson.objects.filter(filing=filing, place__gte=first, place__lt=first + CHUNK)
            .order_by("place", "member")
            .values_list(
                "person__employee_code", "person__family_code", "person__name", "member", "facts"
            )
        )
        part = []
        for code, family_code, name, member, stored in rows:
            number = [str(family_code) if member else ""] if recipe.member else []
            own, beside = (nothing, stored) if member else (stored, nothing)
            cells = [*_shown(own, recipe.asks), *_shown(beside, recipe.member)]
            part.append([code, *number, name, *cells])
        yield part


def _shown(stored: Mapping[str, Any], asks: Sequence[Ask]) -> Iterator[str]:
    if not stored:
        return repeat("", len(asks))
    found = (stored.get(one.name) for one in asks)
    return ("" if one is None else "1" if one is True else str(one) for one in found)


def choices(recipe: Recipe) -> list[tuple[str, str]]:
    """What a column can be: name and label."""
    code = _PAYEES[0] if recipe.whom == "payee" else _CODES[0]
    found = [(CODE, code), *((one.name, one.label) for one in recipe.asks)]
    if recipe.member:
        found += [(MEMBER, _MEMBERS[0])]
        found += [(f"member.{one.name}", f"{OF_FAMILY}{one.label}") for one in recipe.member]
    return found


# columns ----------------------------------------------------------------------------------------


def columns(recipe: Recipe, content: bytes, *, remembered: bool = True) -> list[Column]:
    """The columns with what each is taken for, `remembered` ones too.  Raises FileRefused."""
    rows = open_table(content).first_rows(_ROWS_SEARCHED)
    if not rows:
        return []
    known = _names(recipe) | (_remembered(recipe, rows[0]) if remembered else {})
    return [
        Column(
            place,
            heading.strip(),
            known.get(plain(heading), ""),
            tuple(_sample(row, place) for row in rows[1 : _SAMPLES + 1]),
        )
        for place, heading in enumerate(rows[0])
        if heading.strip()
    ]


def _sample(row: Sequence[str], place: int) -> str:
    cell = row[place].strip() if place < len(row) else ""
    return "（表示しません）" if holds_number(cell) else cell[:40]


def _names(recipe: Recipe) -> dict[str, str]:
    """Plain heading → name, as the form itself calls its facts."""
    found = {plain(one): NOTHING for one in _PASSED_OVER}
    found |= {plain(one): CODE for one in (_PAYEES if recipe.whom == "payee" else _CODES)}
    if recipe.member:
        found |= {plain(one): MEMBER for one in _MEMBERS}
        for one in recipe.member:
            name = f"member.{one.name}"
            found |= {plain(OF_FAMILY + one.label): name, name: name}
    for one in recipe.asks:
        found |= {plain(one.label): one.name, plain(one.name): one.name}
    return found


def _signature(recipe: Recipe, row: Sequence[str]) -> str:
    names = sorted({plain(text) for text in row} - {""})
    told = "\x1f".join(["figures", *sorted(one.name for one in recipe.asks)[:20], *names])
    return hashlib.sha256(told.encode()).hexdigest()


def _remembered(recipe: Recipe, row: Sequence[str]) -> dict[str, str]:
    found = SheetMapping.objects.filter(signature=_signature(recipe, row)).first()
    return dict(found.fields) if found is not None else {}


def remember(recipe: Recipe, row: Sequence[str], names: Mapping[str, str], *, actor: Actor) -> None:
    """By heading, for the next file with these headings."""
    SheetMapping.objects.update_or_create(
        company_id=scope.company_id(),
        signature=_signature(recipe, row),
        defaults={
            "fields": {plain(heading): name for heading, name in names.items()},
            "saved_at": timezone.now(),
            "saved_by_name": actor.name,
        },
    )


# the file while its columns are told apart ------------------------------------------------------


@transaction.atomic
def receive(filing: Filing, content: bytes, *, actor: Actor) -> list[Column]:
    """Keeps the file in the vault for a while; its columns as far as they are known."""
    actor.require("filing:create")
    if len(content) > rules.MOST_FIGURES:
        raise UseRefused(UseProblem.FIGURES_TOO_LARGE)
    found = columns(recipe_of(filing), content)
    until = timezone.now() + rules.FIGURES_KEPT
    filing.figures_cell = door.deposit_file(filing.company_id, filing.id, content, until=until)
    filing.save(update_fields=["figures_cell"])
    return found


def received(filing: Filing, *, actor: Actor) -> bytes:
    """The file again, written down.  Raises UseRefused when its time is over."""
    if filing.figures_cell is None:
        raise UseRefused(UseProblem.FIGURES_GONE)
    reading = Reading(
        Action.SHEET_RECEIVED, form=filing.form, details={"target": str(filing.id)},
    )  # fmt: skip
    return door.open_file(filing.company_id, filing.figures_cell, reading, actor=actor)


def forget(filing: Filing) -> None:
    """The file has given what it had, or is not wanted."""
    if filing.figures_cell is not None:
        door.keep_until(filing.company_id, [filing.figures_cell], timezone.now())
        filing.figures_cell = None
        filing.save(update_fields=["figures_cell"])


# reading ----------------------------------------------------------------------------------------


def take(filing: Filing, content: bytes, names: Mapping[int, str], *, actor: Actor) -> Taken:
    """Puts the figures of a file with the people on the filing; good rows count, others are told.

    `names`: place of a column → what it is.
    """
    recipe = recipe_of(filing)
    taken = read(recipe, content, names)
    rows = (
        FilingPerson.objects.filter(filing=filing)
        .order_by("place", "member")
        .values_list("person_id", "person__employee_code", "person__family_code", "member", "facts")
    )
    given: dict[UUID, dict[str, Any]] = {}
    for person, code, family_code, member, stored in rows:
        told = taken.facts.pop((code, family_code if member else 0), None)
        if told is None:
            continue
        asks = recipe.member if member else recipe.asks
        given[person] = {**facts.from_stored(stored, asks), **told}
        taken.people += not member
    taken.strangers = sorted({code for code, _ in taken.facts})
    if given:
        actions.set_facts(filing, given, actor=actor)
    return taken


def read(recipe: Recipe, content: bytes, names: Mapping[int, str]) -> Taken:
    """Facts by (code, member) and problems.  Raises FileRefused."""
    taken = Taken()
    places = {name: place for place, name in names.items() if name not in {"", NOTHING}}
    own = {one.name: one for one in recipe.asks if one.name in places}
    members = {name: one for one in recipe.member if (name := f"member.{one.name}") in places}
    headings: list[str] = []
    for at, row in enumerate(open_table(content).rows(), 1):
        if at == 1:
            headings = [one.strip() for one in row]
        elif any(cell.strip() for cell in row):
            code = _cell(row, places.get(CODE, -1))
            if not code:
                taken.problems.append(FigureProblem(at, "社員番号", "社員番号がありません。"))
                continue
            member = whole_digits(_cell(row, places.get(MEMBER, -1)))
            asks = members if member else own
            told = taken.facts.setdefault((code, int(member or 0)), {})
            for name, ask in asks.items():
                cell = _cell(row, places.get(name, -1))
                if cell:
                    _put(taken, told, ask, cell, (at, headings[places[name]]))
    return taken


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if 0 <= place < len(row) else ""


def _put(taken: Taken, told: dict[str, Any], ask: Ask, cell: str, where: tuple[int, str]) -> None:
    try:
        value = parse(ask, cell)
    except ValueError as problem:
        taken.problems.append(FigureProblem(*where, str(problem)))
    else:
        if value is not None:
            told[ask.name] = value


def is_settled(found: Sequence[Column]) -> bool:
    """Whether every column is known, whose row it is among them."""
    names = [one.name for one in found]
    return CODE in names and all(names)


def headings_of(content: bytes) -> list[str]:
    return next(iter(open_table(content).first_rows(1)), [])


def settled_names(found: Sequence[Column]) -> Iterator[tuple[int, str]]:
    """Place → name; of two columns taken for one the first counts."""
    given: set[str] = set()
    for one in found:
        if one.name and one.name not in given:
            given.add(one.name)
            yield one.place, one.name


__all__ = ["FileRefused", "columns", "receive", "take", "template"]
