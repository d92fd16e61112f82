"""Single-use links for forms on paper that others print: 個人番号届出書 台紙.

A ticket opens the request of one person once, like the code of a letter, and like it ends the
earlier links of that request.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import QuerySet

from azukari.collect.models import Request
from azukari.collect.request_letter import printed_link
from azukari.collect.rules import OPEN_REQUESTS
from azukari.register.models import Person
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import Contract
from azukari.tenancy.options import has_portal


def gives_tickets(actor: Actor) -> bool:
    """Whether there is a portal that a ticket opens, and the actor may ask people in."""
    return actor.may("application:create") and has_portal(
        Contract.objects.get(id=actor.contract_id)
    )


def asked_among(people: Iterable[UUID]) -> int:
    """How many of these people (ids, or a query for them) have a request that is open."""
    return _open(people).count()


def issue_tickets(people: Sequence[Person], *, actor: Actor) -> dict[UUID, str]:
    """By person the address that opens their request, for those who have one open."""
    if not gives_tickets(actor):
        return {}
    found = _open([one.id for one in people]).select_related("person").order_by("id")
    return {one.person_id: printed_link(one, actor=actor) for one in found}


def _open(people: Iterable[UUID]) -> QuerySet[Request]:
    return Request.objects.filter(person__in=people, state__in=list(OPEN_REQUESTS))
