"""What backups ask of the vault: a moment of rest, the ring's way in and out, canaries."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings

from azukari.ledger.actions import Action
from azukari.ledger.realm_scope import in_realm
from azukari.tenancy.actor import Actor
from azukari.vault import door, strongroom, tombstones
from azukari.vault.envelope import NotOpened
from azukari.vault.erasure import ErasureClass
from azukari.vault.models import Cell, Tombstone
from azukari.vault.postgres_store import PostgresKeyStore
from azukari.vault.ring import Ring
from azukari.vault.root import FileRoot

_CANARY_BYTES = 16
_AT_ONCE = 10_000


@contextmanager
def at_rest(*, on: date) -> Iterator[bytes]:
    """Nobody ticks or counts inside, so that both snapshots and the ring tell the same.

    Gives the ring as it goes into a backup of this day (class R), or nothing (class W).
    """
    with door.core().changing_ring() as change:
        if strongroom.policy().erasure_class is ErasureClass.WINDOW:
            yield b""
            return
        if change.ring.archived_on != on.isoformat():
            change.store(replace(change.ring, archived_on=on.isoformat()))
        yield change.ring.to_bytes()


def put_ring(data_folder: Path, raw: bytes) -> None:
    """The ring of a backup at every holder of a restored installation, under its root.

    Raises `RingFound` where there is one already: it may be newer.
    """
    places = strongroom.holders(data_folder)
    if any(place.exists() for place in places):
        raise RingFound
    strongroom.ring_file(data_folder).prepare(lambda: Ring.from_bytes(raw))


def put_ring_file(data_folder: Path, copy: Path, root_key: Path | None) -> None:
    """The ring of another holder, as it lies there, and the root's key file if it has one."""
    place = strongroom.holders(data_folder)[0]
    if place.exists():
        raise RingFound
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(place, copy.read_bytes())
    if root_key is not None:
        FileRoot.put(data_folder / "keys" / "root.key", root_key.read_bytes())


class RingFound(Exception):
    """A ring is there already."""


def _write(place: Path, raw: bytes) -> None:
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


# tombstones ----------------------------------------------------------------------------------


def tombstone_lines() -> Iterator[str]:
    """Of every destroyed deposit of every realm, as of now."""
    return tombstones.lines(tombstones.everything())


def replay_tombstones(lines: Iterable[str]) -> int:
    """Destroys again; how many were missing.  Also when the vault refuses to open."""
    return _replay(tombstones.read_lines(lines))


def replay_log(log: Path | None = None) -> int:
    """The same from a file, by default from the log of this installation."""
    return _replay(tombstones.read_log(log or strongroom.tombstone_log(settings.DATA_FOLDER)))


def _replay(told: Iterable[tombstones.Burial]) -> int:
    core = strongroom.unseal_unchecked(settings.DATA_FOLDER)
    added = tombstones.replay(core, told)
    door.forget_core()
    return added


def buried(realm: UUID) -> Iterator[list[UUID]]:
    """What the realm has destroyed, now or before an old copy was put back; page by page."""
    last = UUID(int=0)
    while True:
        with in_realm(realm):
            found = Tombstone.objects.filter(realm=realm, cell__gt=last).order_by("cell")
            page = list(found.values_list("cell", flat=True)[:_AT_ONCE])
        if not page:
            return
        yield page
        last = page[-1]


def cells_without_key(realm: UUID) -> int:
    """Deposits of the realm that nothing opens any more; of a good restoring there is none."""
    store = PostgresKeyStore()
    with in_realm(realm):
        cells = list(Cell.objects.filter(realm=realm).values_list("id", flat=True))
    with store.transaction():
        return len(cells) - sum(len(kept) for _, kept in store.by_bucket(cells))


# canaries ------------------------------------------------------------------------------------


def keep_canary(realm: UUID) -> None:
    """A deposit that holds nobody's secret, by which a restored copy shows that it opens."""
    with in_realm(realm):
        if _canary(realm) is None:
            drawn = os.urandom(_CANARY_BYTES)
            door.deposit_canary(realm, uuid4(), drawn + sha256(drawn).digest())


def opens_canary(realm: UUID, *, actor: Actor) -> bool | None:
    """Whether the realm's canary opens and is whole; None where it has none.  Written down."""
    with in_realm(realm):
        cell = _canary(realm)
        if cell is None:
            return None
        reading = door.Reading(Action.BACKUP_RESTORED, reason="復元したデータの確認")
        try:
            song = door.open_canary(realm, cell, reading, actor=actor)
        except NotOpened:
            return False
    return sha256(song[:_CANARY_BYTES]).digest() == song[_CANARY_BYTES:]


def _canary(realm: UUID) -> UUID | None:
    found = Cell.objects.filter(realm=realm, kind=door.Kind.CANARY.value)
    return found.values_list("id", flat=True).first()
