"""Start and state of the strong room: where its ring, root and store are."""

import os
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone

from azukari.vault.core import Core
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


def unseal(data_folder: Path) -> Core:
    """The vault of an installation; made at the first start, refused when its ring is missing.

    Raises `RingMissing`: keys without their ring, or a ring without its root.
    """
    places = holders(data_folder)
    ring = RingFile(places, _root(data_folder, is_first_start=not any(p.exists() for p in places)))
    store = PostgresKeyStore()

    def first_ring() -> Ring:
        with store.transaction():
            if not store.is_empty():
                raise RingMissing
        return Ring.new(on=timezone.localdate().isoformat())

    ring.prepare(first_ring)
    return Core(store, ring)


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
    return State(
        generation=ring.settled,
        generations=len(ring.generations),
        live_limit=LIVE,
        ticked_on=ring.ticked_on,
        destroyed=ring.destroyed,
    )
