"""Which step may follow which, and what has to be there before an incident is closed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.oversee.incidents import rules
from azukari.oversee.incidents.rules import IncidentProblem, IncidentState, Standing, Step

TODAY = date(2026, 11, 30)
NOTICED = date(2026, 11, 20)
ALL_DONE = frozenset({Step.QUICK_REPORT, Step.FULL_REPORT, Step.NOTIFY, Step.PREVENT})


def standing(
    state: IncidentState = IncidentState.INVESTIGATING,
    done: frozenset[Step] = frozenset(),
    *,
    must_report: bool = True,
) -> Standing:
    return Standing(state, done, must_report, NOTICED)


def take(step: Step, where: Standing, on: date = TODAY, note: str = "済") -> IncidentProblem | None:
    return rules.may_take(step, where, on=on, note=note, today=TODAY)


@pytest.mark.parametrize(
    ("noticed", "happened", "many", "problem"),
    [
        (TODAY, None, None, None),
        (TODAY, TODAY, TODAY, None),
        (TODAY + timedelta(days=1), None, None, IncidentProblem.NOTICED_AHEAD),
        (date(2022, 3, 31), None, None, IncidentProblem.NOTICED_BEFORE_LAW),
        (NOTICED, TODAY, None, IncidentProblem.HAPPENED_LATER),
        (TODAY, None, NOTICED, IncidentProblem.MANY_BEFORE_NOTICED),
    ],
)
def test_days_of_an_incident(
    noticed: date, happened: date | None, many: date | None, problem: IncidentProblem | None
) -> None:
    found = rules.may_state(noticed_on=noticed, happened_on=happened, many_on=many, today=TODAY)

    assert found == problem


def test_a_step_has_a_day_between_knowing_and_today_and_a_note() -> None:
    assert take(Step.CONTAIN, standing()) is None
    late, early = TODAY + timedelta(days=1), NOTICED - timedelta(days=1)
    assert take(Step.CONTAIN, standing(), on=late) is IncidentProblem.STEP_AHEAD
    assert take(Step.CONTAIN, standing(), on=early) is IncidentProblem.STEP_BEFORE_NOTICED
    assert take(Step.CONTAIN, standing(), note=" ") is IncidentProblem.NOTE_MISSING


@pytest.mark.parametrize(
    ("missing", "problem"),
    [
        (Step.FULL_REPORT, IncidentProblem.REPORT_MISSING),
        (Step.NOTIFY, IncidentProblem.NOTIFICATION_MISSING),
        (Step.PREVENT, IncidentProblem.PREVENTION_MISSING),
    ],
)
def test_closing_wants_what_the_law_wants(missing: Step, problem: IncidentProblem) -> None:
    state = IncidentState.FULL_REPORTED

    assert take(Step.CLOSE, standing(state, ALL_DONE)) is None
    assert take(Step.CLOSE, standing(state, ALL_DONE - {missing})) is problem


def test_without_a_duty_to_report_prevention_is_enough() -> None:
    where = standing(done=frozenset({Step.PREVENT}), must_report=False)

    assert take(Step.CLOSE, where) is None


def test_one_report_may_be_both() -> None:
    where = standing()

    assert take(Step.FULL_REPORT, where) is None
    assert rules.after(Step.FULL_REPORT, where) is IncidentState.FULL_REPORTED
    after = standing(IncidentState.FULL_REPORTED, frozenset({Step.FULL_REPORT}))
    assert take(Step.QUICK_REPORT, after) is IncidentProblem.NOT_IN_THIS_STATE
    assert take(Step.WITHDRAW, after) is IncidentProblem.NOT_IN_THIS_STATE


@given(
    st.sampled_from(IncidentState),
    st.sets(st.sampled_from(Step)),
    st.sampled_from(Step),
    st.booleans(),
)
def test_what_is_over_only_starts_again(
    state: IncidentState, done: set[Step], step: Step, must_report: bool
) -> None:
    where = Standing(state, done, must_report, NOTICED)
    if take(step, where) is not None:
        return
    after = rules.after(step, where)

    assert (step is Step.REOPEN) == (state not in rules.OPEN)
    if step in {Step.CONTAIN, Step.NOTIFY, Step.ANNOUNCE, Step.PREVENT}:
        assert after is state
    if step is Step.REOPEN:
        assert after in rules.OPEN
    if must_report and after is IncidentState.CLOSED:
        assert {Step.FULL_REPORT, Step.NOTIFY, Step.PREVENT} <= done
