"""Statements whose values PostgreSQL binds, in binary; Django would write them out as text."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from select import select
from struct import Struct
from typing import Any, Final, LiteralString
from uuid import UUID

import psycopg
from django.db import connections
from psycopg.types.array import ListBinaryDumper

_UUID: Final = 2950  # pg_type.oid
# One dimension, none of them null, their type, how many, and that they are counted from one.
_HEAD: Final = Struct("!IIIII")
_LENGTH: Final = (16).to_bytes(4)


@contextmanager
def psycopg_cursor(using: str) -> Iterator[psycopg.Cursor[Any]]:
    connection = connections[using]
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.adapters.register_dumper(list, _ListDumper)
        yield cursor


Values = Sequence[Any] | Mapping[str, Any]


def execute_binary(using: str, statement: LiteralString, values: Values) -> None:
    with psycopg_cursor(using) as cursor:
        cursor.execute(statement, values)


def read_binary(using: str, statement: LiteralString, values: Values) -> list[Any]:
    """Binary both ways: ids and blobs by the hundred thousand are bytes on either side."""
    with psycopg_cursor(using) as cursor:
        cursor.execute(statement, values, binary=True)
        return cursor.fetchall()


def send_at_once(cursor: psycopg.Cursor[Any]) -> None:
    """In a pipeline psycopg leaves what the socket does not take for its next call."""
    while cursor.connection.pgconn.flush():
        select([], [cursor.connection.fileno()], [])


class _ListDumper(ListBinaryDumper):
    """As psycopg writes arrays; those of ids, of which 100,000 are sent at once, all in one go."""

    def dump(self, obj: list[Any]) -> Any:
        if self.sub_dumper is None or self.sub_dumper.oid != _UUID or not obj:
            return super().dump(obj)
        return pack_ids(obj) if set(map(type, obj)) == {UUID} else super().dump(obj)


def pack_ids(ids: Sequence[UUID]) -> bytes:
    """A uuid[] of one dimension as PostgreSQL receives it (`array_recv`); not for none."""
    head = _HEAD.pack(1, 0, _UUID, len(ids), 1)
    return head + _LENGTH + _LENGTH.join([one.int.to_bytes(16) for one in ids])
