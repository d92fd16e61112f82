"""Days as the Cabinet Office published them, and what no year may break."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.law import holiday

PUBLISHED = {
    2024: "1/1 1/8 2/11 2/12 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/22 9/23 10/14"
    " 11/3 11/4 11/23",
    2025: "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/21 8/11 9/15 9/23 10/13 11/3 11/23"
    " 11/24",
    2026: "1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 10/12 11/3 11/23",
}


@pytest.mark.parametrize("year", PUBLISHED)
def test_holidays_are_those_that_were_published(year: int) -> None:
    found = sorted(holiday.holidays(year))

    assert [f"{day.month}/{day.day}" for day in found] == PUBLISHED[year].split()


def test_days_instead_and_between_have_their_names() -> None:
    assert holiday.name_of(date(2026, 5, 6)) == "振替休日"
    assert holiday.name_of(date(2026, 9, 22)) == "国民の休日"
    assert holiday.name_of(date(2026, 9, 23)) == "秋分の日"
    assert holiday.name_of(date(2026, 5, 7)) == ""


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        (date(2026, 12, 28), False), (date(2026, 12, 29), True), (date(2027, 1, 3), True),
        (date(2027, 1, 4), False), (date(2026, 11, 28), True), (date(2026, 11, 29), True),
        (date(2026, 11, 30), False), (date(2026, 11, 3), True),
    ],
)  # fmt: skip
def test_authorities_are_closed(day: date, *, closed: bool) -> None:
    assert holiday.is_closed(day) is closed


@given(st.integers(holiday.FIRST_YEAR, holiday.LAST_YEAR))
def test_a_holiday_on_a_sunday_is_followed_by_a_day_off(year: int) -> None:
    found = holiday.holidays(year)

    assert 16 <= len(found) <= 22
    for day in found:
        if day.weekday() == 6:
            assert day + timedelta(days=1) in found


@pytest.mark.parametrize("year", [2021, 2100])
def test_other_years_are_refused(year: int) -> None:
    with pytest.raises(holiday.OutOfRange):
        holiday.name_of(date(year, 6, 1))
