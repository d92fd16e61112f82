"""Signing in to the portal: 契約番号, 会社コード, 社員番号 and パスワード, judged as one.

Whatever is wrong, the answer, its time and the lock ladder are the same (OWASP ASVS 5.0 6.3.8).
Nobody is locked for good: this door has no certificate in front of it, and what strangers type
must not shut employees out for longer than a quarter of an hour.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import NoReturn

from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone

from azukari.ledger import pens
from azukari.ledger.actions import Action, Result
from azukari.ledger.record import Record
from azukari.register.accounts import rules
from azukari.register.accounts.places import NoSuchPlace, Place, by_codes
from azukari.register.accounts.writing import write_down
from azukari.register.models import EmployeeAccount, PersonKind
from azukari.tenancy import one_time_codes, scope, throttle
from azukari.tenancy.actor import Actor
from azukari.tenancy.throttle import SignInLocked, SignInRefused

ROLE = "従業員"
MOST_FAILURES = throttle.HARD_LOCK_AT - 1
_KEPT_STRANGERS = 10_000


@dataclass(frozen=True)
class Attempt:
    contract_code: str
    company_code: str
    employee_code: str
    password: str = field(repr=False)
    address: str = ""
    request_id: str = ""


@dataclass(frozen=True)
class Entered:
    place: Place
    account: EmployeeAccount


def check(attempt: Attempt) -> Entered:
    """Whose account it is, when all four fit.  Raises `SignInRefused` or `SignInLocked`."""
    try:
        place = by_codes(attempt.contract_code, attempt.company_code)
    except NoSuchPlace:
        _refuse_stranger(attempt)
    refusal: SignInRefused
    # A refusal is raised outside the scope: what it counted must not be rolled back with it.
    with place.scope():
        try:
            return Entered(place, _check_here(attempt))
        except SignInRefused as refused:
            refusal = refused
    raise refusal


def _check_here(attempt: Attempt) -> EmployeeAccount:
    row = throttle.open_row(_key(attempt.employee_code))
    account = (
        EmployeeAccount.objects.select_related("person")
        .filter(person__employee_code=attempt.employee_code, person__kind=PersonKind.EMPLOYEE)
        .first()
    )
    fits = check_password(attempt.password, account.password if account else _nobody())
    if account is None or not fits or not may_enter(account):
        throttle.count_failure(row, most=MOST_FAILURES)
        _record_failure(account, attempt.address, attempt.request_id)
        raise SignInRefused
    return account


def check_again(account: EmployeeAccount, password: str, *, actor: Actor) -> None:
    """Before something weighty; a wrong one counts like a failed sign-in.  Raises as `check`."""
    row = throttle.open_row(_key(account.person.employee_code))
    if not check_password(password, account.password):
        throttle.count_failure(row, most=MOST_FAILURES)
        write_down(Action.SIGN_IN_FAILED, account, actor, result=Result.REFUSED)
        raise SignInRefused
    forget_failures(account)


def check_code(account: EmployeeAccount, secret: str, code: str, *, actor: Actor) -> None:
    """The one-time code; a wrong or used one counts like a wrong password.  Raises as `check`."""
    row = throttle.open_row(_key(account.person.employee_code))
    step = one_time_codes.step_of(secret, code, now=timezone.now(), after=account.totp_last_step)
    if step is None or not one_time_codes.use_up(account, step):
        throttle.count_failure(row, most=MOST_FAILURES)
        write_down(Action.SIGN_IN_FAILED, account, actor, result=Result.REFUSED)
        raise SignInRefused


def may_enter(account: EmployeeAccount) -> bool:
    return rules.may_enter(
        password_set=account.has_usable_password(),
        suspended=account.suspended_at is not None,
        left_on=account.person.left_on,
        today=timezone.localdate(),
    )


def succeed(account: EmployeeAccount, *, actor: Actor, way: str) -> None:
    """Forgets earlier failures and writes the sign-in down; `way`: password, code or passkey."""
    forget_failures(account)
    account.last_signed_in_at = timezone.now()
    account.save(update_fields=["last_signed_in_at"])
    write_down(Action.SIGNED_IN, account, actor, method=way)


def leave(account: EmployeeAccount, *, actor: Actor) -> None:
    write_down(Action.SIGNED_OUT, account, actor)


def forget_failures(account: EmployeeAccount) -> None:
    throttle.forget(_key(account.person.employee_code))


def locked_until(account: EmployeeAccount) -> datetime | None:
    """Only the long waits are a lock; the first ones last seconds."""
    until = throttle.locked_until(_key(account.person.employee_code))
    if until is None or until - timezone.now() <= timedelta(minutes=5):
        return None
    return until


def _key(employee_code: str) -> str:
    return throttle.hidden_key("@", f"{scope.company_id()}|{employee_code}")


def _record_failure(account: EmployeeAccount | None, address: str, request_id: str) -> None:
    # What was typed is not written down: people type passwords into the wrong field.
    pens.write(
        Record(
            at=timezone.now(),
            action=Action.SIGN_IN_FAILED,
            result=Result.REFUSED,
            actor=account.person_id if account else None,
            actor_name=account.person.name if account else "",
            role=ROLE if account else "",
            subjects=(account.person_id,) if account else (),
            address=address,
            request_id=request_id,
        ),
        scope.company_id(),
    )


def _refuse_stranger(attempt: Attempt) -> NoReturn:
    """As a wrong password in a real company is refused, with the same waits.

    There is no tenant to keep the count for, so it is kept in this process's memory.
    """
    said = f"{attempt.contract_code}|{attempt.company_code}|{attempt.employee_code}"
    key = throttle.hidden_key("?", said)
    until = _STRANGERS.locked_until(key)
    if until is not None:
        raise SignInLocked(until)
    check_password(attempt.password, _nobody())
    _STRANGERS.count(key)
    raise SignInRefused


class _Strangers:
    """Failures at places that do not exist."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: OrderedDict[str, tuple[int, datetime]] = OrderedDict()

    def locked_until(self, key: str) -> datetime | None:
        with self._lock:
            _failures, until = self._rows.get(key, (0, timezone.now()))
        return until if until > timezone.now() else None

    def count(self, key: str) -> None:
        with self._lock:
            failures, _until = self._rows.pop(key, (0, timezone.now()))
            failures = min(failures + 1, MOST_FAILURES)
            self._rows[key] = (failures, timezone.now() + throttle.waiting_time(failures))
            while len(self._rows) > _KEPT_STRANGERS:
                self._rows.popitem(last=False)


_STRANGERS = _Strangers()


@cache
def _nobody() -> str:
    """A hash to spend the same time on when there is no such account."""
    return make_password("nobody has this password")
