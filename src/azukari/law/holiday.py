"""休日: national holidays (国民の祝日に関する法律) and the days on which authorities are closed
(行政機関の休日に関する法律 第1条).

The rules are those in force since 2022, when the days moved for the Games of Tokyo were over.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Final

FIRST_YEAR: Final = 2022
LAST_YEAR: Final = 2099  # the equinoxes below are good until then
_DAY: Final = timedelta(days=1)
_MONDAY: Final = 0
_SUNDAY: Final = 6

# 第2条
_FIXED: Final = (
    (1, 1, "元日"), (2, 11, "建国記念の日"), (2, 23, "天皇誕生日"), (4, 29, "昭和の日"),
    (5, 3, "憲法記念日"), (5, 4, "みどりの日"), (5, 5, "こどもの日"), (8, 11, "山の日"),
    (11, 3, "文化の日"), (11, 23, "勤労感謝の日"),
)  # fmt: skip
_MONDAYS: Final = (
    (1, 2, "成人の日"), (7, 3, "海の日"), (9, 3, "敬老の日"), (10, 2, "スポーツの日"),
)  # fmt: skip


class OutOfRange(ValueError):
    """A day before 2022 or after 2099."""


def name_of(day: date) -> str:
    """The holiday's name; empty for any other day. Raises OutOfRange."""
    return holidays(day.year).get(day, "")


def is_closed(day: date) -> bool:
    """Whether authorities are closed: Saturday, Sunday, holiday, 29 December to 3 January."""
    turn_of_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() > 4 or turn_of_year or bool(name_of(day))


@cache
def holidays(year: int) -> dict[date, str]:
    """Every holiday of the year with its name. Raises OutOfRange."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise OutOfRange("holidays are known from 2022 to 2099")
    named = dict(_named(year))
    return named | dict(_instead(named)) | dict(_between(named))


def _named(year: int) -> Iterator[tuple[date, str]]:
    for month, day, name in _FIXED:
        yield date(year, month, day), name
    for month, week, name in _MONDAYS:
        yield _monday(year, month, week), name
    yield date(year, 3, _equinox(year, 20.8431)), "春分の日"
    yield date(year, 9, _equinox(year, 23.2488)), "秋分の日"


def _monday(year: int, month: int, week: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(_MONDAY - first.weekday()) % 7 + 7 * (week - 1))


def _equinox(year: int, of_1980: float) -> int:
    # The days are announced each February by the National Astronomical Observatory; its reckoning
    # from 1980 to 2099 comes to this.
    return int(of_1980 + 0.242194 * (year - 1980) - (year - 1980) // 4)


def _instead(named: dict[date, str]) -> Iterator[tuple[date, str]]:
    """第3条第2項: for a holiday on a Sunday the next day that is none."""
    for day in named:
        if day.weekday() == _SUNDAY:
            while day in named:
                day += _DAY  # noqa: PLW2901
            yield day, "振替休日"


def _between(named: dict[date, str]) -> Iterator[tuple[date, str]]:
    """第3条第3項: a day that has a holiday before and after it."""
    for before in named:
        day = before + _DAY
        if day not in named and day + _DAY in named and day.weekday() != _SUNDAY:
            yield day, "国民の休日"
