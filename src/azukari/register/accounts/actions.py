"""従業員アカウント: what operators and stewards do with the accounts of employees."""

from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from azukari.ledger.actions import Action
from azukari.register.accounts import entering, links
from azukari.register.accounts.rules import AccountState, state_of
from azukari.register.accounts.writing import write_down
from azukari.register.models import EmployeeAccount, Passkey, Person
from azukari.tenancy.actor import Actor


class NotAnEmployee(Exception):
    """Families and payees have no account; they are reached through the employee or a link."""


class HasLeft(Exception):
    """The person does not work here any more."""


def open_account(person: Person, *, actor: Actor) -> tuple[EmployeeAccount, str]:
    """The account, made when there is none, and the token of a fresh set-up link.

    The password, if there was one, stays until the link is used.  Raises `NotAnEmployee`,
    `HasLeft`.
    """
    actor.require("account:create")
    if not person.is_employee:
        raise NotAnEmployee
    if person.left_on is not None and person.left_on < timezone.localdate():
        raise HasLeft
    account = EmployeeAccount.objects.filter(person=person).first()
    if account is None:
        account = _create(person)
        write_down(Action.ACCOUNT_OPENED, account, actor)
    token = links.issue(account)
    write_down(Action.ACCOUNT_LINK_ISSUED, account, actor)
    return account, token


def _create(person: Person) -> EmployeeAccount:
    account = EmployeeAccount(company_id=person.company_id, person=person)
    account.password = make_password(None)
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError:  # a colleague pressed at the same time
        return EmployeeAccount.objects.select_related("person").get(person=person)
    return account


def suspend_account(account: EmployeeAccount, *, actor: Actor) -> None:
    """Nobody comes in by it, and who is in is out with the next page."""
    actor.require("account:change")
    EmployeeAccount.objects.filter(id=account.id).update(
        suspended_at=timezone.now(), session_epoch=F("session_epoch") + 1
    )
    write_down(Action.ACCOUNT_CHANGED, account, actor, after="停止")


def resume_account(account: EmployeeAccount, *, actor: Actor) -> None:
    actor.require("account:change")
    EmployeeAccount.objects.filter(id=account.id).update(suspended_at=None)
    write_down(Action.ACCOUNT_CHANGED, account, actor, after="再開")


def unlock_account(account: EmployeeAccount, *, actor: Actor) -> None:
    actor.require("account:change")
    entering.forget_failures(account)
    write_down(Action.ACCOUNT_CHANGED, account, actor, after="ロック解除")


def reset_account(account: EmployeeAccount, *, actor: Actor) -> tuple[str, UUID | None]:
    """For a lost phone or a password somebody else may know.

    Password, code and passkeys stop working at once, and with them every session.  Answers the
    token of a new set-up link and the handle of the code's secret to destroy, if any.
    """
    actor.require("account:change")
    before = account.totp_cell
    EmployeeAccount.objects.filter(id=account.id).update(
        password=make_password(None),
        totp_cell=None,
        totp_last_step=0,
        session_epoch=F("session_epoch") + 1,
    )
    Passkey.objects.filter(account=account).delete()
    write_down(Action.ACCOUNT_CHANGED, account, actor, after="初期化")
    return links.issue(account), before


def account_of(person: Person) -> EmployeeAccount | None:
    return EmployeeAccount.objects.select_related("person").filter(person=person).first()


def state(account: EmployeeAccount) -> AccountState:
    return state_of(
        password_set=account.has_usable_password(),
        suspended=account.suspended_at is not None,
        locked=entering.locked_until(account) is not None,
        left_on=account.person.left_on,
        today=timezone.localdate(),
    )
