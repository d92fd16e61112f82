"""The stored tree of one realm: appending under its lock, reading of kept hashes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any, Final
from uuid import UUID

from django.db import connections

from azukari.ledger.binary import psycopg_cursor, send_at_once
from azukari.ledger.merkle import Frontier, leaf_hashes
from azukari.ledger.record import Facts, RecordRefused, facts_of_each

# COPY is not possible under row-level security. Lists travel as joined lines, which both sides
# handle several times as fast as arrays; canonical JSON has no line breaks of its own.
# Times and actors, which a run has in common, travel once and are read from their text once.
# One statement, hence one message: PostgreSQL reads no second one while it works on the first.
_INSERT_LEAVES: Final = (
    'WITH leaves AS (INSERT INTO ledger_leaf (realm, "index", body, leaf_hash, at, action, actor)'
    " SELECT %(realm)b, %(start)b + place - 1, body,"
    " substr(%(hashes)b::bytea, place * 32 - 31, 32),"
    " (SELECT string_to_array(%(times)b, E'\\n')::timestamptz[])[head::int], action,"
    " (SELECT string_to_array(%(actors)b, E'\\n', '')::uuid[])[head::int]"
    " FROM (SELECT unnest(string_to_array((SELECT %(bodies)b), E'\\n')) AS body,"
    " unnest(string_to_array((SELECT %(actions)b), E'\\n')) AS action,"
    " unnest(string_to_array((SELECT %(heads)b), E'\\n')) AS head,"
    " generate_series(1, %(count)b) AS place) AS row)"
    ' INSERT INTO ledger_mention (realm, subject, "index")'
    " SELECT %(realm)b, subject::uuid, number::int8"
    " FROM (SELECT unnest(string_to_array((SELECT %(subjects)b), E'\\n')) AS subject,"
    " unnest(string_to_array((SELECT %(numbers)b), E'\\n')) AS number) AS row"
)
_INSERT_SUBTREES: Final = (
    'INSERT INTO ledger_subtree (realm, level, "index", hash)'
    " SELECT %b, %b, %b + place - 1, hash"
    " FROM unnest(%b::bytea[]) WITH ORDINALITY AS row (hash, place)"
)
_WRITE_FRONTIER: Final = (
    "INSERT INTO ledger_tree (realm, size, frontier) VALUES (%b, %b, %b)"
    " ON CONFLICT (realm) DO UPDATE SET size = excluded.size, frontier = excluded.frontier"
)


def lock(using: str, realm: UUID) -> None:
    """Until the end of the transaction nobody else appends to this realm; waits for others."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_lock_number(realm)])


def lock_if_free(using: str, realm: UUID) -> bool:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_lock_number(realm)])
        return bool(cursor.fetchone()[0])


def _lock_number(realm: UUID) -> int:
    """64 signed bits of the realm's id; the random end of it, since ids begin with their time."""
    return int.from_bytes(realm.bytes[8:], signed=True) ^ 0x6C6564676572


def read_frontier(using: str, realm: UUID) -> Frontier:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT size, frontier FROM ledger_tree WHERE realm = %s", [realm])
        row = cursor.fetchone()
    return Frontier.from_bytes(row[0], bytes(row[1])) if row else Frontier()


def append(using: str, realm: UUID, steps: Iterable[Sequence[bytes]]) -> range:
    """Adds leaves in order and gives their indices. The caller holds the realm's lock.

    PostgreSQL stores one step while the next is made and hashed here.
    """
    frontier = read_frontier(using, realm)
    start = frontier.size
    with psycopg_cursor(using) as cursor, cursor.connection.pipeline() as pipeline:
        for bodies in steps:
            growth = frontier.append(hashes := leaf_hashes(bodies))
            leaves = _leaves(realm, frontier.size, bodies, hashes)
            pipeline.sync()  # the step before is stored, or its error raised here
            cursor.execute(_INSERT_LEAVES, leaves)
            for nodes in growth.kept:
                if nodes.level:
                    values = [realm, nodes.level, nodes.start, nodes.hashes]
                    cursor.execute(_INSERT_SUBTREES, values)
            send_at_once(cursor)
            frontier = growth.frontier
        if frontier.size > start:
            cursor.execute(_WRITE_FRONTIER, [realm, frontier.size, frontier.to_bytes()])
    return range(start, frontier.size)


def _leaves(
    realm: UUID, start: int, bodies: Sequence[bytes], hashes: Sequence[bytes]
) -> dict[str, Any]:
    """What `_INSERT_LEAVES` takes."""
    texts = b"\n".join(bodies).decode()
    facts = list(facts_of_each(texts.split("\n")))
    if len(facts) != len(bodies):
        raise RecordRefused("the record is not in its canonical form")
    subjects, numbers = mentions_of(facts, start)
    heads: defaultdict[tuple[str, str | None], str] = defaultdict(map(str, count(1)).__next__)
    head_of = [heads[fact.at, fact.actor] for fact in facts]
    return {
        "realm": realm,
        "start": start,
        "bodies": texts,
        "hashes": b"".join(hashes),
        "actions": "\n".join([fact.action for fact in facts]),
        "heads": "\n".join(head_of),
        "count": len(bodies),
        "times": "\n".join([at for at, _ in heads]),
        "actors": "\n".join([actor or "" for _, actor in heads]),
        "subjects": subjects,
        "numbers": numbers,
    }


def mentions_of(facts: Iterable[Facts], start: int) -> tuple[str, str]:
    """Each person once per leaf, and the index of that leaf; both as lines for PostgreSQL."""
    subjects: list[str] = []
    numbers: list[str] = []
    for index, fact in enumerate(facts, start):
        once = fact.subjects if len(fact.subjects) == 1 else [*dict.fromkeys(fact.subjects)]
        subjects += once
        numbers += [str(index)] * len(once)
    return "\n".join(subjects), "\n".join(numbers)


class StoredHashes:
    """`merkle.KeptHashes` over the tables; the caller is in a scope that sees the realm."""

    def __init__(self, realm: UUID, *, using: str = "default") -> None:
        self.realm, self.using = realm, using

    def read(self, level: int, start: int, stop: int) -> list[bytes]:
        values: list[Any] = [self.realm, start, stop]
        if level == 0:
            query = (
                "SELECT leaf_hash FROM ledger_leaf"
                ' WHERE realm = %s AND "index" >= %s AND "index" < %s ORDER BY "index"'
            )
        else:
            query = (
                "SELECT hash FROM ledger_subtree"
                ' WHERE realm = %s AND "index" >= %s AND "index" < %s AND level = %s'
                ' ORDER BY "index"'
            )
            values.append(level)
        with connections[self.using].cursor() as cursor:
            cursor.execute(query, values)
            return [bytes(row[0]) for row in cursor.fetchall()]
