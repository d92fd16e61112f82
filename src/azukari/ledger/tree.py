"""The stored tree of one realm: appending under its lock, reading of kept hashes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, LiteralString
from uuid import UUID

import psycopg
from django.db import connections

from azukari.ledger.merkle import Frontier, leaf_hashes
from azukari.ledger.record import Facts, facts_of

# COPY is not possible under row-level security; arrays are the next fastest way.
_INSERT_LEAVES: Final = (
    'INSERT INTO ledger_leaf (realm, "index", body, leaf_hash, at, action, actor)'
    " SELECT %b, %b + place - 1, body, leaf_hash, at::timestamptz, action, actor::uuid"
    " FROM unnest(%b::text[], %b::bytea[], %b::text[], %b::text[], %b::text[])"
    " WITH ORDINALITY AS row (body, leaf_hash, at, action, actor, place)"
)
_INSERT_MENTIONS: Final = (
    'INSERT INTO ledger_mention (realm, subject, "index")'
    " SELECT %b, subject::uuid, number FROM unnest(%b::text[], %b::int8[]) AS row (subject, number)"
)
_INSERT_SUBTREES: Final = (
    'INSERT INTO ledger_subtree (realm, level, "index", hash)'
    " SELECT %b, %b, %b + place - 1, hash"
    " FROM unnest(%b::bytea[]) WITH ORDINALITY AS row (hash, place)"
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


def append(using: str, realm: UUID, bodies: Sequence[bytes]) -> range:
    """Adds leaves in order and gives their indices. The caller holds the realm's lock."""
    frontier = read_frontier(using, realm)
    if not bodies:
        return range(frontier.size, frontier.size)
    hashes = leaf_hashes(bodies)
    growth = frontier.append(hashes)
    indices = range(frontier.size, growth.frontier.size)
    _insert_leaves(using, realm, indices, bodies, hashes)
    for nodes in growth.kept:
        if nodes.level:
            values = [realm, nodes.level, nodes.start, nodes.hashes]
            execute_binary(using, _INSERT_SUBTREES, values)
    _write_frontier(using, realm, growth.frontier)
    return indices


def _insert_leaves(
    using: str, realm: UUID, indices: range, bodies: Sequence[bytes], hashes: Sequence[bytes]
) -> None:
    texts = [body.decode() for body in bodies]
    facts = [facts_of(text) for text in texts]
    columns = [
        [fact.at for fact in facts],
        [fact.action for fact in facts],
        [fact.actor for fact in facts],
    ]
    execute_binary(using, _INSERT_LEAVES, [realm, indices.start, texts, hashes, *columns])
    subjects, numbers = mentions_of(facts, indices.start)
    if subjects:
        execute_binary(using, _INSERT_MENTIONS, [realm, subjects, numbers])


def mentions_of(facts: Sequence[Facts], start: int) -> tuple[list[str], list[int]]:
    """Each person once per leaf, and the index of that leaf."""
    pairs = [
        (subject, index)
        for index, fact in enumerate(facts, start)
        for subject in dict.fromkeys(fact.subjects)
    ]
    return [subject for subject, _ in pairs], [index for _, index in pairs]


@contextmanager
def psycopg_cursor(using: str) -> Iterator[psycopg.Cursor[Any]]:
    """Binds values on the server: Django's own cursor would write arrays out as text."""
    connection = connections[using]
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        yield cursor


def execute_binary(using: str, statement: LiteralString, values: Sequence[Any]) -> None:
    with psycopg_cursor(using) as cursor:
        cursor.execute(statement, values)


def _write_frontier(using: str, realm: UUID, frontier: Frontier) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_tree (realm, size, frontier) VALUES (%s, %s, %s)"
            " ON CONFLICT (realm) DO UPDATE"
            " SET size = excluded.size, frontier = excluded.frontier",
            [realm, frontier.size, frontier.to_bytes()],
        )


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
