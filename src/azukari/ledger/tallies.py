"""What many records say together: whom they are about, who did how much when.

The caller's scope (or `in_realm`) decides what can be seen; waiting records are always counted.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connections

from azukari.ledger.actions import Action
from azukari.ledger.queries import Filter, joined, leaf_conditions, waiting_conditions
from azukari.ledger.record import facts_of

_ACTOR = "(outbox.body::jsonb ->> 'actor')::uuid"
_DAY = "(at AT TIME ZONE 'Asia/Tokyo')::date"


def subjects(realm: UUID, asked: Filter) -> set[UUID]:
    """Everybody whom the records are about, waiting ones included."""
    found: set[str] = set()
    for body in _of_each_table("body", "body", "", realm, asked):
        found.update(facts_of(body[0]).subjects)
    return {UUID(one) for one in found}


def by_actor(realm: UUID, asked: Filter) -> dict[tuple[UUID, Action], tuple[datetime, int]]:
    """When each user last did each of these things, and how often."""
    found: dict[tuple[UUID, Action], tuple[datetime, int]] = {}
    told = ", max(at), count(*)"
    leaf = f"leaf.actor, leaf.action{told}"
    outbox = f"{_ACTOR}, outbox.body::jsonb ->> 'action'{told}"
    for actor, action, at, count in _of_each_table(leaf, outbox, "GROUP BY 1, 2", realm, asked):
        if actor is not None:
            key = (actor, Action(action))
            before = found.get(key, (at, 0))
            found[key] = (max(at, before[0]), count + before[1])
    return found


def _of_each_table(
    leaf: str, outbox: str, rest: str, realm: UUID, asked: Filter
) -> Iterator[tuple[Any, ...]]:
    """What is selected of records in the tree, then of those that wait."""
    for selected, table, conditions in (
        (leaf, "ledger_leaf AS leaf", leaf_conditions(realm, asked)),
        (outbox, "ledger_outbox AS outbox", waiting_conditions(realm, asked)),
    ):
        where, values = joined(conditions)
        with connections["default"].cursor() as cursor:
            cursor.execute(f"SELECT {selected} FROM {table} WHERE {where} {rest}", values)  # noqa: S608  our own text
            yield from cursor


@dataclass(frozen=True, slots=True)
class HourCount:
    """How often somebody did something within an hour that begins at `at`."""

    actor: UUID | None
    action: Action
    at: datetime
    count: int


def by_hour(realm: UUID, asked: Filter) -> list[HourCount]:
    told = ", date_trunc('hour', at), count(*)"
    leaf = f"leaf.actor, leaf.action{told}"
    outbox = f"{_ACTOR}, outbox.body::jsonb ->> 'action'{told}"
    rows = _of_each_table(leaf, outbox, "GROUP BY 1, 2, 3", realm, asked)
    summed = _summed(rows)
    return [HourCount(actor, Action(action), at, n) for (actor, action, at), n in summed.items()]


@dataclass(frozen=True, slots=True)
class DayCount:
    """How often somebody did something on a day in Japan, from where and with which certificate;
    `rule`: of the details.
    """

    actor: UUID | None
    day: date
    address: str
    certificate: str
    rule: str
    count: int


def by_day_and_place(realm: UUID, asked: Filter) -> list[DayCount]:
    """Reads the bodies: for things that are done some times a day, such as signing in."""

    def told(actor: str, body: str) -> str:
        texts = (f"coalesce({body} ->> '{name}', '')" for name in ("address", "certificate"))
        rule = f"coalesce({body} -> 'details' ->> 'rule', '')"
        return ", ".join((actor, _DAY, *texts, rule, "count(*)"))

    leaf = told("leaf.actor", "leaf.body::jsonb")
    outbox = told(_ACTOR, "outbox.body::jsonb")
    rows = _of_each_table(leaf, outbox, "GROUP BY 1, 2, 3, 4, 5", realm, asked)
    return [
        DayCount(actor, day, address, certificate, rule, count)
        for (actor, day, address, certificate, rule), count in _summed(rows).items()
    ]


def _summed(rows: Iterator[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    """The last column by all others: what is in the tree and what waits, together."""
    counts: Counter[tuple[Any, ...]] = Counter()
    for *key, count in rows:
        counts[tuple(key)] += count
    return counts
