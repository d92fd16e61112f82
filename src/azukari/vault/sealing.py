"""How one deposit becomes a sealed cell and a wrapped key.  Formats: `envelope.py`."""

from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from azukari.vault import envelope
from azukari.vault.keystore import Bucket, CellKey

_VERSION = 1


@dataclass(frozen=True)
class Sealed:
    """A deposit as it lies in the main database."""

    cell: UUID
    realm: UUID
    subject: UUID
    kind: str
    ciphertext: bytes
    commitment: bytes
    version: int = _VERSION

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


def wrap_context(key: CellKey) -> bytes:
    return envelope.context(b"key", key.realm.bytes, key.bucket.bytes, key.cell.bytes)


class BucketLock:
    """An opened bucket key; wraps and unwraps the cell keys of its bucket."""

    def __init__(self, bucket: Bucket, key: bytes) -> None:
        self._lock = envelope.Lock(key)
        # `wrap_context` of each of its cells begins with this.
        self._place = envelope.context(b"key", bucket.realm.bytes, bucket.id.bytes)

    def wrap(self, cell: UUID, inner: bytes) -> bytes:
        return self._lock.wrap(inner, self._place + envelope.part(cell.bytes))

    def unwrap(self, key: CellKey) -> bytes:
        return self._lock.unwrap(key.wrapped, self._place + envelope.part(key.cell.bytes))


@dataclass(frozen=True)
class Place:
    """Where deposits go, and the keys for that."""

    kind: str
    bucket: Bucket
    lock: BucketLock = field(repr=False)
    index_key: bytes = field(repr=False)


class New(NamedTuple):
    cell: Sealed
    key: CellKey
    fingerprint: bytes


def seal_one(deposit: Deposit, place: Place) -> New:
    cell_key = envelope.new_key()
    realm = place.bucket.realm
    bound_to = envelope.cell_context(realm, deposit.subject, deposit.cell, place.kind, _VERSION)
    ciphertext, promise = envelope.seal_cell(cell_key, deposit.secret, bound_to)
    same = (
        envelope.fingerprint(place.index_key, deposit.secret)
        if deposit.findable
        else envelope.NO_FINGERPRINT
    )
    wrapped = place.lock.wrap(deposit.cell, cell_key + same)
    return New(
        Sealed(deposit.cell, realm, deposit.subject, place.kind, ciphertext, promise, _VERSION),
        CellKey(deposit.cell, realm, place.bucket.id, wrapped),
        same,
    )
