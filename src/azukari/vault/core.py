"""The strong room itself, without input or output of its own.

Store, ring, clock and randomness come from outside, so that the same code runs in the web
process, in a process of its own, and under the proofs in tests/vault.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import chain
from threading import Lock
from uuid import UUID, uuid4

from azukari.vault import envelope
from azukari.vault.counting import Count
from azukari.vault.crash import crash_point
from azukari.vault.envelope import Fingerprints
from azukari.vault.keystore import (
    CELLS_PER_BUCKET,
    Bucket,
    KeysOfBucket,
    KeyStore,
    RealmKey,
)
from azukari.vault.pieces import FileOpening, FileSealing
from azukari.vault.ring import Ring
from azukari.vault.ring_file import RingChange, RingFile
from azukari.vault.same_map import SameMap
from azukari.vault.sealing import (
    BucketLock,
    Deposit,
    Place,
    Sealed,
    SealedInBucket,
    open_all,
    seal_all,
)


def _bucket_context(bucket: Bucket) -> bytes:
    return envelope.context(
        b"bucket", bucket.realm.bytes, bucket.id.bytes, bucket.generation.to_bytes(8, "big")
    )


def _realm_context(key: RealmKey) -> bytes:
    return envelope.context(b"realm", key.realm.bytes, key.generation.to_bytes(8, "big"))


class Core:
    def __init__(self, store: KeyStore, ring: RingFile) -> None:
        self._store = store
        self._ring = ring
        # Both are forgotten at each tick, so that what was destroyed leaves memory as well.
        self._known: dict[bytes, BucketLock] = {}  # by sealed bucket key
        self._same: dict[UUID, SameMap] = {}
        self._remembered = 0  # the generation they were learnt in
        self._same_lock = Lock()

    # deposit ---------------------------------------------------------------------------------

    def seal(self, realm: UUID, kind: str, deposits: Sequence[Deposit]) -> list[Sealed]:
        """Seals each deposit under a key of its own; the keys are durable when this returns.

        The caller stores the answer afterwards.  Keys whose cell is never stored are swept.
        """
        ring = self.ring()
        done: list[SealedInBucket] = []
        came_in = []
        with self._store.transaction():
            is_sought = any(deposit.findable for deposit in deposits)
            fingerprints = self._fingerprints(realm, ring) if is_sought else None
            for start in range(0, len(deposits), CELLS_PER_BUCKET):
                part = deposits[start : start + CELLS_PER_BUCKET]
                bucket, lock = self._bucket_for(realm, kind, len(part), ring)
                new = seal_all(part, Place(kind, bucket, lock, fingerprints))
                came_in.append(self._store.add_cell_keys(new.keys))
                done.append(new)
        self._learn(realm, done, came_in)
        return [cell for new in done for cell in new.cells]

    def begin_file(self, realm: UUID, kind: str, cell: UUID, subject: UUID) -> FileSealing:
        """For a file that comes in pieces: its key, which is durable when this returns."""
        ring, key = self.ring(), envelope.new_key()
        with self._store.transaction():
            bucket, lock = self._bucket_for(realm, kind, 1, ring)
            wrapped = lock.wrap(cell, key + envelope.NO_FINGERPRINT)
            self._store.add_cell_keys(KeysOfBucket(bucket, [cell], [wrapped]))
        return FileSealing(key, realm, subject, cell, kind)

    def _bucket_for(
        self, realm: UUID, kind: str, places: int, ring: Ring
    ) -> tuple[Bucket, BucketLock]:
        bucket = self._store.bucket_with_room(realm, kind, places)
        if bucket is not None:
            return bucket, self._bucket_lock(bucket)
        bucket, key = _new_bucket_key(Bucket(uuid4(), realm, 0, b"", places, kind), ring)
        self._store.add_bucket(bucket)
        return bucket, BucketLock(bucket, key)

    def _bucket_lock(self, bucket: Bucket) -> BucketLock:
        # Kept under the sealed bytes themselves: after a disposal or tick these differ, so that
        # a key of before is never taken for the one of now.
        known = self._known.get(bucket.sealed)
        if known is None:
            ring_key = self.ring().key(bucket.generation)
            key = envelope.unwrap(ring_key, bucket.sealed, _bucket_context(bucket))
            known = BucketLock(bucket, key)
            if len(self._known) > 10_000:
                self._known.clear()
            self._known[bucket.sealed] = known
        return known

    # open ------------------------------------------------------------------------------------

    def open(self, cells: Sequence[Sealed]) -> dict[UUID, bytes]:
        """The secrets by cell id.  Raises `NotOpened` when a key is gone or a blob altered."""
        return dict(zip((one.cell for one in cells), self.open_each(cells), strict=True))

    def open_each(self, cells: Sequence[Sealed]) -> list[bytes]:
        """The secrets in the order of the cells; raises as `open`."""
        return list(open_all(cells, self._keys(cells)))

    def open_file(self, head: Sealed) -> FileOpening:
        """Of a file in pieces, what opens them.  Raises `NotOpened` as `open` does."""
        key = self._keys([head]).get(head.cell.int)
        if key is None:
            raise envelope.NotOpened("key destroyed")
        return FileOpening(key, head)

    def _keys(self, cells: Sequence[Sealed]) -> dict[int, bytes]:
        """By the cells' numbers, which Python finds several times as fast as ids."""
        self.ring()
        found = self._store.cell_keys([cell.cell for cell in cells])
        return {
            cell.int: inner[: envelope.KEY_BYTES]
            for some in found
            for cell, inner in self._unwrapped(some)
        }

    def _unwrapped(self, some: KeysOfBucket) -> Iterator[tuple[UUID, bytes]]:
        """Of each cell what is wrapped: its key and the fingerprint of its secret."""
        lock = self._bucket_lock(some.bucket)
        for cell, wrapped in zip(some.cells, some.wrapped, strict=True):
            yield cell, lock.unwrap(cell, wrapped)

    # find the same ---------------------------------------------------------------------------

    def find_same(self, realm: UUID, secrets: Sequence[bytes]) -> list[list[UUID]]:
        """For each secret the cells of the realm that hold an equal one.

        The map from fingerprints to cells lives in memory only and is brought up to date from
        the key store at each call; cells that are gone may still be named, so the caller
        checks that they exist.
        """
        with self._same_lock:
            ring = self.ring()
            same = self._same.setdefault(realm, SameMap())
            with self._store.transaction():
                fingerprints = self._fingerprints(realm, ring)
                found, mark, heard = self._come_since(realm, same)
                for cell, inner in chain.from_iterable(map(self._unwrapped, found)):
                    same.learn(cell, inner[envelope.KEY_BYTES :])
            same.read_through(mark, heard)
            if same.is_empty:
                return [[] for _ in secrets]
            return same.cells_of_each(map(fingerprints.of, secrets))

    def _come_since(
        self, realm: UUID, same: SameMap
    ) -> tuple[Iterable[KeysOfBucket], int, set[int]]:
        """Keys the map does not know yet, its next mark, and the transactions they came in."""
        if not same.mark:
            return *self._store.all_keys(realm), set()
        cells, mark = self._store.cells_since(realm, same.mark, same.heard)
        found = self._store.cell_keys([cell for _, cell in cells]) if cells else []
        return found, mark, {came_in for came_in, _ in cells}

    def _learn(self, realm: UUID, done: list[SealedInBucket], came_in: list[int]) -> None:
        """What was just sealed need not be opened for a map that is in memory already."""
        with self._same_lock:
            same = self._same.get(realm)
            if same is not None:
                for new in done:
                    for cell, fingerprint in zip(new.keys.cells, new.fingerprints, strict=True):
                        same.learn(cell, fingerprint)
                same.heard.update(came_in)

    def _fingerprints(self, realm: UUID, ring: Ring) -> Fingerprints:
        stored = self._store.realm_key(realm)
        if stored is None:
            generation, ring_key = ring.sealing
            fresh = RealmKey(realm, generation, b"")
            sealed = envelope.wrap(ring_key, envelope.new_key(), _realm_context(fresh))
            stored = self._store.add_realm_key(replace(fresh, sealed=sealed))
        # Not the ring from above: it may have grown between the two readings.
        ring_key = self.ring().key(stored.generation)
        return Fingerprints(envelope.unwrap(ring_key, stored.sealed, _realm_context(stored)))

    # destroy ---------------------------------------------------------------------------------

    def destroy(self, cells: Sequence[UUID]) -> int:
        """Destroys the keys of these cells, bucket by bucket, for good; how many there were.

        The siblings in each bucket get a new bucket key, so that the old one, whose sealed
        copies lie in old backups, is wanted by nothing that lives and dies with the generations
        it was sealed under.  May be repeated: cells without keys are fine.
        """
        with self._store.transaction():
            touched = self._store.by_bucket(list(cells))
        for bucket_id, gone in touched:
            with self._store.transaction():
                self._destroy_in_bucket(bucket_id, gone)
            crash_point("destroy:between-buckets")
        return sum(len(gone) for _, gone in touched)

    def _destroy_in_bucket(self, bucket_id: UUID, gone: list[UUID]) -> None:
        bucket = self._store.lock_bucket(bucket_id)
        if bucket is None:
            return
        self._store.remove_cell_keys(gone)
        crash_point("destroy:in-bucket")
        self._renew_or_remove(bucket)

    def renew(self, realm: UUID | None = None) -> None:
        """Gives every bucket, of one realm or of all, a new key.

        For when cells to be destroyed have no key here.  It may have been lost with a copy of
        the key store that was put back, and with it that bucket's renewal: copies from before
        still wrap the lost key under a bucket key that lives on.
        """
        with self._store.transaction():
            buckets = self._store.bucket_ids(realm)
        for bucket_id in buckets:
            with self._store.transaction():
                bucket = self._store.lock_bucket(bucket_id)
                if bucket is not None:
                    self._renew_or_remove(bucket)

    def reseal_realm_keys(self) -> None:
        """Under the settled generation, as a key store put back from a copy may need it."""
        ring = self.ring()
        with self._store.transaction():
            self._store.reseal_realm_keys(
                [_resealed_realm(k, ring, ring.sealing) for k in self._store.all_realm_keys()]
            )

    def _renew_or_remove(self, bucket: Bucket) -> None:
        staying = self._store.cell_keys_of(bucket)
        if staying.cells:
            self._renew(bucket, staying)
        else:
            self._store.remove_bucket(bucket.id)
        self._known.pop(bucket.sealed, None)

    def _renew(self, bucket: Bucket, staying: KeysOfBucket) -> None:
        renewed, new_key = _new_bucket_key(replace(bucket, cells=len(staying.cells)), self.ring())
        new = BucketLock(renewed, new_key)
        wrapped = [new.wrap(cell, inner) for cell, inner in self._unwrapped(staying)]
        self._store.rewrap(KeysOfBucket(renewed, staying.cells, wrapped))

    def count_destroyed(self, note: Callable[[int], Sequence[bytes]]) -> None:
        """Writes destructions into the ring, from which no restored copy can take them back.

        `note(batch)` makes durable that certain cells are of this batch and answers the ids (16
        bytes each) of all that are; it runs under the ring's lock, so that nobody else counts
        meanwhile.  A crash before the ring is stored leaves a batch that the ring has not
        reached; the next count takes the same number and those cells with it, so that each is
        counted exactly once.
        """
        with self._ring.changing() as change:
            batch = change.ring.batches + 1
            cells = note(batch)
            if cells:
                with self._store.transaction():
                    self._store.note_counted(batch)
                crash_point("destroy:before-count")
                change.store(change.ring.counting(cells))

    def check(self, tombstones: Callable[[int], Iterable[bytes]]) -> Count:
        """How ring, key store and tombstones agree, while nobody counts.

        `tombstones(batch)` gives the ids of what the main database holds as counted up to it.
        """
        with self._ring.changing() as change:
            ring = change.ring
            with self._store.transaction():
                heard, sealed_in = self._store.counted(), self._store.newest_generation()
            return Count(ring, ring.digest_of(tombstones(ring.batches)), heard, sealed_in)

    def begin_counting(self, tombstones: Callable[[int], Iterable[bytes]]) -> int:
        """For a ring of the first release, which only counted; how many tombstones are missing.

        What the main database holds becomes the start of the digest, unless it is too little.
        """
        with self._ring.changing() as change:
            if change.ring.tombstone_key:
                return 0
            fresh = change.ring.digesting(tombstones(change.ring.batches))
            if fresh.destroyed >= change.ring.destroyed:
                change.store(fresh)
            return max(0, change.ring.destroyed - fresh.destroyed)

    def note_counted(self) -> None:
        """Tells the key store how far the ring has counted, after a replay."""
        with self._ring.changing() as change, self._store.transaction():
            self._store.note_counted(change.ring.batches)

    # rotate ----------------------------------------------------------------------------------

    def tick(self, *, on: str) -> Ring:
        """A new generation: every bucket is resealed under it, the oldest one is forgotten.

        A tick that died half-way is finished by the next one, without another generation.
        """
        with self._ring.changing() as change:
            # Stored even when a tick that died has grown it: maybe not at every holder.
            change.store(change.ring.grown())
            crash_point("tick:grown")
            with self._store.transaction():
                self._store.reseal_buckets(
                    [_resealed(b, change.ring) for b in self._store.all_buckets()]
                )
                self._store.reseal_realm_keys(
                    [_resealed_realm(k, change.ring) for k in self._store.all_realm_keys()]
                )
            crash_point("tick:resealed")
            change.store(change.ring.trimmed(on=on))
            return change.ring

    def changing_ring(self) -> AbstractContextManager[RingChange]:
        return self._ring.changing()

    def ring(self) -> Ring:
        """The ring of this instant; at a new generation memory is emptied."""
        ring = self._ring.read()
        if ring.settled != self._remembered:
            self._known.clear()
            self._same.clear()
            self._remembered = ring.settled
        return ring


def _new_bucket_key(bucket: Bucket, ring: Ring) -> tuple[Bucket, bytes]:
    key = envelope.new_key()
    generation, ring_key = ring.sealing
    bucket = replace(bucket, generation=generation)
    return replace(bucket, sealed=envelope.wrap(ring_key, key, _bucket_context(bucket))), key


def _resealed(bucket: Bucket, ring: Ring) -> Bucket:
    key = envelope.unwrap(ring.key(bucket.generation), bucket.sealed, _bucket_context(bucket))
    generation, ring_key = ring.newest
    moved = replace(bucket, generation=generation)
    return replace(moved, sealed=envelope.wrap(ring_key, key, _bucket_context(moved)))


def _resealed_realm(
    stored: RealmKey, ring: Ring, under: tuple[int, bytes] | None = None
) -> RealmKey:
    key = envelope.unwrap(ring.key(stored.generation), stored.sealed, _realm_context(stored))
    generation, ring_key = under or ring.newest
    moved = replace(stored, generation=generation)
    return replace(moved, sealed=envelope.wrap(ring_key, key, _realm_context(moved)))
