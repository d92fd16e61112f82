from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.dispose.models import BatchState
from azukari.dispose.rules import (
    DisposeProblem,
    Readiness,
    Reason,
    Stage,
    Standing,
    Step,
    may_approve,
    may_dispose,
    may_execute,
    may_start,
    may_take,
    note_is_missing,
)


@pytest.mark.parametrize("reason", list(Reason))
def test_only_other_needs_a_note(reason: Reason) -> None:
    assert note_is_missing(reason, "　 ") is (reason is Reason.OTHER)
    assert note_is_missing(reason, "理由") is False


# when one number may go -------------------------------------------------------------------------

DAYS = st.dates(date(2015, 1, 1), date(2060, 12, 31))
AT_ANY_TIME = {Reason.RECORDED_BY_MISTAKE, Reason.ASKED_BY_PRINCIPAL, Reason.OTHER}


@given(st.sampled_from(Reason), st.none() | DAYS, DAYS)
def test_before_its_time_a_number_goes_only_for_a_reason_of_its_own(
    reason: Reason, due_on: date | None, today: date
) -> None:
    problem = may_dispose(reason, "理由", on_hold=False, due_on=due_on, today=today)

    is_due = due_on is not None and due_on <= today
    assert (problem is None) is (is_due or reason in AT_ANY_TIME)


@given(st.sampled_from(Reason), st.none() | DAYS, DAYS)
def test_a_hold_stands_against_every_reason(
    reason: Reason, due_on: date | None, today: date
) -> None:
    held = may_dispose(reason, "理由", on_hold=True, due_on=due_on, today=today)

    assert held is DisposeProblem.ON_HOLD


# the stages -------------------------------------------------------------------------------------


def test_stages_are_the_states_of_the_table() -> None:
    assert [one.value for one in Stage] == BatchState.values


def test_what_may_be_done_at_which_stage() -> None:
    allowed = {
        stage.value: [step.value for step in Step if may_take(step, stage) is None]
        for stage in Stage
    }

    assert allowed == {
        "proposed": ["exclude", "review", "cancel"],
        "reviewed": ["exclude", "approve", "cancel"],
        "approved": ["start", "cancel"],
        "running": ["start", "stop"],
        "executed": ["retry", "certify"],
        "certified": [],
        "cancelled": [],
    }


@given(st.sampled_from(Stage), st.booleans(), st.integers(0, 3))
def test_approval_is_asked_once_and_anew_when_it_was_not_used(
    stage: Stage, over: bool, pending: int
) -> None:
    problem = may_approve(stage, pending=pending, approval_over=over)

    asked = stage is Stage.REVIEWED or (over and stage is Stage.APPROVED)
    assert (problem is None) is (asked and pending > 0)


@given(st.sampled_from(Stage), st.booleans(), st.booleans(), st.none() | st.uuids())
def test_an_approval_that_is_over_starts_nothing(
    stage: Stage, wanted: bool, over: bool, approver: UUID | None
) -> None:
    today = date(2034, 1, 11)
    ready = Readiness(stage, today, second_person=wanted, approver=approver, approval_over=over)

    problem = may_start(ready, today=today)

    allowed = approver is not None or not wanted
    good = stage is Stage.RUNNING or (stage is Stage.APPROVED and not (over and approver))
    assert (problem is None) is (allowed and good)


@given(st.booleans(), st.booleans(), st.booleans(), st.none() | DAYS, st.none() | DAYS, DAYS)
def test_what_runs_is_what_was_approved(
    is_gone: bool, is_other: bool, on_hold: bool, due_on: date | None, was: date | None, until: date
) -> None:
    now = Standing(is_gone, is_other, on_hold, due_on)

    period = may_execute(now, reason=Reason.PERIOD_OVER, approved_due_on=was, until=until)
    single = may_execute(now, reason=Reason.OTHER, approved_due_on=was, until=until)

    untouched = not (is_gone or is_other or on_hold)
    assert (period is None) is (untouched and due_on is not None and due_on <= until)
    assert (single is None) is (untouched and due_on == was)
