"""What of a month's work is unusual, and whether the month may be signed off.

Pure: tallies in, anomalies out; the same tallies always give the same anomalies, so that what was
seen at a sign-off can be told from what came to light later.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from azukari.law import holiday
from azukari.law.labelled import Labelled

BULK_FROM: Final = 20
"""So many numbers looked at one by one on a day are unusual for anybody."""

BULK_TIMES: Final = 3
"""And so many times as many as on the busiest of the 28 days before, from `BULK_LEAST` on."""

BULK_LEAST: Final = 5
BULK_BEFORE: Final = timedelta(days=28)
FAILURES_FROM: Final = 5
PORTAL_FROM: Final = 20
"""So many failures of employees on a day from one address: one of them guesses passwords."""

KNOWN_FOR: Final = timedelta(days=365)
"""A place or certificate is new when it was not used for so long before the month."""

# 深夜 as 労働基準法 第37条第4項 has it.
_NIGHT_FROM: Final = 22
_NIGHT_UNTIL: Final = 5
_DETAIL_LIMIT: Final = 100


class AnomalyKind(Labelled):
    BULK = "bulk", "まとまった番号の表示"
    NIGHT = "night", "夜間の利用"
    HOLIDAY = "holiday", "休日の利用"
    NEW_PLACE = "place", "初めての接続元"
    NEW_CERTIFICATE = "certificate", "初めての証明書"
    FAILURES = "failures", "ログインの失敗"
    PORTAL = "portal", "ポータルのログインの失敗"
    ALERT = "alert", "注意すべき操作の検知"


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month in Japan."""

    first: date

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.replace(day=1))

    @classmethod
    def parse(cls, text: str) -> "Month":
        """`2026-11`. Raises ValueError."""
        return cls(datetime.strptime(text, "%Y-%m").date())  # noqa: DTZ007  a day has no zone

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def after(self) -> "Month":
        return Month.of(self.first + timedelta(days=31))

    @property
    def before(self) -> "Month":
        return Month.of(self.first - timedelta(days=1))

    def holds(self, day: date) -> bool:
        return self.first <= day < self.after.first


@dataclass(frozen=True, slots=True)
class Use:
    """How many numbers somebody used within an hour; `by_hand`: one by one, on the screen."""

    actor: UUID
    at: datetime  # in Japan
    count: int
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """How often somebody signed in, or failed to, on a day; `actor` None: nobody known."""

    actor: UUID | None
    day: date
    address: str
    certificate: str
    count: int


@dataclass(frozen=True, slots=True)
class Alert:
    """What the service itself had noticed, by the rule that was broken."""

    actor: UUID | None
    day: date
    rule: str
    count: int


@dataclass(frozen=True)
class Told:
    """What the ledger has of the month and of the time before that it is compared with."""

    uses: Sequence[Use] = ()
    entries: Sequence[Entry] = ()
    failures: Sequence[Entry] = ()
    portal_failures: Sequence[Entry] = ()
    alerts: Sequence[Alert] = ()


@dataclass(frozen=True, slots=True)
class Anomaly:
    """`detail`: the address, certificate or rule it is about; empty for the others."""

    key: str
    day: date
    kind: AnomalyKind
    actor: UUID | None
    count: int
    detail: str = ""

    @classmethod
    def of(
        cls, kind: AnomalyKind, actor: UUID | None, day: date, count: int, detail: str = ""
    ) -> "Anomaly":
        detail = detail[:_DETAIL_LIMIT]
        key = "|".join((kind.value, str(actor or ""), day.isoformat(), detail))
        return cls(key, day, kind, actor, count, detail)


def find(month: Month, told: Told) -> list[Anomaly]:
    """In the order of days, then kinds."""
    found = [
        *_bulk(month, told.uses),
        *_outside_hours(month, told.uses),
        *_new(month, told.entries),
        *_failures(month, told.failures),
        *_portal(month, told.portal_failures),
        *_alerts(month, told.alerts),
    ]
    kinds = list(AnomalyKind)
    return sorted(found, key=lambda one: (one.day, kinds.index(one.kind), one.key))


def _bulk(month: Month, uses: Iterable[Use]) -> Iterator[Anomaly]:
    days: dict[UUID, Counter[date]] = defaultdict(Counter)
    for one in uses:
        if one.by_hand:
            days[one.actor][one.at.date()] += one.count
    for actor, counts in days.items():
        for day, count in counts.items():
            if month.holds(day) and _is_bulk(day, count, counts):
                yield Anomaly.of(AnomalyKind.BULK, actor, day, count)


