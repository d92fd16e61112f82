"""Streams the export of a realm's ledger up to its newest checkpoint.

Each batch is read in a short transaction of its own, so that a slow download holds none open;
leaves below a checkpoint never change. Permission is asked, and LEDGER_EXPORTED written, before.
"""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from django.db import connections

from azukari.ledger.checkpoint import origin_of
from azukari.ledger.export_lines import export_lines
from azukari.ledger.realm_scope import in_realm

_LEAVES_PER_BATCH: Final = 5000


def export_ledger(realm: UUID, public_key: bytes) -> Iterator[str]:
    """Lines of the export; call `sequencer.checkpoint_now` first to have everything in it."""
    notes = _notes(realm)
    size = notes[-1][0] if notes else 0
    bodies = _bodies(realm, size)
    return export_lines(origin_of(realm), public_key, size, bodies, (note for _, note in notes))


def _notes(realm: UUID) -> list[tuple[int, str]]:
    with in_realm(realm), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT size, note FROM ledger_checkpoint WHERE realm = %s ORDER BY size", [realm]
        )
        notes: list[tuple[int, str]] = cursor.fetchall()
    return notes


def _bodies(realm: UUID, size: int) -> Iterator[bytes]:
    for start in range(0, size, _LEAVES_PER_BATCH):
        with in_realm(realm), connections["default"].cursor() as cursor:
            cursor.execute(
                'SELECT body FROM ledger_leaf WHERE realm = %s AND "index" >= %s AND "index" < %s'
                ' ORDER BY "index"',
                [realm, start, min(size, start + _LEAVES_PER_BATCH)],
            )
            rows = cursor.fetchall()
        yield from (row[0].encode() for row in rows)
