"""Questions about disposals that are held back (廃棄の保留), inside the company in scope."""

from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from azukari.register.models import Hold
from azukari.tenancy.paging import Orders, Page, Place, page_in_order

_ORDERS: Final[Orders] = {
    "review": ("review_on", "id"),
    "code": ("person__employee_code", "person__family_code", "id"),
    "name": ("person__kana", "id"),
    "by": ("placed_by_name", "id"),
}


def open_hold(person_id: UUID) -> Hold | None:
    return Hold.objects.filter(person_id=person_id, released_at__isnull=True).first()


def holds_of(person_id: UUID) -> QuerySet[Hold]:
    return Hold.objects.filter(person_id=person_id).order_by("-placed_at")


def past_review(today: date) -> QuerySet[Hold]:
    """Open holds whose day of review has come."""
    return Hold.objects.filter(released_at__isnull=True, review_on__lte=today)


def open_holds() -> QuerySet[Hold]:
    return Hold.objects.filter(released_at__isnull=True)


def page_of_holds(place: Place) -> Page[Hold]:
    """Open holds, the earliest review first: those past it stand on top."""
    found = open_holds().select_related("person", "person__host")
    return page_in_order(found, _ORDERS, place, first="review")
