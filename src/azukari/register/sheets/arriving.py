"""When the numbers of those may go who come into the register with an end already known.

An arrival has no past in here: no use, no hold, no flag taken back.  So the days follow from the
row and its employee alone, and are written with it, where `clocks.recount` would write everything
a second time.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

from django.utils import timezone

from azukari.law.purpose import PersonKind as LawKind
from azukari.law.purpose import Purpose
from azukari.register.keeping import Facts, why_kept
from azukari.register.keeping_facts import chosen_periods
from azukari.register.sheets.comparison import KIND_OF_PERSON, New, Plan

ENDINGS: Final = ("left_on", "dependent_until", "contract_to", "last_paid_on")


class Due(NamedTuple):
    """The first day on which law asks no more for a number, and by which rule it was kept."""

    on: date | None
    kept_by: str


OPEN: Final = Due(None, "")
"""While the relation lasts, and without a number."""

_Alike = tuple[tuple[str, ...], tuple[date | None, ...]]  # purposes, ends


def dues_of_new(plan: Plan) -> list[Due]:
    """For each of `plan.new`, in their order."""
    columns = [plan.columns.get(name) for name in ENDINGS]
    alike = [_alike(new, columns) for new in plan.new]
    known: dict[_Alike | None, Due] = {None: OPEN}
    asked = {one for one in alike if one is not None}
    if asked:
        kind, today = LawKind(KIND_OF_PERSON[plan.kind].value), timezone.localdate()
        choices = tuple(sorted(chosen_periods().items()))
        known |= {one: _due(kind, one, choices, today) for one in asked}
    return [known[one] for one in alike]


def _alike(new: New, columns: list[Sequence[Any] | None]) -> _Alike | None:
    """What the days follow from; None where there is no number or no end."""
    if new.given is None:
        return None
    ends = [None if column is None else column[new.place] for column in columns]
    if new.host is not None:
        ends[0] = new.host.left_on
    # Paid after the contract means nothing before it has ended.
    return (new.given.purposes, tuple(ends)) if any(ends[:-1]) else None


# The same ends come in every chunk of a file.
@lru_cache(maxsize=16_384)
def _due(kind: LawKind, alike: _Alike, choices: tuple[tuple[str, int], ...], today: date) -> Due:
    purposes, (left_on, dependent_until, contract_to, last_paid_on) = alike
    keeping = why_kept(
        Facts(
            kind=kind,
            purposes=tuple(Purpose[code] for code in purposes),
            recorded_on=today,
            left_on=left_on,
            dependent_until=dependent_until,
            contract_to=contract_to,
            last_paid_on=last_paid_on,
            choices=dict(choices),
        )
    )
    return Due(keeping.due_on, keeping.kept_by)
