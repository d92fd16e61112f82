"""Root providers: what keeps the ring confidential where it lies."""

import fcntl
import os
from pathlib import Path

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from azukari.vault import envelope


class FileRoot:
    """A key file, mode 0600.  For one server whose disk is trusted."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def create(cls, path: Path) -> "FileRoot":
        """Whole or not at all; of several at once the first one's key counts for all."""
        return cls.put(path, envelope.new_key())

    @classmethod
    def put(cls, path: Path, key: bytes) -> "FileRoot":
        """A key that exists, for an installation restored elsewhere; one that is there stays."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.with_suffix(".lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                _write_whole(path, key)
        return cls(path)

    def wrap(self, secret: bytes, bound_to: bytes) -> bytes:
        return envelope.wrap(self._path.read_bytes(), secret, bound_to)

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        return envelope.unwrap(self._path.read_bytes(), wrapped, bound_to)


def _write_whole(path: Path, key: bytes) -> None:
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)  # of a process that died here; nobody else is, under the lock
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, key)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    fresh.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class PassphraseRoot:
    """A passphrase that only people and the start-up command know (Argon2id, RFC 9106 §4)."""

    _SALT_BYTES = 16

    def __init__(self, passphrase: str) -> None:
        self._passphrase = passphrase.encode()
        self._derived: tuple[bytes, bytes] | None = None  # the salt last proved right, its key

    def wrap(self, secret: bytes, bound_to: bytes) -> bytes:
        if self._derived is None:
            salt = os.urandom(self._SALT_BYTES)
            self._derived = (salt, self._key(salt))
        salt, key = self._derived
        return salt + envelope.wrap(key, secret, bound_to)

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        salt = wrapped[: self._SALT_BYTES]
        if len(salt) < self._SALT_BYTES:
            raise envelope.NotOpened("salt")
        key = self._key(salt)
        secret = envelope.unwrap(key, wrapped[self._SALT_BYTES :], bound_to)
        self._derived = (salt, key)
        return secret

    def _key(self, salt: bytes) -> bytes:
        if self._derived is not None and self._derived[0] == salt:
            return self._derived[1]
        kdf = Argon2id(
            salt=salt, length=envelope.KEY_BYTES, iterations=3, lanes=4, memory_cost=65536
        )
        return kdf.derive(self._passphrase)
