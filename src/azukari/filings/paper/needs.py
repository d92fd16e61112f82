"""Which facts an edition has boxes for, which of them it cannot lack, which numbers it prints."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from azukari.filings.paper.disclosure import Disclosure
from azukari.filings.paper.facts import Fact
from azukari.filings.paper.form import PaperForm, Requirement
from azukari.filings.paper.plan import Field, Plan
from azukari.filings.paper.slip import entries, read


@dataclass(frozen=True, slots=True)
class Need:
    """A fact with a box on the form. `alternatives`: any of them would do instead."""

    fact: Fact
    required: bool
    alternatives: tuple[str, ...] = ()


def needs_of(plan: Plan, form: PaperForm, disclosure: Disclosure) -> list[Need]:
    """Every fact the edition has a box for, once, in the order of the boxes."""
    facts = {
        fact.name: fact for name in _names(plan) if (fact := disclosure.binding(name)) is not None
    }
    asked = {name: one.names for one in form.required for name in one.names}
    return [
        Need(fact, name in asked, tuple(n for n in asked.get(name, ()) if n != name))
        for name, fact in facts.items()
    ]


def _names(plan: Plan) -> Iterator[str]:
    """As the boxes stand, with what stands in them otherwise and what has no row of its own."""
    for field in plan.fields:
        yield field.name
        for other in filter(None, (field.otherwise, field.only)):
            yield _beside(other, field, field.name)
    for listed, rows in plan.repeats.items():
        if not rows:
            yield from (f"{listed}[].name", f"{listed}[].mynumber")


def number_places(plan: Plan, values: Mapping[str, Any]) -> list[str]:
    """The places whose individual numbers this copy prints, for the entries there are.

    `emp.mynumber`, `deps.0.mynumber`, … also of entries the form has no row for, where its
    overflow lists their numbers. Only these are worth opening: no other number reaches the paper.
    """
    rowed = [place for place, field in _rowed(plan, values) if _asked_of(field, place, values)]
    return list(dict.fromkeys([*rowed, *_spilt(plan, values)]))


def stands_otherwise(plan: Plan, values: Mapping[str, Any]) -> set[str]:
    """The places at which the form takes something else, and it is given (基礎年金番号)."""
    return {
        place
        for place, field in _rowed(plan, values)
        if field.otherwise and _given(values, _beside(field.otherwise, field, place), ())
    }


def _rowed(plan: Plan, values: Mapping[str, Any]) -> Iterator[tuple[str, Field]]:
    """Every place of a number with its field, on this sheet and on further ones."""
    for field in plan.numbers:
        listed, _, rest = field.name.partition("[].")
        if not rest:
            yield field.path, field
            continue
        count = len(entries(values, listed))
        if plan.overflow.get(listed) != "next_sheet":
            count = min(count, plan.repeats[listed])
        for n in range(count):
            yield f"{listed}.{n}.{rest}", field


def _asked_of(field: Field, place: str, values: Mapping[str, Any]) -> bool:
    """Whether there is a person, the form asks for their number, and no 法人番号 stands there."""
    owner, _, _number = place.rpartition(".")
    if field.only and not read(values, _beside(field.only, field, place)):
        return False
    if "[]" in field.name:
        return True
    is_somebody = _given(values, f"{owner}.name", ()) or _given(values, f"{owner}.last", ())
    return is_somebody and not _given(values, place, ())


def _beside(other: str, field: Field, place: str) -> str:
    """`persons.7.note.1` for `persons.0.note.1`, where `place` is that of the eighth."""
    return other.replace(field.path.rpartition(".")[0], place.rpartition(".")[0], 1)


def _spilt(plan: Plan, values: Mapping[str, Any]) -> Iterator[str]:
    """Those of entries without a row, where their numbers are listed elsewhere."""
    for listed, rule in plan.overflow.items():
        if isinstance(rule, Mapping) and "numbers" in rule:
            for n in range(plan.repeats[listed], len(entries(values, listed))):
                yield f"{listed}.{n}.mynumber"


def lacking(
    requirement: Requirement, values: Mapping[str, Any], held: Collection[str]
) -> Iterator[str]:
    """The places at which the requirement is not met, by its first name."""
    first = requirement.names[0]
    if "[]" not in first:
        if not any(_given(values, name, held) for name in requirement.names):
            yield first
        return
    listed, _, _rest = first.partition("[]")
    if first == f"{listed}[]":
        if not entries(values, listed):
            yield listed
        return
    for n in range(len(entries(values, listed))):
        places = [name.replace("[]", f".{n}", 1) for name in requirement.names]
        if not any(_given(values, place, held) for place in places):
            yield places[0]


def _given(values: Mapping[str, Any], place: str, held: Collection[str]) -> bool:
    return place in held or read(values, place) not in (None, "", [])
