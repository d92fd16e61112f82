"""How one secret is sealed: AES-256-GCM under a one-use key, with commitment and bound context.

Formats (version 1), all lengths in bytes:

* cell      nonce 12 ‖ ciphertext ‖ tag 16, associated data = context ‖ commitment
* commitment  HMAC-SHA-256(cell key, "commit" ‖ context), 32
* wrapped cell key   nonce 12 ‖ AES-GCM(bucket key, cell key 32 ‖ fingerprint 32) ‖ tag 16 = 92
* sealed bucket key  nonce 12 ‖ AES-GCM(generation key, bucket key 32) ‖ tag 16 = 60

The commitment is checked before anything is decrypted: AES-GCM alone lets somebody who may
choose keys craft one ciphertext that opens to two different numbers.
"""

import hmac
import os
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
FORMAT = b"azukari/1"
NO_FINGERPRINT = bytes(32)
OF_AN_ID = (16).to_bytes(4, "big")  # what `part` writes before an id
_BLOCK = 64
_IPAD = bytes(byte ^ 0x36 for byte in range(256))
_OPAD = bytes(byte ^ 0x5C for byte in range(256))


class NotOpened(Exception):
    """The bytes are not what was sealed for this place: altered, moved, or another key."""


def context(*parts: bytes) -> bytes:
    """Parts joined unambiguously: each is preceded by its length (4 bytes, big endian)."""
    return b"".join(map(part, (FORMAT, *parts)))


def part(content: bytes) -> bytes:
    """One part of a context; appended to a context it makes a longer one."""
    return len(content).to_bytes(4, "big") + content


def cell_context(realm: UUID, subject: UUID, cell: UUID, kind: str, version: int) -> bytes:
    """What a cell is bound to; a blob moved to another row, field or tenant does not open."""
    return CellContexts(realm, kind, version).of(subject, cell)


class CellContexts:
    """`cell_context` for many cells, of which only subject and id differ."""

    def __init__(self, realm: UUID, kind: str, version: int) -> None:
        self._before = context(b"cell", realm.bytes) + OF_AN_ID
        self._after = part(kind.encode()) + part(version.to_bytes(2, "big"))

    def of(self, subject: UUID, cell: UUID) -> bytes:
        # `UUID.bytes` does the same behind a property, which costs as much again.
        subject_bytes, cell_bytes = subject.int.to_bytes(16), cell.int.to_bytes(16)
        return self._before + subject_bytes + OF_AN_ID + cell_bytes + self._after


def new_key() -> bytes:
    return os.urandom(KEY_BYTES)


def draw(count: int, length: int) -> list[bytes]:
    """So many random strings; asking the system once costs as much as asking it for each."""
    drawn = os.urandom(count * length)
    return [drawn[at : at + length] for at in range(0, count * length, length)]


def commitment(cell_key: bytes, bound_to: bytes) -> bytes:
    return keyed_hash(cell_key, b"commit" + bound_to)


def seal_cell(
    cell_key: bytes, secret: bytes, bound_to: bytes, nonce: bytes | None = None
) -> tuple[bytes, bytes]:
    """Ciphertext and commitment.  A nonce given must come from `draw` and be used only here."""
    promise = commitment(cell_key, bound_to)
    nonce = nonce or os.urandom(NONCE_BYTES)
    sealed = AESGCM(cell_key).encrypt(nonce, secret, bound_to + promise)
    return nonce + sealed, promise


def open_cell(cell_key: bytes, sealed: bytes, promise: bytes, bound_to: bytes) -> bytes:
    if not hmac.compare_digest(commitment(cell_key, bound_to), promise):
        raise NotOpened("commitment")
    return _decrypt(cell_key, sealed, bound_to + promise)


def wrap(outer: bytes, inner: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(outer).encrypt(nonce, inner, bound_to)


def unwrap(outer: bytes, wrapped: bytes, bound_to: bytes) -> bytes:
    return _decrypt(outer, wrapped, bound_to)


class Lock:
    """A key that wraps many others: making its cipher costs as much as using it once."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def wrap(self, inner: bytes, bound_to: bytes, nonce: bytes | None = None) -> bytes:
        nonce = nonce or os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, inner, bound_to)

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        return _decrypt_with(self._cipher, wrapped, bound_to)


def _decrypt(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    return _decrypt_with(AESGCM(key), sealed, bound_to)


def _decrypt_with(cipher: AESGCM, sealed: bytes, bound_to: bytes) -> bytes:
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError):
        # ValueError: shorter than a nonce and a tag.
        raise NotOpened("ciphertext") from None


class Fingerprints:
    """Tell equal secrets of one realm apart from others.

    Kept only inside the wrapped cell key, never beside the ciphertext: there are only 10^11
    numbers, so that whoever holds the key and a table of fingerprints reads them all in hours.
    """

    def __init__(self, index_key: bytes) -> None:
        # `keyed_hash` with what is alike for all secrets hashed once.
        block = index_key.ljust(_BLOCK, b"\0")
        self._inner = sha256(block.translate(_IPAD) + b"same")
        self._outer = sha256(block.translate(_OPAD))

    def of(self, secret: bytes) -> bytes:
        """`keyed_hash` of b"same" and the secret's SHA-256, under the realm's key."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(sha256(secret).digest())
        outer.update(inner.digest())
        return outer.digest()


def keyed_hash(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA-256 as RFC 2104 puts it together; keys of up to 64 bytes.

    `hmac.digest` has OpenSSL look up the algorithm at each call, three times the work itself.
    """
    block = key.ljust(_BLOCK, b"\0")
    inner = sha256(block.translate(_IPAD) + message).digest()
    return sha256(block.translate(_OPAD) + inner).digest()
