"""Rules about free text: no individual number may hide in it."""

import re
from collections.abc import Collection
from typing import Any, Final

from azukari.filings.engine.layout import Layout
from azukari.filings.engine.row import Builder, Demand, Row
from azukari.law.number import LENGTH, problem_of
from azukari.ledger.number_in_text import holds_number, plain_digits

# The tax files write an individual number with a 0 in front.
_PADDED: Final = re.compile(r"(?<!\d)0(\d{12})(?!\d)")
# Anything that may stand for a digit; a circled number may stand for two.
_DIGIT_LIKE: Final = r"[\d\u2070-\u209f\u2460-\u24ff〇零一二三四五六七八九]"
_FEWEST: Final = LENGTH // 2
_ENOUGH: Final = re.compile(rf"(?:{_DIGIT_LIKE}.*?){{{_FEWEST}}}", re.DOTALL)


def _holds(text: str) -> bool:
    if len(text) < _FEWEST or _ENOUGH.search(text) is None:
        return False
    if holds_number(text):
        return True
    return any(problem_of(found) is None for found in _PADDED.findall(plain_digits(text)))


def holds_none(texts: Collection[str]) -> bool:
    """Whether no text holds a possible individual number; most have too few digits altogether."""
    return _ENOUGH.search("".join(texts)) is None or not any(map(_holds, texts))


def _no_number(must: dict[str, Any], _layout: Layout) -> Demand:
    """None of the `items` holds a possible individual number."""
    positions = [int(pos) for pos in must["items"]]

    def broken(row: Row) -> list[int]:
        return [pos for pos in positions if row.values[pos - 1] and _holds(row.values[pos - 1])]

    return broken


TEXT_RULES: Final[dict[str, Builder]] = {"no_number": _no_number}
