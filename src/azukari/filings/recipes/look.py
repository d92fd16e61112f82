"""What is wrong with somebody on a form, and what will be written otherwise, before it is made.

A number is a placeholder here: every rule can be asked and nobody's number is opened.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from azukari.filings.engine.notation import Conversion
from azukari.filings.problems import FilingProblem
from azukari.filings.recipes import printed, records
from azukari.filings.recipes.derived import derive
from azukari.filings.recipes.facts import Flat, Numbers
from azukari.filings.recipes.recipe import COMMON, Ask, Recipe


@dataclass(frozen=True, slots=True)
class Day:
    """When: the day of the office's check and, for yearly forms, the year told of (西暦)."""

    today: date
    year: int = 0


@dataclass(frozen=True, slots=True)
class Look:
    problems: list[FilingProblem] = field(default_factory=list)
    conversions: list[Conversion] = field(default_factory=list)


def told(recipe: Recipe, facts: Flat, numbers: Numbers) -> dict[str, Any]:
    """The facts with everything that follows from them."""
    return {**facts, **derive(recipe.derive, facts, numbers)}


def look(recipe: Recipe, facts: Flat, numbers: Numbers, *, place: int, day: Day) -> Look:
    """One subject; problems of what is common to all are left to `look_common`."""
    whole = told(recipe, facts, numbers)
    missing = list(_missing(whole, recipe.asks, place))
    missing += _sums(recipe, whole, place)
    if recipe.is_paper:
        edition = printed.edition_on(recipe, day.today, day.year)
        found, conversions = printed.look(recipe, edition, whole, numbers, place)
    else:
        found, conversions = records.look(
            recipe, whole, numbers, place=place, day=(day.today, day.year)
        )
    known = {one.fact for one in missing if one.fact}
    return Look(
        [
            *missing,
            *(
                one
                for one in found
                if one.fact not in known and not (recipe.has_people and _is_common(one))
            ),
        ],
        conversions,
    )


def look_common(recipe: Recipe, common: Flat, *, day: Day) -> list[FilingProblem]:
    """What is wrong with the company, the office or what was asked once for all."""
    missing = list(_missing(common, recipe.head, None))
    if not recipe.has_people:
        return missing  # the slip itself tells the rest
    if recipe.is_paper:
        edition = printed.edition_on(recipe, day.today, day.year)
        told_, _ = printed.look(recipe, edition, told(recipe, common, {}), {}, 0)
        ours = [replace(one, record=None) for one in told_ if _is_common(one)]
        return [*missing, *(one for one in ours if one.fact not in {m.fact for m in missing})]
    found = records.look_common(recipe, common, day=(day.today, day.year))
    known = {one.fact for one in missing}
    return [*missing, *(one for one in found if one.fact not in known or not one.fact)]


def _is_common(problem: FilingProblem) -> bool:
    return problem.fact.startswith(COMMON)


def _missing(facts: Flat, asks: Iterable[Ask], place: int | None) -> Iterator[FilingProblem]:
    for ask in asks:
        needed = ask.required and not (ask.unless and facts.get(ask.unless))
        if needed and facts.get(ask.name) in (None, ""):
            yield FilingProblem(place, None, ask.label, "required", fact=ask.name)


def exceeds(part: int | None, whole: int | None) -> bool:
    """Whether both are told and the part is more than the whole."""
    return part is not None and whole is not None and part > whole


def _sums(recipe: Recipe, facts: Flat, place: int) -> Iterator[FilingProblem]:
    for one in recipe.sums:
        amounts = [facts.get(name) for name in one.names]
        if one.rule == "not_more" and exceeds(*amounts):
            label = recipe.label_of(one.names[0])
            yield FilingProblem(place, None, label, "sum", one.text, fact=one.names[0])
