"""Links that open a request once, for people without an account.

The token names the company, so that it can be found before anybody is known: 16 bytes of the
company's id and 24 random ones, base64url.  Only its SHA-256 is kept.  Looking does not use a link
up (mail scanners open links by themselves); `use` does, and writes it down.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.utils import timezone

from azukari.collect import setting
from azukari.collect.models import Request, RequestLink
from azukari.collect.rules import Channel
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import Company
from azukari.tenancy.options import has_portal

_RANDOM_BYTES = 24


class LinkNotValid(Exception):
    """Unknown, used, expired or called back."""


@dataclass(frozen=True)
class Place:
    """Whose link it is: enter this scope before `look` and `use`."""

    contract_id: UUID
    company_id: UUID

    def scope(self) -> scope.Scope:
        return scope.Scope(contract_id=self.contract_id, company_id=self.company_id)


def issue(request: Request, channel: Channel) -> str:
    """A fresh token.  Earlier ones go on: a mail that was sent twice opens either way, once."""
    token = base64.urlsafe_b64encode(
        request.company_id.bytes + secrets.token_bytes(_RANDOM_BYTES)
    ).decode()
    days = setting.terms_on(timezone.localdate()).link_days
    RequestLink.objects.create(
        company_id=request.company_id,
        request=request,
        token_hash=_hash(token),
        channel=channel.value,
        expires_at=timezone.now() + timedelta(days=days),
    )
    return token


def place_of(token: str) -> Place:
    """Outside any scope.  Raises `LinkNotValid`, also while the contract lacks the option."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii"))
    except (ValueError, UnicodeEncodeError):
        raise LinkNotValid from None
    if len(raw) != len(UUID(int=0).bytes) + _RANDOM_BYTES:
        raise LinkNotValid
    company_id = UUID(bytes=raw[:16])
    with scope.enter(scope.Scope(service=True)):
        company = Company.anywhere.filter(id=company_id).select_related("contract").first()
    if company is None or company.contract.suspended_at or not has_portal(company.contract):
        raise LinkNotValid
    return Place(company.contract_id, company_id)


def look(token: str) -> Request:
    """The request behind it, without using the link.  Raises `LinkNotValid`."""
    return _valid(token, lock=False).request


def use(token: str, *, actor: Actor) -> Request:
    """Uses the link up, and with it every other link of the request.

    `actor` as `applicant.applicant_actor` makes it.  Raises `LinkNotValid`.
    """
    link = _valid(token, lock=True)
    now = timezone.now()
    link.used_at = now
    link.used_from = actor.address[:45]
    link.save(update_fields=["used_at", "used_from"])
    call_back(link.request)
    pens.write(
        Record.by(
            actor,
            Action.LINK_USED,
            subjects=(link.request.person_id,),
            count=1,
            details={"target": str(link.request_id), "channel": link.channel},
        ),
        link.company_id,
    )
    return link.request


def call_back(request: Request) -> None:
    """Unused links of the request stop working."""
    RequestLink.objects.filter(
        request=request, used_at__isnull=True, revoked_at__isnull=True
    ).update(revoked_at=timezone.now())


def _valid(token: str, *, lock: bool) -> RequestLink:
    links = RequestLink.objects.select_related("request")
    if lock:
        links = links.select_for_update(of=("self",))
    link = links.filter(
        token_hash=_hash(token),
        used_at__isnull=True,
        revoked_at__isnull=True,
        expires_at__gt=timezone.now(),
    ).first()
    if link is None:
        raise LinkNotValid
    return link


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
