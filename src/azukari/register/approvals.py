"""Questions about what waits for a second person: looks at numbers, and checks of 本人確認."""

from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.utils import timezone

from azukari.register import queries
from azukari.register.models import NumberRecord, Person, PersonKind, ViewingRequest
from azukari.tenancy import four_eyes
from azukari.tenancy.actor import Actor
from azukari.tenancy.paging import Page, Place, page_of


def kinds_to_approve(actor: Actor) -> list[PersonKind]:
    return [kind for kind in PersonKind if actor.may(f"{kind.value}:approve")]


def viewings_to_decide(actor: Actor) -> QuerySet[ViewingRequest]:
    """What this actor may allow, the oldest first: what others asked for, and what they asked
    themselves a day ago where nobody else could allow it.
    """
    now, kinds = timezone.now(), kinds_to_approve(actor)
    waiting = ViewingRequest.objects.filter(
        decided_at__isnull=True, expires_at__gt=now, person__kind__in=kinds
    )
    if actor.user_id is not None and kinds:
        rights = four_eyes.rights_of_others(actor.user_id, actor=actor)
        alone = [kind for kind in kinds if f"{kind.value}:approve" not in rights]
        long_ago = Q(asked_at__lte=now - four_eyes.ALONE_WAITS, person__kind__in=alone)
        waiting = waiting.filter(~Q(asked_by=actor.user_id) | long_ago)
    return waiting.select_related("person", "person__host").order_by("asked_at")


def open_viewings(person: Person, actor: Actor) -> QuerySet[ViewingRequest]:
    """Requests of this user about the person that wait or may still be used."""
    mine = viewings_of(actor).filter(person=person, used_at__isnull=True)
    return mine.filter(expires_at__gt=timezone.now()).exclude(approved=False)


def viewings_of(actor: Actor) -> QuerySet[ViewingRequest]:
    """What this user asked for, the newest first."""
    nobody = ViewingRequest.objects.none()
    mine = ViewingRequest.objects.filter(asked_by=actor.user_id) if actor.user_id else nobody
    return mine.select_related("person", "person__host").order_by("-asked_at")


def checks_to_do(actor: Actor) -> QuerySet[NumberRecord]:
    """Numbers that others recorded and this actor may check; not those sent back."""
    return (
        _awaiting(kinds_to_approve(actor))
        .exclude(recorded_by=actor.user_id)
        .filter(returned_because="")
    )


def checks_sent_back(kinds: Collection[PersonKind]) -> QuerySet[NumberRecord]:
    """What was sent back and waits to be entered anew or destroyed."""
    return _awaiting(kinds).exclude(returned_because="")


def _awaiting(kinds: Collection[PersonKind]) -> QuerySet[NumberRecord]:
    found = queries.awaiting_second_check().filter(person__kind__in=kinds)
    return found.select_related("person", "person__host").order_by("id")


def page_of_checks(actor: Actor, place: Place) -> Page[NumberRecord]:
    """The oldest first; ids grow with time."""
    return page_of(checks_to_do(actor), ("id",), place)
