"""Questions about pushes, inside the company in scope."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from azukari.check.link.events import Problem, State
from azukari.check.link.models import Push, PushedRecord, RelationshipWord
from azukari.law.relationship import Relationship
from azukari.register.models import NumberRecord, PersonKind, RecordState
from azukari.tenancy.paging import Orders, Page, Place, page_in_order

_ORDERS: Final[Orders] = {
    "arrived": ("id",),
    "code": ("employee_code", "family_code", "id"),
    "name": ("name", "id"),
    "event": ("event", "id"),
    "state": ("state", "id"),
}
PUSHES_SHOWN = 12


@dataclass(frozen=True)
class Wanted:
    """`state`: `open` for everything that waits for somebody, "" for all."""

    state: str = ""
    event: str = ""
    words: str = ""
    push: UUID | None = None


def find(wanted: Wanted) -> QuerySet[PushedRecord]:
    found = PushedRecord.objects.select_related("push")
    if wanted.state == "open":
        found = found.filter(state__in=[State.WAITING, State.HELD, State.ERROR])
    elif wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.event:
        found = found.filter(event=wanted.event)
    if wanted.push:
        found = found.filter(push=wanted.push)
    for word in wanted.words.split():
        found = found.filter(Q(employee_code__startswith=word) | Q(name__icontains=word))
    return found


def page_of_records(found: QuerySet[PushedRecord], place: Place) -> Page[PushedRecord]:
    """The newest first."""
    return page_in_order(found, _ORDERS, place, first="-arrived")


def people_with_another_number() -> list[UUID]:
    """Of whom payroll holds another number than we do, and nobody has settled it since.

    Employees and family members whose record is open for that reason.
    """
    told = PushedRecord.objects.filter(
        state=State.ERROR, problem=Problem.NUMBER_ALREADY_HELD
    ).values_list("employee_code", "family_code", "push__received_at")
    found: list[UUID] = []
    for code, family_code, received_at in told:
        held = NumberRecord.objects.filter(
            person__employee_code=code,
            person__family_code=family_code,
            person__kind=PersonKind.FAMILY if family_code else PersonKind.EMPLOYEE,
            state=RecordState.ACTIVE,
            recorded_at__lte=received_at,
        )
        found += held.values_list("person_id", flat=True)
    return found


@dataclass(frozen=True)
class Batch:
    push: Push
    reflected: int
    open: int
    failed: int


def last_batches(count: int = PUSHES_SHOWN) -> list[Batch]:
    """The newest first, with what became of their records."""
    pushes = list(Push.objects.order_by("-id")[:count])
    rows = (
        PushedRecord.objects.filter(push__in=pushes)
        .values("push")
        .annotate(
            reflected=Count("id", filter=Q(state__in=[State.REFLECTED, State.DISCARDED])),
            open=Count("id", filter=Q(state__in=[State.WAITING, State.HELD])),
            failed=Count("id", filter=Q(state=State.ERROR)),
        )
        .order_by("push")
    )
    counted = {row["push"]: row for row in rows}
    return [
        Batch(push, row["reflected"], row["open"], row["failed"])
        if (row := counted.get(push.id))
        else Batch(push, 0, 0, 0)
        for push in pushes
    ]


def has_failed(push_id: UUID) -> bool:
    return PushedRecord.objects.filter(push=push_id, state=State.ERROR).exists()


def by_state() -> dict[State, int]:
    rows = PushedRecord.objects.values("state").annotate(count=Count("id")).order_by("state")
    counted = {row["state"]: row["count"] for row in rows}
    return {state: counted.get(state.value, 0) for state in State}


def unknown_words() -> list[tuple[str, int]]:
    """Words for 続柄 nobody knew, and how many open records wait for each."""
    rows = (
        PushedRecord.objects.filter(state__in=[State.WAITING, State.HELD, State.ERROR])
        .exclude(relationship="")
        .values("relationship")
        .annotate(count=Count("id"))
        .order_by("-count", "relationship")
    )
    return [(row["relationship"], row["count"]) for row in rows]


def known_words() -> list[tuple[str, str]]:
    """What was said of words for 続柄 so far."""
    labels = {one.code: one.label for one in Relationship}
    rows = RelationshipWord.objects.order_by("word").values_list("word", "relationship")
    return [(word, labels.get(code, code)) for word, code in rows]
