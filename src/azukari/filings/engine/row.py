"""One record while it is checked, and what a rule between its items is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from azukari.filings.engine import era_date
from azukari.filings.engine.layout import DatePlace, Layout


@dataclass(slots=True, repr=False)
class Row:
    """The values of one record while it is checked; `wrong` holds the 項番 already refused."""

    values: list[str]
    today: date
    wrong: frozenset[int]

    def date(self, place: DatePlace) -> date | None:
        """The day in the items of a date; None if missing, wrong or impossible."""
        if self.wrong and not self.wrong.isdisjoint(place.positions):
            return None
        values = self.values
        return era_date.parse_items(place.style, tuple(values[p - 1] for p in place.positions))

    def amount(self, pos: int) -> int | None:
        """Whole yen, or None if missing or wrong."""
        value = self.values[pos - 1]
        return int(value) if value and pos not in self.wrong else None


Demand = Callable[[Row], list[int]]  # the 項番 that break the rule
Builder = Callable[[dict[str, Any], Layout], Demand]
