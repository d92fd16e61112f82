"""What the cells of one row say together: the rules of the register, asked row by row."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from itertools import repeat
from typing import Any, Final

from azukari.register.rules import (
    RegisterProblem,
    contract_fits,
    dates_fit,
    dependence_fits,
    family_fits,
)
from azukari.register.sheets.chunk import Chunk
from azukari.register.sheets.codes import Code

Raw = Mapping[str, tuple[str, ...]]

# Which cell is to blame.
_CODES: Final = {
    RegisterProblem.BORN_IN_FUTURE: ("birth_date", Code.BIRTH_IN_FUTURE),
    RegisterProblem.BORN_AFTER_HIRED: ("hired_on", Code.BORN_AFTER_HIRED),
    RegisterProblem.LEFT_BEFORE_HIRED: ("left_on", Code.LEFT_BEFORE_HIRED),
    RegisterProblem.DEPENDENT_BEFORE_BORN: ("dependent_until", Code.DEPENDENT_BEFORE_BORN),
    RegisterProblem.ENDED_BEFORE_STARTED: ("contract_to", Code.ENDED_BEFORE_STARTED),
    RegisterProblem.CATEGORY3_NOT_SPOUSE: ("category3", Code.CATEGORY3_NOT_SPOUSE),
    RegisterProblem.SPECIFIC_RELATIVE_IS_SPOUSE: (
        "specific_relative",
        Code.SPECIFIC_RELATIVE_IS_SPOUSE,
    ),
}
# Flags are chosen, not typed: nothing to show.
_FLAGS: Final = frozenset({"category3", "specific_relative"})


def check_across(chunk: Chunk, raw: Raw, today: date) -> None:
    """Refuses rows whose cells contradict each other."""
    for place, day in enumerate(chunk.facts.get("verified_on", ())):
        if day is not None and day > today:
            chunk.note(place, "verified_on", Code.VERIFIED_IN_FUTURE, raw["verified_on"][place])
    for place, problem in _problems(chunk, today):
        name, code = _CODES[problem]
        chunk.note(place, name, code, "" if name in _FLAGS else raw[name][place])


def _problems(chunk: Chunk, today: date) -> Iterator[tuple[int, RegisterProblem]]:
    yield from _found(
        chunk, partial(dates_fit, today=today), born="birth_date", hired="hired_on", left="left_on"
    )
    yield from _found(chunk, dependence_fits, born="birth_date", until="dependent_until")
    yield from _found(chunk, contract_fits, start="contract_from", end="contract_to")
    yield from _found(
        chunk, _family_fits,
        relationship="relationship", category3="category3", specific_relative="specific_relative",
    )  # fmt: skip


def _found(
    chunk: Chunk, fits: Callable[..., RegisterProblem | None], **columns: str
) -> Iterator[tuple[int, RegisterProblem]]:
    """Rows a rule refuses; `columns`: what the rule asks for → the field it stands in."""
    if chunk.facts.keys().isdisjoint(columns.values()):
        return
    values: list[Iterable[Any]] = [chunk.facts.get(name, repeat(None)) for name in columns.values()]
    for place, row in enumerate(zip(*values, strict=False)):
        problem = fits(**dict(zip(columns, row, strict=True)))
        if problem is not None:
            yield place, problem


def _family_fits(
    *, relationship: str | None, category3: bool | None, specific_relative: bool | None
) -> RegisterProblem | None:
    return family_fits(
        relationship=relationship or "",
        category3=bool(category3),
        specific_relative=bool(specific_relative),
    )
