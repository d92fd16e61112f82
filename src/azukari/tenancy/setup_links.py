"""One-time links with which a user sets a password that nobody else ever knew."""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.utils import timezone

from azukari.tenancy.actor import Actor
from azukari.tenancy.models import SetupLink, User
from azukari.tenancy.sign_in import set_password

VALID_FOR = timedelta(hours=72)


class LinkNotValid(Exception):
    """Unknown, used or expired."""


def issue(user: User) -> str:
    """A fresh token; earlier unused links of the user stop working.  Only its hash is kept."""
    SetupLink.objects.filter(user=user, used_at__isnull=True).delete()
    token = secrets.token_urlsafe(32)
    SetupLink.objects.create(
        contract_id=user.contract_id,
        user=user,
        token_hash=_hash(token),
        expires_at=timezone.now() + VALID_FOR,
    )
    return token


def find(token: str) -> User:
    """Whose link it is, without using it: mail scanners and browsers open links by themselves."""
    return _valid(token).user


def use(token: str, password: str, *, actor: Actor) -> User:
    """Sets the password (already validated) and uses up the link."""
    link = _valid(token, lock=True)
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    set_password(link.user, password, actor=actor)
    return link.user


def _valid(token: str, *, lock: bool = False) -> SetupLink:
    links = SetupLink.objects.select_related("user")
    if lock:
        links = links.select_for_update(of=("self",))
    link = links.filter(
        token_hash=_hash(token), used_at__isnull=True, expires_at__gt=timezone.now()
    ).first()
    if link is None:
        raise LinkNotValid
    return link


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
