"""Rules between the items of one record, as named functions that a layout refers to.

`when` conditions: `{item, is: present|absent}`, `{item, in: […]}`, `{item, not_in: […]}`,
`{any_present: […]}`, `{none_present: […]}`. `must`: `{absent: […]}`, `{present: […]}`,
`{item, in: […]}`, `{item, not_in: […]}` or `{rule: <name>, …}` with the rules of `DATE_RULES`,
`engine.amount` and `engine.text`. A rule is silent about items that are missing or wrong in
themselves: these have their own problem already.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from azukari.filings.engine.amount import AMOUNT_RULES
from azukari.filings.engine.layout import Check, Layout, LayoutBroken
from azukari.filings.engine.row import Builder, Demand, Row
from azukari.filings.engine.text import TEXT_RULES

Condition = Callable[[list[str]], bool]


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
    if "any_present" in entry:
        pick = [int(pos) - 1 for pos in entry["any_present"]]
        return lambda values: any(values[index] for index in pick)
    if "none_present" in entry:
        pick = [int(pos) - 1 for pos in entry["none_present"]]
        return lambda values: not any(values[index] for index in pick)
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
    if "not_in" in must:
        return _none_of(int(must["item"]), frozenset(map(str, must["not_in"])))
    try:
        builder = ALL_RULES[must["rule"]]
    except KeyError as error:
        raise LayoutBroken(f"unknown demand {must}") from error
    return builder(must, layout)


def _one_of(pos: int, wanted: frozenset[str]) -> Demand:
    def broken(row: Row) -> list[int]:
        if row.values[pos - 1] in wanted or pos in row.wrong:
            return []
        return [pos]

    return broken


def _none_of(pos: int, unwanted: frozenset[str]) -> Demand:
    return lambda row: [pos] if row.values[pos - 1] in unwanted else []


def _not_after_today(must: dict[str, Any], layout: Layout) -> Demand:
    """`date` is not later than the day of the check (システムチェック実施日)."""
    place = layout.dates[must["date"]]

    def broken(row: Row) -> list[int]:
        day = row.date(place)
        return [place.told_at] if day is not None and day > row.today else []

    return broken


def _compare(must: dict[str, Any], layout: Layout, agrees: Callable[[date, date], bool]) -> Demand:
    place, base = layout.dates[must["date"]], layout.dates[must["base"]]

    def broken(row: Row) -> list[int]:
        day, other = row.date(place), row.date(base)
        if day is None or other is None or agrees(day, other):
            return []
        return [place.told_at]

    return broken


def _later_than(must: dict[str, Any], layout: Layout) -> Demand:
    """`date` > `base`."""
    return _compare(must, layout, lambda day, base: day > base)


def _not_before(must: dict[str, Any], layout: Layout) -> Demand:
    """`date` ≥ `base`."""
    return _compare(must, layout, lambda day, base: day >= base)


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


DATE_RULES: dict[str, Builder] = {
    "not_after_today": _not_after_today,
    "later_than": _later_than,
    "not_before": _not_before,
    "days_after": _days_after,
    "reached_age": _reached_age,
    "gregorian_day": _gregorian_day,
}

ALL_RULES = DATE_RULES | AMOUNT_RULES | TEXT_RULES
