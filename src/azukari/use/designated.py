"""指定番号 on forms that go to municipalities: what the company keeps, unless another was typed."""

from collections.abc import Mapping
from typing import Final

from azukari.filings.recipes.facts import Flat
from azukari.filings.recipes.recipe import Recipe
from azukari.law import municipality
from azukari.tenancy.designated_numbers import designated_numbers

_CODE, _NAME, _NUMBER = "city.code", "city.name", "city.designated"
_NOTHING: Final[Mapping[str, str]] = {}


def by_code(recipe: Recipe) -> Mapping[str, str]:
    """By municipality, for a form that asks of each person where the report goes."""
    if not any(ask.name == _CODE for ask in recipe.asks):
        return _NOTHING
    return {one.municipality: one.number for one in designated_numbers()}


def of_city(numbers: Mapping[str, str], facts: Flat) -> Mapping[str, str]:
    """The fact for one person."""
    if not numbers:
        return _NOTHING
    number = numbers.get(municipality.levying(facts.get(_CODE, "")))
    return {_NUMBER: number} if number else _NOTHING


def by_name(head: Flat, recipe: Recipe) -> Mapping[str, str]:
    """The fact for a form whose head names one; nothing where two share the name (府中市)."""
    name = head.get(_NAME)
    if not name or not any(ask.name == _NUMBER for ask in recipe.head):
        return _NOTHING
    found = [one.number for one in designated_numbers() if one.name == name]
    return {_NUMBER: found[0]} if len(found) == 1 else _NOTHING
