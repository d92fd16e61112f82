"""ログイン (manual 1.4): 契約番号, ユーザID and パスワード, judged as one.

Whatever is wrong, the answer, its time and the lock ladder are the same, so that nobody learns
which contracts or users exist (OWASP ASVS 5.0 6.3.8).  Without a certificate of the contract
nobody gets this far, so nobody outside can lock anybody out.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone
from django.utils.crypto import salted_hmac

from azukari.ledger import pens
from azukari.ledger.actions import Action, Result
from azukari.ledger.record import Record
from azukari.tenancy import one_time_codes
from azukari.tenancy.admission import Admission
from azukari.tenancy.models import SignInThrottle, User

SOFT_LOCK_AT = 10
HARD_LOCK_AT = 100
SOFT_LOCK = timedelta(minutes=15)
HARD_LOCK = timedelta(days=365 * 100)


class SignInRefused(Exception):
    """Contract, user or password do not fit, or the account may not sign in now."""


class SignInLocked(SignInRefused):
    """Too many failures; `until` is None when only the steward can unlock."""

    def __init__(self, until: datetime | None) -> None:
        super().__init__()
        self.until = until


@dataclass(frozen=True)
class Attempt:
    contract_code: str
    user_code: str
    password: str = field(repr=False)
    address: str = ""
    request_id: str = ""


def waiting_time(failures: int) -> timedelta:
    """1, 2, 4 … seconds, 15 minutes at the tenth failure in a row, for good at the hundredth."""
    if failures >= HARD_LOCK_AT:
        return HARD_LOCK
    if failures >= SOFT_LOCK_AT:
        return SOFT_LOCK
    return timedelta(seconds=2 ** (failures - 1)) if failures else timedelta()


def check(attempt: Attempt, admission: Admission) -> User:
    """The user, when all three fit.  Raises `SignInRefused` or `SignInLocked`."""
    user = User.objects.filter(user_code=attempt.user_code).first()
    throttle = _open_throttle(user, attempt.user_code, admission)
    fits = check_password(attempt.password, user.password if user else _nobody())
    if (
        user is None
        or not fits
        or attempt.contract_code != admission.contract_code
        or not may_sign_in(user, on=timezone.localdate())
    ):
        _count_failure(
            throttle,
            user,
            admission,
            address=attempt.address,
            request_id=attempt.request_id,
        )
        raise SignInRefused
    return user


def check_password_again(
    user: User, password: str, admission: Admission, *, address: str, request_id: str
) -> None:
    """Before something weighty; a wrong one counts like a failed sign-in.  Raises as `check`."""
    attempt = Attempt(admission.contract_code, user.user_code, password, address, request_id)
    check(attempt, admission)
    forget_failures(user)


def check_code(
    user: User, secret: str, code: str, admission: Admission, *, address: str, request_id: str
) -> None:
    """The one-time code; a wrong or used one counts like a wrong password.  Raises as `check`."""
    throttle = _open_throttle(user, user.user_code, admission)
    step = one_time_codes.step_of(secret, code, now=timezone.now(), after=user.totp_last_step)
    if step is None or not one_time_codes.use_up(user, step):
        _count_failure(throttle, user, admission, address=address, request_id=request_id)
        raise SignInRefused


def may_sign_in(user: User, *, on: date) -> bool:
    """Not suspended, inside the period of validity, and with a password set."""
    return (
        user.suspended_at is None
        and user.has_usable_password()
        and (user.valid_from is None or user.valid_from <= on)
        and (user.valid_to is None or on <= user.valid_to)
    )


def succeed(user: User, admission: Admission, *, address: str, request_id: str) -> None:
    """Forgets earlier failures and writes the sign-in down."""
    forget_failures(user)
    user.last_signed_in_at = timezone.now()
    user.save(update_fields=["last_signed_in_at"])
    _record(Action.SIGNED_IN, Result.DONE, user, admission, address=address, request_id=request_id)


def leave(user: User, admission: Admission, *, address: str, request_id: str) -> None:
    """Writes the sign-out down; the session itself is the site's."""
    _record(Action.SIGNED_OUT, Result.DONE, user, admission, address=address, request_id=request_id)


def forget_failures(user: User) -> None:
    # Not deleted: somebody may be waiting for the lock on this very row.
    SignInThrottle.objects.filter(user_code=user.user_code).update(failures=0, locked_until=None)


def is_locked(user: User) -> datetime | None:
    throttle = SignInThrottle.objects.filter(user_code=user.user_code).first()
    if throttle is None or throttle.locked_until is None:
        return None
    return throttle.locked_until if throttle.locked_until > timezone.now() else None


def _open_throttle(user: User | None, typed: str, admission: Admission) -> SignInThrottle:
    """The row that counts, locked so that parallel guesses are counted one after the other."""
    # People type passwords into the field of the user ID by mistake, so that a text which is
    # nobody's ID is kept as a keyed hash only.
    key = user.user_code if user else "#" + salted_hmac("azukari.throttle", typed).hexdigest()[:39]
    SignInThrottle.objects.get_or_create(contract_id=admission.contract_id, user_code=key)
    throttle = SignInThrottle.objects.select_for_update().get(user_code=key)
    if throttle.locked_until is not None and throttle.locked_until > timezone.now():
        raise SignInLocked(None if throttle.failures >= HARD_LOCK_AT else throttle.locked_until)
    return throttle


def _count_failure(
    throttle: SignInThrottle,
    user: User | None,
    admission: Admission,
    *,
    address: str,
    request_id: str,
) -> None:
    throttle.failures = min(throttle.failures + 1, HARD_LOCK_AT)
    throttle.locked_until = timezone.now() + waiting_time(throttle.failures)
    throttle.save(update_fields=["failures", "locked_until"])
    _record(
        Action.SIGN_IN_FAILED,
        Result.REFUSED,
        user,
        admission,
        address=address,
        request_id=request_id,
    )


def _record(
    action: Action,
    result: Result,
    user: User | None,
    admission: Admission,
    *,
    address: str,
    request_id: str,
) -> None:
    # What was typed as a user ID is not written down: people type passwords there by mistake.
    pens.write(
        Record(
            at=timezone.now(),
            action=action,
            result=result,
            actor=user.id if user else None,
            actor_name=user.name if user else "",
            certificate=admission.thumbprint[:16],
            address=address,
            request_id=request_id,
        ),
        admission.contract_id,
    )


@cache
def _nobody() -> str:
    """A hash to spend the same time on when there is no such user."""
    return make_password("nobody has this password")
