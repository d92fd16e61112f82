"""What is unusual in a month, and when it may be signed off: pure rules."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.oversee.months import rules
from azukari.oversee.months.rules import (
    Alert,
    Anomaly,
    AnomalyKind,
    Entry,
    Month,
    MonthProblem,
    Told,
    Use,
)

MONTH = Month(date(2026, 11, 1))
ANN, BOB = UUID(int=1), UUID(int=2)
WORKDAY = date(2026, 11, 10)


def use(day: date, hour: int = 10, count: int = 1, actor: UUID = ANN, *, hand: bool = True) -> Use:
    return Use(actor, datetime(day.year, day.month, day.day, hour), count, hand)


def kinds(told: Told) -> list[tuple[AnomalyKind, int]]:
    return [(one.kind, one.count) for one in rules.find(MONTH, told)]


def test_months_follow_each_other() -> None:
    assert str(MONTH) == "2026-11"
    assert str(Month.parse("2026-12").after) == "2027-01"
    assert str(Month.parse("2026-01").before) == "2025-12"
    assert Month.of(date(2026, 11, 30)) == MONTH
    with pytest.raises(ValueError, match="someday"):
        Month.parse("someday")


def test_work_on_a_working_day_is_nothing() -> None:
    assert kinds(Told(uses=[use(WORKDAY, count=4)])) == []


@pytest.mark.parametrize(
    ("before", "count", "is_bulk"),
    [(0, 19, False), (0, 20, True), (3, 9, False), (3, 10, True), (1, 4, False), (1, 5, True)],
)
def test_many_looked_at_by_hand(before: int, count: int, *, is_bulk: bool) -> None:
    uses = [use(WORKDAY, count=count)]
    if before:
        uses.append(use(WORKDAY - timedelta(days=28), count=before))

    found = kinds(Told(uses=uses))

    assert found == ([(AnomalyKind.BULK, count)] if is_bulk else [])


def test_files_made_by_day_are_no_bulk_and_old_habits_do_not_count() -> None:
    job = use(WORKDAY, count=5000, hand=False)
    long_ago = use(WORKDAY - timedelta(days=29), count=1)

    assert kinds(Told(uses=[job])) == []
    assert kinds(Told(uses=[use(WORKDAY, count=19), long_ago])) == []


@pytest.mark.parametrize(
    ("day", "hour", "kind"),
    [
        (WORKDAY, 21, None),
        (WORKDAY, 22, AnomalyKind.NIGHT),
        (WORKDAY, 4, AnomalyKind.NIGHT),
        (WORKDAY, 5, None),
        (date(2026, 11, 3), 10, AnomalyKind.HOLIDAY),
        (date(2026, 11, 8), 10, AnomalyKind.HOLIDAY),
        (date(2026, 11, 8), 23, AnomalyKind.NIGHT),
        (date(2026, 10, 31), 23, None),
        (date(2026, 12, 1), 1, None),
    ],
)
def test_night_and_holiday_work(day: date, hour: int, kind: AnomalyKind | None) -> None:
    found = [one.kind for one in rules.find(MONTH, Told(uses=[use(day, hour)]))]

    assert found == ([kind] if kind else [])


def test_a_new_place_is_one_that_somebody_known_had_not_used() -> None:
    october, first, later = date(2026, 10, 1), date(2026, 11, 2), date(2026, 11, 9)
    entries = [
        Entry(ANN, october, "192.0.2.1", "aa", 1),
        Entry(ANN, first, "192.0.2.9", "aa", 2),
        Entry(ANN, later, "192.0.2.9", "bb", 1),
        Entry(BOB, first, "192.0.2.9", "aa", 1),  # the first time at all
        Entry(None, first, "192.0.2.8", "aa", 1),
    ]

    found = rules.find(MONTH, Told(entries=entries))

    assert [(one.kind, one.actor, one.detail) for one in found] == [
        (AnomalyKind.NEW_PLACE, ANN, "192.0.2.9"),
        (AnomalyKind.NEW_CERTIFICATE, ANN, "bb"),
    ]


def test_a_place_not_used_for_a_year_is_new_again() -> None:
    old, lately = date(2025, 9, 1), date(2026, 10, 1)
    entries = [
        Entry(ANN, old, "192.0.2.9", "", 1),
        Entry(ANN, lately, "192.0.2.1", "", 1),
        Entry(ANN, WORKDAY, "192.0.2.9", "", 1),
    ]

    [found] = rules.find(MONTH, Told(entries=entries))

    assert (found.kind, found.detail) == (AnomalyKind.NEW_PLACE, "192.0.2.9")


def test_failures_of_a_day_are_counted_together() -> None:
    failures = [
        Entry(ANN, WORKDAY, "192.0.2.1", "aa", 3),
        Entry(ANN, WORKDAY, "192.0.2.2", "aa", 2),
        Entry(BOB, WORKDAY, "192.0.2.1", "aa", 4),
    ]

    assert kinds(Told(failures=failures)) == [(AnomalyKind.FAILURES, 5)]


def test_failures_in_the_portal_are_counted_by_address() -> None:
    failures = [
        Entry(None, WORKDAY, "192.0.2.1", "", 12),
        Entry(ANN, WORKDAY, "192.0.2.1", "", 8),
        Entry(None, WORKDAY, "192.0.2.2", "", 19),
    ]

    [found] = rules.find(MONTH, Told(portal_failures=failures))

    assert (found.kind, found.actor, found.count) == (AnomalyKind.PORTAL, None, 20)
    assert found.detail == "192.0.2.1"


def test_alerts_stand_as_they_are() -> None:
    alerts = [Alert(ANN, WORKDAY, "viewings_of_user", 2), Alert(ANN, date(2026, 10, 1), "x", 1)]

    assert kinds(Told(alerts=alerts)) == [(AnomalyKind.ALERT, 2)]


# what was seen ----------------------------------------------------------------------------------

days = st.dates(date(2026, 11, 1), date(2026, 11, 30))
anomalies = st.lists(
    st.builds(
        Anomaly.of,
        st.sampled_from(AnomalyKind),
        st.sampled_from([ANN, BOB, None]),
        days,
        st.integers(1, 50),
        st.text("abc", max_size=3),
    ),
    unique_by=lambda one: one.key,
)


@given(anomalies, st.randoms())
def test_the_digest_is_of_what_was_seen_in_whatever_order(found, random) -> None:  # type: ignore[no-untyped-def]
    turned = list(found)
    random.shuffle(turned)

    assert rules.digest(turned) == rules.digest(found)
    assert rules.since_then(turned, rules.seen(found)) == []


@given(anomalies, anomalies)
def test_what_came_later_is_what_was_not_seen(before, after) -> None:  # type: ignore[no-untyped-def]
    was = rules.seen(before)
    later = rules.since_then(after, was)

    assert [one for one in after if one not in later] == [
        one for one in after if was.get(one.key) == one.count
    ]
    if later:
        assert rules.digest(after) != rules.digest(before)


def test_a_long_detail_fits_the_key() -> None:
    one = Anomaly.of(AnomalyKind.NEW_CERTIFICATE, ANN, WORKDAY, 1, "x" * 500)

    assert len(one.key) <= 200


def test_when_a_month_may_be_signed_off() -> None:
    found = [Anomaly.of(AnomalyKind.ALERT, ANN, WORKDAY, 1)]
    shown, over = rules.digest(found), date(2026, 12, 1)

    def may(signed: dict[str, int] | None = None, **other: object) -> MonthProblem | None:
        given_ = {"shown": shown, "note": "問題ない", "today": over, **other}
        return rules.may_sign(MONTH, found, signed, **given_)  # type: ignore[arg-type]

    assert may() is None
    assert may(today=date(2026, 11, 30)) is MonthProblem.NOT_OVER
    assert may(today=date(2026, 10, 1)) is MonthProblem.NOT_OVER
    assert may(shown="") is MonthProblem.NOT_WHAT_WAS_SEEN
    assert may(note=" ") is MonthProblem.NOTE_MISSING
    assert may(rules.seen(found)) is MonthProblem.NOTHING_NEW
    assert may({}) is None
