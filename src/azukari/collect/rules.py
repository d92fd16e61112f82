"""Decisions about requests and applications: plain values in, a problem or nothing out.

The states are those of the collection of a number: 依頼 (request) and 申請 (application).
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from azukari.law.labelled import Labelled
from azukari.law.purpose import PersonKind, Purpose, employee_purposes, family_purposes
from azukari.law.verification import DUTIES, Provision, Verifier, usual_provision


class RequestState(Labelled):
    CREATED = "created", "未送信"
    SENT = "sent", "依頼中"
    OPENED = "opened", "閲覧済"
    ANSWERED = "answered", "回答済"
    DECLINED = "declined", "提供しない"
    EXPIRED = "expired", "期限切れ"
    CANCELLED = "cancelled", "取消"


OPEN_REQUESTS: Final = frozenset({RequestState.CREATED, RequestState.SENT, RequestState.OPENED})

_NEXT_REQUEST: Mapping[RequestState, frozenset[RequestState]] = MappingProxyType(
    {
        RequestState.CREATED: frozenset(RequestState) - {RequestState.CREATED},
        RequestState.SENT: frozenset(RequestState) - {RequestState.CREATED, RequestState.SENT},
        RequestState.OPENED: frozenset(
            {
                RequestState.ANSWERED, RequestState.DECLINED, RequestState.EXPIRED,
                RequestState.CANCELLED,
            }
        ),
        # What was answered and taken back is open again.
        RequestState.ANSWERED: frozenset({RequestState.OPENED}),
        RequestState.DECLINED: frozenset({RequestState.OPENED, RequestState.SENT}),
        RequestState.EXPIRED: frozenset({RequestState.SENT}),
        RequestState.CANCELLED: frozenset(),
    }
)  # fmt: skip


def may_become(now: RequestState, wanted: RequestState) -> bool:
    return wanted in _NEXT_REQUEST[now]


class ApplicationState(Labelled):
    DRAFT = "draft", "作成中"
    SUBMITTED = "submitted", "申請中"
    CHECKING = "checking", "確認中"
    APPROVED = "approved", "承認"
    REGISTERED = "registered", "登録済"
    RETURNED = "returned", "差戻し"
    REJECTED = "rejected", "却下"
    WITHDRAWN = "withdrawn", "取下げ"


EDITABLE: Final = frozenset({ApplicationState.DRAFT, ApplicationState.RETURNED})
WAITING: Final = frozenset({ApplicationState.SUBMITTED, ApplicationState.CHECKING})
ENDED: Final = frozenset(
    {ApplicationState.REGISTERED, ApplicationState.REJECTED, ApplicationState.WITHDRAWN}
)

_NEXT_APPLICATION: Mapping[ApplicationState, frozenset[ApplicationState]] = MappingProxyType(
    {
        ApplicationState.DRAFT: frozenset({ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN}),
        ApplicationState.SUBMITTED: frozenset(
            {
                ApplicationState.CHECKING, ApplicationState.APPROVED, ApplicationState.RETURNED,
                ApplicationState.REJECTED, ApplicationState.WITHDRAWN,
            }
        ),
        ApplicationState.CHECKING: frozenset(
            {ApplicationState.APPROVED, ApplicationState.RETURNED, ApplicationState.REJECTED}
        ),
        ApplicationState.RETURNED: frozenset(
            {ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN, ApplicationState.REJECTED}
        ),
        # Back to a pair of eyes when it cannot be registered after all.
        ApplicationState.APPROVED: frozenset(
            {ApplicationState.REGISTERED, ApplicationState.CHECKING}
        ),
        ApplicationState.REGISTERED: frozenset(),
        ApplicationState.REJECTED: frozenset(),
        ApplicationState.WITHDRAWN: frozenset(),
    }
)  # fmt: skip


def may_turn(now: ApplicationState, wanted: ApplicationState) -> bool:
    return wanted in _NEXT_APPLICATION[now]


class Channel(Labelled):
    """How somebody is asked."""

    MAIL = "mail", "メール"
    LETTER = "letter", "書面（QRコード）"
    SCREEN = "screen", "ポータル画面"


class Occasion(Labelled):
    """Why it is asked now."""

    CHOSEN = "chosen", "担当者の指定"
    NEW_HIRE = "new_hire", "入社"
    NEW_DEPENDENT = "new_dependent", "家族の追加"
    NUMBER_CHANGED = "number_changed", "番号変更"
    OWN = "own", "本人からの申出"
    PROXY = "proxy", "代理入力"


class DeclineReason(Labelled):
    """提供を受けられない経緯 is kept (国税庁 法定調書に関するFAQ Q1-2)."""

    NOT_WISHED = "not_wished", "提供したくない"
    NO_NUMBER = "no_number", "個人番号を持っていない（国外居住など）"
    OTHER_WAY = "other_way", "書面や対面で提出する"
    NOT_DEPENDENT = "not_dependent", "家族が扶養から外れている"
    OTHER = "other", "その他"


class ReturnReason(Labelled):
    """Why an application goes back, and (`what_goes`) what of it is entered anew."""

    NUMBER_DIFFERS = "number_differs", "番号が書類と一致しない"
    PAPER_UNREADABLE = "paper_unreadable", "書類が読み取れない"
    PAPER_WRONG = "paper_wrong", "書類の種類が違う、または足りない"
    PAPER_EXPIRED = "paper_expired", "書類の有効期限が切れている"
    NAME_DIFFERS = "name_differs", "書類の氏名・生年月日が登録と違う"
    AUTHORITY = "authority", "委任状に不備がある"
    TIME_OVER = "time_over", "確認の期限が過ぎた"
    OTHER = "other", "その他"


class Goes(StrEnum):
    NUMBER = "number"
    PAPERS = "papers"
    AUTHORITY = "authority"


def what_goes(reason: ReturnReason) -> frozenset[Goes]:
    """What is destroyed at once, since the applicant has to hand it in again."""
    match reason:
        case ReturnReason.NUMBER_DIFFERS:
            return frozenset({Goes.NUMBER})
        case ReturnReason.AUTHORITY:
            return frozenset({Goes.AUTHORITY})
        case (
            ReturnReason.PAPER_UNREADABLE
            | ReturnReason.PAPER_WRONG
            | ReturnReason.PAPER_EXPIRED
            | ReturnReason.NAME_DIFFERS
        ):
            return frozenset({Goes.PAPERS})
        case ReturnReason.TIME_OVER:
            return frozenset(Goes)
        case ReturnReason.OTHER:
            return frozenset()


class CollectProblem(StrEnum):
    NOT_YOURS = "not_yours"
    NOT_EDITABLE = "not_editable"
    NOT_ACCEPTING = "not_accepting"  # outside the period of the settings, or that kind is off
    NOBODY_TO_ASK = "nobody_to_ask"  # everybody has a number, needs none or serves no purpose
    ALREADY_APPLYING = "already_applying"  # another application for the same person runs
    PURPOSES_UNSEEN = "purposes_unseen"
    NUMBER_MISSING = "number_missing"
    NUMBER_PAPER_MISSING = "number_paper_missing"
    PERSON_PAPER_MISSING = "person_paper_missing"
    AUTHORITY_PAPER_MISSING = "authority_paper_missing"
    NOT_ATTESTED = "not_attested"  # the employee did not say that they checked the dependant
    NO_AGENT_NEEDED = "no_agent_needed"  # a power of attorney where none belongs
    PAPER_NOT_ASKED = "paper_not_asked"
    PAPERS_TOO_MANY = "papers_too_many"
    PAPER_TOO_LARGE = "paper_too_large"
    PAPER_FORMAT = "paper_format"
    CANNOT_WITHDRAW = "cannot_withdraw"  # somebody is checking it already
    DECLINING_NOT_ALLOWED = "declining_not_allowed"
    REASON_MISSING = "reason_missing"
    NUMBER_IN_TEXT = "number_in_text"
    REQUEST_CLOSED = "request_closed"
    REQUEST_MOVED = "request_moved"  # asked again, sent or opened since the page was shown
    LETTER_UNPRINTED = "letter_unprinted"  # so asking by letter for the same day changes nothing
    SOMEBODY_WAS_FASTER = "somebody_was_faster"
    NOT_WAITING = "not_waiting"
    OWN_APPLICATION = "own_application"  # approver = applicant, or who entered it by proxy
    PAPER_UNOPENED = "paper_unopened"
    NOT_COMPARED = "not_compared"  # 番号確認 is the company's and was not done
    COMPARED_TOO_OFTEN = "compared_too_often"
    NEEDS_AN_EYE = "needs_an_eye"  # so it is not approved in bulk
    HELD_FOR_SOMEBODY_ELSE = "held_for_somebody_else"
    NO_ADDRESS = "no_address"  # nowhere to send a mail to
    DEADLINE_PASSED = "deadline_passed"
    ALREADY_ASKED = "already_asked"
    TOO_SOON = "too_soon"  # reminded today already
    OPTION_OFF = "option_off"


class CollectRefused(Exception):
    """Carries the problem, and of which persons of an application (ids of items) it is."""

    def __init__(self, problem: CollectProblem, items: Collection[object] = ()) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.items = tuple(items)


def purposes_to_ask(
    kind: PersonKind,
    *,
    tax_dependent: bool = False,
    health_dependent: bool = False,
    category3: bool = False,
    switched_off: Collection[Purpose] = (),
) -> frozenset[Purpose]:
    """What the number would serve; empty means it may not be asked for (番号法 第15条)."""
    if kind is PersonKind.EMPLOYEE:
        found = employee_purposes()
    elif kind is PersonKind.FAMILY:
        found = family_purposes(
            tax_dependent=tax_dependent, health_dependent=health_dependent, category3=category3
        )
    else:
        found = frozenset({Purpose.PAYMENT_REPORT})
    return found - frozenset(switched_off)


def provision_to_ask(
    kind: PersonKind, purposes: Collection[Purpose], *, agent_allowed: bool
) -> Provision:
    """How the number comes. Without powers of attorney the spouse's check is entrusted."""
    usual = usual_provision(kind, purposes)
    if usual is Provision.CATEGORY3_AGENT and not agent_allowed:
        return Provision.CATEGORY3_ENTRUSTED
    return usual


