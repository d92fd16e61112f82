"""Questions to the ledger. The caller's scope (or `in_realm`) decides what can be seen."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connections

from azukari.ledger import merkle
from azukari.ledger.actions import Action
from azukari.ledger.pens import Ticket
from azukari.ledger.record import Record
from azukari.ledger.tree import StoredHashes

# Waiting records come after every leaf of the same moment, so their numbers are put above.
_WAITING: Final = 1 << 62


class NotCovered(LookupError):
    """The leaf is not there, or not yet in the tree that was asked for."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for; `until` is exclusive, times are aware."""

    subject: UUID | None = None
    actor: UUID | None = None
    actions: tuple[Action, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    target: UUID | None = None  # of the details: the file, batch or the like it was done to


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins; `str` and `parse` carry it through an address."""

    at: datetime
    number: int

    def __str__(self) -> str:
        return f"{self.at.timestamp():.6f}_{self.number}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Raises ValueError."""
        seconds, _, number = text.partition("_")
        whole, _, micro = seconds.partition(".")
        at = datetime.fromtimestamp(int(whole), UTC).replace(microsecond=int(micro))
        return cls(at, int(number))


@dataclass(frozen=True, slots=True)
class Entry:
    """A record and its place in the tree; None while it waits for the sequencer."""

    index: int | None
    record: Record


@dataclass(frozen=True, slots=True)
class Page:
    entries: list[Entry]
    next: Cursor | None


@dataclass(frozen=True, slots=True)
class _Part:
    """Of a list in its order."""

    after: Cursor | None
    limit: int
    oldest_first: bool = False


_Row = tuple[datetime, int, str]
Condition = tuple[str, tuple[Any, ...]]  # text of SQL, values for its placeholders


def records(
    realm: UUID,
    asked: Filter | None = None,
    *,
    after: Cursor | None = None,
    limit: int = 50,
    oldest_first: bool = False,
) -> Page:
    """A page of records, newest first unless asked otherwise, waiting ones included."""
    asked, part = asked or Filter(), _Part(after, limit, oldest_first)
    rows = _waiting_rows(realm, asked, part) + _leaf_rows(realm, asked, part)
    rows.sort(key=lambda row: row[:2], reverse=not oldest_first)
    shown = rows[:limit]
    entries = [
        Entry(None if number >= _WAITING else number, Record.from_bytes(body.encode()))
        for _, number, body in shown
    ]
    more = len(rows) > limit
    return Page(entries, Cursor(*shown[-1][:2]) if more else None)


def count(realm: UUID, asked: Filter, *, at_most: int) -> int:
    """How many records there are, waiting ones included; counting stops at `at_most`."""
    part = _Part(None, at_most)
    rows = _waiting_rows(realm, asked, part) + _leaf_rows(realm, asked, part)
    return min(len(rows), at_most)


def _leaf_rows(realm: UUID, asked: Filter, part: _Part) -> list[_Row]:
    conditions = leaf_conditions(realm, asked) + _behind('(leaf.at, leaf."index")', part)
    # The body of what is shown only: everything before is answered by the index `leaf_at`.
    source = (
        'leaf.at, leaf."index", (SELECT body FROM ledger_leaf AS shown'
        ' WHERE shown.realm = leaf.realm AND shown."index" = leaf."index")'
        " FROM ledger_leaf AS leaf"
    )
    return _fetch(source, conditions, part)


def leaf_conditions(realm: UUID, asked: Filter) -> list[Condition]:
    """On rows of `ledger_leaf AS leaf`."""
    conditions: list[Condition] = [("leaf.realm = %s", (realm,))]
    if asked.subject:
        conditions.append(
            (
                (
                    'leaf."index" = ANY(ARRAY(SELECT "index" FROM ledger_mention'
                    " WHERE realm = %s AND subject = %s))"
                ),
                (realm, asked.subject),
            )
        )
    if asked.actor:
        conditions.append(("leaf.actor = %s", (asked.actor,)))
    if asked.actions:
        conditions.append(("leaf.action = ANY(%s)", ([one.value for one in asked.actions],)))
    if asked.target:
        conditions.append(("leaf.body LIKE %s", (_naming(asked.target),)))
    return conditions + _in_period("leaf", asked)


def _waiting_rows(realm: UUID, asked: Filter, part: _Part) -> list[_Row]:
    conditions = waiting_conditions(realm, asked)
    conditions += _behind(f"(outbox.at, outbox.id + {_WAITING})", part)
    source = f"outbox.at, outbox.id + {_WAITING}, outbox.body FROM ledger_outbox AS outbox"
    return _fetch(source, conditions, part)


def waiting_conditions(realm: UUID, asked: Filter) -> list[Condition]:
    """The same on rows of `ledger_outbox AS outbox`."""
    conditions: list[Condition] = [("outbox.realm = %s", (realm,))]
    if asked.subject:
        conditions.append(("outbox.body::jsonb -> 'subjects' ? %s", (str(asked.subject),)))
    if asked.actor:
        conditions.append(("outbox.body::jsonb ->> 'actor' = %s", (str(asked.actor),)))
    if asked.actions:
        actions = [one.value for one in asked.actions]
        conditions.append(("outbox.body::jsonb ->> 'action' = ANY(%s)", (actions,)))
    if asked.target:
        conditions.append(("outbox.body LIKE %s", (_naming(asked.target),)))
    return conditions + _in_period("outbox", asked)


def _naming(target: UUID) -> str:
    # In canonical JSON this can stand in the details only.
    return f'%"target":"{target}"%'


def joined(conditions: list[Condition]) -> tuple[str, list[Any]]:
    """All of them as one text of SQL, and its values."""
    where = " AND ".join(condition for condition, _ in conditions)
    return where, [value for _, some in conditions for value in some]


def _in_period(table: str, asked: Filter) -> list[Condition]:
    bounds = ((f"{table}.at >= %s", asked.since), (f"{table}.at < %s", asked.until))
    return [(condition, (value,)) for condition, value in bounds if value is not None]


def _behind(keys: str, part: _Part) -> list[Condition]:
    if part.after is None:
        return []
    way = ">" if part.oldest_first else "<"
    return [(f"{keys} {way} (%s, %s)", (part.after.at, part.after.number))]


def _fetch(source: str, conditions: list[Condition], part: _Part) -> list[_Row]:
    where, values = joined(conditions)
    way = "ASC" if part.oldest_first else "DESC"
    query = f"SELECT {source} WHERE {where} ORDER BY 1 {way}, 2 {way} LIMIT %s"
    with connections["default"].cursor() as cursor:
        cursor.execute(query, [*values, part.limit + 1])
        rows: list[_Row] = cursor.fetchall()
    return rows


def tree_size(realm: UUID) -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT size FROM ledger_tree WHERE realm = %s", [realm])
        row = cursor.fetchone()
    return row[0] if row else 0


def latest_checkpoint(realm: UUID) -> str | None:
    """The newest signed note, or None."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT note FROM ledger_checkpoint WHERE realm = %s ORDER BY size DESC LIMIT 1",
            [realm],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def index_of(ticket: Ticket) -> int | None:
    """Where what a ticket stands for is in the tree; None while it waits."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            'SELECT "index" FROM ledger_leaf'
            " WHERE realm = %s AND at = %s AND leaf_hash = %s ORDER BY 1 LIMIT 1",
            [ticket.realm, ticket.at, ticket.leaf_hash],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def inclusion(realm: UUID, index: int, size: int | None = None) -> list[bytes]:
    """Path of a leaf in the tree of this size (the present one). Raises merkle.ProofRefused."""
    size = tree_size(realm) if size is None else size
    return merkle.prove_inclusion(StoredHashes(realm), index, size)


def consistency(realm: UUID, old_size: int, size: int | None = None) -> list[bytes]:
    """Proof that the tree of `old_size` is the beginning of the later one."""
    size = tree_size(realm) if size is None else size
    return merkle.prove_consistency(StoredHashes(realm), old_size, size)


@dataclass(frozen=True, slots=True)
class LeafProof:
    """A leaf and the path from it up to the root of the tree it was asked for."""

    index: int
    body: str
    path: list[bytes]


def proof(realm: UUID, index: int, size: int) -> LeafProof:
    """Raises NotCovered when a tree of this size has no such leaf, or it cannot be seen."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            'SELECT body FROM ledger_leaf WHERE realm = %s AND "index" = %s', [realm, index]
        )
        row = cursor.fetchone()
    if row is None or index >= size:
        raise NotCovered("the leaf is not in the tree of this size")
    return LeafProof(index, row[0], inclusion(realm, index, size))


def places_by_handle(
    realm: UUID, action: Action, since: datetime, until: datetime
) -> dict[str, tuple[int, str]]:
    """Index and leaf hash (base64) of records with one handle, by that handle; ≥ 10^5 per s.

    Only those in the tree, of this action, written from `since` to `until` inclusive.
    """
    # Cut off, not matched: a regular expression takes fifteen times as long, and so does counting
    # characters up to the place.  A quotation mark inside a text is written \", so that the list
    # cannot stand in one.
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """
            SELECT left(told, 36), "index", encode(leaf_hash, 'base64')
              FROM (SELECT split_part(body, '"handles":["', 2) AS told, "index", leaf_hash
                      FROM ledger_leaf
                     WHERE realm = %s AND action = %s AND at >= %s AND at <= %s
                    OFFSET 0) AS found
             WHERE substr(told, 37, 2) = '"]'
            """,
            [realm, action.value, since, until],
        )
        return {handle: (index, digest) for handle, index, digest in cursor.fetchall()}
