"""Questions about disposals, always inside the company in scope."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from azukari.dispose.models import Disposal
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.register import queries as register
from azukari.register.models import Person
from azukari.vault import door
from azukari.vault.door import Finality

PAGE = 50


@dataclass(frozen=True)
class DisposalFilter:
    """`words`: parts of the person's code, name or kana; `reason`: a code of `rules.Reason`."""

    words: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Page:
    disposals: list[Disposal]
    before: str
    after: str


def find_disposals(wanted: DisposalFilter) -> QuerySet[Disposal]:
    found = Disposal.objects.all()
    if wanted.words.strip():
        found = found.filter(person__in=_people(wanted.words))
    if wanted.reason:
        found = found.filter(reason=wanted.reason)
    return found


def _people(words: str) -> QuerySet[Person]:
    found = Person.objects.all()
    for word in words.split():
        found = found.filter(register.matches(word))
    return found


def page_of_disposals(
    wanted: DisposalFilter, *, after: str = "", before: str = "", size: int = PAGE
) -> Page:
    """Newest first, by keyset; cursors are ids of disposals."""
    found = find_disposals(wanted).select_related("person", "person__host")
    backwards = bool(before)
    edge = _edge(before or after)
    if edge is not None:
        way = "gt" if backwards else "lt"
        found = found.filter(
            Q(**{f"ordered_at__{way}": edge.ordered_at})
            | Q(ordered_at=edge.ordered_at, **{f"id__{way}": edge.id})
        )
    upwards = backwards and edge is not None
    order = ("ordered_at", "id") if upwards else ("-ordered_at", "-id")
    rows = list(found.order_by(*order)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if upwards:
        rows.reverse()
        return Page(rows, _cursor(rows[:1]) if more else "", _cursor(rows[-1:]))
    first = _cursor(rows[:1]) if edge is not None else ""
    return Page(rows, first, _cursor(rows[-1:]) if more else "")


def _edge(cursor: str) -> Disposal | None:
    try:
        return Disposal.objects.filter(id=UUID(cursor)).first()
    except ValueError:
        return None


def _cursor(disposals: list[Disposal]) -> str:
    return "".join(str(one.id) for one in disposals)


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
    wanted = str(disposal.id)
    return next(
        (entry.index for entry in page.entries if entry.record.details.get("target") == wanted),
        None,
    )
