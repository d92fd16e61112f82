"""Deposits as they lie in the main database, sealed."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from azukari.ledger.binary import execute_binary, psycopg_cursor, read_binary
from azukari.vault.files import NotDeposited
from azukari.vault.pieces import VERSION as IN_PIECES
from azukari.vault.sealing import Sealed

_ROWS_PER_STATEMENT = 5000
# Many cells are asked for by their ids alone: beside row-level security, which names the realm
# already, a second naming has PostgreSQL expect next to nothing of a realm and read all of it.
# The SELECT keeps it from counting the ids (decision 14).
_STORED: Final = (
    "SELECT id, subject, ciphertext, commitment, version FROM vault_cell"
    " WHERE kind = %(kind)s AND id = ANY((SELECT %(cells)b)::uuid[])"
)
_SUBJECTS: Final = (
    "SELECT id, subject FROM vault_cell"
    " WHERE kind = ANY(%(kinds)b) AND id = ANY((SELECT %(cells)b)::uuid[])"
    " AND realm IS NOT DISTINCT FROM %(realm)s"
)
_BURY: Final = (
    "WITH gone AS (DELETE FROM vault_cell WHERE id = ANY((SELECT %(cells)b)::uuid[])"
    " RETURNING id, realm, kind, version),"
    " pieces AS (DELETE FROM vault_piece WHERE (realm, cell) IN"
    " (SELECT realm, id FROM gone WHERE version = %(in_pieces)s))"
    " INSERT INTO vault_tombstone (cell, realm, kind, buried_at)"
    " SELECT id, realm, kind, now() FROM gone WHERE realm = %(realm)s"
)


class Kind(StrEnum):
    NUMBER = "number"
    WAITING = "waiting"  # a number that was handed in and is not accepted yet
    FILE = "file"
    SECRET = "secret"  # noqa: S105  a kind of deposit: one-time-code secrets of users
    CANARY = "canary"  # nobody's: by which a restored backup shows that it opens


def store(realm: UUID, kind: Kind, cells: Sequence[Sealed], until: datetime | None) -> None:
    # Arrays, since PostgreSQL takes no COPY into a table under row-level security.
    for start in range(0, len(cells), _ROWS_PER_STATEMENT):
        part = cells[start : start + _ROWS_PER_STATEMENT]
        execute_binary(
            "default",
            "INSERT INTO vault_cell (id, realm, kind, subject, version, ciphertext,"
            " commitment, created_at, destroy_at)"
            " SELECT id, %s, %s, subject, %s, ciphertext, commitment, now(), %s::timestamptz"
            " FROM unnest(%b::uuid[], %b::uuid[], %b::bytea[], %b::bytea[])"
            " AS new(id, subject, ciphertext, commitment)",
            [
                realm,
                kind.value,
                part[0].version,
                until,
                [c.cell for c in part],
                [c.subject for c in part],
                [c.ciphertext for c in part],
                [c.commitment for c in part],
            ],
        )


def stored(realm: UUID, kind: Kind, cells: Sequence[UUID]) -> list[Sealed]:
    # A cell of another realm that could be seen would not open: its realm is bound to it.
    found = {
        cell.int: Sealed(cell, realm, subject, kind.value, *sealed)
        for cell, subject, *sealed in read_binary(
            "default", _STORED, {"kind": kind.value, "cells": list(cells)}
        )
    }
    try:
        return [found[cell.int] for cell in cells]
    except KeyError:
        raise NotDeposited from None


def subjects(realm: UUID, cells: list[UUID], *kinds: Kind) -> dict[UUID, UUID]:
    """By cell, of those that live."""
    if not cells:
        return {}
    told = {"realm": realm, "cells": cells, "kinds": [kind.value for kind in kinds]}
    return dict(read_binary("default", _SUBJECTS, told))


def bury(realm: UUID, cells: Sequence[UUID]) -> int:
    with psycopg_cursor("default") as cursor:
        cursor.execute(_BURY, {"realm": realm, "cells": list(cells), "in_pieces": IN_PIECES})
        return cursor.rowcount
