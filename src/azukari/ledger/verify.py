"""Checks the tree in the database itself: every hash again, from the bodies up to the signatures.

For the operator of the house (nightly, and after a restore). A stranger uses the export and the
stand-alone verifier, which shares no code with this.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connections

from azukari.ledger.binary import psycopg_cursor, send_at_once
from azukari.ledger.checkpoint import CheckpointRefused, Verify, open_checkpoint, origin_of
from azukari.ledger.merkle import Frontier, leaf_hashes
from azukari.ledger.realm_scope import in_realm
from azukari.ledger.record import Facts, facts_of, facts_of_each
from azukari.ledger.tree import StoredHashes, mentions_of, read_frontier

_LEAVES_PER_STEP: Final = 1 << 12
# Looked up one by one along the key, whatever the statistics say: of a realm they do not know yet
# the planner expects one row, and joins would read every mention again for every step. Casts come
# first, since under row-level security an index answers only conditions that cannot fail.
_MISSING_MENTIONS: Final = (
    "WITH said AS MATERIALIZED (SELECT subject::uuid, number::int8"
    " FROM unnest(string_to_array(%b, E'\\n'), string_to_array(%b, E'\\n'))"
    " AS row (subject, number))"
    " SELECT DISTINCT number FROM said"
    " WHERE (SELECT true FROM ledger_mention AS kept WHERE kept.realm = %b"
    ' AND kept.subject = said.subject AND kept."index" = said.number) IS NULL'
    " ORDER BY 1 LIMIT 100"
)
# Leaves are read in the order of their key; sorting every step would cost as much again.
_BY_KEY: Final = "SET LOCAL enable_bitmapscan = off; SET LOCAL max_parallel_workers_per_gather = 0"


class Fault(StrEnum):
    LEAF_CHANGED = "leaf_changed"  # body and leaf hash disagree
    LEAF_MISSING = "leaf_missing"
    LEAF_ADDED = "leaf_added"  # beyond the size of the tree
    COLUMNS_CHANGED = "columns_changed"  # what lists are filtered by differs from the body
    MENTIONS_CHANGED = "mentions_changed"
    SUBTREE_CHANGED = "subtree_changed"
    ROOT_CHANGED = "root_changed"  # the leaves do not give the kept frontier
    CHECKPOINT_REFUSED = "checkpoint_refused"  # malformed, or the signature is not ours
    CHECKPOINT_CONTRADICTED = "checkpoint_contradicted"  # the leaves do not give the signed root


@dataclass(frozen=True, slots=True)
class Finding:
    """`number` is the index of a leaf, the size of a checkpoint, or of the tree as a whole."""

    fault: Fault
    number: int


@dataclass(slots=True)
class Verification:
    size: int = 0
    mentions: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not self.findings


def verify_realm(
    realm: UUID, public_key: bytes, verify: Verify, *, using: str = "default"
) -> Verification:
    """Recomputes the whole tree of a realm (≥ 10^5 leaves per second) in one transaction."""
    result = Verification()
    with in_realm(realm, using=using):
        with connections[using].cursor() as cursor:
            cursor.execute(_BY_KEY)
        heads = _read_heads(realm, public_key, verify, using, result)
        frontier = Frontier()
        stops = sorted({*heads, read_frontier(using, realm).size})
        for bodies in _steps(realm, using, stops, result):
            frontier = _check_step(realm, using, frontier, bodies, result)
            if heads.get(frontier.size, frontier.root()) != frontier.root():
                result.findings.append(Finding(Fault.CHECKPOINT_CONTRADICTED, frontier.size))
        result.size = frontier.size
        _check_end(realm, using, frontier, heads, result)
    return result


def _read_heads(
    realm: UUID, public_key: bytes, verify: Verify, using: str, result: Verification
) -> dict[int, bytes]:
    """Signed roots by size."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT size, note FROM ledger_checkpoint WHERE realm = %s ORDER BY size", [realm]
        )
        rows = cursor.fetchall()
    heads: dict[int, bytes] = {}
    for size, note in rows:
        try:
            head = open_checkpoint(
                note, origin=origin_of(realm), public_key=public_key, verify=verify
            )
        except CheckpointRefused:
            result.findings.append(Finding(Fault.CHECKPOINT_REFUSED, size))
            continue
        heads[head.size] = head.root
    return heads


class _Kept(NamedTuple):
    """Rows of the leaves' table, column by column."""

    numbers: tuple[int, ...]
    bodies: tuple[str, ...]
    hashes: tuple[bytes, ...]
    actions: tuple[str, ...]
    actors: tuple[str | None, ...]
    times: tuple[datetime, ...]


