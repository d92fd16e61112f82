"""Which facts an edition has boxes for, which of them it cannot lack, which numbers it prints."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from azukari.filings.paper.disclosure import Disclosure
from azukari.filings.paper.facts import Fact
from azukari.filings.paper.form import PaperForm, Requirement
from azukari.filings.paper.plan import Plan
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
        fact.name: fact
        for field in plan.fields
        if (fact := disclosure.binding(field.name)) is not None
    }
    asked = {name: one.names for one in form.required for name in one.names}
    return [
        Need(fact, name in asked, tuple(n for n in asked.get(name, ()) if n != name))
        for name, fact in facts.items()
    ]


def number_places(plan: Plan, values: Mapping[str, Any]) -> list[str]:
    """The places whose individual numbers this copy prints, for the entries there are.

    `emp.mynumber`, `deps.0.mynumber`, … also of entries the form has no row for, where its
    overflow lists their numbers. Only these are worth opening: no other number reaches the paper.
    """
    found: dict[str, None] = {}
    for field in plan.numbers:
        if "[]" in field.name:
            listed, _, rest = field.name.partition("[].")
            count = len(entries(values, listed)) if _goes_on(plan, listed) else plan.repeats[listed]
            for n in range(min(count, len(entries(values, listed)))):
                found[f"{listed}.{n}.{rest}"] = None
        elif field.name not in _listed_numbers(plan) and _concerns_somebody(values, field.path):
            found[field.path] = None
    return list(found)


def _concerns_somebody(values: Mapping[str, Any], place: str) -> bool:
    """Whether there is a person whose number is open: no spouse has none, a 法人番号 stands."""
    owner, _, _number = place.rpartition(".")
    return _given(values, f"{owner}.name", ()) and not _given(values, place, ())


def _goes_on(plan: Plan, listed: str) -> bool:
    """Whether the numbers of entries beyond the rows are printed somewhere."""
    rule = plan.overflow.get(listed)
    return "numbers" in rule if isinstance(rule, Mapping) else rule == "next_sheet"


def _listed_numbers(plan: Plan) -> set[str]:
    """Places that are filled from further entries, never by themselves."""
    return {
        rule["numbers"]
        for rule in plan.overflow.values()
        if isinstance(rule, Mapping) and "numbers" in rule
    }


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
