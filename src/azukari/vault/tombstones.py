"""Tombstones: which deposits were destroyed, so that none of them ever comes back.

They stand in the main database, and a second time in `tombstones.log` of the data folder, which
survives when an old copy of the database is put back.  The ring has their number and a digest.

A line of the log (and of the list in a backup):

    batch SPACE realm SPACE kind SPACE time SPACE cell,cell,…

`batch`: in which the ring counts them, or `-`; ids in hexadecimal; time as in ISO 8601.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any
from uuid import UUID

from azukari.ledger.realm_scope import in_realm
from azukari.ledger.tree import psycopg_cursor
from azukari.tenancy import scope
from azukari.vault.core import Core
from azukari.vault.crash import crash_point

OWN_CONNECTION = "ledger"  # to the main database, apart from the caller's transaction
_CELLS_PER_LINE = 1000
_ROWS_AT_ONCE = 20_000


class Resurrected(Exception):
    """An old copy of the database, the key store or the ring was put back; nothing opens."""


@dataclass(frozen=True)
class Tombstone:
    cell: UUID
    realm: UUID
    kind: str
    buried_at: datetime
    batch: int | None


# counting ------------------------------------------------------------------------------------


def waiting(realm: UUID) -> list[tuple[UUID, bool]]:
    """Committed tombstones that the ring does not count yet; whether their keys are gone."""
    with in_realm(realm, using=OWN_CONNECTION):
        return _rows(
            "SELECT cell, keys_destroyed_at IS NOT NULL FROM vault_tombstone"
            " WHERE realm = %s AND counted_in IS NULL",
            [realm],
        )


def count(core: Core, realm: UUID, cells: Sequence[UUID], log: Path) -> list[UUID]:
    """Marks those done whose keys are gone, and has the ring count them; the newly marked."""
    marked: list[UUID] = []

    def note(batch: int) -> list[UUID]:
        marked[:] = _mark(realm, cells, batch)
        uncounted = list(_counted_after(batch - 1))
        append_to_log(log, uncounted)
        return [one.cell for one in uncounted]

    core.count_destroyed(note)
    return marked


def count_left_behind(core: Core, log: Path) -> None:
    """What a count marked before it died, without waiting for the next destruction."""

    def note(batch: int) -> list[UUID]:
        left = list(_counted_after(batch - 1))
        append_to_log(log, left)
        return [one.cell for one in left]

    if next(_counted_after(core.ring().batches), None) is not None:
        core.count_destroyed(note)


def _mark(realm: UUID, cells: Sequence[UUID], batch: int) -> list[UUID]:
    with in_realm(realm, using=OWN_CONNECTION):
        rows = _rows(
            "UPDATE vault_tombstone SET counted_in = %s,"
            " keys_destroyed_at = coalesce(keys_destroyed_at, now())"
            " WHERE realm = %s AND cell = ANY(%b) AND counted_in IS NULL RETURNING cell",
            [batch, realm, list(cells)],
        )
    crash_point("destroy:marked")
    return [cell for (cell,) in rows]


def counted_up_to(batch: int) -> Iterator[UUID]:
    """Cells of all realms that count up to this batch, one by one."""
    return (row[0] for row in _of_all_realms("SELECT cell", "counted_in <= %s", [batch]))


def _counted_after(batch: int) -> Iterator[Tombstone]:
    """Of all realms: also what another's count left behind when it died."""
    return _tombstones("counted_in > %s", [batch])


def everything() -> Iterator[Tombstone]:
    return _tombstones("true", [])


def _tombstones(condition: str, values: list[Any]) -> Iterator[Tombstone]:
    columns = "SELECT cell, realm, kind, buried_at, counted_in"
    return (Tombstone(*row) for row in _of_all_realms(columns, condition, values))


def _of_all_realms(columns: str, condition: str, values: list[Any]) -> Iterator[Any]:
    """By keyset, so that memory does not grow with them; what is asked for does not change."""
    last = UUID(int=0)
    while True:
        with scope.enter(scope.Scope(service=True), using=OWN_CONNECTION):
            rows = _rows(
                f"{columns} FROM vault_tombstone WHERE cell > %s AND {condition}"
                " ORDER BY cell LIMIT %s",
                [last, *values, _ROWS_AT_ONCE],
            )
        yield from rows
        if len(rows) < _ROWS_AT_ONCE:
            return
        last = rows[-1][0]


def _rows(statement: str, values: list[Any]) -> list[Any]:
    with psycopg_cursor(OWN_CONNECTION) as cursor:
        cursor.execute(statement, values, binary=True)  # type: ignore[arg-type]
        return cursor.fetchall()


# refusing ------------------------------------------------------------------------------------


