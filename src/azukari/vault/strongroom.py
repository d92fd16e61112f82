"""Start and state of the strong room: where its ring, root and store are."""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from azukari.vault import tombstones
from azukari.vault.core import Core
from azukari.vault.erasure import ErasureClass, Policy, RingTime
from azukari.vault.models import Generation
from azukari.vault.postgres_store import PostgresKeyStore
from azukari.vault.ring import LIVE, Ring
from azukari.vault.ring_file import RingFile, RingMissing, Root
from azukari.vault.root import FileRoot, PassphraseRoot


@dataclass(frozen=True)
class State:
    generation: int
    generations: int
    live_limit: int
    ticked_on: str
    destroyed: int
    erasure_class: str
    backup_days: int
    snapshot_days: int
    archived_on: str


def unseal(data_folder: Path) -> Core:
    """The vault of an installation; made at the first start, refused when its ring is missing.

    Raises `RingMissing`: keys without their ring, or a ring without its root; `Resurrected`: an
    old copy of a database or of the ring was put back.
    """
    core = unseal_unchecked(data_folder)
    tombstones.refuse_resurrection(core)
    tombstones.count_left_behind(core, tombstone_log(data_folder))
    return core


def tombstone_log(data_folder: Path) -> Path:
    return data_folder / "tombstones.log"


def unseal_unchecked(data_folder: Path) -> Core:
    """For the replay of tombstones only: what was destroyed may be open in it."""
    ring = ring_file(data_folder)
    store = PostgresKeyStore()

    def first_ring() -> Ring:
        with store.transaction():
            if not store.is_empty():
                raise RingMissing
        return Ring.new(on=timezone.localdate().isoformat())

    ring.prepare(first_ring)
    return Core(store, ring)


def ring_file(data_folder: Path) -> RingFile:
    places = holders(data_folder)
    return RingFile(places, _root(data_folder, is_first_start=not any(p.exists() for p in places)))


def holders(data_folder: Path) -> list[Path]:
    """The places of the ring: the data folder's and those of AZUKARI_RING_HOLDERS."""
    others = [Path(p) for p in os.environ.get("AZUKARI_RING_HOLDERS", "").split(":") if p]
    return [data_folder / "ring" / "ring.bin", *(folder / "ring.bin" for folder in others)]


def _root(data_folder: Path, *, is_first_start: bool) -> Root:
    passphrase = os.environ.get("AZUKARI_ROOT_PASSPHRASE_FILE")
    if passphrase:
        return PassphraseRoot(Path(passphrase).read_text(encoding="utf-8").strip())
    key = data_folder / "keys" / "root.key"
    if key.exists():
        return FileRoot(key)
    if not is_first_start:
        raise RingMissing
    return FileRoot.create(key)


def state(core: Core) -> State:
    ring = core.ring()
    chosen = policy()
    return State(
        generation=ring.settled,
        generations=len(ring.generations),
        live_limit=LIVE,
        ticked_on=ring.ticked_on,
        destroyed=ring.destroyed,
        erasure_class=chosen.erasure_class.value,
        backup_days=chosen.backup_days,
        snapshot_days=chosen.snapshot_days,
        archived_on=ring.archived_on,
    )


def policy() -> Policy:
    return Policy(
        ErasureClass(settings.ERASURE_CLASS),
        settings.BACKUP_RETENTION_DAYS,
        settings.SNAPSHOT_RETENTION_DAYS,
    )


def ring_time(core: Core, generation: int) -> RingTime:
    """Where the ring stands, asked for the sake of this generation."""
    ring = core.ring()
    return RingTime(
        newest=ring.settled,
        live=LIVE,
        ticked_on=date.fromisoformat(ring.ticked_on),
        forgotten_on=_settled_on(generation + LIVE),
        archived_on=date.fromisoformat(ring.archived_on) if ring.archived_on else None,
    )


def _settled_on(generation: int) -> date | None:
    """The day of that tick or, where a crash lost it, of the next one that is known."""
    later = Generation.objects.filter(number__gte=generation).order_by("number")
    return later.values_list("settled_on", flat=True).first()
