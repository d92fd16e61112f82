"""Decisions about people, without any table."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.law.purpose import PersonKind, Purpose, purposes_for
from azukari.law.relationship import SPOUSES, Relationship
from azukari.register.rules import (
    RegisterProblem,
    dates_fit,
    family_fits,
    may_be_without,
    may_record,
    may_reveal,
)

TODAY = date(2026, 11, 23)


@given(st.sets(st.sampled_from(Purpose), min_size=1), st.sampled_from(PersonKind))
def test_number_is_recorded_only_for_purposes_of_the_kind(
    purposes: set[Purpose], kind: PersonKind
) -> None:
    problem = may_record(has_number=False, needs_number=True, kind=kind, purposes=[*purposes])

    fits = purposes <= set(purposes_for(kind))
    assert problem == (None if fits else RegisterProblem.PURPOSE_DOES_NOT_FIT)


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({"has_number": True}, RegisterProblem.ALREADY_REGISTERED),
        ({"needs_number": False}, RegisterProblem.NOT_NEEDED),
        ({"purposes": []}, RegisterProblem.NO_PURPOSE),
    ],
)
def test_recording_is_refused(facts: dict[str, object], problem: RegisterProblem) -> None:
    usual = {
        "has_number": False,
        "needs_number": True,
        "kind": PersonKind.EMPLOYEE,
        "purposes": [Purpose.HEALTH_PENSION],
    }

    assert may_record(**{**usual, **facts}) is problem


@given(st.lists(st.sampled_from(Purpose), unique=True), st.sampled_from(Purpose))
def test_number_is_shown_only_for_what_it_is_held_for(held: list[Purpose], wanted: Purpose) -> None:
    codes = [purpose.code for purpose in held]

    problem = may_reveal(has_number=True, held_for=codes, wanted=wanted)

    assert problem == (None if wanted in held else RegisterProblem.PURPOSE_DOES_NOT_FIT)


def test_nothing_is_shown_when_nothing_is_held() -> None:
    problem = may_reveal(
        has_number=False, held_for=["HEALTH_PENSION"], wanted=Purpose.HEALTH_PENSION
    )

    assert problem is RegisterProblem.NOTHING_TO_REVEAL


@pytest.mark.parametrize(
    ("born", "hired", "left", "problem"),
    [
        (None, None, None, None),
        (date(1985, 3, 4), date(2008, 4, 1), date(2008, 4, 1), None),
        (TODAY + timedelta(days=1), None, None, RegisterProblem.BORN_IN_FUTURE),
        (TODAY, None, None, None),
        (date(2008, 4, 1), date(2008, 4, 1), None, RegisterProblem.BORN_AFTER_HIRED),
        (None, date(2008, 4, 1), date(2008, 3, 31), RegisterProblem.LEFT_BEFORE_HIRED),
    ],
)
def test_dates_go_together(
    born: date | None, hired: date | None, left: date | None, problem: RegisterProblem | None
) -> None:
    assert dates_fit(born=born, hired=hired, left=left, today=TODAY) is problem


@pytest.mark.parametrize("relationship", list(Relationship))
def test_category3_is_for_spouses(relationship: Relationship) -> None:
    problem = family_fits(relationship=relationship.code, category3=True)

    assert problem == (None if relationship in SPOUSES else RegisterProblem.CATEGORY3_NOT_SPOUSE)
    assert family_fits(relationship=relationship.code, category3=False) is None


def test_not_needed_is_untrue_while_a_number_is_held() -> None:
    assert may_be_without(has_number=True) is RegisterProblem.NUMBER_IS_HELD
    assert may_be_without(has_number=False) is None
