"""年間の金額: what payroll may tell of an employee's year, by the names that the tax forms share.

The forms are those made once a year for employees (源泉徴収票 of pay and of retirement,
給与支払報告書).
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, Final

from azukari.filings.recipes.look import exceeds
from azukari.filings.recipes.recipe import Ask, Recipe, Sum, recipes
from azukari.filings.recipes.values import parse

FIRST_YEAR: Final = 2020
"""The first year that a form of the catalogue can be made for."""


class FigureRefused(ValueError):
    """`name`: the figure; the value itself is never carried on."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Unknown(FigureRefused):
    """No form asks for it."""


class Malformed(FigureRefused):
    """Not of its kind, or too long."""


class Disagreeing(FigureRefused):
    """More than the whole it is a part of."""


@cache
def figures() -> Mapping[str, Ask]:
    """Name → what is asked; of two lengths the longer, a form refuses what does not fit it."""
    found: dict[str, Ask] = {}
    for recipe in _forms():
        for ask in recipe.asks:
            known = found.get(ask.name)
            if known is None or (known.most and ask.most > known.most):
                found[ask.name] = ask
    return found


def read(told: Mapping[str, Any]) -> dict[str, Any]:
    """The figures as a filing keeps them (`facts.to_stored`); None for one that is taken away.

    Raises FigureRefused for the first that cannot be taken.
    """
    found = {name: _value(name, raw) for name, raw in told.items()}
    for one in _rules():
        amounts = [found.get(name) for name in one.names]
        if one.rule == "not_more" and exceeds(*amounts):
            raise Disagreeing(one.names[0])
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in found.items()
    }


def _value(name: str, raw: Any) -> Any:
    ask = figures().get(name)
    if ask is None:
        raise Unknown(name if name.isascii() and len(name) <= 40 else "")
    if raw is None or raw == "":
        return None
    text = "1" if raw is True else "0" if raw is False else str(raw)
    try:
        return parse(ask, text)
    except ValueError:
        raise Malformed(name) from None


@cache
def _rules() -> tuple[Sum, ...]:
    return tuple({one.names: one for recipe in _forms() for one in recipe.sums}.values())


def _forms() -> list[Recipe]:
    return [
        one
        for one in recipes().values()
        if one.yearly and one.whom == "employee" and one.group == "tax"
    ]
