"""Questions about 帳簿: who may leave the number out of yearly declarations."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from azukari.register import queries
from azukari.register.models import NumberLedgerEntry, Person, RecordState
from azukari.tenancy.paging import Orders, Page, Place, page_in_order, parts_in_order

_ORDERS: Final[Orders] = {
    "received": ("received_on", "id"),
    "code": ("person__employee_code", "person__family_code", "id"),
    "name": ("person__kana", "id"),
}
_FIRST: Final = "-received"


@dataclass(frozen=True)
class BookFilter:
    """`words`: parts of code, name or kana; `year`: the month in which the number came;
    `declaration`: part of the form's name.
    """

    words: str = ""
    year: int | None = None
    declaration: str = ""


def find_entries(wanted: BookFilter) -> QuerySet[NumberLedgerEntry]:
    found = NumberLedgerEntry.objects.all()
    if wanted.words.strip():
        people = Person.objects.all()
        for word in wanted.words.split():
            people = people.filter(queries.matches(word))
        found = found.filter(person__in=people)
    if wanted.year:
        found = found.filter(received_on__year=wanted.year)
    if wanted.declaration:
        found = found.filter(declaration__contains=wanted.declaration)
    return found


def page_of_entries(wanted: BookFilter, place: Place) -> Page[NumberLedgerEntry]:
    """Newest month first."""
    return page_in_order(_told(wanted), _ORDERS, place, first=_FIRST)


def parts_of_entries(wanted: BookFilter, size: int) -> Iterator[list[NumberLedgerEntry]]:
    """All of them, newest month first (`paging.parts_in_order`)."""
    yield from parts_in_order(_told(wanted), _ORDERS, order=_FIRST, size=size)


def _told(wanted: BookFilter) -> QuerySet[NumberLedgerEntry]:
    return find_entries(wanted).select_related("person", "person__host", "record")


def entries_of(person: Person) -> QuerySet[NumberLedgerEntry]:
    entries = NumberLedgerEntry.objects.filter(person=person).select_related("record")
    return entries.order_by("-received_on", "-id")


def open_entries(person: Person) -> QuerySet[NumberLedgerEntry]:
    """Those whose number is still kept."""
    return entries_of(person).exclude(record__state=RecordState.DISPOSED)
