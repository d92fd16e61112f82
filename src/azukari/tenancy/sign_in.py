"""ログイン (manual 1.4): 契約番号, ユーザID and パスワード, judged as one.

Whatever is wrong, the answer, its time and the lock ladder are the same, so that nobody learns
which contracts or users exist (OWASP ASVS 5.0 6.3.8).  Without a certificate of the contract
nobody gets this far, so nobody outside can lock anybody out.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone

from azukari.ledger import pens
from azukari.ledger.actions import Action, Result
from azukari.ledger.record import Record
from azukari.tenancy import one_time_codes, throttle
from azukari.tenancy.actor import Actor
from azukari.tenancy.admission import Admission
from azukari.tenancy.models import SetupLink, SignInThrottle, User
from azukari.tenancy.throttle import SignInLocked, SignInRefused

__all__ = [
    "Attempt",
    "SignInLocked",
    "SignInRefused",
    "check",
    "check_code",
    "check_password_again",
    "forget_failures",
    "is_locked",
    "leave",
    "may_sign_in",
    "set_password",
    "succeed",
]


@dataclass(frozen=True)
class Attempt:
    contract_code: str
    user_code: str
    password: str = field(repr=False)
    address: str = ""
    request_id: str = ""


def check(attempt: Attempt, admission: Admission) -> User:
    """The user, when all three fit.  Raises `SignInRefused` or `SignInLocked`."""
    user = User.objects.filter(user_code=attempt.user_code).first()
    row = _open_throttle(user, attempt.user_code)
    fits = check_password(attempt.password, user.password if user else _nobody())
    if (
        user is None
        or not fits
        or attempt.contract_code != admission.contract_code
        or not may_sign_in(user, on=timezone.localdate())
    ):
        _count_failure(
            row,
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
    row = _open_throttle(user, user.user_code)
    step = one_time_codes.step_of(secret, code, now=timezone.now(), after=user.totp_last_step)
    if step is None or not one_time_codes.use_up(user, step):
        _count_failure(row, user, admission, address=address, request_id=request_id)
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


def set_password(user: User, password: str, *, actor: Actor) -> None:
    """A password that was validated; sessions that began with another end, links stop working."""
    user.password = make_password(password)
    user.password_set_at = timezone.now()
    user.save(update_fields=["password", "password_set_at"])
    SetupLink.objects.filter(user=user, used_at__isnull=True).delete()
    forget_failures(user)
    pens.write(
        Record.by(actor, Action.PASSWORD_CHANGED, details={"user": str(user.id)}),
        user.contract_id,
    )


def forget_failures(user: User) -> None:
    throttle.forget(user.user_code)


def is_locked(user: User) -> datetime | None:
    return throttle.locked_until(user.user_code)


def _open_throttle(user: User | None, typed: str) -> SignInThrottle:
    # People type passwords into the field of the user ID by mistake, so that a text which is
    # nobody's ID is kept as a keyed hash only.
    return throttle.open_row(user.user_code if user else throttle.hidden_key("#", typed))


def _count_failure(
    row: SignInThrottle,
    user: User | None,
    admission: Admission,
    *,
    address: str,
    request_id: str,
) -> None:
    throttle.count_failure(row)
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
