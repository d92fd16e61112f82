"""The pens: the only ways into the ledger.

`write` and `write_many` join the running transaction: what was changed and the record of it stand
or fall together. `before_open` is for readings: it commits by itself, on the connection `ledger`,
before anything is read, so that no rollback takes the trace away. Where it cannot write, nothing
may be read (fail closed): it raises LedgerUnavailable, and the caller opens nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Final
from uuid import UUID

from django.db import Error, connections, transaction

from azukari.ledger import tree
from azukari.ledger.binary import execute_binary
from azukari.ledger.merkle import leaf_hash
from azukari.ledger.realm_scope import execute_in_realm, in_realm
from azukari.ledger.record import (
    Body,
    Record,
    around_ids,
    bodies_for_each,
    facts_of,
    times_of_each,
)

_INSERT: Final = "INSERT INTO ledger_outbox (realm, body, at) VALUES (%s, %s, %s)"
# Joined lines, as in `tree`: canonical JSON has no line breaks of its own.
_INSERT_MANY: Final = (
    "INSERT INTO ledger_outbox (realm, body, at) SELECT %b, body, at::timestamptz"
    " FROM unnest(string_to_array(%b, E'\\n'), string_to_array(%b, E'\\n')) AS row (body, at)"
)
# Put together by PostgreSQL: of thousands that differ in two ids only these travel.
_INSERT_EACH: Final = (
    "INSERT INTO ledger_outbox (realm, body, at)"
    " SELECT %s, %s || handle || %s || subject || %s, %s FROM unnest(%b::uuid[], %b::uuid[])"
    " AS row (handle, subject)"
)
_LEAVES_PER_STEP: Final = 6000  # some 3 MB of bodies


class LedgerUnavailable(Exception):
    """The record could not be made durable. Nothing may be read on the strength of it."""

    def __init__(self) -> None:
        super().__init__(
            "操作記録を書き込めないため、処理を中止しました。個人番号は読み出されていません。"
            "しばらくしてからやり直し、続くときは管理者に連絡してください。"
        )


@dataclass(frozen=True, slots=True)
class Ticket:
    """What was written down, to find its place in the tree later (`queries.index_of`)."""

    realm: UUID
    at: datetime
    leaf_hash: bytes


def write(record: Record, realm: UUID) -> Ticket:
    """Writes a change down within the running transaction of the connection `default`."""
    body = record.to_bytes()
    execute_in_realm("default", realm, _INSERT, [realm, body.decode(), record.at])
    return Ticket(realm, record.at.astimezone(UTC), leaf_hash(body))


def before_open(realm: UUID, records: Iterable[Record | Body]) -> None:
    """Writes readings down and commits them, whatever becomes of the running transaction.

    Takes records, or bodies as `record.bodies_for_each` makes them. Raises LedgerUnavailable;
    RuntimeError inside a transaction of the connection `ledger`, which could be rolled back.
    """
    bodies = list(_bodies(records))
    with _before_open():
        if len(bodies) == 1:
            _write_alone(realm, bodies[0].decode())
        else:
            with transaction.atomic(using="ledger", durable=True):
                _put_in_outbox(realm, bodies)


def before_open_each(realm: UUID, record: Record, whose: Sequence[tuple[UUID, UUID]]) -> None:
    """The same with one record for each (person, handle), as `record.bodies_for_each` says."""
    if len(whose) < 2:
        before_open(realm, bodies_for_each(record, whose))
        return
    people, handles = map(list, zip(*whose, strict=True))
    values = [realm, *around_ids(record), record.at, handles, people]
    with (
        _before_open(),
        transaction.atomic(using="ledger", durable=True),
        in_realm(realm, using="ledger"),
    ):
        execute_binary("ledger", _INSERT_EACH, values)


@contextmanager
def _before_open() -> Iterator[None]:
    try:
        yield
    except Error as error:
        connections["ledger"].close_if_unusable_or_obsolete()
        raise LedgerUnavailable from error


def _write_alone(realm: UUID, text: str) -> None:
    # One message is a transaction by itself: somebody waits for it, and for each round trip.
    if connections["ledger"].in_atomic_block:
        raise RuntimeError("a reading could be rolled back together with its record")
    execute_in_realm("ledger", realm, _INSERT, [realm, text, facts_of(text).at])


def _put_in_outbox(realm: UUID, bodies: list[Body]) -> None:
    # Not straight into the tree: its lock may be held by this very thread's other transaction.
    if not bodies:
        return
    with in_realm(realm, using="ledger"):
        texts = b"\n".join(bodies).decode()
        times = "\n".join(times_of_each(texts.split("\n")))
        execute_binary("ledger", _INSERT_MANY, [realm, texts, times])


def _bodies(records: Iterable[Record | Body]) -> Iterator[Body]:
    return (one.to_bytes() if isinstance(one, Record) else one for one in records)


def write_many(realm: UUID, records: Iterable[Record | Body]) -> range:
    """Writes many changes down at once, within the running transaction, and gives their indices.

    Takes records, or bodies as `record.bodies_for_each` makes them. They go straight into the
    tree under the realm's lock, which is held until the transaction ends: call it last.
    PostgreSQL stores while the next records are made: `records` may ask it on the way, but not
    by a server-side cursor (`iterator()`), and not write with a pen.
    """
    with in_realm(realm):
        tree.lock("default", realm)
        return tree.append("default", realm, _in_steps(_bodies(records)))


def _in_steps(bodies: Iterator[Body]) -> Iterator[list[Body]]:
    while step := list(islice(bodies, _LEAVES_PER_STEP)):
        yield step
