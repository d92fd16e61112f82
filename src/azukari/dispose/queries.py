"""Questions about disposals, always inside the company in scope."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from azukari.dispose.due import people_with
from azukari.dispose.models import Disposal
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.register.models import Person
from azukari.tenancy.paging import Orders, Page, Place, page_in_order
from azukari.vault import door
from azukari.vault.door import Finality

_ORDERS: Final[Orders] = {
    "ordered": ("ordered_at", "id"),
    "code": ("person__employee_code", "person__family_code", "id"),
    "name": ("person__kana", "id"),
    "reason": ("reason", "id"),
    "by": ("ordered_by_name", "id"),
}


@dataclass(frozen=True)
class DisposalFilter:
    """`words`: parts of the person's code, name or kana; `reason`: a code of `rules.Reason`."""

    words: str = ""
    reason: str = ""


def find_disposals(wanted: DisposalFilter) -> QuerySet[Disposal]:
    found = Disposal.objects.all()
    if wanted.words.strip():
        found = found.filter(person__in=people_with(wanted.words))
    if wanted.reason:
        found = found.filter(reason=wanted.reason)
    return found


def page_of_disposals(wanted: DisposalFilter, place: Place) -> Page[Disposal]:
    """Newest first."""
    found = find_disposals(wanted).select_related("person", "person__host")
    return page_in_order(found, _ORDERS, place, first="-ordered")


def people_of_batch(batch_id: UUID, *, after: UUID, limit: int) -> list[tuple[UUID, UUID]]:
    """Disposal and person, in the order of disposals behind `after`."""
    found = Disposal.objects.filter(batch=batch_id, id__gt=after).order_by("id")
    return list(found.values_list("id", "person_id")[:limit])


def singles_since(moment: datetime) -> list[tuple[UUID, UUID]]:
    """Disposal and person of those that went alone, keys and all."""
    found = Disposal.objects.filter(batch__isnull=True, keys_destroyed_at__gte=moment)
    return list(found.values_list("id", "person_id"))


def disposals_of(person: Person) -> QuerySet[Disposal]:
    return Disposal.objects.filter(person=person).order_by("-ordered_at")


def finality_of(disposal: Disposal) -> Finality | None:
    """None while the key still waits to be destroyed."""
    if disposal.keys_destroyed_at is None or disposal.generation is None:
        return None
    return door.finality(disposal.generation, disposal.keys_destroyed_at)


def leaf_of(disposal: Disposal) -> int | None:
    """Where the ledger holds the record of this destruction; None while it waits.

    Newest first, so the few records of one person's disposals are on the first page.
    """
    asked = ledger.Filter(
        subject=disposal.person_id,
        actions=(Action.NUMBER_DISPOSED,),
        since=disposal.keys_destroyed_at,
    )
    page = ledger.records(disposal.company_id, asked)
    return next(
        (entry.index for entry in page.entries if disposal.cell in entry.record.handles), None
    )
