"""Questions about comparisons, inside the company in scope."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from azukari.check.difference.comparing import Kind
from azukari.check.difference.models import DifferenceRow, DifferenceRun, Handling, RunState
from azukari.tenancy.paging import Orders, Page, Place, page_in_order, page_of

_ORDERS: Final[Orders] = {
    "code": ("employee_code", "family_code", "id"),
    "name": ("name", "id"),
    "kind": ("kind", "field", "id"),
}
RUNS_SHOWN = 12


@dataclass(frozen=True)
class Wanted:
    """Which rows of a run.  What differs in writing only, people who have left and what is dealt
    with stay aside unless asked for.
    """

    kind: str = ""
    field: str = ""
    words: str = ""
    handling: str = Handling.OPEN.value  # "" for all
    with_spelling: bool = False
    with_ended: bool = False
    only_new: bool = False
    only_refused: bool = False  # what was tried and could not be done


_ABOUT_ENDED = (Kind.LEFT_WITH_NUMBER.value, Kind.NOT_DEPENDENT_WITH_NUMBER.value)


def worth_seeing() -> Q:
    """Neither mere writing nor somebody who has left; what is asked of their numbers counts."""
    return Q(spelling_only=False) & (Q(ended=False) | Q(kind__in=_ABOUT_ENDED))


def find(run: DifferenceRun, wanted: Wanted) -> QuerySet[DifferenceRow]:
    found = DifferenceRow.objects.filter(run=run)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.field:
        found = found.filter(field=wanted.field)
    if wanted.handling:
        found = found.filter(handling=wanted.handling)
    if not wanted.with_spelling:
        found = found.filter(spelling_only=False)
    if not wanted.with_ended:
        found = found.filter(Q(ended=False) | Q(kind__in=_ABOUT_ENDED))
    if wanted.only_new:
        found = found.filter(is_new=True)
    if wanted.only_refused:
        found = found.exclude(problem="")
    for word in wanted.words.split():
        found = found.filter(Q(employee_code__startswith=word) | Q(name__icontains=word))
    return found


def employees_in(found: QuerySet[DifferenceRow]) -> list[str]:
    """社員番号 of the rows, each once: of the employees and of those whose family it is."""
    codes = found.order_by("employee_code").values_list("employee_code", flat=True)
    return list(codes.distinct())


def page_of_rows(found: QuerySet[DifferenceRow], place: Place) -> Page[DifferenceRow]:
    return page_in_order(found, _ORDERS, place, first="code")


def page_of_runs(place: Place) -> Page[DifferenceRun]:
    """The newest first; ids grow with time."""
    return page_of(DifferenceRun.objects.all(), ("id",), place, down=True)


def run_before(run: DifferenceRun) -> DifferenceRun | None:
    return (
        DifferenceRun.objects.filter(state=RunState.COMPARED, id__lt=run.id).order_by("-id").first()
    )


def runs_up_to(run: DifferenceRun, count: int = RUNS_SHOWN) -> list[DifferenceRun]:
    """The last runs that compared something, this one included, the oldest first."""
    found = DifferenceRun.objects.filter(state=RunState.COMPARED, id__lte=run.id)
    return list(found.order_by("-id")[:count])[::-1]


def latest() -> DifferenceRun | None:
    return DifferenceRun.objects.filter(state=RunState.COMPARED).order_by("-id").first()


def open_by_kind(run: DifferenceRun) -> dict[Kind, int]:
    """What waits to be dealt with, in the order of the kinds."""
    rows = (
        DifferenceRow.objects.filter(worth_seeing(), run=run, handling=Handling.OPEN)
        .values("kind")
        .annotate(count=Count("id"))
        .order_by("kind")
    )
    counted = {row["kind"]: row["count"] for row in rows}
    return {kind: counted.get(kind.value, 0) for kind in Kind}


def rows_named(run: DifferenceRun, ids: list[UUID]) -> QuerySet[DifferenceRow]:
    return DifferenceRow.objects.filter(run=run, id__in=ids)
