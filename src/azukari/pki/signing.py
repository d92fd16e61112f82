"""Ed25519 signatures (RFC 8032), as C2SP signed notes on the ledger's checkpoints need them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from azukari.pki.keyfile import write_private


@dataclass(frozen=True, slots=True)
class SigningKey:
    private_key: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def create(cls) -> Self:
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote. `FileNotFoundError` if absent, `ValueError` for another key."""
        key = load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("not an Ed25519 key")  # noqa: TRY004 - bad content
        return cls(key)

    @classmethod
    def open_or_create(cls, path: Path) -> Self:
        """The key kept at `path`, made there at the first start."""
        if path.exists():
            return cls.load(path)
        made = cls.create()
        made.save(path)
        return made

    def save(self, path: Path) -> None:
        """Write the key as PKCS #8 PEM, mode 0600."""
        pem = self.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_private(path, pem)

    def sign(self, message: bytes) -> bytes:
        """64 bytes; the same message always gives the same signature."""
        return self.private_key.sign(message)

    @property
    def public_key(self) -> bytes:
        """The 32 raw bytes a verifier needs."""
        return self.private_key.public_key().public_bytes_raw()


def verify(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether `signature` (64 bytes) over `message` was made by `public_key` (32 raw bytes)."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
