"""Questions about 帳簿: who may leave the number out of yearly declarations."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from azukari.register import queries
from azukari.register.models import NumberLedgerEntry, Person, RecordState

PAGE = 50


@dataclass(frozen=True)
class BookFilter:
    """`words`: parts of code, name or kana; `year`: the month in which the number came;
    `declaration`: part of the form's name.
    """

    words: str = ""
    year: int | None = None
    declaration: str = ""


@dataclass(frozen=True)
class Page:
    entries: list[NumberLedgerEntry]
    before: str
    after: str


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


def page_of_entries(
    wanted: BookFilter, *, after: str = "", before: str = "", size: int = PAGE
) -> Page:
    """Newest month first, by keyset; cursors are ids of entries."""
    found = find_entries(wanted).select_related("person", "person__host", "record")
    edge = _edge(before or after)
    backwards = bool(before) and edge is not None
    if edge is not None:
        way = "gt" if backwards else "lt"
        found = found.filter(
            Q(**{f"received_on__{way}": edge.received_on})
            | Q(received_on=edge.received_on, **{f"id__{way}": edge.id})
        )
    order = ("received_on", "id") if backwards else ("-received_on", "-id")
    rows = list(found.order_by(*order)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
        return Page(rows, _cursor(rows[:1]) if more else "", _cursor(rows[-1:]))
    first = _cursor(rows[:1]) if edge is not None else ""
    return Page(rows, first, _cursor(rows[-1:]) if more else "")


def entries_of(person: Person) -> QuerySet[NumberLedgerEntry]:
    entries = NumberLedgerEntry.objects.filter(person=person).select_related("record")
    return entries.order_by("-received_on", "-id")


def open_entries(person: Person) -> QuerySet[NumberLedgerEntry]:
    """Those whose number is still kept."""
    return entries_of(person).exclude(record__state=RecordState.DISPOSED)


def _edge(cursor: str) -> NumberLedgerEntry | None:
    try:
        return NumberLedgerEntry.objects.filter(id=UUID(cursor)).first()
    except ValueError:
        return None


def _cursor(entries: list[NumberLedgerEntry]) -> str:
    return "".join(str(one.id) for one in entries)
