"""A PDF under a passphrase: AES-256 as ISO 32000-2, 7.6 has it (V 5, R 6); readers since 2010.

Nothing of this key is ours to keep: it lives in the file, under the passphrase. Each stream and
each string is sealed as it is written, so no page lies anywhere in clear.
"""

import hashlib
import secrets
import unicodedata
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_LONGEST: Final = 127  # bytes of a passphrase that count
_ALL_ALLOWED: Final = -4  # every permission: whoever has the passphrase may print
_ROUNDS: Final = 64
_HASHES: Final = (hashlib.sha256, hashlib.sha384, hashlib.sha512)
_BLOCK: Final = 16
_ZERO: Final = bytes(_BLOCK)


class Lock:
    """The key of one file. Raises ValueError for an empty passphrase."""

    def __init__(self, passphrase: str) -> None:
        user = unicodedata.normalize("NFKC", passphrase).encode()[:_LONGEST]
        if not user:
            raise ValueError("a passphrase is needed")
        self._key = secrets.token_bytes(32)
        self._cipher = algorithms.AES(self._key)
        self._user, self._user_key = _sealed_key(self._key, user, b"")
        # Nobody knows the owner's passphrase: there is nothing more that it would allow.
        owner = secrets.token_bytes(32)
        self._owner, self._owner_key = _sealed_key(self._key, owner, self._user)

    def seal(self, content: bytes) -> bytes:
        """Content of a stream or a string: the initial vector, then the blocks."""
        start, short = secrets.token_bytes(_BLOCK), _BLOCK - len(content) % _BLOCK
        encryptor = Cipher(self._cipher, modes.CBC(start)).encryptor()
        return start + encryptor.update(content + bytes([short]) * short) + encryptor.finalize()

    def dictionary(self) -> str:
        """The encryption dictionary; its own strings stand as they are."""
        strings = {
            "U": self._user, "UE": self._user_key, "O": self._owner, "OE": self._owner_key,
            "Perms": self._permissions(),
        }  # fmt: skip
        entries = "".join(f"/{name}<{value.hex()}>" for name, value in strings.items())
        return (
            f"<</Filter/Standard/V 5/R 6/Length 256/P {_ALL_ALLOWED}{entries}"
            "/CF<</StdCF<</AuthEvent/DocOpen/CFM/AESV3/Length 32>>>>/StmF/StdCF/StrF/StdCF>>"
        )

    def _permissions(self) -> bytes:
        """Algorithm 10."""
        allowed = _ALL_ALLOWED.to_bytes(4, "little", signed=True)
        block = allowed + b"\xff\xff\xff\xffTadb" + secrets.token_bytes(4)
        # One block, as the standard asks: there is nothing to chain.
        encryptor = Cipher(self._cipher, modes.ECB()).encryptor()  # noqa: S305
        return encryptor.update(block) + encryptor.finalize()


def _sealed_key(key: bytes, passphrase: bytes, user: bytes) -> tuple[bytes, bytes]:
    """Algorithms 8 and 9: what proves the passphrase, and the key of the file under it."""
    proof_salt, key_salt = secrets.token_bytes(8), secrets.token_bytes(8)
    proof = _hashed(passphrase, proof_salt, user) + proof_salt + key_salt
    wrapping = algorithms.AES(_hashed(passphrase, key_salt, user))
    encryptor = Cipher(wrapping, modes.CBC(_ZERO)).encryptor()
    return proof, encryptor.update(key) + encryptor.finalize()


def _hashed(passphrase: bytes, salt: bytes, user: bytes) -> bytes:
    """Algorithm 2.B: at least 64 rounds, 32 bytes."""
    found = hashlib.sha256(passphrase + salt + user).digest()
    done, last = 0, 0
    while done < _ROUNDS or last > done - 32:
        cipher = Cipher(algorithms.AES(found[:16]), modes.CBC(found[16:32]))
        encryptor = cipher.encryptor()
        mixed = encryptor.update((passphrase + found + user) * 64) + encryptor.finalize()
        found = _HASHES[sum(mixed[:16]) % 3](mixed).digest()
        done, last = done + 1, mixed[-1]
    return found[:32]