def applicant_attests(provision: Provision) -> bool:
    """Whether the applicant is who checks the number, and has to say that they did."""
    return DUTIES[provision].verifier is Verifier.EMPLOYEE


def may_approve(
    *,
    state: ApplicationState,
    own: bool,
    unopened: int,
    numbers_missing: bool = False,
) -> CollectProblem | None:
    """`own`: the approver is the applicant or typed the numbers; `unopened`: papers not looked at
    by the approver.
    """
    if state not in WAITING:
        return CollectProblem.SOMEBODY_WAS_FASTER
    if own:
        return CollectProblem.OWN_APPLICATION
    if numbers_missing:
        return CollectProblem.NUMBER_MISSING
    return CollectProblem.PAPER_UNOPENED if unopened else None


def needs_an_eye(
    provisions: Collection[Provision], *, papers: int, same_number: bool, changed: bool
) -> bool:
    """Whether somebody has to look: bulk approval passes over those.

    Nothing to look at is only where the applicant did the check (taxes and health insurance of
    dependants), handed in nothing to compare with, and nothing contradicts.
    """
    own_check = all(applicant_attests(provision) for provision in provisions)
    return not own_check or papers > 0 or same_number or changed


def is_overdue(*, deadline: date, open_: bool, today: date) -> bool:
    return open_ and today > deadline


def expires_on(deadline: date, grace_days: int) -> date:
    """The first day on which a request is no longer answered."""
    return deadline + timedelta(days=grace_days + 1)


def reminders_due(
    *, deadline: date, days: Collection[int], today: date, last_reminded: date | None
) -> bool:
    """Whether a reminder of the schedule falls on `today` or was missed since the last one.

    `days` count from the deadline: -3 is three days before.  Of several missed ones only one goes.
    """
    due = [deadline + timedelta(days=one) for one in days]
    since = last_reminded or date.min
    return any(since < day <= today for day in due)
