"""What the cells of one row say together."""

from collections.abc import Mapping
from datetime import date
from itertools import repeat
from typing import Final

from azukari.law.relationship import SPOUSES
from azukari.register.rules import RegisterProblem, dates_fit, family_fits
from azukari.register.sheets.chunk import Chunk
from azukari.register.sheets.codes import Code

_SPOUSES: Final = frozenset(spouse.code for spouse in SPOUSES)
_RULE_CODES: Final = {
    RegisterProblem.BORN_IN_FUTURE: ("birth_date", Code.BIRTH_IN_FUTURE),
    RegisterProblem.BORN_AFTER_HIRED: ("hired_on", Code.BORN_AFTER_HIRED),
    RegisterProblem.LEFT_BEFORE_HIRED: ("left_on", Code.LEFT_BEFORE_HIRED),
}
# Two days of which the second cannot come first.
_IN_ORDER: Final = (
    ("birth_date", "dependent_until", Code.DEPENDENT_BEFORE_BORN),
    ("contract_from", "contract_to", Code.ENDED_BEFORE_STARTED),
)

Raw = Mapping[str, tuple[str, ...]]


def check_across(chunk: Chunk, raw: Raw, today: date) -> None:
    """Refuses rows whose cells contradict each other."""
    _check_employment(chunk, raw, today)
    for first, second, code in _IN_ORDER:
        if first in chunk.facts and second in chunk.facts:
            days = zip(chunk.facts[first], chunk.facts[second], strict=True)
            for place, (start, end) in enumerate(days):
                if start is not None and end is not None and end < start:
                    chunk.note(place, second, code, raw[second][place])
    _check_family(chunk)


def _check_employment(chunk: Chunk, raw: Raw, today: date) -> None:
    born, hired, left = (
        chunk.facts.get(name, repeat(None, len(chunk.rows)))
        for name in ("birth_date", "hired_on", "left_on")
    )
    for place, (birth, hire, leave) in enumerate(zip(born, hired, left, strict=True)):
        problem = dates_fit(born=birth, hired=hire, left=leave, today=today)
        if problem is not None:
            name, code = _RULE_CODES[problem]
            chunk.note(place, name, code, raw[name][place])


def _check_family(chunk: Chunk) -> None:
    relationships = chunk.facts.get("relationship", ())
    for place, (flag, relationship) in enumerate(
        zip(chunk.facts.get("category3", ()), relationships, strict=False)
    ):
        if flag and family_fits(relationship=relationship, category3=True):
            chunk.note(place, "category3", Code.CATEGORY3_NOT_SPOUSE)
    for place, (flag, relationship) in enumerate(
        zip(chunk.facts.get("specific_relative", ()), relationships, strict=False)
    ):
        # 所得税法 第84条の2: a relative other than the spouse.
        if flag and relationship in _SPOUSES:
            chunk.note(place, "specific_relative", Code.SPECIFIC_RELATIVE_IS_SPOUSE)
