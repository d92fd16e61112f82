"""The key store in PostgreSQL: a database of its own, under a role of its own."""

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from django.db import connections, transaction

from azukari.ledger.binary import execute_binary, read_binary
from azukari.vault.keystore import (
    CELLS_PER_BUCKET,
    Bucket,
    KeysOfBucket,
    RealmKey,
)

ALIAS = "keys"


class PostgresKeyStore:
    def transaction(self) -> AbstractContextManager[None]:
        return transaction.atomic(using=ALIAS)

    @staticmethod
    def _rows(statement: LiteralString, values: list[Any]) -> list[Any]:
        return read_binary(ALIAS, statement, values)

    @staticmethod
    def _run(statement: LiteralString, values: list[Any]) -> None:
        execute_binary(ALIAS, statement, values)

    def bucket_with_room(self, realm: UUID, kind: str, places: int) -> Bucket | None:
        # SKIP LOCKED: two writers at once fill two buckets instead of waiting for each other.
        rows = self._rows(
            "UPDATE vault_bucket SET cells = cells + %s WHERE id = ("
            " SELECT id FROM vault_bucket WHERE realm = %s AND kind = %s AND cells <= %s"
            " ORDER BY cells DESC LIMIT 1 FOR UPDATE SKIP LOCKED)"
            " RETURNING id, realm, generation, sealed, cells, kind",
            [places, realm, kind, CELLS_PER_BUCKET - places],
        )
        return Bucket(*rows[0]) if rows else None

    def add_bucket(self, bucket: Bucket) -> None:
        self._run(
            "INSERT INTO vault_bucket (id, realm, generation, sealed, cells, kind)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [
                bucket.id,
                bucket.realm,
                bucket.generation,
                bucket.sealed,
                bucket.cells,
                bucket.kind,
            ],
        )

    def add_cell_keys(self, keys: KeysOfBucket) -> int:
        realm, bucket = keys.bucket.realm, keys.bucket.id
        with (
            connections[ALIAS].cursor() as cursor,
            cursor.copy(
                "COPY vault_cell_key (cell, realm, bucket, wrapped) FROM STDIN (FORMAT BINARY)"
            ) as copy,
        ):
            copy.set_types(["uuid", "uuid", "uuid", "bytea"])
            for cell, wrapped in zip(keys.cells, keys.wrapped, strict=True):
                copy.write_row((cell, realm, bucket, wrapped))
        [(came_in,)] = self._rows("SELECT pg_current_xact_id()::text::bigint", [])
        return int(came_in)

    def is_empty(self) -> bool:
        [(found,)] = self._rows(
            "SELECT EXISTS (SELECT FROM vault_bucket) OR EXISTS (SELECT FROM vault_realm_key)", []
        )
        return not found

    def cell_keys(self, cells: list[UUID]) -> list[KeysOfBucket]:
        asked = f"{_SELECT_KEYS} WHERE k.cell = ANY((SELECT %b)::uuid[]) GROUP BY b.id"
        return [_of_bucket(*row) for row in self._rows(asked, [cells])]

    def by_bucket(self, cells: list[UUID]) -> list[tuple[UUID, list[UUID]]]:
        return self._rows(
            "SELECT bucket, array_agg(cell) FROM vault_cell_key WHERE cell = ANY(%b)"
            " GROUP BY bucket ORDER BY bucket",
            [cells],
        )

    def cell_keys_of(self, bucket: Bucket) -> KeysOfBucket:
        rows = self._rows("SELECT cell, wrapped FROM vault_cell_key WHERE bucket = %s", [bucket.id])
        return KeysOfBucket(bucket, [cell for cell, _ in rows], [wrapped for _, wrapped in rows])

    def lock_bucket(self, bucket: UUID) -> Bucket | None:
        rows = self._rows(f"{_SELECT_BUCKET} WHERE id = %s FOR UPDATE", [bucket])
        return Bucket(*rows[0]) if rows else None

    def remove_cell_keys(self, cells: list[UUID]) -> None:
        self._run("DELETE FROM vault_cell_key WHERE cell = ANY(%b)", [cells])

    def rewrap(self, keys: KeysOfBucket) -> None:
        bucket = keys.bucket
        self._run(
            "UPDATE vault_bucket SET generation = %s, sealed = %s, cells = %s WHERE id = %s",
            [bucket.generation, bucket.sealed, bucket.cells, bucket.id],
        )
        self._run(
            "UPDATE vault_cell_key k SET wrapped = new.wrapped"
            " FROM unnest(%b::uuid[], %b::bytea[]) AS new(cell, wrapped) WHERE k.cell = new.cell",
            [keys.cells, keys.wrapped],
        )

    def remove_bucket(self, bucket: UUID) -> None:
        self._run("DELETE FROM vault_bucket WHERE id = %s", [bucket])

    def all_buckets(self) -> list[Bucket]:
        rows = self._rows(f"{_SELECT_BUCKET} ORDER BY id FOR UPDATE", [])
        return [Bucket(*row) for row in rows]

    def bucket_ids(self, realm: UUID | None) -> list[UUID]:
        rows = self._rows(
            "SELECT id FROM vault_bucket WHERE %s::uuid IS NULL OR realm = %s ORDER BY id",
            [realm, realm],
        )
        return [bucket for (bucket,) in rows]

    def reseal_buckets(self, buckets: list[Bucket]) -> None:
        self._run(
            "UPDATE vault_bucket b SET generation = new.generation, sealed = new.sealed"
            " FROM unnest(%b::uuid[], %b::bigint[], %b::bytea[]) AS new(id, generation, sealed)"
            " WHERE b.id = new.id",
            [[b.id for b in buckets], [b.generation for b in buckets], [b.sealed for b in buckets]],
        )

    def realm_key(self, realm: UUID) -> RealmKey | None:
        rows = self._rows(f"{_SELECT_REALM} WHERE realm = %s", [realm])
        return RealmKey(*rows[0]) if rows else None

    def add_realm_key(self, key: RealmKey) -> RealmKey:
        self._run(
            "INSERT INTO vault_realm_key (realm, generation, sealed) VALUES (%s, %s, %s)"
            " ON CONFLICT (realm) DO NOTHING",
            [key.realm, key.generation, key.sealed],
        )
        stored = self.realm_key(key.realm)
        assert stored is not None, "just inserted"
        return stored

    def all_realm_keys(self) -> list[RealmKey]:
        rows = self._rows(f"{_SELECT_REALM} ORDER BY realm FOR UPDATE", [])
        return [RealmKey(*row) for row in rows]

    def reseal_realm_keys(self, keys: list[RealmKey]) -> None:
        self._run(
            "UPDATE vault_realm_key k SET generation = new.generation, sealed = new.sealed"
            " FROM unnest(%b::uuid[], %b::bigint[], %b::bytea[]) AS new(realm, generation, sealed)"
            " WHERE k.realm = new.realm",
            [[k.realm for k in keys], [k.generation for k in keys], [k.sealed for k in keys]],
        )

    def all_keys(self, realm: UUID) -> tuple[Iterator[KeysOfBucket], int]:
        mark = self._mark()
        return self._keys_of(realm), mark

    @staticmethod
    def _keys_of(realm: UUID) -> Iterator[KeysOfBucket]:
        """One bucket at a time: a million keys at once would take a gigabyte."""
        connection = connections[ALIAS]
        connection.ensure_connection()
        with (
            connection.wrap_database_errors,
            psycopg.ServerCursor(connection.connection, "all_keys") as cursor,
        ):
            cursor.execute(_KEYS_OF_REALM, [realm], binary=True)
            while row := cursor.fetchone():
                yield _of_bucket(*row)

    def cells_since(
        self, realm: UUID, mark: int, known: Collection[int]
    ) -> tuple[list[tuple[int, UUID]], int]:
        next_mark = self._mark()
        rows = self._rows(
            "SELECT tx, cell FROM vault_cell_key"
            " WHERE realm = %s AND tx >= %s AND tx <> ALL(%s::bigint[])",
            [realm, mark, list(known)],
        )
        return rows, next_mark

    def _mark(self) -> int:
        # The oldest transaction still running, read before the rows: whatever commits later
        # carries this number or a higher one and is found by the next call.
        [(mark,)] = self._rows("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint", [])
        return int(mark)

    def counted(self) -> int:
        rows = self._rows("SELECT batches FROM vault_count", [])
        return rows[0][0] if rows else 0

    def note_counted(self, batch: int) -> None:
        self._run(
            "INSERT INTO vault_count (id, batches) VALUES (1, %s)"
            " ON CONFLICT (id) DO UPDATE SET batches = excluded.batches",
            [batch],
        )

    def newest_generation(self) -> int:
        [(newest,)] = self._rows(
            "SELECT greatest((SELECT max(generation) FROM vault_bucket),"
            " (SELECT max(generation) FROM vault_realm_key))",
            [],
        )
        return newest or 0

    def cells_older_than(self, realm: UUID, age: timedelta) -> list[UUID]:
        rows = self._rows(
            "SELECT cell FROM vault_cell_key WHERE realm = %s AND made_at < now() - %s",
            [realm, age],
        )
        return [cell for (cell,) in rows]


