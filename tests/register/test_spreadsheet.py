"""Moments as a spreadsheet and a program read them alike."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from azukari.register.spreadsheet import harmless, moment

JAPAN = ZoneInfo("Asia/Tokyo")
MOMENTS = st.datetimes(datetime(1960, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


def test_moment_is_of_japan_and_has_two_digits_everywhere() -> None:
    at = datetime(2026, 11, 30, 23, 4, 59, tzinfo=UTC)

    assert moment(at) == "2026-12-01 08:04"
    assert moment(at, seconds=True) == "2026-12-01 08:04:59"
    assert moment(None) == moment(None, seconds=True) == ""


@given(MOMENTS)
def test_moment_is_read_back_and_is_no_formula(at: datetime) -> None:
    told = moment(at, seconds=True)

    read = datetime.fromisoformat(told).replace(tzinfo=JAPAN)
    assert read == at.replace(microsecond=0)
    assert told.startswith(moment(at))
    assert harmless(told) == told


@given(st.lists(MOMENTS, max_size=5))
def test_moments_sort_as_texts(several: list[datetime]) -> None:
    in_order = [moment(at, seconds=True) for at in sorted(several)]

    assert in_order == sorted(in_order)
