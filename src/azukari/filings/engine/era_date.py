"""Dates as the offices write them, spread over two to four items.

`pension`: an era digit and YYMMDD (1 明治 3 大正 5 昭和 7 平成 9 令和). `tax`: year, month and day
of two digits each, a birth date with an era digit in front (1 昭和 2 大正 3 明治 4 平成 5 令和,
9 other; 国税庁「標準規格等」). `labour`: the same four with the name of the era.
Remembered, because the days of a file come up again and again.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Final

from azukari.law import era
from azukari.law.era import Era, EraDate

_DAYS_KEPT = 1 << 16

_TAX_ERAS: Final = {
    "1": Era.SHOWA,
    "2": Era.TAISHO,
    "3": Era.MEIJI,
    "4": Era.HEISEI,
    "5": Era.REIWA,
}
_OTHER_ERA: Final = "9"
_LABOUR_ERAS: Final = {one.label: one for one in Era}
_ERAS: Final = {"tax": _TAX_ERAS, "labour": _LABOUR_ERAS}
STYLES: Final = frozenset({"pension", *_ERAS})
_NEWEST_FIRST: Final = [Era.REIWA, Era.HEISEI, Era.SHOWA, Era.TAISHO, Era.MEIJI]
_WITH_ERA: Final = 4
_TWO: Final = 2


@lru_cache(maxsize=_DAYS_KEPT)
def parse(code: str, yymmdd: str) -> date | None:
    """The day, or None if there is no such day in that era (昭和64年1月8日, 令和1年2月29日)."""
    try:
        return era.from_era_code(code, yymmdd)
    except era.DateRefused:
        return None


@lru_cache(maxsize=_DAYS_KEPT)
def render(day: date) -> tuple[str, str]:
    """`(era digit, YYMMDD)`; two empty texts for a day before 明治."""
    try:
        japanese = era.to_era(day)
    except era.DateRefused:
        return "", ""
    return japanese.era.code, japanese.digits


@lru_cache(maxsize=_DAYS_KEPT)
def parse_items(style: str, values: tuple[str, ...]) -> date | None:
    """The day in the items of a date; the latest one where no era is told. None if there is none.

    A date of another era (the tax office's 9) is a day that we cannot reckon: None too.
    """
    if style == "pension":
        return parse(values[0], values[1])
    return next(_days(style, values), None)


@lru_cache(maxsize=_DAYS_KEPT)
def is_day(style: str, values: tuple[str, ...]) -> bool:
    """Whether the items of a date name a day that there was or will be."""
    if len(values) == _WITH_ERA and style == "tax" and values[0] == _OTHER_ERA:
        return True
    return parse_items(style, values) is not None


@lru_cache(maxsize=_DAYS_KEPT)
def render_items(style: str, count: int, day: date) -> tuple[str, ...]:
    """The items of a date; empty ones for a day before 明治."""
    if style == "pension":
        return render(day)
    try:
        japanese = era.to_era(day)
    except era.DateRefused:
        return ("",) * count
    digits = japanese.digits
    parts = (digits[:2], digits[2:4], digits[4:])
    if count < _WITH_ERA:
        return parts
    name = next(name for name, one in _ERAS[style].items() if one is japanese.era)
    return (name, *parts)


def _days(style: str, values: tuple[str, ...]) -> Iterator[date]:
    eras = _NEWEST_FIRST
    if len(values) == _WITH_ERA:
        eras = [_ERAS[style][values[0]]] if values[0] in _ERAS[style] else []
    parts = values[-3:]
    if not all(len(part) <= _TWO and part.isascii() and part.isdigit() for part in parts):
        return
    year, month, day = map(int, parts)
    for one in eras:
        try:
            yield EraDate(one, year, month, day).to_date()
        except era.DateRefused:
            continue