def _is_bulk(day: date, count: int, counts: Mapping[date, int]) -> bool:
    if count >= BULK_FROM:
        return True
    before = [other for on, other in counts.items() if day - BULK_BEFORE <= on < day]
    return bool(before) and count >= BULK_LEAST and count > BULK_TIMES * max(before)


def _outside_hours(month: Month, uses: Iterable[Use]) -> Iterator[Anomaly]:
    """By night, or by day on a holiday; work of one night is one anomaly for each date."""
    counts: Counter[tuple[AnomalyKind, UUID, date]] = Counter()
    for one in uses:
        day = one.at.date()
        if not month.holds(day):
            continue
        if one.at.hour >= _NIGHT_FROM or one.at.hour < _NIGHT_UNTIL:
            counts[AnomalyKind.NIGHT, one.actor, day] += one.count
        elif holiday.is_closed(day):
            counts[AnomalyKind.HOLIDAY, one.actor, day] += one.count
    for (kind, actor, day), count in counts.items():
        yield Anomaly.of(kind, actor, day, count)


def _new(month: Month, entries: Iterable[Entry]) -> Iterator[Anomaly]:
    """What somebody who had signed in before used for the first time."""
    since = month.first - KNOWN_FOR
    ordered = sorted((one for one in entries if one.day >= since), key=lambda one: one.day)
    for kind in (AnomalyKind.NEW_PLACE, AnomalyKind.NEW_CERTIFICATE):
        known: dict[UUID, set[str]] = defaultdict(set)
        for one in ordered:
            value = one.address if kind is AnomalyKind.NEW_PLACE else one.certificate
            if one.actor is None or not value:
                continue
            seen = known[one.actor]
            if seen and value not in seen and month.holds(one.day):
                yield Anomaly.of(kind, one.actor, one.day, one.count, value)
            seen.add(value)


def _failures(month: Month, failures: Iterable[Entry]) -> Iterator[Anomaly]:
    counts: Counter[tuple[UUID | None, date]] = Counter()
    for one in failures:
        if month.holds(one.day):
            counts[one.actor, one.day] += one.count
    for (actor, day), count in counts.items():
        if count >= FAILURES_FROM:
            yield Anomaly.of(AnomalyKind.FAILURES, actor, day, count)


def _portal(month: Month, failures: Iterable[Entry]) -> Iterator[Anomaly]:
    counts: Counter[tuple[date, str]] = Counter()
    for one in failures:
        if month.holds(one.day):
            counts[one.day, one.address] += one.count
    for (day, address), count in counts.items():
        if count >= PORTAL_FROM:
            yield Anomaly.of(AnomalyKind.PORTAL, None, day, count, address)


def _alerts(month: Month, alerts: Iterable[Alert]) -> Iterator[Anomaly]:
    for one in alerts:
        if month.holds(one.day):
            yield Anomaly.of(AnomalyKind.ALERT, one.actor, one.day, one.count, one.rule)


# what was seen ----------------------------------------------------------------------------------


def seen(found: Iterable[Anomaly]) -> dict[str, int]:
    """What a sign-off keeps of them: how much each counted."""
    return {one.key: one.count for one in found}


def digest(found: Iterable[Anomaly]) -> str:
    """SHA-256 in hex over what was seen, in whatever order."""
    text = json.dumps(seen(found), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def since_then(found: Iterable[Anomaly], was_seen: Mapping[str, int]) -> list[Anomaly]:
    """Those that were not there at a sign-off, or counted less."""
    return [one for one in found if was_seen.get(one.key) != one.count]


# signing off ------------------------------------------------------------------------------------


class MonthProblem(StrEnum):
    NOT_OVER = "not_over"
    NOT_WHAT_WAS_SEEN = "not_what_was_seen"
    NOTHING_NEW = "nothing_new"
    NOTE_MISSING = "note_missing"
    NOBODY_CHOSEN = "nobody_chosen"


class MonthRefused(Exception):
    """Carries which problem."""

    def __init__(self, problem: MonthProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def may_sign(
    month: Month,
    found: Sequence[Anomaly],
    signed: Mapping[str, int] | None,
    *,
    shown: str,
    note: str,
    today: date,
) -> MonthProblem | None:
    """Whether an officer who was shown the list of that digest may sign the month off.

    `signed`: what the last sign-off had seen; None where there is none.
    """
    if month.holds(today) or month.first > today:
        return MonthProblem.NOT_OVER
    if shown != digest(found):
        return MonthProblem.NOT_WHAT_WAS_SEEN
    if signed is not None and not since_then(found, signed):
        return MonthProblem.NOTHING_NEW
    return None if note.strip() else MonthProblem.NOTE_MISSING
