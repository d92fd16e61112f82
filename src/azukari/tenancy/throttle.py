"""The lock ladder: how long one waits after failures, and the row that counts them.

What is said about a lock must not tell which ids are real, so that a text which is nobody's ID is
counted in the same way.
"""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from azukari.tenancy import scope
from azukari.tenancy.models import SignInThrottle

SOFT_LOCK_AT = 10
HARD_LOCK_AT = 100
SOFT_LOCK = timedelta(minutes=15)
HARD_LOCK = timedelta(days=365 * 100)


class SignInRefused(Exception):
    """What was typed does not fit, or the account may not sign in now."""


class SignInLocked(SignInRefused):
    """Too many failures; `until` is None when only somebody inside can unlock."""

    def __init__(self, until: datetime | None) -> None:
        super().__init__()
        self.until = until


def waiting_time(failures: int) -> timedelta:
    """1, 2, 4 … seconds, 15 minutes at the tenth failure in a row, for good at the hundredth."""
    if failures >= HARD_LOCK_AT:
        return HARD_LOCK
    if failures >= SOFT_LOCK_AT:
        return SOFT_LOCK
    return timedelta(seconds=2 ** (failures - 1)) if failures else timedelta()


def hidden_key(mark: str, typed: str) -> str:
    """For a text that is not to stand in the table: a keyed hash behind the mark."""
    return mark + salted_hmac("azukari.throttle", typed).hexdigest()[:39]


def open_row(key: str) -> SignInThrottle:
    """The row that counts, locked so that parallel guesses are counted one after the other.

    Raises `SignInLocked`.
    """
    SignInThrottle.objects.get_or_create(contract_id=scope.contract_id(), user_code=key)
    row = SignInThrottle.objects.select_for_update().get(user_code=key)
    if row.locked_until is not None and row.locked_until > timezone.now():
        raise SignInLocked(None if row.failures >= HARD_LOCK_AT else row.locked_until)
    return row


def count_failure(row: SignInThrottle, *, most: int = HARD_LOCK_AT) -> None:
    row.failures = min(row.failures + 1, most)
    row.locked_until = timezone.now() + waiting_time(row.failures)
    row.save(update_fields=["failures", "locked_until"])


def forget(key: str) -> None:
    # Not deleted: somebody may be waiting for the lock on this very row.
    SignInThrottle.objects.filter(user_code=key).update(failures=0, locked_until=None)


def locked_until(key: str) -> datetime | None:
    row = SignInThrottle.objects.filter(user_code=key).first()
    if row is None or row.locked_until is None:
        return None
    return row.locked_until if row.locked_until > timezone.now() else None
