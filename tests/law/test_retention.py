from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.law.purpose import Purpose
from azukari.law.retention import (
    RULES,
    RULES_OF_PURPOSE,
    ChoiceOutOfRange,
    Start,
    disposable_from,
    end_of_years,
    event_of,
    first_day,
    last_day,
    latest,
    report_deadline,
)


@pytest.mark.parametrize(
    ("rule", "event", "first", "last"),
    [
        ("R-TAX-01", date(2026, 1, 23), date(2027, 1, 11), date(2034, 1, 10)),
        ("R-TAX-01", date(2016, 1, 24), date(2017, 1, 11), date(2024, 1, 10)),
        ("R-EI-01", date(2026, 4, 6), date(2026, 4, 7), date(2030, 4, 6)),
        ("R-HI-01", date(2024, 2, 29), date(2024, 3, 1), date(2026, 2, 28)),
        ("R-EI-01", date(2024, 2, 28), date(2024, 2, 29), date(2028, 2, 28)),
        ("R-WC-01", date(2024, 2, 28), date(2024, 2, 29), date(2027, 2, 28)),
    ],
)
def test_last_day_vectors(rule: str, event: date, first: date, last: date) -> None:
    assert first_day(RULES[rule], event) == first
    assert last_day(RULES[rule], event) == last
    assert disposable_from(RULES[rule], event) == last + timedelta(days=1)


def test_rules_have_the_years_of_the_table() -> None:
    assert {rule.id: rule.years for rule in RULES.values()} == {
        "R-TAX-01": 7, "R-TAX-02": 7, "R-TAX-03": 7, "R-TAX-04": 7, "R-TAX-05": 7, "R-TAX-06": 0,
        "R-SAV-01": 5, "R-HI-01": 2, "R-PEN-01": 2, "R-EI-01": 4, "R-EI-02": 2, "R-WC-01": 3,
        "R-LI-01": 3, "R-LI-02": 4, "R-DOC-01": 0, "R-REC-01": 8,
    }  # fmt: skip
    assert set(RULES_OF_PURPOSE) == set(Purpose)


def test_copies_of_reports_go_at_once_unless_the_company_chose() -> None:
    checked = date(2026, 2, 2)

    assert disposable_from(RULES["R-TAX-06"], checked) == date(2026, 2, 3)
    assert last_day(RULES["R-TAX-06"], checked, chosen=7) == date(2033, 2, 2)


def test_identity_documents_stay_thirty_days_at_most() -> None:
    confirmed = date(2026, 11, 23)

    assert disposable_from(RULES["R-DOC-01"], confirmed) == date(2026, 11, 24)
    assert last_day(RULES["R-DOC-01"], confirmed, chosen=30) == date(2026, 12, 23)
    with pytest.raises(ChoiceOutOfRange):
        last_day(RULES["R-DOC-01"], confirmed, chosen=31)


def test_a_fixed_rule_leaves_no_choice() -> None:
    with pytest.raises(ChoiceOutOfRange):
        last_day(RULES["R-HI-01"], date(2026, 1, 1), chosen=1)


def test_latest_rule_wins() -> None:
    last_days = [date(2026, 2, 28), date(2034, 1, 10), date(2030, 4, 6)]

    assert latest(last_days) == date(2034, 1, 10)
    assert latest([]) is None


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 10))
def test_end_of_years_is_a_whole_number_of_years(begin: date, years: int) -> None:
    end = end_of_years(begin, years)

    assert 365 * years - 1 <= (end - begin).days + 1 <= 366 * years
    assert (end + timedelta(days=1)).month in {begin.month, 3}


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(sorted(RULES)))
def test_a_later_event_never_ends_earlier(event: date, rule_id: str) -> None:
    rule = RULES[rule_id]

    later = last_day(rule, event + timedelta(days=1))

    assert later >= last_day(rule, event)
    assert rule.start in Start


def test_reports_are_due_on_the_last_of_january() -> None:
    assert report_deadline(date(2025, 1, 1)) == date(2026, 1, 31)
    assert report_deadline(date(2025, 12, 31)) == date(2026, 1, 31)


@pytest.mark.parametrize(
    ("rule", "ended", "used", "event"),
    [
        ("R-TAX-01", date(2026, 3, 31), None, date(2026, 3, 31)),
        ("R-TAX-01", date(2026, 3, 31), date(2027, 1, 20), date(2027, 1, 20)),
        ("R-TAX-06", date(2026, 3, 31), None, date(2027, 1, 31)),
        ("R-TAX-06", date(2026, 3, 31), date(2027, 1, 20), date(2027, 1, 31)),
        ("R-TAX-06", date(2026, 3, 31), date(2027, 5, 1), date(2027, 5, 1)),
        ("R-HI-01", date(2026, 3, 31), date(2026, 4, 6), date(2026, 4, 6)),
        ("R-HI-01", date(2026, 3, 31), date(2026, 3, 1), date(2026, 3, 31)),
        ("R-HI-01", None, date(2026, 3, 1), date(2026, 3, 1)),
        ("R-HI-01", None, None, None),
    ],
)
def test_the_later_of_end_and_use_starts_the_clock(
    rule: str, ended: date | None, used: date | None, event: date | None
) -> None:
    assert event_of(RULES[rule], ended=ended, used=used) == event
