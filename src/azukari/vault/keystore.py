"""What the vault asks of the store that holds its keys.

Two stores fulfil it: PostgreSQL (`postgres_store.py`) and, for proofs, plain memory
(`tests/vault/memory_store.py`).  Each method runs inside `transaction()`; `cell_keys`, where it is
all that is asked, also without.
"""

from collections.abc import Collection, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

CELLS_PER_BUCKET = 4096


@dataclass(frozen=True)
class Bucket:
    id: UUID
    realm: UUID
    generation: int
    sealed: bytes
    cells: int = 0
    kind: str = "number"  # of the deposits in it, so that a file's end rewraps no numbers


@dataclass(slots=True)
class KeysOfBucket:
    """Some cells of one bucket, and in the same order their wrapped keys."""

    bucket: Bucket
    cells: list[UUID]
    wrapped: list[bytes]


@dataclass(frozen=True)
class RealmKey:
    """The key of a realm's fingerprints."""

    realm: UUID
    generation: int
    sealed: bytes


class KeyStore(Protocol):
    def transaction(self) -> AbstractContextManager[None]: ...

    def bucket_with_room(self, realm: UUID, kind: str, places: int) -> Bucket | None:
        """A bucket with so many places, locked against others, its count already raised."""

    def add_bucket(self, bucket: Bucket) -> None: ...

    def add_cell_keys(self, keys: KeysOfBucket) -> int:
        """Answers the transaction they come in, of all of which others hear at once."""

    def is_empty(self) -> bool:
        """Whether nothing is kept under any ring."""

    def cell_keys(self, cells: list[UUID]) -> list[KeysOfBucket]:
        """Those that exist, each with its bucket, all as of one instant."""

    def by_bucket(self, cells: list[UUID]) -> list[tuple[UUID, list[UUID]]]:
        """Those of the cells that still have keys, by bucket in the order of their ids."""

    def lock_bucket(self, bucket: UUID) -> Bucket | None:
        """Locked against deposits, destruction and ticks until the transaction ends."""

    def cell_keys_of(self, bucket: Bucket) -> KeysOfBucket:
        """All that are in it."""

    def remove_cell_keys(self, cells: list[UUID]) -> None: ...

    def rewrap(self, keys: KeysOfBucket) -> None:
        """Stores a bucket's new key, and its cells' keys wrapped under that."""

    def remove_bucket(self, bucket: UUID) -> None: ...

    def all_buckets(self) -> list[Bucket]:
        """Every bucket, locked."""

    def bucket_ids(self, realm: UUID | None) -> list[UUID]:
        """Of one realm or of all, in order, unlocked."""

    def reseal_buckets(self, buckets: list[Bucket]) -> None: ...

    def realm_key(self, realm: UUID) -> RealmKey | None: ...

    def add_realm_key(self, key: RealmKey) -> RealmKey:
        """Stores it, or answers the one that is there already."""

    def all_realm_keys(self) -> list[RealmKey]: ...

    def reseal_realm_keys(self, keys: list[RealmKey]) -> None: ...

    def all_keys(self, realm: UUID) -> tuple[Iterable[KeysOfBucket], int]:
        """Every cell key of the realm, to be gone through once; and a mark for `cells_since`."""

    def cells_since(
        self, realm: UUID, mark: int, known: Collection[int]
    ) -> tuple[list[tuple[int, UUID]], int]:
        """Cells whose keys may have come since `mark`, each with the transaction it came in, and
        the next mark; without those of the transactions that are `known`.
        """

    def counted(self) -> int:
        """The last batch of destructions this store has heard of (`Ring.batches`)."""

    def note_counted(self, batch: int) -> None: ...

    def newest_generation(self) -> int:
        """The highest under which anything is sealed; 0 where nothing is."""
