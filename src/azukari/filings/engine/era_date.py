"""Dates as a pension office writes them: an era digit and YYMMDD in the era, in two items.

Remembered, because the days of a file come up again and again.
"""

from datetime import date
from functools import lru_cache

from azukari.law import era

_DAYS_KEPT = 1 << 16


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
