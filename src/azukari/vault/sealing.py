"""How deposits become sealed cells and wrapped keys.  Formats: `envelope.py`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from azukari.vault import envelope
from azukari.vault.keystore import Bucket, KeysOfBucket

_VERSION = 1


# Neither of these is frozen: they are made by the hundred thousand, and a frozen one costs thrice.
@dataclass(slots=True)
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


@dataclass(slots=True)
class Deposit:
    """What is to be sealed.  `findable`: whether equal secrets of the realm can be found."""

    cell: UUID
    subject: UUID
    secret: bytes = field(repr=False)
    findable: bool = False


class BucketLock:
    """An opened bucket key; wraps and unwraps the cell keys of its bucket."""

    def __init__(self, bucket: Bucket, key: bytes) -> None:
        self._lock = envelope.Lock(key)
        # What the key of each of its cells is bound to is this, and then the cell.
        place = envelope.context(b"key", bucket.realm.bytes, bucket.id.bytes)
        self._place = place + envelope.OF_AN_ID

    def wrap(self, cell: UUID, inner: bytes, nonce: bytes | None = None) -> bytes:
        return self._lock.wrap(inner, self._place + cell.int.to_bytes(16), nonce)

    def unwrap(self, cell: UUID, wrapped: bytes) -> bytes:
        return self._lock.unwrap(wrapped, self._place + cell.int.to_bytes(16))


@dataclass(frozen=True)
class Place:
    """Where deposits go, and the keys for that; `fingerprints` where one of them is findable."""

    kind: str
    bucket: Bucket
    lock: BucketLock = field(repr=False)
    fingerprints: envelope.Fingerprints | None

    def fingerprint(self, deposit: Deposit) -> bytes:
        if not deposit.findable:
            return envelope.NO_FINGERPRINT
        if self.fingerprints is None:
            raise ValueError("a findable deposit in a place without fingerprints")
        return self.fingerprints.of(deposit.secret)


class SealedInBucket(NamedTuple):
    """Some sealed cells of one bucket, and in the same order their keys and fingerprints."""

    cells: list[Sealed]
    keys: KeysOfBucket
    fingerprints: list[bytes]


def seal_all(deposits: Sequence[Deposit], place: Place) -> SealedInBucket:
    """Each under a key of its own."""
    realm, kind, wrap = place.bucket.realm, place.kind, place.lock.wrap
    contexts = envelope.CellContexts(realm, kind, _VERSION)
    keys = envelope.draw(len(deposits), envelope.KEY_BYTES)
    nonces = envelope.draw(2 * len(deposits), envelope.NONCE_BYTES)
    fingerprints = list(map(place.fingerprint, deposits))
    cells, wrapped = [], []
    for deposit, key, same, of_cell, of_key in zip(
        deposits, keys, fingerprints, nonces[::2], nonces[1::2], strict=True
    ):
        cell, subject = deposit.cell, deposit.subject
        sealed = envelope.seal_cell(key, deposit.secret, contexts.of(subject, cell), of_cell)
        cells.append(Sealed(cell, realm, subject, kind, *sealed, _VERSION))
        wrapped.append(wrap(cell, key + same, of_key))
    ids = [deposit.cell for deposit in deposits]
    return SealedInBucket(cells, KeysOfBucket(place.bucket, ids, wrapped), fingerprints)


def open_all(cells: Sequence[Sealed], keys: Mapping[int, bytes]) -> Iterator[bytes]:
    """The secret of each; `keys` by the cells' numbers.  Raises `NotOpened`."""
    place, contexts = None, None
    for sealed in cells:
        here = sealed.realm, sealed.kind, sealed.version
        if contexts is None or here != place:
            place, contexts = here, envelope.CellContexts(*here)
        key = keys.get(sealed.cell.int)
        if key is None:
            raise envelope.NotOpened("key destroyed")
        bound_to = contexts.of(sealed.subject, sealed.cell)
        yield envelope.open_cell(key, sealed.ciphertext, sealed.commitment, bound_to)
