"""Checks the tree in the database itself: every hash again, from the bodies up to the signatures.

For the operator of the house (nightly, and after a restore). A stranger uses the export and the
stand-alone verifier, which shares no code with this.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connections

from azukari.ledger.checkpoint import CheckpointRefused, Verify, open_checkpoint, origin_of
from azukari.ledger.merkle import Frontier, leaf_hashes
from azukari.ledger.realm_scope import in_realm
from azukari.ledger.record import Facts, RecordRefused, facts_of
from azukari.ledger.tree import StoredHashes, mentions_of, psycopg_cursor, read_frontier

_LEAVES_PER_STEP: Final = 1 << 14
_MISSING_MENTIONS: Final = (
    "SELECT DISTINCT number FROM unnest(%b::text[], %b::int8[]) AS said (subject, number)"
    " WHERE NOT EXISTS (SELECT FROM ledger_mention AS kept WHERE kept.realm = %b"
    ' AND kept.subject = said.subject::uuid AND kept."index" = said.number)'
    " ORDER BY 1 LIMIT 100"
)


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
    """One row of the leaves' table."""

    number: int
    body: str
    leaf_hash: bytes
    action: str
    actor: str | None
    at: str  # as a body writes it


def _steps(
    realm: UUID, using: str, stops: list[int], result: Verification
) -> Iterator[list[_Kept]]:
    """Leaves in order, cut at every checkpoint; ends at the first gap."""
    start = 0
    for stop in stops:
        while start < stop:
            end = min(stop, (start // _LEAVES_PER_STEP + 1) * _LEAVES_PER_STEP)
            rows = _read_leaves(realm, using, start, end)
            if len(rows) < end - start:
                whole = [row for at, row in enumerate(rows, start) if row.number == at]
                result.findings.append(Finding(Fault.LEAF_MISSING, start + len(whole)))
                yield whole
                return
            yield rows
            start = end


def _read_leaves(realm: UUID, using: str, start: int, end: int) -> list[_Kept]:
    with connections[using].cursor() as cursor:
        cursor.execute(
            'SELECT "index", body, leaf_hash, action, actor::text,'
            " to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
            " FROM ledger_leaf"
            ' WHERE realm = %s AND "index" >= %s AND "index" < %s ORDER BY "index"',
            [realm, start, end],
        )
        return [_Kept(*row) for row in cursor.fetchall()]


def _check_step(
    realm: UUID, using: str, frontier: Frontier, leaves: list[_Kept], result: Verification
) -> Frontier:
    hashes = leaf_hashes(leaf.body.encode() for leaf in leaves)
    result.findings += [
        Finding(Fault.LEAF_CHANGED, leaf.number)
        for leaf, digest in zip(leaves, hashes, strict=True)
        if digest != bytes(leaf.leaf_hash)
    ]
    growth = frontier.append(hashes)
    stored = StoredHashes(realm, using=using)
    for nodes in growth.kept:
        stop = nodes.start + len(nodes.hashes)
        if nodes.level and stored.read(nodes.level, nodes.start, stop) != nodes.hashes:
            result.findings.append(Finding(Fault.SUBTREE_CHANGED, nodes.start << nodes.level))
    _check_columns(realm, using, leaves, result)
    return growth.frontier


def _check_columns(realm: UUID, using: str, leaves: list[_Kept], result: Verification) -> None:
    """Lists must not hide what the tree holds."""
    facts = [_facts(leaf) for leaf in leaves]
    result.findings += [
        Finding(Fault.COLUMNS_CHANGED, leaf.number)
        for leaf, fact in zip(leaves, facts, strict=True)
        if leaf[3:] != fact[:3]
    ]
    if not leaves:
        return
    subjects, numbers = mentions_of(facts, leaves[0].number)
    result.mentions += len(subjects)
    with psycopg_cursor(using) as cursor:
        cursor.execute(_MISSING_MENTIONS, [subjects, numbers, realm])
        result.findings += [Finding(Fault.MENTIONS_CHANGED, row[0]) for row in cursor.fetchall()]


def _facts(leaf: _Kept) -> Facts:
    try:
        return facts_of(leaf.body)
    except RecordRefused:  # its hash is wrong too, and named already
        return Facts(leaf.action, leaf.actor, leaf.at, [])


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
