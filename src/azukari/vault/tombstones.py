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
from pathlib import Path
from typing import Any, Final, LiteralString
from uuid import UUID

from azukari.ledger.binary import read_binary
from azukari.ledger.realm_scope import in_realm
from azukari.tenancy import scope
from azukari.vault.core import Core
from azukari.vault.crash import crash_point
from azukari.vault.envelope import NotOpened
from azukari.vault.ring import LIVE

OWN_CONNECTION = "ledger"  # to the main database, apart from the caller's transaction
_CELLS_PER_LINE = 1000
_ROWS_AT_ONCE = 50_000


class Resurrected(Exception):
    """An old copy of the database, the key store or the ring was put back; nothing opens."""


@dataclass(frozen=True)
class Burial:
    """Deposits of one realm destroyed at one moment; `cells`: their ids, 16 bytes each.

    `batch`: in which the ring counts them; None when it does not yet.
    """

    batch: int | None
    realm: UUID
    kind: str
    at: datetime
    cells: list[bytes]


# counting ------------------------------------------------------------------------------------


def waiting(realm: UUID) -> list[tuple[UUID, bool]]:
    """Committed tombstones that the ring does not count yet; whether their keys are gone."""
    with in_realm(realm, using=OWN_CONNECTION):
        return read_binary(
            OWN_CONNECTION,
            "SELECT cell, keys_destroyed_at IS NOT NULL FROM vault_tombstone"
            " WHERE realm = %s AND counted_in IS NULL",
            [realm],
        )


def count(core: Core, realm: UUID, cells: Sequence[UUID], log: Path) -> list[UUID]:
    """Marks those done whose keys are gone, and has the ring count them; the newly marked."""
    marked: list[UUID] = []

    def note(batch: int) -> list[bytes]:
        marked[:] = _mark(realm, cells, batch)
        return _log_uncounted(batch, log)

    core.count_destroyed(note)
    return marked


def count_left_behind(core: Core, log: Path) -> None:
    """What a count marked before it died, without waiting for the next destruction."""
    if next(_counted_after(core.ring().batches), None) is not None:
        core.count_destroyed(lambda batch: _log_uncounted(batch, log))


def _mark(realm: UUID, cells: Sequence[UUID], batch: int) -> list[UUID]:
    with in_realm(realm, using=OWN_CONNECTION):
        rows = read_binary(
            OWN_CONNECTION,
            "UPDATE vault_tombstone SET counted_in = %s,"
            " keys_destroyed_at = coalesce(keys_destroyed_at, now())"
            " WHERE realm = %s AND cell = ANY(%b) AND counted_in IS NULL RETURNING cell",
            [batch, realm, list(cells)],
        )
    crash_point("destroy:marked")
    return [cell for (cell,) in rows]


def _log_uncounted(batch: int, log: Path) -> list[bytes]:
    """Everything that is of this batch, also what another's count left behind when it died."""
    uncounted = list(_counted_after(batch - 1))
    append_to_log(log, uncounted)
    return [cell for burial in uncounted for cell in burial.cells]


def counted_up_to(batch: int) -> Iterator[bytes]:
    """Cells of all realms that count up to this batch, one by one."""
    return (cell for burial in _burials("counted_in <= %s", [batch]) for cell in burial.cells)


def _counted_after(batch: int) -> Iterator[Burial]:
    return _burials("counted_in > %s", [batch])


def everything() -> Iterator[Burial]:
    return _burials("true", [])


_PAGE: Final = (
    "SELECT counted_in, realm, kind, buried_at, array_agg(uuid_send(cell))"
    " FROM (SELECT * FROM vault_tombstone WHERE cell > %s"
)
_GROUPED: Final = "ORDER BY cell LIMIT %s) AS page GROUP BY 1, 2, 3, 4"


def _burials(condition: str, values: list[Any]) -> Iterator[Burial]:
    """By keyset, so that memory does not grow with them; what is asked for does not change."""
    last = UUID(int=0)
    while True:
        with scope.enter(scope.Scope(service=True), using=OWN_CONNECTION):
            rows = read_binary(
                OWN_CONNECTION,
                f"{_PAGE} AND {condition} {_GROUPED}",
                [last, *values, _ROWS_AT_ONCE],
            )
        yield from (Burial(*row) for row in rows)
        cells = [cell for row in rows for cell in row[4]]
        if len(cells) < _ROWS_AT_ONCE:
            return
        last = UUID(bytes=max(cells))


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