_SELECT_BUCKET = "SELECT id, realm, generation, sealed, cells, kind FROM vault_bucket"
# One statement sees one snapshot: between two, a destruction may renew the bucket key.  One row for
# each bucket, since what comes again with every key costs as much as the keys.
_SELECT_KEYS = (
    "SELECT array_agg(k.cell), array_agg(k.wrapped),"
    " b.id, b.realm, b.generation, b.sealed, b.cells, b.kind"
    " FROM vault_cell_key k JOIN vault_bucket b ON b.id = k.bucket"
)
_KEYS_OF_REALM = (
    "SELECT k.cells, k.wrapped, b.id, b.realm, b.generation, b.sealed, b.cells, b.kind"
    " FROM vault_bucket b CROSS JOIN LATERAL"
    " (SELECT array_agg(cell) AS cells, array_agg(wrapped) AS wrapped"
    " FROM vault_cell_key WHERE bucket = b.id) AS k"
    " WHERE b.realm = %s AND k.cells IS NOT NULL"
)
_SELECT_REALM = "SELECT realm, generation, sealed FROM vault_realm_key"


def _of_bucket(cells: list[UUID], wrapped: list[bytes], *facts: Any) -> KeysOfBucket:
    return KeysOfBucket(Bucket(*facts), cells, wrapped)
