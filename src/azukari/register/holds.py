"""Questions about disposals that are held back (廃棄の保留), inside the company in scope."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from azukari.register.models import Hold

PAGE = 50


@dataclass(frozen=True)
class Page:
    """One page by keyset; cursors are ids of holds, empty where there is no such page."""

    holds: list[Hold]
    before: str
    after: str


def open_hold(person_id: UUID) -> Hold | None:
    return Hold.objects.filter(person_id=person_id, released_at__isnull=True).first()


def holds_of(person_id: UUID) -> QuerySet[Hold]:
    return Hold.objects.filter(person_id=person_id).order_by("-placed_at")


def past_review(today: date) -> QuerySet[Hold]:
    """Open holds whose day of review has come."""
    return Hold.objects.filter(released_at__isnull=True, review_on__lte=today)


def open_holds() -> QuerySet[Hold]:
    return Hold.objects.filter(released_at__isnull=True)


def page_of_holds(*, after: str = "", before: str = "", size: int = PAGE) -> Page:
    """Open holds, the earliest review first: those past it stand on top."""
    found = open_holds().select_related("person", "person__host")
    backwards = bool(before)
    edge = _edge(before or after)
    if edge is not None:
        way = "lt" if backwards else "gt"
        found = found.filter(
            Q(**{f"review_on__{way}": edge.review_on})
            | Q(review_on=edge.review_on, **{f"id__{way}": edge.id})
        )
    upwards = backwards and edge is not None
    order = ("-review_on", "-id") if upwards else ("review_on", "id")
    rows = list(found.order_by(*order)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if upwards:
        rows.reverse()
        return Page(rows, _cursor(rows[:1]) if more else "", _cursor(rows[-1:]))
    first = _cursor(rows[:1]) if edge is not None else ""
    return Page(rows, first, _cursor(rows[-1:]) if more else "")


def _edge(cursor: str) -> Hold | None:
    try:
        return Hold.objects.filter(id=UUID(cursor)).first()
    except ValueError:
        return None


def _cursor(holds: list[Hold]) -> str:
    return "".join(str(one.id) for one in holds)
