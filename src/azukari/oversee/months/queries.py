"""Months as they stand: what was unusual in each, what is noted, who signed off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import timezone

from azukari.oversee.months import rules
from azukari.oversee.months.gathering import told_of
from azukari.oversee.months.models import AnomalyNote, SignOff
from azukari.oversee.months.rules import Anomaly, AnomalyKind, Month, Told
from azukari.tenancy import scope
from azukari.tenancy.models import Company
from azukari.tenancy.paging import Orders, Page, Place, page_at_hand

MONTHS_SHOWN: Final = 12
_MONTH_ORDERS: Final[Orders] = {"month": ("name",)}
_ANOMALY_ORDERS: Final[Orders] = {
    "day": ("day", "key"),
    "kind": ("kind", "day", "key"),
    "count": ("count", "day", "key"),
}


@dataclass(frozen=True)
class MonthLine:
    """One month: all its anomalies, how many are noted, the last sign-off, what came after it."""

    name: str
    month: Month
    found: list[Anomaly]
    noted: int
    signed: SignOff | None
    later: list[Anomaly]


def first_month() -> Month:
    """From when the company is here."""
    made = Company.objects.get(id=scope.company_id()).created_at
    return Month.of(timezone.localtime(made).date())


def months(today: date) -> list[Month]:
    """Every month of the company up to now, the oldest first."""
    found, month, last = [], first_month(), Month.of(today)
    while month.first <= last.first:
        found.append(month)
        month = month.after
    return found


def unsigned(today: date) -> list[Month]:
    """Months that are over and have no sign-off."""
    signed = set(SignOff.objects.values_list("month", flat=True))
    return [one for one in months(today) if not one.holds(today) and one.first not in signed]


@dataclass(frozen=True)
class _Named:
    name: str
    month: Month


def page_of_months(today: date, place: Place) -> Page[MonthLine]:
    """The newest first."""
    named = [_Named(str(one), one) for one in months(today)]
    page = page_at_hand(named, _MONTH_ORDERS, place, first="-month")
    shown = lines([one.month for one in page.rows])
    return Page(shown, page.before, page.after, page.order)


def lines(wanted: Sequence[Month]) -> list[MonthLine]:
    if not wanted:
        return []
    told, signed = told_of(wanted), _signed(wanted)
    notes = _noted_keys(wanted)
    return [_line(one, told, signed.get(one.first), notes) for one in wanted]


def line_of(month: Month) -> MonthLine:
    [line] = lines([month])
    return line


def _line(
    month: Month, told: Told, signed: SignOff | None, notes: dict[date, set[str]]
) -> MonthLine:
    found = rules.find(month, told)
    keys = notes.get(month.first, set())
    later = rules.since_then(found, signed.seen) if signed else []
    noted = sum(1 for one in found if one.key in keys)
    return MonthLine(str(month), month, found, noted, signed, later)


def _signed(wanted: Sequence[Month]) -> dict[date, SignOff]:
    rows = SignOff.objects.filter(month__in=[one.first for one in wanted]).order_by("round")
    return {row.month: row for row in rows}


def sign_offs(month: Month) -> list[SignOff]:
    """The last one first."""
    return list(SignOff.objects.filter(month=month.first).order_by("-round"))


# what is noted ----------------------------------------------------------------------------------


def notes_of(month: Month) -> dict[str, AnomalyNote]:
    """The latest of each anomaly, by its key."""
    rows = AnomalyNote.objects.filter(month=month.first).order_by("at", "id")
    return {row.key: row for row in rows}


def _noted_keys(wanted: Sequence[Month]) -> dict[date, set[str]]:
    found: dict[date, set[str]] = {}
    rows = AnomalyNote.objects.filter(month__in=[one.first for one in wanted])
    for month, key in rows.values_list("month", "key"):
        found.setdefault(month, set()).add(key)
    return found


@dataclass(frozen=True)
class AnomalyFilter:
    """`kind`: an AnomalyKind; `open`: only what nothing was noted of; `later`: only what came to
    light after the sign-off.
    """

    kind: str = ""
    open: bool = False
    later: bool = False


def find_anomalies(line: MonthLine, wanted: AnomalyFilter, noted: Iterable[str]) -> list[Anomaly]:
    keys, later = set(noted), {one.key for one in line.later}
    return [
        one
        for one in line.found
        if (not wanted.kind or one.kind == wanted.kind)
        and not (wanted.open and one.key in keys)
        and not (wanted.later and one.key not in later)
    ]


def page_of_anomalies(found: Sequence[Anomaly], place: Place) -> Page[Anomaly]:
    return page_at_hand(found, _ANOMALY_ORDERS, place, first="day")


def counts_by_kind(found: Iterable[Anomaly]) -> dict[AnomalyKind, int]:
    kinds = [one.kind for one in found]
    return {kind: kinds.count(kind) for kind in AnomalyKind if kind in kinds}
