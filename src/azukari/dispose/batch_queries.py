"""Questions about batches and their rows, always inside the company in scope."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Count, QuerySet

from azukari.dispose.due import people_with
from azukari.dispose.models import BatchState, DisposalBatch, DisposalItem, ItemState
from azukari.dispose.rules import Reason
from azukari.tenancy import four_eyes
from azukari.tenancy.actor import Actor
from azukari.tenancy.paging import Orders, Page, Place, page_in_order

_BATCH_ORDERS: Final[Orders] = {
    "proposed": ("proposed_at", "id"),
    "state": ("state", "id"),
    "items": ("items", "id"),
    "done": ("done", "id"),
    "failed": ("failed", "id"),
}
_ITEM_ORDERS: Final[Orders] = {
    "code": ("id",),
    "name": ("person__kana", "id"),
    "rule": ("rule", "id"),
    "state": ("state", "id"),
}


@dataclass(frozen=True)
class BatchFilter:
    """`code`: the beginning of a 廃棄番号; `state`: a BatchState."""

    code: str = ""
    state: str = ""


def find_batches(wanted: BatchFilter) -> QuerySet[DisposalBatch]:
    found = DisposalBatch.objects.all()
    if wanted.code:
        found = found.filter(code__startswith=wanted.code)
    if wanted.state:
        found = found.filter(state=wanted.state)
    return found


def page_of_batches(wanted: BatchFilter, place: Place) -> Page[DisposalBatch]:
    """Newest first."""
    return page_in_order(find_batches(wanted), _BATCH_ORDERS, place, first="-proposed")


@dataclass(frozen=True)
class ItemFilter:
    """`words`: parts of code, name or kana; `state`: an ItemState."""

    words: str = ""
    state: str = ""


def find_items(batch: DisposalBatch, wanted: ItemFilter) -> QuerySet[DisposalItem]:
    found = DisposalItem.objects.filter(batch=batch)
    if wanted.words.strip():
        found = found.filter(person__in=people_with(wanted.words))
    if wanted.state:
        found = found.filter(state=wanted.state)
    return found


def page_of_items(batch: DisposalBatch, wanted: ItemFilter, place: Place) -> Page[DisposalItem]:
    """In the order of codes."""
    found = find_items(batch, wanted).select_related("person", "person__host")
    return page_in_order(found, _ITEM_ORDERS, place, first="code")


def counts_by_rule(batch: DisposalBatch) -> dict[str, int]:
    """How many of the rows that are to go, by the rule that kept them last."""
    rows = (
        DisposalItem.objects.filter(batch=batch)
        .exclude(state__in=[ItemState.EXCLUDED, ItemState.RELEASED])
        .values("rule")
        .annotate(count=Count("id"))
        .order_by("rule")
    )
    return {row["rule"]: row["count"] for row in rows}


def only_item(batch: DisposalBatch) -> DisposalItem | None:
    """The one number of a batch that was asked for singly."""
    if batch.reason == Reason.PERIOD_OVER:
        return None
    return DisposalItem.objects.filter(batch=batch).select_related("person").first()


def waiting_for_approval(actor: Actor) -> QuerySet[DisposalBatch]:
    """What this user may approve: what others proposed, and their own of a day ago where nobody
    else could.
    """
    return four_eyes.allowable(
        DisposalBatch.objects.filter(state=BatchState.REVIEWED),
        "disposal:approve",
        asked_by="proposed_by",
        asked_at="reviewed_at",
        actor=actor,
    )


def people_in(batch: DisposalBatch) -> Iterator[UUID]:
    """Whose numbers the batch is about."""
    yield from DisposalItem.objects.filter(batch=batch).values_list("person_id", flat=True)