def lines(burials: Iterable[Burial]) -> Iterator[str]:
    for one in burials:
        batch = "-" if one.batch is None else str(one.batch)
        for start in range(0, len(one.cells), _CELLS_PER_LINE):
            cells = ",".join(cell.hex() for cell in one.cells[start : start + _CELLS_PER_LINE])
            yield f"{batch} {one.realm.hex} {one.kind} {one.at.isoformat()} {cells}\n"


def append_to_log(log: Path, burials: Iterable[Burial]) -> None:
    """Durable when this returns.  What a crash tore off is closed with a line end first."""
    descriptor = os.open(log, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        end = file.seek(0, os.SEEK_END)
        if end:
            file.seek(end - 1)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.writelines(line.encode() for line in lines(burials))
        file.flush()
        os.fsync(file.fileno())


def read_lines(texts: Iterable[str]) -> Iterator[Burial]:
    """Torn lines are passed over: what they told was not counted then, and came again."""
    for text in texts:
        words = text.split(" ")
        if len(words) != 5 or not text.endswith("\n"):
            continue
        batch = None if words[0] == "-" else int(words[0])
        cells = [bytes.fromhex(cell) for cell in words[4].strip().split(",")]
        yield Burial(batch, UUID(words[1]), words[2], datetime.fromisoformat(words[3]), cells)


def read_log(log: Path) -> Iterator[Burial]:
    """Nothing where nothing was ever destroyed."""
    if log.exists():
        with log.open(encoding="utf-8") as texts:
            yield from read_lines(texts)


# replay --------------------------------------------------------------------------------------


def replay(core: Core, told: Iterable[Burial]) -> int:
    """Destroys again what an old copy has brought back; how many tombstones were missing.

    For a main database or a key store restored from an older copy than the ring.  Raises
    `Resurrected` when afterwards ring and tombstones still do not fit, since then the list told
    is not the newest; it may be replayed again with a newer one.
    """
    batches = core.ring().batches
    added = sum(_bury_again(burial, batches) for burial in told)
    try:
        for burial in everything():
            core.destroy([UUID(bytes=cell) for cell in burial.cells])
        core.renew()
        core.reseal_realm_keys()
    except NotOpened:
        raise Resurrected(
            "鍵のデータベースの写しが古すぎます。鍵束(ring)はその世代を忘れたため、開けません。"
            f"{LIVE}回の更新(夜)より新しい写しを戻してください。"
        ) from None
    _mark_all_done()
    core.note_counted()
    refuse_resurrection(core)
    return added


_DELETIONS: Final[tuple[LiteralString, ...]] = (
    "DELETE FROM vault_piece WHERE realm = %s AND cell = ANY(%b) RETURNING 1",
    "DELETE FROM vault_cell WHERE realm = %s AND id = ANY(%b) RETURNING 1",
)


def _bury_again(told: Burial, batches: int) -> int:
    """What the ring has not counted yet is left to the next `finish_destruction`."""
    batch = told.batch if told.batch is not None and told.batch <= batches else None
    cells = list({UUID(bytes=cell) for cell in told.cells})
    with in_realm(told.realm, using=OWN_CONNECTION):
        rows = read_binary(
            OWN_CONNECTION,
            "INSERT INTO vault_tombstone (cell, realm, kind, buried_at, counted_in)"
            " SELECT cell, %s, %s, %s, %s FROM unnest(%b::uuid[]) AS told (cell)"
            " ON CONFLICT (cell) DO UPDATE SET counted_in = excluded.counted_in"
            " WHERE vault_tombstone.counted_in IS NULL AND excluded.counted_in IS NOT NULL"
            " RETURNING cell",
            [told.realm, told.kind, told.at, batch, cells],
        )
        for deletion in _DELETIONS:
            read_binary(OWN_CONNECTION, deletion, [told.realm, cells])
    return len(rows)


def _mark_all_done() -> None:
    undone = _burials("counted_in IS NOT NULL AND keys_destroyed_at IS NULL", [])
    for realm in {one.realm for one in undone}:
        with in_realm(realm, using=OWN_CONNECTION):
            read_binary(
                OWN_CONNECTION,
                "UPDATE vault_tombstone SET keys_destroyed_at = now() WHERE realm = %s"
                " AND counted_in IS NOT NULL AND keys_destroyed_at IS NULL RETURNING 1",
                [realm],
            )
