"""Facts, whoever told them: flat, by the names that all forms share; numbers apart, by their place.

`deps.0.name`, `pay.total`.  `nested` turns them into the model of forms on paper.
"""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any, Final

from azukari.filings.recipes.recipe import Ask
from azukari.law.number import LENGTH, MyNumber, check_digit, parse

Flat = Mapping[str, Any]
Numbers = Mapping[str, MyNumber]

# Stands where a number will stand, so that every rule of a form can be asked before one is opened.
_LEADING: Final = "0" * (LENGTH - 2) + "1"
PLACEHOLDER: Final = parse(_LEADING + check_digit(_LEADING))


def is_empty(value: Any) -> bool:
    """Whether nothing is told; 0 is an amount."""
    return value is None or value is False or value == ""


def nested(flat: Flat) -> dict[str, Any]:
    """`{"a.b": 1, "lines.0.c": 2}` → `{"a": {"b": 1}, "lines": [{"c": 2}]}`."""
    values: dict[str, Any] = {}
    for name, value in flat.items():
        if not is_empty(value):
            _put(values, name, value)
    return values


def _put(values: dict[str, Any], name: str, value: Any) -> None:
    parts = name.split(".")
    at: Any = values
    for part, following in pairwise(parts):
        at = _step(at, part, [] if following.isdecimal() else {})
    at[parts[-1]] = value


def _step(at: Any, part: str, missing: Any) -> Any:
    if not isinstance(at, list):
        return at.setdefault(part, missing)
    while len(at) <= int(part):
        at.append({})
    return at[int(part)]


def to_stored(facts: Flat) -> dict[str, Any]:
    """As JSON holds them: a day as ISO text; what is empty is left out."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in facts.items()
        if not is_empty(value)
    }


def from_stored(stored: Flat, asks: tuple[Ask, ...]) -> dict[str, Any]:
    """Facts as the asks want them; a name that an earlier release asked for is passed over."""
    found: dict[str, Any] = {}
    for ask in asks:
        value = stored.get(ask.name)
        if value is not None and not is_empty(value):
            found[ask.name] = date.fromisoformat(value) if ask.kind == "date" else value
    return found