def _steps(realm: UUID, using: str, stops: list[int], result: Verification) -> Iterator[_Kept]:
    """Leaves in order, cut at every checkpoint; ends at the first gap."""
    start = 0
    for stop in stops:
        while start < stop:
            end = min(stop, (start // _LEAVES_PER_STEP + 1) * _LEAVES_PER_STEP)
            rows = _read_leaves(realm, using, start, end)
            if len(rows) < end - start:
                whole = [row for at, row in enumerate(rows, start) if row[0] == at]
                result.findings.append(Finding(Fault.LEAF_MISSING, start + len(whole)))
                yield _in_columns(whole)
                return
            yield _in_columns(rows)
            start = end


_Row = tuple[int, str, bytes, str, str | None, datetime]


def _read_leaves(realm: UUID, using: str, start: int, end: int) -> list[_Row]:
    with psycopg_cursor(using) as cursor:
        cursor.execute(
            'SELECT "index", body, leaf_hash, action, actor::text, at FROM ledger_leaf'
            ' WHERE realm = %b AND "index" >= %b AND "index" < %b ORDER BY "index"',
            [realm, start, end],
            binary=True,
        )
        return cursor.fetchall()


def _in_columns(rows: list[_Row]) -> _Kept:
    return _Kept(*zip(*rows, strict=True)) if rows else _Kept((), (), (), (), (), ())


def _check_step(
    realm: UUID, using: str, frontier: Frontier, leaves: _Kept, result: Verification
) -> Frontier:
    facts = _facts(leaves)
    with _mentions_checked(realm, using, leaves, facts, result):
        hashes = leaf_hashes(map(str.encode, leaves.bodies))
        growth = frontier.append(hashes)
        result.findings += _differing(Fault.LEAF_CHANGED, leaves.numbers, leaves.hashes, hashes)
        told = [(fact.action, fact.actor, _moment(fact.at)) for fact in facts]
        kept = list(zip(leaves.actions, leaves.actors, leaves.times, strict=True))
        result.findings += _differing(Fault.COLUMNS_CHANGED, leaves.numbers, kept, told)
    stored = StoredHashes(realm, using=using)
    for nodes in growth.kept:
        stop = nodes.start + len(nodes.hashes)
        if nodes.level and stored.read(nodes.level, nodes.start, stop) != nodes.hashes:
            result.findings.append(Finding(Fault.SUBTREE_CHANGED, nodes.start << nodes.level))
    return growth.frontier


@contextmanager
def _mentions_checked(
    realm: UUID, using: str, leaves: _Kept, facts: list[Facts], result: Verification
) -> Iterator[None]:
    """Lists must not hide what the tree holds. PostgreSQL looks while the body is run here."""
    subjects, numbers = mentions_of(facts, leaves.numbers[0] if leaves.numbers else 0)
    result.mentions += len(numbers.split())
    with psycopg_cursor(using) as cursor, cursor.connection.pipeline():
        cursor.execute(_MISSING_MENTIONS, [subjects, numbers, realm])
        send_at_once(cursor)
        yield
        result.findings += [Finding(Fault.MENTIONS_CHANGED, row[0]) for row in cursor.fetchall()]


def _differing(
    fault: Fault, numbers: Sequence[int], kept: Sequence[object], told: Sequence[object]
) -> list[Finding]:
    if tuple(kept) == tuple(told):
        return []
    compared = zip(numbers, kept, told, strict=True)
    return [Finding(fault, number) for number, one, other in compared if one != other]


def _facts(leaves: _Kept) -> list[Facts]:
    try:
        return list(facts_of_each(leaves.bodies))
    except ValueError:  # somewhere a body is not ours: its hash is wrong too, and named already
        columns = zip(leaves.bodies, leaves.actions, leaves.actors, leaves.times, strict=True)
        return [_facts_or(*row) for row in columns]


def _facts_or(body: str, action: str, actor: str | None, at: datetime) -> Facts:
    try:
        return facts_of(body)
    except ValueError:
        return Facts(action, actor, at.isoformat(), [])


@lru_cache(maxsize=64)  # leaves of one run share their moment
def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _check_end(
    realm: UUID, using: str, frontier: Frontier, heads: dict[int, bytes], result: Verification
) -> None:
    if read_frontier(using, realm) != frontier:
        result.findings.append(Finding(Fault.ROOT_CHANGED, frontier.size))
    for size in heads:
        if size > frontier.size:
            result.findings.append(Finding(Fault.CHECKPOINT_CONTRADICTED, size))
    with connections[using].cursor() as cursor:
        cursor.execute(
            'SELECT (SELECT count(*) FROM ledger_leaf WHERE realm = %s AND "index" >= %s),'
            ' (SELECT count(*) FROM ledger_mention WHERE realm = %s AND "index" < %s)',
            [realm, frontier.size, realm, frontier.size],
        )
        beyond, mentions = cursor.fetchone()
    missing = any(one.fault is Fault.LEAF_MISSING for one in result.findings)
    if beyond and not missing:
        result.findings.append(Finding(Fault.LEAF_ADDED, frontier.size))
    if mentions > result.mentions:
        result.findings.append(Finding(Fault.MENTIONS_CHANGED, frontier.size))
