"""What the cells of one row say together: the rules of the register, asked row by row."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
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

Raw = Mapping[str, Sequence[str]]

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
    def dates(born: Any, hired: Any, left: Any) -> RegisterProblem | None:
        return dates_fit(born=born, hired=hired, left=left, today=today)

    yield from _found(chunk, dates, "birth_date", "hired_on", "left_on")
    yield from _found(chunk, _dependence_fits, "birth_date", "dependent_until")
    yield from _found(chunk, _contract_fits, "contract_from", "contract_to")
    yield from _found(chunk, _family_fits, "relationship", "category3", "specific_relative")


def _found(
    chunk: Chunk, fits: Callable[..., RegisterProblem | None], *names: str
) -> Iterator[tuple[int, RegisterProblem]]:
    """Rows a rule refuses; it is asked once for rows that say the same in these fields."""
    if chunk.facts.keys().isdisjoint(names):
        return
    values: list[Iterable[Any]] = [chunk.facts.get(name, repeat(None)) for name in names]
    rows = list(zip(*values, strict=False))
    wrong = {row: problem for row in set(rows) if (problem := fits(*row)) is not None}
    if wrong:
        yield from ((place, wrong[row]) for place, row in enumerate(rows) if row in wrong)


def _dependence_fits(born: date | None, until: date | None) -> RegisterProblem | None:
    return dependence_fits(born=born, until=until)


def _contract_fits(start: date | None, end: date | None) -> RegisterProblem | None:
    return contract_fits(start=start, end=end)


def _family_fits(relationship: Any, category3: Any, specific: Any) -> RegisterProblem | None:
    return family_fits(
        relationship=relationship or "",
        category3=bool(category3),
        specific_relative=bool(specific),
    )
