"""Why a number may be destroyed, as a closed list, and how a batch comes to that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class Reason(StrEnum):
    PERIOD_OVER = "period_over"
    LEFT = "left"
    NO_LONGER_DEPENDENT = "no_longer_dependent"
    RECORDED_BY_MISTAKE = "recorded_by_mistake"
    ASKED_BY_PRINCIPAL = "asked_by_principal"
    OTHER = "other"
    RESTORED = "restored"  # destroyed before; an old backup had brought its rows back

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Reason.PERIOD_OVER: "保存期間の満了",
    Reason.LEFT: "退職により利用目的がなくなった",
    Reason.NO_LONGER_DEPENDENT: "扶養から外れ、利用目的がなくなった",
    Reason.RECORDED_BY_MISTAKE: "誤って登録した",
    Reason.ASKED_BY_PRINCIPAL: "本人の申し出により、登録の必要がないと確認した",
    Reason.OTHER: "その他（補足に記入）",
    Reason.RESTORED: "廃棄済みの番号が、復元で登録に戻っていた",
}

TO_CHOOSE = tuple(reason for reason in Reason if reason is not Reason.RESTORED)
"""What somebody may give as the reason of a disposal."""


def note_is_missing(reason: Reason, note: str) -> bool:
    """`OTHER` says nothing by itself, and an auditor will ask."""
    return reason is Reason.OTHER and not note.strip()


# single -----------------------------------------------------------------------------------------

# A number that was never to be held, or that its principal wants gone, may go before its time;
# whoever does it is shown which rule would have kept it.
_BEFORE_TIME = frozenset({Reason.RECORDED_BY_MISTAKE, Reason.ASKED_BY_PRINCIPAL, Reason.OTHER})


class DisposeProblem(StrEnum):
    """Why an act of disposal is refused."""

    NOTHING_TO_DISPOSE = "nothing_to_dispose"
    NOTE_MISSING = "note_missing"
    ON_HOLD = "on_hold"
    STILL_NEEDED = "still_needed"
    STILL_KEPT = "still_kept"
    SECOND_PERSON_NEEDED = "second_person_needed"
    ALREADY_ASKED = "already_asked"
    NOTHING_DUE = "nothing_due"
    NOTHING_CHOSEN = "nothing_chosen"
    NOT_IN_THIS_STATE = "not_in_this_state"
    NOBODY_KNOWN = "nobody_known"
    SAME_PERSON = "same_person"
    SAME_MAKER = "same_maker"
    ALONE_TOO_SOON = "alone_too_soon"
    APPROVAL_OVER = "approval_over"
    NOT_YET_DUE = "not_yet_due"
    NOT_WHAT_WAS_APPROVED = "not_what_was_approved"
    STILL_RUNNING = "still_running"
    NOTHING_DISPOSED = "nothing_disposed"
    BECAUSE_MISSING = "because_missing"


class DisposeRefused(Exception):
    """A rule forbids the act; carries which one."""

    def __init__(self, problem: DisposeProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def may_dispose(
    reason: Reason, note: str, *, on_hold: bool, due_on: date | None, today: date
) -> DisposeProblem | None:
    """Whether one number may go for this reason (番号法 第20条: held only while needed).

    `due_on`: the first day on which every rule lets it go; None while a purpose lives.
    """
    if note_is_missing(reason, note):
        return DisposeProblem.NOTE_MISSING
    if on_hold:
        return DisposeProblem.ON_HOLD
    if reason in _BEFORE_TIME:
        return None
    if due_on is None:
        return DisposeProblem.STILL_NEEDED
    return DisposeProblem.STILL_KEPT if due_on > today else None


# batches ----------------------------------------------------------------------------------------


class Stage(StrEnum):
    """Where a batch is; the values of `models.BatchState`."""

    PROPOSED = "proposed"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    RUNNING = "running"
    EXECUTED = "executed"
    CERTIFIED = "certified"
    CANCELLED = "cancelled"


class Step(StrEnum):
    EXCLUDE = "exclude"
    REVIEW = "review"
    APPROVE = "approve"
    START = "start"
    STOP = "stop"
    RETRY = "retry"
    CERTIFY = "certify"
    CANCEL = "cancel"


_FROM: Mapping[Step, frozenset[Stage]] = {
    Step.EXCLUDE: frozenset({Stage.PROPOSED, Stage.REVIEWED}),
    Step.REVIEW: frozenset({Stage.PROPOSED}),
    Step.APPROVE: frozenset({Stage.REVIEWED}),
    # From RUNNING when its work broke off: it goes on where the rows say.
    Step.START: frozenset({Stage.APPROVED, Stage.RUNNING}),
    Step.STOP: frozenset({Stage.RUNNING}),
    Step.RETRY: frozenset({Stage.EXECUTED}),
    Step.CERTIFY: frozenset({Stage.EXECUTED}),
    Step.CANCEL: frozenset({Stage.PROPOSED, Stage.REVIEWED, Stage.APPROVED}),
}


def may_take(step: Step, stage: Stage) -> DisposeProblem | None:
    return None if stage in _FROM[step] else DisposeProblem.NOT_IN_THIS_STATE


def may_review(stage: Stage, *, pending: int) -> DisposeProblem | None:
    return may_take(Step.REVIEW, stage) or (None if pending else DisposeProblem.NOTHING_CHOSEN)


def may_approve(
    stage: Stage, *, pending: int, approval_over: bool = False
) -> DisposeProblem | None:
    """Once, and anew where the first word was not used in its time (`tenancy.four_eyes`)."""
    if not (stage is Stage.APPROVED and approval_over):
        problem = may_take(Step.APPROVE, stage)
        if problem is not None:
            return problem
    return None if pending else DisposeProblem.NOTHING_CHOSEN


@dataclass(frozen=True)
class Readiness:
    """What is looked at before a batch runs; `approver` is None when nobody approved it.

    `approval_over`: the approval was not used in its time.
    """

    stage: Stage
    due_until: date
    second_person: bool
    approver: UUID | None
    approval_over: bool = False
    at_work: bool = False


def may_start(batch: Readiness, *, today: date) -> DisposeProblem | None:
    if batch.stage is Stage.REVIEWED:
        return DisposeProblem.SECOND_PERSON_NEEDED
    if (problem := may_take(Step.START, batch.stage)) is not None:
        return problem
    if batch.at_work:
        return DisposeProblem.STILL_RUNNING
    if batch.second_person and batch.approver is None:
        return DisposeProblem.SECOND_PERSON_NEEDED
    # What has begun goes on: the word was used when it began.
    if batch.approver is not None and batch.approval_over and batch.stage is Stage.APPROVED:
        return DisposeProblem.APPROVAL_OVER
    return DisposeProblem.NOT_YET_DUE if batch.due_until > today else None


def may_certify(stage: Stage, *, done: int) -> DisposeProblem | None:
    return may_take(Step.CERTIFY, stage) or (None if done else DisposeProblem.NOTHING_DISPOSED)


def stage_after_cancelling(done: int) -> Stage:
    """What was destroyed before the rest was given up still gets its certificate."""
    return Stage.EXECUTED if done else Stage.CANCELLED


class ItemProblem(StrEnum):
    """Why a number that was approved was not destroyed: something changed meanwhile."""

    ALREADY_GONE = "already_gone"
    OTHER_NUMBER = "other_number"
    ON_HOLD = "on_hold"
    NEEDED_AGAIN = "needed_again"


class Standing(NamedTuple):
    """How it stands with a number now."""

    is_gone: bool
    is_other: bool  # another number took its place in the same record
    on_hold: bool
    due_on: date | None


def may_execute(
    now: Standing, *, reason: Reason, approved_due_on: date | None, until: date
) -> ItemProblem | None:
    """Whether a number that was approved may still go.

    Of what goes because its period is over, the period must be over still; a number asked for
    singly goes on the same grounds on which it was approved.
    """
    if now.is_gone:
        return ItemProblem.ALREADY_GONE
    if now.is_other:
        return ItemProblem.OTHER_NUMBER
    if now.on_hold:
        return ItemProblem.ON_HOLD
    if reason is Reason.PERIOD_OVER:
        is_needed = now.due_on is None or now.due_on > until
    else:
        is_needed = now.due_on != approved_due_on
    return ItemProblem.NEEDED_AGAIN if is_needed else None
