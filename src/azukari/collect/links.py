"""Links that open a request once, for people without an account.

The token names the company; `register.accounts.places.by_token` finds its scope.  Looking does not
use a link up (mail scanners open links by themselves); `use` does, and writes it down.
"""

from datetime import timedelta

from django.utils import timezone

from azukari.collect import setting
from azukari.collect.models import Request, RequestLink
from azukari.collect.rules import Channel
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.tenancy.actor import Actor
from azukari.tenancy.company_tokens import hash_of, new_token


class LinkNotValid(Exception):
    """Unknown, used, expired or called back."""


def issue(request: Request, channel: Channel, *, days: int | None = None) -> str:
    """A fresh token.  Earlier ones go on: a mail that was sent twice opens either way, once.

    It is good for so many `days`, else for those of the terms.
    """
    token = new_token(request.company_id)
    if days is None:
        days = setting.terms_on(timezone.localdate()).link_days
    RequestLink.objects.create(
        company_id=request.company_id,
        request=request,
        token_hash=hash_of(token),
        channel=channel.value,
        expires_at=timezone.now() + timedelta(days=days),
    )
    return token


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
        token_hash=hash_of(token),
        used_at__isnull=True,
        revoked_at__isnull=True,
        expires_at__gt=timezone.now(),
    ).first()
    if link is None:
        raise LinkNotValid
    return link
