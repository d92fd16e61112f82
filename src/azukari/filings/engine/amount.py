"""Rules between amounts: sums, caps, averages and the months that count.

An amount that is missing or wrong in itself makes a rule silent. All amounts are whole yen.
"""

from collections.abc import Callable
from typing import Any, Final

from azukari.filings.engine.layout import Layout
from azukari.filings.engine.row import Builder, Demand, Row

_THOUSAND: Final = 1000
_MONTHS: Final = 12


def _amounts(row: Row, positions: list[int]) -> list[int] | None:
    """The amounts at these 項番; None unless all are known."""
    amounts = [row.amount(pos) for pos in positions]
    known = [amount for amount in amounts if amount is not None]
    return known if len(known) == len(amounts) else None


def _places(must: dict[str, Any], key: str) -> list[int]:
    return [int(pos) for pos in must[key]]


def _agrees(pos: int, parts: list[int], reckon: Callable[[list[int]], int | None]) -> Demand:
    """The item is what `reckon` makes of the parts; None from it says that any amount may stand."""

    def broken(row: Row) -> list[int]:
        known = _amounts(row, [pos, *parts])
        if known is None:
            return []
        wanted = reckon(known[1:])
        return [] if wanted is None or known[0] == wanted else [pos]

    return broken


def _capped_sum(must: dict[str, Any], _layout: Layout) -> Demand:
    """`total` = sum of `parts`, at most `cap`."""
    cap = int(must["cap"])
    return _agrees(int(must["total"]), _places(must, "parts"), lambda p: min(sum(p), cap))


def _capped_thousands(must: dict[str, Any], _layout: Layout) -> Demand:
    """`total` = sum of `parts`, less what is below a thousand yen; `cap` if the sum exceeds it."""
    cap = int(must["cap"])

    def reckon(parts: list[int]) -> int:
        total = sum(parts)
        return cap if total > cap else total // _THOUSAND * _THOUSAND

    return _agrees(int(must["total"]), _places(must, "parts"), reckon)


def _mean(must: dict[str, Any], _layout: Layout) -> Demand:
    """`mean` = sum of `parts` / their number, rounded down; any if a part is the `cap` itself."""
    cap = int(must["cap"])

    def reckon(parts: list[int]) -> int | None:
        return None if cap in parts else sum(parts) // len(parts)

    return _agrees(int(must["mean"]), _places(must, "parts"), reckon)


def _at_least(must: dict[str, Any], _layout: Layout) -> Demand:
    """`amount` ≥ `least`."""
    pos, least = int(must["amount"]), int(must["least"])

    def broken(row: Row) -> list[int]:
        amount = row.amount(pos)
        return [pos] if amount is not None and amount < least else []

    return broken


def _each_within(must: dict[str, Any], _layout: Layout) -> Demand:
    """Every one of `items` lies between `least` and `most`."""
    positions, least, most = _places(must, "items"), int(must["least"]), int(must["most"])

    def broken(row: Row) -> list[int]:
        amounts = [(pos, row.amount(pos)) for pos in positions]
        return [pos for pos, one in amounts if one is not None and not least <= one <= most]

    return broken


def _not_more_than(must: dict[str, Any], _layout: Layout) -> Demand:
    """`part` ≤ `whole`; a missing whole is nothing."""
    part, whole = int(must["part"]), int(must["whole"])

    def broken(row: Row) -> list[int]:
        amount = row.amount(part)
        if amount is None or whole in row.wrong:
            return []
        return [part] if amount > (row.amount(whole) or 0) else []

    return broken


def _next_month(must: dict[str, Any], _layout: Layout) -> Demand:
    """`item` is the month after the one in `after`."""
    return _agrees(int(must["item"]), [int(must["after"])], lambda parts: parts[0] % _MONTHS + 1)


def _exactly_one(must: dict[str, Any], _layout: Layout) -> Demand:
    """One of the `items` is present and no other."""
    positions = _places(must, "items")

    def broken(row: Row) -> list[int]:
        present = [pos for pos in positions if row.values[pos - 1]]
        if not present:
            return positions[:1]
        return present[1:]

    return broken


def _any_of(must: dict[str, Any], _layout: Layout) -> Demand:
    """At least one of the `items` is present; the first one is told."""
    positions = _places(must, "items")
    return lambda row: [] if any(row.values[pos - 1] for pos in positions) else positions[:1]


class _Counted:
    """算定基礎届: the months that count: 17 days; short-time 11; part-time 15 where none has 17."""

    def __init__(self, must: dict[str, Any]) -> None:
        self._days, self._totals = _places(must, "days"), _places(must, "totals")
        self._short_time, self._part_time = int(must["short_time"]), int(must["part_time"])

    def known(self, row: Row) -> list[int] | None:
        """The totals of the months that count; None if not all figures are known."""
        days, totals = _amounts(row, self._days), _amounts(row, self._totals)
        if days is None or totals is None:
            return None
        limit = 11 if row.values[self._short_time - 1] == "1" else 17
        if row.values[self._part_time - 1] == "1" and max(days) < limit:
            limit = 15
        return [total for day, total in zip(days, totals, strict=True) if day >= limit]


def _counted_sum(must: dict[str, Any], _layout: Layout) -> Demand:
    """`total` = sum of the months that count, at most `cap`; wrong where no month counts."""
    counted, pos, cap = _Counted(must), int(must["total"]), int(must["cap"])

    def broken(row: Row) -> list[int]:
        totals, given = counted.known(row), row.amount(pos)
        if totals is None or given is None:
            return []
        return [] if totals and given == min(sum(totals), cap) else [pos]

    return broken


def _counted_mean(must: dict[str, Any], _layout: Layout) -> Demand:
    """`mean` = mean of the months that count, rounded down, at most `cap`."""
    counted, pos, cap = _Counted(must), int(must["mean"]), int(must["cap"])

    def broken(row: Row) -> list[int]:
        totals, given = counted.known(row), row.amount(pos)
        if not totals or given is None:
            return []
        return [] if given == min(sum(totals) // len(totals), cap) else [pos]

    return broken


AMOUNT_RULES: Final[dict[str, Builder]] = {
    "capped_sum": _capped_sum,
    "capped_thousands": _capped_thousands,
    "mean": _mean,
    "at_least": _at_least,
    "each_within": _each_within,
    "not_more_than": _not_more_than,
    "next_month": _next_month,
    "exactly_one": _exactly_one,
    "any_of": _any_of,
    "counted_sum": _counted_sum,
    "counted_mean": _counted_mean,
}
