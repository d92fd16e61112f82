"""Who may come in, and what state an account is in.  Pure."""

from datetime import date
from enum import StrEnum


class AccountState(StrEnum):
    ACTIVE = "active"
    UNSET = "unset"  # the link was not used yet
    LOCKED = "locked"
    SUSPENDED = "suspended"
    ENDED = "ended"  # the person has left

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    AccountState.ACTIVE: "利用中",
    AccountState.UNSET: "未設定",
    AccountState.LOCKED: "ロック",
    AccountState.SUSPENDED: "停止",
    AccountState.ENDED: "退職により終了",
}


def state_of(
    *, password_set: bool, suspended: bool, locked: bool, left_on: date | None, today: date
) -> AccountState:
    """The gravest that is true.  On the last day of work the account is still open."""
    if left_on is not None and left_on < today:
        return AccountState.ENDED
    if suspended:
        return AccountState.SUSPENDED
    if not password_set:
        return AccountState.UNSET
    return AccountState.LOCKED if locked else AccountState.ACTIVE


def may_enter(*, password_set: bool, suspended: bool, left_on: date | None, today: date) -> bool:
    state = state_of(
        password_set=password_set, suspended=suspended, locked=False, left_on=left_on, today=today
    )
    return state is AccountState.ACTIVE
