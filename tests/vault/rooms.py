"""Strong rooms to prove things on: in memory, or the installation's own in PostgreSQL."""

from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

from azukari.vault.core import Core
from azukari.vault.ring import Ring
from azukari.vault.ring_file import RingFile
from azukari.vault.root import FileRoot
from azukari.vault.sealing import Deposit, Sealed
from tests.numbers import valid_number
from tests.vault.memory_store import MemoryStore

DAY = "2026-04-01"
_seeds = count(40_000_000)


def fresh_number() -> bytes:
    return valid_number(next(_seeds)).encode()


def ring_file(folder: Path, *others: Path) -> RingFile:
    """A prepared ring in `folder`, with further holders in `others`."""
    key = folder / "root.key"
    root = FileRoot(key) if key.exists() else FileRoot.create(key)
    file = RingFile([place / "ring.bin" for place in (folder, *others)], root)
    file.prepare(lambda: Ring.new(on=DAY))
    return file


def memory_room(folder: Path, *, kind: type[Core] = Core, places: int = 4) -> Core:
    return kind(MemoryStore(places=places), ring_file(folder))


def seal(core: Core, realm: UUID, *secrets: bytes) -> list[Sealed]:
    return core.seal(
        realm, "number", [Deposit(uuid4(), uuid4(), secret, findable=True) for secret in secrets]
    )
