"""Months as they stand: what was unusual in each, what is noted, who signed off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from uuid import UUID

from django.utils import timezone

from azukari.ledger import tallies
from azukari.ledger.actions import Action
from azukari.ledger.queries import Filter
from azukari.ledger.tallies import DayCount
from azukari.oversee.months import rules
from azukari.oversee.months.models import AnomalyNote, SignOff
from azukari.oversee.months.rules import (
    BULK_BEFORE,
    KNOWN_FOR,
    Alert,
    Anomaly,
    AnomalyKind,
    Entry,
    Month,
    Told,
    Use,
)
from azukari.oversee.readings import FETCHED, READINGS
from azukari.tenancy import scope
from azukari.tenancy.models import Company, Membership
from azukari.tenancy.paging import Orders, Page, Place, page_at_hand

MONTHS_SHOWN: Final = 12
_BY_HAND: Final = frozenset(
    {Action.NUMBER_REVEALED, Action.NUMBER_COMPARED, Action.EVIDENCE_VIEWED}
)
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
    told, signed = _told(wanted), _signed(wanted)
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


# what the ledger has ----------------------------------------------------------------------------


def _told(wanted: Sequence[Month]) -> Told:
    first = min(one.first for one in wanted)
    until = _midnight(max(one.first for one in wanted), after=True)
    company, contract = scope.company_id(), scope.contract_id()
    members = set(Membership.objects.filter(company_id=company).values_list("user_id", flat=True))
    used = Filter(actions=(*READINGS, *FETCHED), since=_midnight(first - BULK_BEFORE), until=until)
    entered = Filter(actions=(Action.SIGNED_IN,), since=_midnight(first - KNOWN_FOR), until=until)
    failed = Filter(actions=(Action.SIGN_IN_FAILED,), since=_midnight(first), until=until)
    alerts = Filter(actions=(Action.ALERT_RAISED,), since=_midnight(first), until=until)
    return Told(
        uses=[
            Use(one.actor, timezone.localtime(one.at), one.count, one.action in _BY_HAND)
            for one in tallies.by_hour(company, used)
            if one.actor is not None
        ],
        entries=_entries(tallies.by_day_and_place(contract, entered), members),
        failures=_entries(tallies.by_day_and_place(contract, failed), members),
        alerts=[
            Alert(one.actor, one.day, one.rule, one.count)
            for one in _alerts(company, contract, alerts, members)
        ],
    )


def _entries(rows: Iterable[DayCount], members: set[UUID]) -> list[Entry]:
    """Of users of this company, and of nobody known: the contract's ledger is of all of them."""
    return [
        Entry(one.actor, one.day, one.address, one.certificate, one.count)
        for one in rows
        if one.actor is None or one.actor in members
    ]


def _alerts(company: UUID, contract: UUID, asked: Filter, members: set[UUID]) -> Iterable[DayCount]:
    """Those of one user, day and rule together, from wherever they came."""
    counts: dict[tuple[UUID | None, date, str], int] = {}
    rows = [
        *tallies.by_day_and_place(company, asked),
        *(
            one
            for one in tallies.by_day_and_place(contract, asked)
            if one.actor is None or one.actor in members
        ),
    ]
    for one in rows:
        at = (one.actor, one.day, one.rule)
        counts[at] = counts.get(at, 0) + one.count
    return [DayCount(actor, day, "", "", rule, n) for (actor, day, rule), n in counts.items()]


def _midnight(day: date, *, after: bool = False) -> datetime:
    """When that day begins in Japan; with `after` when the month behind its own does."""
    on = Month.of(day).after.first if after else day
    return timezone.make_aware(datetime.combine(on, time.min))
