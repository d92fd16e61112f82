"""Questions about the long work of the company in scope."""

from collections.abc import Collection
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from azukari.progress.models import Progress, State
from azukari.tenancy.paging import Orders, Page, Place, page_in_order

TOLD_FOR: Final = timedelta(days=14)
"""How long work that could not be ended stays in the list of it."""

_ORDERS: Final[Orders] = {"ended": ("finished_at", "id")}


def stopped(words: Collection[str]) -> QuerySet[Progress]:
    """Work that could not be ended and was not begun anew; kinds that begin with one of `words`."""
    if not words:
        return Progress.objects.none()
    since = timezone.now() - TOLD_FOR
    later = Progress.objects.filter(
        subject=OuterRef("subject"), kind=OuterRef("kind"), created_at__gt=OuterRef("created_at")
    )
    of_kinds = reduce(or_, (Q(kind__startswith=word) for word in words))
    found = Progress.objects.filter(of_kinds, state=State.FAILED, finished_at__gte=since)
    return found.exclude(Exists(later))


def page_of_stopped(found: QuerySet[Progress], place: Place) -> Page[Progress]:
    """The latest first."""
    return page_in_order(found, _ORDERS, place, first="-ended")
