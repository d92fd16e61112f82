"""What has to be reported and until when (番号法 第29条の4, 規則 第2条・第3条)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.law import holiday
from azukari.law.incident import Ground, Situation, deadlines, grounds

MONDAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("situation", "found"),
    [
        (Situation(MONDAY), ()),
        (Situation(MONDAY, people=100), ()),
        (Situation(MONDAY, people=101), (Ground.MANY,)),
        (Situation(MONDAY, people=1, malicious=True), (Ground.MALICIOUS,)),
        (Situation(MONDAY, public=True), (Ground.PUBLIC,)),
        (
            Situation(MONDAY, people=500, malicious=True, public=True),
            (Ground.MALICIOUS, Ground.PUBLIC, Ground.MANY),
        ),
        (Situation(MONDAY, people=500, malicious=True, public=True, protected=True), ()),
    ],
)
def test_grounds(situation: Situation, found: tuple[Ground, ...]) -> None:
    assert grounds(situation) == found


def test_without_a_ground_there_is_no_deadline() -> None:
    assert deadlines(Situation(MONDAY, people=3)) is None


def test_the_day_of_knowing_is_the_first() -> None:
    found = deadlines(Situation(MONDAY, people=101))

    assert found is not None
    assert (found.quick_from, found.quick_until) == (date(2026, 11, 4), date(2026, 11, 6))
    assert (found.days, found.full_until) == (30, date(2026, 12, 1))


@pytest.mark.parametrize(
    ("noticed", "malicious", "counted_to", "until"),
    [
        # a Saturday gives way to Monday
        (date(2026, 11, 6), False, date(2026, 12, 5), date(2026, 12, 7)),
        # 30 December to the first open day of the year
        (date(2026, 12, 1), False, date(2026, 12, 30), date(2027, 1, 4)),
        # 3 May 2026, a Sunday in the row of holidays, to the day behind 振替休日
        (date(2026, 4, 4), False, date(2026, 5, 3), date(2026, 5, 7)),
        # 60 days for malice, whatever else is met
        (MONDAY, True, date(2026, 12, 31), date(2027, 1, 4)),
    ],
)
def test_a_last_day_on_which_authorities_are_closed_gives_way(
    noticed: date, *, malicious: bool, counted_to: date, until: date
) -> None:
    found = deadlines(Situation(noticed, people=101, malicious=malicious))

    assert found is not None
    assert (found.counted_to, found.full_until) == (counted_to, until)


def test_more_than_a_hundred_count_from_when_that_was_known() -> None:
    later = date(2026, 11, 16)

    many = deadlines(Situation(MONDAY, people=101, many_on=later))
    public_too = deadlines(Situation(MONDAY, people=101, public=True, many_on=later))

    assert many is not None
    assert public_too is not None
    assert many.since == later
    assert public_too.since == MONDAY


@given(
    st.dates(date(2022, 4, 1), date(2090, 12, 31)),
    st.booleans(),
    st.booleans(),
    st.integers(0, 100_000),
)
def test_deadlines_are_in_order_and_open(
    noticed: date, malicious: bool, public: bool, people: int
) -> None:
    found = deadlines(Situation(noticed, people, malicious, public))

    if found is None:
        assert not malicious
        assert not public
        assert people <= 100
        return
    assert noticed <= found.quick_from < found.quick_until < found.counted_to <= found.full_until
    assert (found.counted_to - noticed).days == (59 if malicious else 29)
    assert not holiday.is_closed(found.full_until)
    assert found.full_until - found.counted_to <= timedelta(days=9)
