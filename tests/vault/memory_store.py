"""The key store in plain memory, which also keeps every byte it ever held (as backups would)."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import RLock
from uuid import UUID

from azukari.vault.keystore import CELLS_PER_BUCKET, Bucket, KeysOfBucket, RealmKey


@dataclass(slots=True)
class CellKey:
    """One row of the table of keys."""

    cell: UUID
    realm: UUID
    bucket: UUID
    wrapped: bytes


class MemoryStore:
    """`behind`: by how many transactions the mark stays back, as if one of before still ran."""

    def __init__(self, *, places: int = CELLS_PER_BUCKET, behind: int = 0) -> None:
        self._places = places
        self._behind = behind
        self._lock = RLock()
        self._buckets: dict[UUID, Bucket] = {}
        self._keys: dict[UUID, CellKey] = {}
        self._realm_keys: dict[UUID, RealmKey] = {}
        self._came: dict[UUID, int] = {}
        self._mark = 0
        self._counted = 0
        self.ever: list[Bucket | CellKey | RealmKey] = []

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._lock:
            before = (
                dict(self._buckets), dict(self._keys), dict(self._realm_keys), self._counted,
            )  # fmt: skip
            try:
                yield
            except BaseException:
                self._buckets, self._keys, self._realm_keys, self._counted = before
                raise

    def is_empty(self) -> bool:
        return not self._buckets and not self._realm_keys

    def bucket_with_room(self, realm: UUID, kind: str, places: int) -> Bucket | None:
        for bucket in self._buckets.values():
            fits = (bucket.realm, bucket.kind) == (realm, kind)
            if fits and bucket.cells + places <= self._places:
                self._buckets[bucket.id] = replace(bucket, cells=bucket.cells + places)
                return self._buckets[bucket.id]
        return None

    def add_bucket(self, bucket: Bucket) -> None:
        self._buckets[bucket.id] = bucket
        self.ever.append(bucket)

    def add_cell_keys(self, keys: KeysOfBucket) -> int:
        self._mark += 1
        self._put(keys)
        self._came |= dict.fromkeys(keys.cells, self._mark)
        return self._mark

    def _put(self, keys: KeysOfBucket) -> None:
        for cell, wrapped in zip(keys.cells, keys.wrapped, strict=True):
            self._keys[cell] = CellKey(cell, keys.bucket.realm, keys.bucket.id, wrapped)
            self.ever.append(self._keys[cell])

    def cell_keys(self, cells: list[UUID]) -> list[KeysOfBucket]:
        return [
            KeysOfBucket(self._buckets[bucket], some, [self._keys[cell].wrapped for cell in some])
            for bucket, some in self.by_bucket(cells)
        ]

    def by_bucket(self, cells: list[UUID]) -> list[tuple[UUID, list[UUID]]]:
        found: dict[UUID, list[UUID]] = {}
        for cell in cells:
            if cell in self._keys:
                found.setdefault(self._keys[cell].bucket, []).append(cell)
        return sorted(found.items())

    def lock_bucket(self, bucket: UUID) -> Bucket | None:
        return self._buckets.get(bucket)

    def cell_keys_of(self, bucket: Bucket) -> KeysOfBucket:
        keys = [key for key in self._keys.values() if key.bucket == bucket.id]
        return KeysOfBucket(bucket, [key.cell for key in keys], [key.wrapped for key in keys])

    def remove_cell_keys(self, cells: list[UUID]) -> None:
        for cell in cells:
            self._keys.pop(cell, None)

    def rewrap(self, keys: KeysOfBucket) -> None:
        self.add_bucket(keys.bucket)
        self._put(keys)

    def remove_bucket(self, bucket: UUID) -> None:
        del self._buckets[bucket]

    def all_buckets(self) -> list[Bucket]:
        return list(self._buckets.values())

    def bucket_ids(self, realm: UUID | None) -> list[UUID]:
        return sorted(b.id for b in self._buckets.values() if realm in {None, b.realm})

    def reseal_buckets(self, buckets: list[Bucket]) -> None:
        for bucket in buckets:
            self.add_bucket(bucket)

    def realm_key(self, realm: UUID) -> RealmKey | None:
        return self._realm_keys.get(realm)

    def add_realm_key(self, key: RealmKey) -> RealmKey:
        if key.realm not in self._realm_keys:
            self.reseal_realm_keys([key])
        return self._realm_keys[key.realm]

    def all_realm_keys(self) -> list[RealmKey]:
        return list(self._realm_keys.values())

    def reseal_realm_keys(self, keys: list[RealmKey]) -> None:
        for key in keys:
            self._realm_keys[key.realm] = key
            self.ever.append(key)

    def all_keys(self, realm: UUID) -> tuple[list[KeysOfBucket], int]:
        cells, mark = self.cells_since(realm, 0, ())
        return self.cell_keys([cell for _, cell in cells]), mark

    def cells_since(
        self, realm: UUID, mark: int, known: Collection[int]
    ) -> tuple[list[tuple[int, UUID]], int]:
        found = [
            (self._came[cell], cell)
            for cell, key in self._keys.items()
            if key.realm == realm and self._came[cell] >= mark and self._came[cell] not in known
        ]
        return found, max(0, self._mark - self._behind)

    def counted(self) -> int:
        return self._counted

    def note_counted(self, batch: int) -> None:
        self._counted = batch

    def newest_generation(self) -> int:
        sealed = [*self._buckets.values(), *self._realm_keys.values()]
        return max((one.generation for one in sealed), default=0)
