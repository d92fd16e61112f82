"""The recovery key: who opens backups.  Its private half is on paper only.

A backup is sealed to the public half, which lies on the server, so that the server makes backups
every night and reads none of them.  X25519 (RFC 7748) with a fresh key for each backup gives by
HKDF-SHA256 (RFC 5869) one key for AES-256-GCM; pieces are numbered in their nonces, the last one
is marked (STREAM of Hoang, Reyhanitabar, Rogaway, Vizár, CRYPTO 2015), so that pieces left out,
exchanged or cut off are noticed.
"""

import base64
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PIECE_BYTES = 1 << 20
_TAG_BYTES = 16
_LENGTH_BYTES = 4
_CHECK_BYTES = 2
_INFO = b"azukari backup 1"


class WrongRecoveryKey(Exception):
    """The words are no recovery key, or that of another installation."""


class BackupDamaged(Exception):
    """A piece is missing, exchanged, cut off or altered."""


@dataclass(frozen=True)
class RecoveryKey:
    private: bytes = field(repr=False)

    @classmethod
    def create(cls) -> "RecoveryKey":
        return cls(os.urandom(32))

    @classmethod
    def from_text(cls, text: str) -> "RecoveryKey":
        """As `to_text` gives it; blanks, hyphens and small letters do not matter."""
        letters = re.sub(r"[\s-]", "", text).upper()
        try:
            raw = base64.b32decode(letters + "=" * (-len(letters) % 8))
        except ValueError:
            raise WrongRecoveryKey from None
        private, check = raw[:32], raw[32:]
        if len(private) != 32 or check != _check(private):
            raise WrongRecoveryKey
        return cls(private)

    def to_text(self) -> str:
        """For paper: 55 letters and digits in groups of five, with a check sum inside."""
        letters = base64.b32encode(self.private + _check(self.private)).decode().rstrip("=")
        return "-".join(letters[start : start + 5] for start in range(0, len(letters), 5))

    @property
    def public(self) -> bytes:
        return X25519PrivateKey.from_private_bytes(self.private).public_key().public_bytes_raw()


def _check(private: bytes) -> bytes:
    return sha256(b"azukari recovery key" + private).digest()[:_CHECK_BYTES]


class Sealer:
    """Writes pieces sealed to a recovery key.  `fresh` goes, in clear, with the backup."""

    def __init__(self, recipient: bytes, write: Callable[[bytes], object], bound_to: bytes) -> None:
        key = X25519PrivateKey.generate()
        self.fresh = key.public_key().public_bytes_raw()
        shared = key.exchange(X25519PublicKey.from_public_bytes(recipient))
        self._cipher = _cipher(shared, self.fresh, recipient)
        self._write, self._bound_to, self._pieces = write, bound_to, 0

    def write(self, piece: bytes, *, last: bool = False) -> None:
        nonce = _nonce(self._pieces, last=last)
        sealed = self._cipher.encrypt(nonce, piece, self._bound_to)
        self._write(len(sealed).to_bytes(_LENGTH_BYTES, "big") + sealed)
        self._pieces += 1


def opened_pieces(
    key: RecoveryKey, fresh: bytes, read: Callable[[int], bytes], bound_to: bytes
) -> Iterator[bytes]:
    """Each piece, whole and in order, up to the last one.

    Raises `WrongRecoveryKey` when not even the first opens, `BackupDamaged` at a later one.
    """
    shared = X25519PrivateKey.from_private_bytes(key.private).exchange(
        X25519PublicKey.from_public_bytes(fresh)
    )
    cipher = _cipher(shared, fresh, key.public)
    for number, (sealed, last) in enumerate(sealed_pieces(read)):
        try:
            yield cipher.decrypt(_nonce(number, last=last), sealed, bound_to)
        except InvalidTag:
            raise (BackupDamaged if number else WrongRecoveryKey) from None


def sealed_pieces(read: Callable[[int], bytes]) -> Iterator[tuple[bytes, bool]]:
    """Pieces as they lie in the file, and which is the last; a length of 0 ends them."""
    sealed = _piece(read)
    while sealed:
        following = _piece(read)
        yield sealed, not following
        sealed = following


def _piece(read: Callable[[int], bytes]) -> bytes:
    length = int.from_bytes(_exactly(read, _LENGTH_BYTES), "big")
    if length > PIECE_BYTES + 1024:
        raise BackupDamaged
    return _exactly(read, length)


def _exactly(read: Callable[[int], bytes], length: int) -> bytes:
    raw = read(length) if length else b""
    if len(raw) != length:
        raise BackupDamaged
    return raw


def _cipher(shared: bytes, fresh: bytes, recipient: bytes) -> AESGCM:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=fresh + recipient, info=_INFO)
    return AESGCM(kdf.derive(shared))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
