"""One-time links with which an employee sets a password that nobody else ever knew."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from azukari.ledger.actions import Action
from azukari.register.accounts.writing import write_down
from azukari.register.models import AccountLink, EmployeeAccount
from azukari.tenancy.actor import Actor
from azukari.tenancy.company_tokens import hash_of, new_token

VALID_FOR = timedelta(days=14)  # a letter takes its time


class LinkNotValid(Exception):
    """Unknown, used or expired."""


def issue(account: EmployeeAccount) -> str:
    """A fresh token; earlier unused links of the account stop working.  Only its hash is kept."""
    AccountLink.objects.filter(account=account, used_at__isnull=True).delete()
    token = new_token(account.company_id)
    AccountLink.objects.create(
        company_id=account.company_id,
        account=account,
        token_hash=hash_of(token),
        expires_at=timezone.now() + VALID_FOR,
    )
    return token


def find(token: str) -> EmployeeAccount:
    """Whose link it is, without using it: mail scanners and browsers open links by themselves."""
    return _valid(token).account


def use(token: str, password: str, *, actor: Actor) -> EmployeeAccount:
    """Sets the password (already validated), uses up the link and ends earlier sessions."""
    link = _valid(token, lock=True)
    account = link.account
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    set_password(account, password, actor=actor)
    return account


def set_password(account: EmployeeAccount, password: str, *, actor: Actor) -> None:
    account.password = make_password(password)
    account.password_set_at = timezone.now()
    account.save(update_fields=["password", "password_set_at"])
    write_down(Action.PASSWORD_CHANGED, account, actor)


def _valid(token: str, *, lock: bool = False) -> AccountLink:
    links = AccountLink.objects.select_related("account__person")
    if lock:
        links = links.select_for_update(of=("self",))
    link = links.filter(
        token_hash=hash_of(token), used_at__isnull=True, expires_at__gt=timezone.now()
    ).first()
    if link is None:
        raise LinkNotValid
    return link
