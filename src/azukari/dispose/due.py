"""廃棄対象: numbers whose time has come or will come, and the waves in which it comes."""

import calendar
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth

from azukari.dispose.models import DisposalItem, ItemState
from azukari.register import queries as register
from azukari.register.models import NumberRecord, Person
from azukari.tenancy.paging import Orders, Page, Place, page_in_order

MONTHS: Final = 36
_ORDERS: Final[Orders] = {
    "due": ("due_on", "id"),
    "code": ("person__employee_code", "person__family_code", "id"),
    "name": ("person__kana", "id"),
}


@dataclass(frozen=True)
class DueFilter:
    """Numbers that may go from `since` until `until`; a wave is one month of them.

    `words`: parts of code, name or kana; `kind`: a PersonKind; `rule`: an id of law.retention;
    `held`: those whose disposal is held back instead of those that may go.
    """

    until: date
    since: date | None = None
    words: str = ""
    kind: str = ""
    department: str = ""
    rule: str = ""
    held: bool = False


def find_due(wanted: DueFilter) -> QuerySet[NumberRecord]:
    found = NumberRecord.objects.filter(
        due_on__lte=wanted.until, ended_at__isnull=True, person__on_hold=wanted.held
    )
    if wanted.since is not None:
        found = found.filter(due_on__gte=wanted.since)
    if wanted.kind:
        found = found.filter(person__kind=wanted.kind)
    if wanted.rule:
        found = found.filter(kept_by=wanted.rule)
    if wanted.department:
        # A family member is found by the department of the employee.
        found = found.filter(
            Q(person__department=wanted.department) | Q(person__host__department=wanted.department)
        )
    if wanted.words.strip():
        found = found.filter(person__in=people_with(wanted.words))
    return found


def people_with(words: str) -> QuerySet[Person]:
    """People whose code, name or kana has every one of the words."""
    found = Person.objects.all()
    for word in words.split():
        found = found.filter(register.matches(word))
    return found


def page_of_due(wanted: DueFilter, place: Place) -> Page[NumberRecord]:
    found = find_due(wanted).select_related("person", "person__host")
    return page_in_order(found, _ORDERS, place, first="due")


def unclaimed(found: QuerySet[NumberRecord]) -> QuerySet[NumberRecord]:
    """Those that wait in no batch yet."""
    waiting = DisposalItem.objects.filter(record=OuterRef("id"), state=ItemState.PENDING)
    return found.filter(~Exists(waiting))


def waiting_in(records: list[NumberRecord]) -> dict[UUID, DisposalItem]:
    """Those of the records that wait in a batch, by record."""
    items = DisposalItem.objects.filter(record__in=records, state=ItemState.PENDING)
    return {item.record_id: item for item in items.select_related("batch")}


def count_due(today: date) -> int:
    """How many may go today and wait in no batch."""
    return unclaimed(find_due(DueFilter(until=today))).count()


# waves ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DueWave:
    """So many numbers may go from `first` until `last`, both included.

    `peak`: the wave of 11 January is in it, when what the tax forms kept may go all at once
    (所得税法施行規則第76条の3).
    """

    first: date
    last: date
    count: int
    by_year: bool = False
    peak: bool = False


@dataclass(frozen=True)
class Waves:
    """What may go today already, then month by month for `MONTHS`, then by year."""

    now: int
    coming: list[DueWave]


def coming_waves(today: date) -> Waves:
    """A wave for each month, also where nothing is due; years as far as something is."""
    counts = _by_month(today)
    tomorrow = today + timedelta(days=1)
    months = [_month_ahead(tomorrow, ahead) for ahead in range(MONTHS)]
    horizon = _end_of_month(months[-1])
    coming = [
        DueWave(first, _end_of_month(first), counts[first.replace(day=1)], peak=_has_peak(first))
        for first in months
    ]
    coming += _by_year(horizon, counts)
    return Waves(find_due(DueFilter(until=today)).count(), coming)


def _by_year(horizon: date, counts: Counter[date]) -> list[DueWave]:
    """What is due behind the horizon; its own year from the day after it."""
    years = Counter[int]()
    for month, count in counts.items():
        if month > horizon:
            years[month.year] += count
    after = horizon + timedelta(days=1)
    return [
        DueWave(max(date(year, 1, 1), after), date(year, 12, 31), years[year], by_year=True)
        for year in range(after.year, max(years, default=0) + 1)
    ]


def _by_month(today: date) -> Counter[date]:
    rows = (
        NumberRecord.objects.filter(due_on__gt=today, ended_at__isnull=True, person__on_hold=False)
        .annotate(month=TruncMonth("due_on"))
        .values("month")
        .annotate(count=Count("id"))
        .order_by("month")
    )
    return Counter({row["month"]: row["count"] for row in rows})


def _month_ahead(day: date, ahead: int) -> date:
    """The first day of the month so many ahead; the day itself for none."""
    if ahead == 0:
        return day
    months = day.year * 12 + day.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)


def _end_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _has_peak(first: date) -> bool:
    return first.month == 1 and first.day <= 11
