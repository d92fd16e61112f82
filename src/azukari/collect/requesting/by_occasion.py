"""Asking without anybody having chosen: what happened is the reason."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from azukari.collect.models import ApplicationItem, RequestBatch, RequestedPerson
from azukari.collect.requesting.asking import Asking, ask, households, how_many
from azukari.collect.rules import (
    Occasion,
)
from azukari.collect.terms import Terms
from azukari.register.models import NumberState, Person, PersonKind
from azukari.tenancy.actor import Actor

_LATELY: Final = timedelta(days=30)


def ask_for_changed(people: Sequence[UUID], terms: Terms, *, actor: Actor) -> RequestBatch | None:
    """These people's numbers have changed, and the new ones are not known yet.

    Nobody is asked who was asked for it within the last weeks, or is handing it in.
    """
    since = timezone.now() - _LATELY
    asked = RequestedPerson.objects.filter(changed=True, request__created_at__gte=since)
    handing_in = ApplicationItem.objects.filter(changed=True, open=True)
    found = (
        Person.objects.filter(id__in=people, number_state=NumberState.ACTIVE)
        .exclude(id__in=asked.values("person_id"))
        .exclude(id__in=handing_in.values("person_id"))
    )
    return _ask(found, Occasion.NUMBER_CHANGED, terms, actor)


def ask_by_occasion(occasion: Occasion, terms: Terms, *, actor: Actor) -> RequestBatch | None:
    """New hires, or dependants who came later, that nobody has asked yet."""
    kind = PersonKind.EMPLOYEE if occasion is Occasion.NEW_HIRE else PersonKind.FAMILY
    since = timezone.now() - _LATELY
    found = Person.objects.filter(
        kind=kind, number_state=NumberState.NONE, created_at__gte=since
    ).exclude(id__in=RequestedPerson.objects.values("person_id"))
    whole = households(found) if kind == PersonKind.EMPLOYEE else found
    return _ask(whole, occasion, terms, actor)


def _ask(
    people: QuerySet[Person], occasion: Occasion, terms: Terms, actor: Actor
) -> RequestBatch | None:
    if not how_many(people):
        return None
    return ask(
        people,
        Asking(
            title=f"{occasion.label}にともなう個人番号の提出",
            whom=f"{occasion.label}（自動）",
            deadline=timezone.localdate() + timedelta(days=terms.deadline_days),
            occasion=occasion,
        ),
        actor=actor,
    )
