"""How often numbers may be looked at, who may be the second person, why a number changes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from azukari.register.rules import RegisterProblem


@dataclass(frozen=True)
class Limit:
    """At most so many of an act within a time, of one user or of the whole company."""

    most: int
    within: timedelta
    of_user: bool
    problem: RegisterProblem


def viewing_limits(per_hour: int) -> tuple[Limit, ...]:
    """`per_hour`: what the company allows one user."""
    hour = timedelta(hours=1)
    return (
        Limit(per_hour, hour, of_user=True, problem=RegisterProblem.VIEWINGS_OF_USER),
        Limit(200, hour, of_user=False, problem=RegisterProblem.VIEWINGS_OF_COMPANY),
    )


# A comparison answers yes or no to a number somebody has, so whoever may ask often enough can
# search for one; hence a limit of its own.
COMPARISON_LIMITS = (
    Limit(30, timedelta(minutes=1), of_user=True, problem=RegisterProblem.COMPARISONS_OF_USER),
    Limit(300, timedelta(days=1), of_user=False, problem=RegisterProblem.COMPARISONS_OF_COMPANY),
)

REQUEST_LASTS = timedelta(hours=24)
"""How long a request to view a number may be decided and used."""

ALONE_LASTS = timedelta(hours=48)
"""The same where nobody else can decide: the asker waits the first day (`tenancy.four_eyes`)."""


class ChangeReason(StrEnum):
    """番号変更: 番号法 第7条第2項 knows a leak or the fear of one, on request or ex officio."""

    ON_REQUEST = "on_request"
    EX_OFFICIO = "ex_officio"
    CORRECTION = "correction"  # the number was entered wrongly: no 番号変更 of the law

    @property
    def label(self) -> str:
        return _REASON_LABELS[self]


_REASON_LABELS = {
    ChangeReason.ON_REQUEST: "漏えいのおそれにより、本人の請求で変更された",
    ChangeReason.EX_OFFICIO: "漏えいのおそれにより、市区町村の職権で変更された",
    ChangeReason.CORRECTION: "登録した番号が誤っていたため、訂正する",
}


def second_person(*, first: UUID | None, second: UUID | None) -> RegisterProblem | None:
    """Two people means two people (特定個人情報ガイドライン(事業者編) 別添1 2B)."""
    return RegisterProblem.SAME_PERSON if first is not None and first == second else None


def may_decide(*, decided: bool, expires_at: datetime, now: datetime) -> RegisterProblem | None:
    """Who may is in `tenancy.four_eyes`."""
    return RegisterProblem.NOT_ALLOWED_TO_VIEW if decided or now >= expires_at else None


def may_view(
    *,
    asked_by: UUID,
    viewer: UUID | None,
    approved: bool | None,
    used: bool,
    same_number: bool,
    expires_at: datetime,
    now: datetime,
) -> RegisterProblem | None:
    """A request is good for one look of whoever asked, at the number that was held then."""
    if asked_by == viewer and approved and not used and same_number and now < expires_at:
        return None
    return RegisterProblem.NOT_ALLOWED_TO_VIEW
