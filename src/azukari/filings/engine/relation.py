"""Rules between the items of one record, as named functions that a layout refers to.

`when` conditions: `{item, is: present|absent}`, `{item, in: […]}`, `{item, not_in: […]}`.
`must`: `{absent: […]}`, `{present: […]}`, `{item, in: […]}` or `{rule: <name>, …}` with
the rules of RULES. A rule is silent about items that are missing or wrong in themselves: these
have their own problem already.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from azukari.filings.engine import era_date
from azukari.filings.engine.layout import Check, Layout, LayoutBroken


@dataclass(slots=True, repr=False)
class Row:
    """The values of one record while it is checked; `wrong` holds the 項番 already refused."""

    values: list[str]
    today: date
    wrong: frozenset[int]

    def date(self, pair: tuple[int, int]) -> date | None:
        """The day in an era item and a YYMMDD item; None if missing, wrong or impossible."""
        era, ymd = pair
        if self.wrong and (era in self.wrong or ymd in self.wrong):
            return None
        return era_date.parse(self.values[era - 1], self.values[ymd - 1])

    def amount(self, pos: int) -> int | None:
        """Whole yen, or None if missing or wrong."""
        value = self.values[pos - 1]
        return int(value) if value and pos not in self.wrong else None


Condition = Callable[[list[str]], bool]
Demand = Callable[[Row], list[int]]  # the 項番 that break the rule
Holds = Callable[[Row], bool]


def compile_check(check: Check, layout: Layout) -> Demand:
    """The 項番 that break the check in a row; none if its conditions do not hold."""
    conditions = [_condition(entry) for entry in check.when]
    demand = _demand(check.must, layout)
    if not conditions:
        return demand
    if len(conditions) == 1:
        return _demand_if(conditions[0], demand)
    return _demand_if(lambda values: all(holds(values) for holds in conditions), demand)


def _demand_if(holds: Condition, demand: Demand) -> Demand:
    def broken(row: Row) -> list[int]:
        return demand(row) if holds(row.values) else []

    return broken


def _condition(entry: dict[str, Any]) -> Condition:
    index = int(entry["item"]) - 1
    if "in" in entry:
        wanted = frozenset(map(str, entry["in"]))
        return lambda values: values[index] in wanted
    if "not_in" in entry:
        unwanted = frozenset(map(str, entry["not_in"]))
        return lambda values: values[index] not in unwanted
    if entry.get("is") == "present":
        return lambda values: values[index] != ""
    if entry.get("is") == "absent":
        return lambda values: values[index] == ""
    raise LayoutBroken(f"unknown condition {entry}")


def _demand(must: dict[str, Any], layout: Layout) -> Demand:
    if "absent" in must:
        positions = [int(pos) for pos in must["absent"]]
        return lambda row: [pos for pos in positions if row.values[pos - 1]]
    if "present" in must:
        positions = [int(pos) for pos in must["present"]]
        return lambda row: [pos for pos in positions if not row.values[pos - 1]]
    if "in" in must:
        return _one_of(int(must["item"]), frozenset(map(str, must["in"])))
    try:
        builder = RULES[must["rule"]]
    except KeyError as error:
        raise LayoutBroken(f"unknown demand {must}") from error
    return builder(must, layout)


def _one_of(pos: int, wanted: frozenset[str]) -> Demand:
    def broken(row: Row) -> list[int]:
        if row.values[pos - 1] in wanted or pos in row.wrong:
            return []
        return [pos]

    return broken


def _not_after_today(must: dict[str, Any], layout: Layout) -> Demand:
    """`date` is not later than the day of the check (システムチェック実施日)."""
    pair = layout.dates[must["date"]]

    def broken(row: Row) -> list[int]:
        day = row.date(pair)
        return [pair[1]] if day is not None and day > row.today else []

    return broken


def _compare(must: dict[str, Any], layout: Layout, agrees: Callable[[date, date], bool]) -> Demand:
    pair, base = layout.dates[must["date"]], layout.dates[must["base"]]

    def broken(row: Row) -> list[int]:
        day, other = row.date(pair), row.date(base)
        if day is None or other is None or agrees(day, other):
            return []
        return [pair[1]]

    return broken


def _later_than(must: dict[str, Any], layout: Layout) -> Demand:
    """`date` > `base`."""
    return _compare(must, layout, lambda day, base: day > base)


def _days_after(must: dict[str, Any], layout: Layout) -> Demand:
    """`date` = `base` + `days`."""
    gap = timedelta(days=int(must["days"]))
    return _compare(must, layout, lambda day, base: day - base == gap)


def _reached_age(must: dict[str, Any], layout: Layout) -> Demand:
    """`date` ≥ (birth in `base`, less `days_less` days) + `years`.

    年齢計算ニ関スル法律: an age is reached on the eve of the birthday, hence the day less.
    """
    less, years = timedelta(days=int(must.get("days_less", 0))), int(must["years"])
    return _compare(must, layout, lambda day, base: day >= _years_later(base - less, years))


def _years_later(day: date, years: int) -> date:
    """The same day of the year; 28 February for the 29th in a common year (民法第143条第2項)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def _capped_sum(must: dict[str, Any], _layout: Layout) -> Demand:
    """`total` = sum of `parts`, at most `cap`."""
    total, parts, cap = int(must["total"]), [int(p) for p in must["parts"]], int(must["cap"])

    def broken(row: Row) -> list[int]:
        amounts = [row.amount(pos) for pos in (total, *parts)]
        known = [amount for amount in amounts if amount is not None]
        if len(known) < len(amounts) or known[0] == min(sum(known[1:]), cap):
            return []
        return [total]

    return broken


def _at_least(must: dict[str, Any], _layout: Layout) -> Demand:
    """`amount` ≥ `least`."""
    pos, least = int(must["amount"]), int(must["least"])

    def broken(row: Row) -> list[int]:
        amount = row.amount(pos)
        return [pos] if amount is not None and amount < least else []

    return broken


def _gregorian_day(must: dict[str, Any], _layout: Layout) -> Demand:
    """`item` is a day as YYYYMMDD."""
    pos = int(must["item"])

    def broken(row: Row) -> list[int]:
        if pos in row.wrong:
            return []
        try:
            date.fromisoformat(row.values[pos - 1])
        except ValueError:
            return [pos]
        return []

    return broken


RULES: dict[str, Callable[[dict[str, Any], Layout], Demand]] = {
    "not_after_today": _not_after_today,
    "later_than": _later_than,
    "days_after": _days_after,
    "reached_age": _reached_age,
    "capped_sum": _capped_sum,
    "at_least": _at_least,
    "gregorian_day": _gregorian_day,
}
