"""How deposits become sealed cells and wrapped keys.  Formats: `envelope.py`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from azukari.vault import envelope
from azukari.vault.keystore import Bucket, CellKey

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


def wrap_context(key: CellKey) -> bytes:
    return envelope.context(b"key", key.realm.bytes, key.bucket.bytes, key.cell.bytes)


class BucketLock:
    """An opened bucket key; wraps and unwraps the cell keys of its bucket."""

    def __init__(self, bucket: Bucket, key: bytes) -> None:
        self._lock = envelope.Lock(key)
        # `wrap_context` of each of its cells is this, and then the cell.
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


class New(NamedTuple):
    cell: Sealed
    key: CellKey
    fingerprint: bytes


def seal_all(deposits: Sequence[Deposit], place: Place) -> Iterator[New]:
    """Each under a key of its own."""
    realm, bucket, kind = place.bucket.realm, place.bucket.id, place.kind
    contexts = envelope.CellContexts(realm, kind, _VERSION)
    keys = envelope.draw(len(deposits), envelope.KEY_BYTES)
    nonces = envelope.draw(2 * len(deposits), envelope.NONCE_BYTES)
    for deposit, key, of_cell, of_key in zip(
        deposits, keys, nonces[::2], nonces[1::2], strict=True
    ):
        cell, subject, secret = deposit.cell, deposit.subject, deposit.secret
        ciphertext, promise = envelope.seal_cell(key, secret, contexts.of(subject, cell), of_cell)
        same = place.fingerprint(deposit)
        yield New(
            Sealed(cell, realm, subject, kind, ciphertext, promise, _VERSION),
            CellKey(cell, realm, bucket, place.lock.wrap(cell, key + same, of_key)),
            same,
        )


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