def refuse_resurrection(core: Core) -> None:
    """Raises `Resurrected` when the three places do not tell the same destructions."""
    missing = core.begin_counting(counted_up_to)
    found = core.check(counted_up_to)
    if found.ring_is_old:
        raise Resurrected(
            "鍵束(ring)が、データベースより古い状態です。古い鍵束を戻した可能性があるため、"
            "保管庫を開きません。最も新しい鍵束(ほかの保管場所の ring.bin)を戻してください。"
        )
    if missing or found.missing:
        raise Resurrected(
            f"廃棄の記録が{missing or found.missing}件足りません。"
            "古いバックアップから戻した可能性があるため、保管庫を開きません。"
            f"{_REPLAY}"
        )
    if not found.tombstones_fit:
        raise Resurrected(
            "廃棄の記録が、鍵束(ring)の控えと違います。"
            "記録が差し替えられたか、別のデータベースにつながっています。保管庫を開きません。"
            f"{_REPLAY}"
        )
    if found.keys_are_old:
        raise Resurrected(
            "鍵のデータベースが、鍵束(ring)より古い状態です。廃棄した番号の鍵が戻っている"
            f"可能性があるため、保管庫を開きません。{_REPLAY}"
        )


_REPLAY = (
    "azukari vault replay-tombstones で、データフォルダの tombstones.log(なければ最新の"
    "バックアップ)から廃棄をやり直してください。"
)


# the log -------------------------------------------------------------------------------------


def lines(tombstones: Iterable[Tombstone]) -> Iterator[str]:
    """Neighbours of the same realm, kind, batch and time share a line."""
    for (batch, realm, kind, at), group in groupby(
        tombstones, lambda one: (one.batch, one.realm, one.kind, one.buried_at)
    ):
        number = "-" if batch is None else str(batch)
        while cells := ",".join(one.cell.hex for one in islice(group, _CELLS_PER_LINE)):
            yield f"{number} {realm.hex} {kind} {at.isoformat()} {cells}\n"


def append_to_log(log: Path, tombstones: Iterable[Tombstone]) -> None:
    """Durable when this returns.  What a crash tore off is closed with a line end first."""
    descriptor = os.open(log, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        end = file.seek(0, os.SEEK_END)
        if end:
            file.seek(end - 1)
            if file.read(1) != b"\n":
                file.write(b"\n")
        ordered = sorted(tombstones, key=lambda one: (one.realm, one.kind, one.buried_at))
        file.writelines(line.encode() for line in lines(ordered))
        file.flush()
        os.fsync(file.fileno())


def read_lines(texts: Iterable[str]) -> Iterator[Tombstone]:
    """Torn lines are passed over: what they told was not counted then, and came again."""
    for text in texts:
        words = text.split(" ")
        if len(words) != 5 or not text.endswith("\n"):
            continue
        batch = None if words[0] == "-" else int(words[0])
        realm, at = UUID(words[1]), datetime.fromisoformat(words[3])
        for cell in words[4].strip().split(","):
            yield Tombstone(UUID(cell), realm, words[2], at, batch)


# replay --------------------------------------------------------------------------------------


def replay(core: Core, told: Iterable[Tombstone]) -> int:
    """Destroys again what an old copy has brought back; how many tombstones were missing.

    For a main database or a key store restored from an older copy than the ring.  Raises
    `Resurrected` when afterwards ring and tombstones still do not fit, since then the list told
    is not the newest; it may be replayed again with a newer one.
    """
    batches = core.ring().batches
    added = 0
    rest = iter(told)
    while part := sorted(islice(rest, _ROWS_AT_ONCE), key=lambda one: one.realm):
        for realm, group in groupby(part, lambda one: one.realm):
            added += _bury_again(realm, list(group), batches)
    cells = (one.cell for one in everything())
    while some := list(islice(cells, _ROWS_AT_ONCE)):
        core.destroy(some)
    _mark_all_done()
    core.note_counted()
    refuse_resurrection(core)
    return added


def _bury_again(realm: UUID, told: list[Tombstone], batches: int) -> int:
    """What the ring has not counted yet is left to the next `finish_destruction`."""
    batch = [one.batch if one.batch is not None and one.batch <= batches else None for one in told]
    cells = [one.cell for one in told]
    with in_realm(realm, using=OWN_CONNECTION):
        rows = _rows(
            "INSERT INTO vault_tombstone (cell, realm, kind, buried_at, counted_in)"
            " SELECT DISTINCT ON (cell) cell, %s, kind, at::timestamptz, batch"
            " FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::bigint[])"
            " AS told (cell, kind, at, batch) ORDER BY cell, batch"
            " ON CONFLICT (cell) DO UPDATE SET counted_in = excluded.counted_in"
            " WHERE vault_tombstone.counted_in IS NULL AND excluded.counted_in IS NOT NULL"
            " RETURNING cell",
            [
                realm,
                cells,
                [one.kind for one in told],
                [one.buried_at.isoformat() for one in told],
                batch,
            ],
        )
        _rows(
            "DELETE FROM vault_cell WHERE realm = %s AND id = ANY(%b) RETURNING 1", [realm, cells]
        )
    return len(rows)


def _mark_all_done() -> None:
    undone = _tombstones("counted_in IS NOT NULL AND keys_destroyed_at IS NULL", [])
    for realm in {one.realm for one in undone}:
        with in_realm(realm, using=OWN_CONNECTION):
            _rows(
                "UPDATE vault_tombstone SET keys_destroyed_at = now() WHERE realm = %s"
                " AND counted_in IS NOT NULL AND keys_destroyed_at IS NULL RETURNING 1",
                [realm],
            )
