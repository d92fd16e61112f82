"""From when nothing brings a destroyed deposit back, by class of erasure."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.serve.postgres_roles import DatabaseUrls
from azukari.settings import reading
from azukari.vault import door
from azukari.vault.erasure import ErasureClass, Policy, RingTime, finality

TODAY = date(2026, 4, 1)
AT = datetime(2026, 4, 1, tzinfo=UTC)
R = Policy(ErasureClass.RETENTION, 35)
W = Policy(ErasureClass.WINDOW, 35)


@given(st.integers(1, 1000), st.integers(0, 30), st.integers(1, 12))
def test_window_is_final_when_the_ring_has_forgotten_the_generation(
    generation: int, nights: int, live: int
) -> None:
    newest = generation + nights
    kept = range(newest - live + 1, newest + 1)

    found = finality(generation, AT, RingTime(newest, live, TODAY), W, today=TODAY)

    assert found.is_final is (generation not in kept)
    assert found.nights_left == max(0, live - nights)
    assert found.final_on == TODAY + timedelta(days=found.nights_left)


@given(st.integers(0, 30), st.integers(0, 100), st.integers(0, 60))
def test_every_day_of_the_certificate_is_kept(nights: int, days: int, backup_days: int) -> None:
    """A tick each night; the day told on the first day is the day it becomes true, not earlier."""
    policy = Policy(ErasureClass.RETENTION, backup_days)
    told = finality(1, AT, RingTime(1, 8, TODAY), policy, today=TODAY)

    today = TODAY + timedelta(days=days)
    forgotten = TODAY + timedelta(days=8) if days >= 8 else None
    later = finality(1, AT, RingTime(1 + days, 8, today, forgotten), policy, today=today)

    assert later.final_on == told.final_on == TODAY + timedelta(days=8 + backup_days + 1)
    assert later.is_final is (today >= told.final_on)


def test_ticks_that_are_late_move_the_expected_day() -> None:
    late = TODAY + timedelta(days=5)

    found = finality(1, AT, RingTime(1, 8, TODAY), W, today=late)

    assert found.final_on == late + timedelta(days=7)


def test_snapshots_and_old_backups_with_a_ring_delay_the_window() -> None:
    forgotten = RingTime(9, 8, TODAY, forgotten_on=TODAY)
    archived = RingTime(9, 8, TODAY, forgotten_on=TODAY, archived_on=TODAY - timedelta(days=3))
    snapshots = Policy(ErasureClass.WINDOW, 35, snapshot_days=14)

    days = [
        (finality(1, AT, ring, policy, today=TODAY).final_on - TODAY).days
        for ring, policy in ((forgotten, W), (forgotten, snapshots), (archived, W))
    ]

    assert days == [0, 14, 33]


def test_door_tells_the_day_the_ring_forgot(database: DatabaseUrls) -> None:
    generation = door.state().generation
    days = [TODAY + timedelta(days=n) for n in range(1, 10)]
    for day in days:
        door.rotate(on=day)

    found = door.finality(generation, AT)

    assert (found.nights_left, found.final_on) == (0, days[7] + timedelta(days=36))


def test_window_with_one_holder_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZUKARI_ERASURE_CLASS", "W")
    monkeypatch.delenv("AZUKARI_RING_HOLDERS", raising=False)

    with pytest.raises(reading.SettingMissing, match="AZUKARI_RING_HOLDERS"):
        reading.erasure_class()

    monkeypatch.setenv("AZUKARI_RING_HOLDERS", "/mnt/a")
    assert reading.erasure_class() == "W"
