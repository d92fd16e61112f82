"""The strong room itself, without input or output of its own.

Store, ring, clock and randomness come from outside, so that the same code runs in the web
process, in a process of its own, and under the proofs in tests/vault.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from uuid import UUID, uuid4

from azukari.vault import envelope
from azukari.vault.crash import crash_point
from azukari.vault.keystore import CELLS_PER_BUCKET, Bucket, CellKey, KeyStore, RealmKey
from azukari.vault.ring import Ring
from azukari.vault.ring_file import RingFile


@dataclass(frozen=True)
class Sealed:
    """A deposit as it lies in the main database."""

    cell: UUID
    realm: UUID
    subject: UUID
    kind: str
    ciphertext: bytes
    commitment: bytes
    version: int = 1

    @property
    def bound_to(self) -> bytes:
        return envelope.cell_context(self.realm, self.subject, self.cell, self.kind, self.version)


@dataclass(frozen=True)
class Deposit:
    """What is to be sealed.  `findable`: whether equal secrets of the realm can be found."""

    cell: UUID
    subject: UUID
    secret: bytes = field(repr=False)
    findable: bool = False


def _wrap_context(key: CellKey) -> bytes:
    return envelope.context(b"key", key.realm.bytes, key.bucket.bytes, key.cell.bytes)


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
        self._known: dict[bytes, bytes] = {}  # sealed bucket key → bucket key
        self._same: dict[UUID, _SameMap] = {}
        self._remembered = 0  # the generation they were learnt in
        self._same_lock = Lock()

    # deposit ---------------------------------------------------------------------------------

    def seal(self, realm: UUID, kind: str, deposits: Sequence[Deposit]) -> list[Sealed]:
        """Seals each deposit under a key of its own; the keys are durable when this returns.

        The caller stores the answer afterwards.  Keys whose cell is never stored are swept.
        """
        ring = self.ring()
        done: list[tuple[Sealed, CellKey]] = []
        with self._store.transaction():
            index_key = self._index_key(realm, ring) if any(d.findable for d in deposits) else b""
            for start in range(0, len(deposits), CELLS_PER_BUCKET):
                part = deposits[start : start + CELLS_PER_BUCKET]
                bucket, bucket_key = self._bucket_for(realm, len(part), ring)
                place = _Place(kind, bucket, bucket_key, index_key)
                sealed = [_seal_one(deposit, place) for deposit in part]
                self._store.add_cell_keys([key for _, key in sealed])
                done += sealed
        return [cell for cell, _ in done]

    def _bucket_for(self, realm: UUID, places: int, ring: Ring) -> tuple[Bucket, bytes]:
        bucket = self._store.bucket_with_room(realm, places)
        if bucket is not None:
            return bucket, self._bucket_key(bucket)
        bucket, key = _new_bucket_key(Bucket(uuid4(), realm, 0, b"", places), ring)
        self._store.add_bucket(bucket)
        return bucket, key

    def _bucket_key(self, bucket: Bucket) -> bytes:
        # Kept under the sealed bytes themselves: after a disposal or tick these differ, so that
        # a key of before is never taken for the one of now.
        known = self._known.get(bucket.sealed)
        if known is None:
            ring_key = self.ring().key(bucket.generation)
            known = envelope.unwrap(ring_key, bucket.sealed, _bucket_context(bucket))
            if len(self._known) > 10_000:
                self._known.clear()
            self._known[bucket.sealed] = known
        return known

    # open ------------------------------------------------------------------------------------

    def open(self, cells: Sequence[Sealed]) -> dict[UUID, bytes]:
        """The secrets by cell id.  Raises `NotOpened` when a key is gone or a blob altered."""
        self.ring()
        with self._store.transaction():
            found = self._store.cell_keys([cell.cell for cell in cells])
        kept = {key.cell: (key, bucket) for key, bucket in found}
        opened: dict[UUID, bytes] = {}
        for cell in cells:
            if cell.cell not in kept:
                raise envelope.NotOpened("key destroyed")
            key, bucket = kept[cell.cell]
            cell_key = self._unwrap(key, bucket)[: envelope.KEY_BYTES]
            opened[cell.cell] = envelope.open_cell(
                cell_key, cell.ciphertext, cell.commitment, cell.bound_to
            )
        return opened

    def _unwrap(self, key: CellKey, bucket: Bucket) -> bytes:
        return envelope.unwrap(self._bucket_key(bucket), key.wrapped, _wrap_context(key))

    # find the same ---------------------------------------------------------------------------

    def find_same(self, realm: UUID, secrets: Sequence[bytes]) -> list[list[UUID]]:
        """For each secret the cells of the realm that hold an equal one.

        The map from fingerprints to cells lives in memory only and is brought up to date from
        the key store at each call; cells that are gone may still be named, so the caller
        checks that they exist.
        """
        with self._same_lock:
            ring = self.ring()
            same = self._same.setdefault(realm, _SameMap())
            with self._store.transaction():
                index_key = self._index_key(realm, ring)
                found, mark = self._store.keys_since(realm, same.mark)
            for key, bucket in found:
                if key.cell not in same.known:
                    same.learn(key.cell, self._unwrap(key, bucket)[envelope.KEY_BYTES :])
            same.mark = mark
            return [list(same.cells(envelope.fingerprint(index_key, s))) for s in secrets]

    def _index_key(self, realm: UUID, ring: Ring) -> bytes:
        stored = self._store.realm_key(realm)
        if stored is None:
            generation, ring_key = ring.sealing
            fresh = RealmKey(realm, generation, b"")
            sealed = envelope.wrap(ring_key, envelope.new_key(), _realm_context(fresh))
            stored = self._store.add_realm_key(replace(fresh, sealed=sealed))
        # Not the ring from above: it may have grown between the two readings.
        ring_key = self.ring().key(stored.generation)
        return envelope.unwrap(ring_key, stored.sealed, _realm_context(stored))

    # destroy ---------------------------------------------------------------------------------

    def destroy(self, cells: Sequence[UUID]) -> None:
        """Destroys the keys of these cells, bucket by bucket, for good.

        The siblings in each bucket get a new bucket key, so that the old one, whose sealed
        copies lie in old backups, is wanted by nothing that lives and dies with the generations
        it was sealed under.  May be repeated: cells without keys are fine.
        """
        with self._store.transaction():
            touched = {bucket.id for _, bucket in self._store.cell_keys(list(cells))}
        gone = set(cells)
        for bucket_id in sorted(touched):
            with self._store.transaction():
                self._destroy_in_bucket(bucket_id, gone)
            crash_point("destroy:between-buckets")

    def _destroy_in_bucket(self, bucket_id: UUID, gone: set[UUID]) -> None:
        bucket = self._store.lock_bucket(bucket_id)
        if bucket is None:
            return
        keys = self._store.cell_keys_of(bucket_id)
        self._store.remove_cell_keys([key.cell for key in keys if key.cell in gone])
        crash_point("destroy:in-bucket")
        staying = [key for key in keys if key.cell not in gone]
        if staying:
            self._renew(bucket, staying)
        else:
            self._store.remove_bucket(bucket_id)
        self._known.pop(bucket.sealed, None)

    def _renew(self, bucket: Bucket, staying: list[CellKey]) -> None:
        renewed, new_key = _new_bucket_key(replace(bucket, cells=len(staying)), self.ring())
        self._store.rewrap(
            renewed,
            [
                replace(
                    key,
                    wrapped=envelope.wrap(new_key, self._unwrap(key, bucket), _wrap_context(key)),
                )
                for key in staying
            ],
        )

    def count_destroyed(self, cells: int) -> None:
        """Writes the destruction into the ring, from which no restored copy can take it back."""
        with self._ring.changing() as change:
            change.store(change.ring.counting(cells))

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

    def ring(self) -> Ring:
        """The ring of this instant; at a new generation memory is emptied."""
        ring = self._ring.read()
        if ring.settled != self._remembered:
            self._known.clear()
            self._same.clear()
            self._remembered = ring.settled
        return ring


@dataclass(frozen=True)
class _Place:
    """Where deposits go, and the keys for that."""

    kind: str
    bucket: Bucket
    bucket_key: bytes = field(repr=False)
    index_key: bytes = field(repr=False)


def _seal_one(deposit: Deposit, place: _Place) -> tuple[Sealed, CellKey]:
    cell_key = envelope.new_key()
    cell = Sealed(deposit.cell, place.bucket.realm, deposit.subject, place.kind, b"", b"")
    ciphertext, promise = envelope.seal_cell(cell_key, deposit.secret, cell.bound_to)
    same = (
        envelope.fingerprint(place.index_key, deposit.secret)
        if deposit.findable
        else envelope.NO_FINGERPRINT
    )
    key = CellKey(deposit.cell, place.bucket.realm, place.bucket.id, b"")
    wrapped = envelope.wrap(place.bucket_key, cell_key + same, _wrap_context(key))
    return (
        replace(cell, ciphertext=ciphertext, commitment=promise),
        replace(key, wrapped=wrapped),
    )


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


def _resealed_realm(stored: RealmKey, ring: Ring) -> RealmKey:
    key = envelope.unwrap(ring.key(stored.generation), stored.sealed, _realm_context(stored))
    generation, ring_key = ring.newest
    moved = replace(stored, generation=generation)
    return replace(moved, sealed=envelope.wrap(ring_key, key, _realm_context(moved)))


class _SameMap:
    """Fingerprint → cells of one realm, in memory."""

    def __init__(self) -> None:
        self.mark = 0
        self.known: set[UUID] = set()
        self._cells: dict[bytes, list[UUID]] = {}

    def learn(self, cell: UUID, fingerprint: bytes) -> None:
        self.known.add(cell)
        if fingerprint != envelope.NO_FINGERPRINT:
            self._cells.setdefault(fingerprint, []).append(cell)

    def cells(self, fingerprint: bytes) -> list[UUID]:
        return self._cells.get(fingerprint, [])
