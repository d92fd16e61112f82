"""Checkpoints: the signed head of one tree, a note of a few lines that can be mailed or printed.

Format: C2SP tlog-checkpoint (origin, size, root in base64, optional extension lines) inside a C2SP
signed-note (empty line, then `— <key name> base64(key id || signature)`), Ed25519 (RFC 8032).
The key name of a realm is its origin; private keys live in `azukari.pki`, met here by two members.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Protocol
from uuid import UUID

from azukari.ledger.merkle import HASH_SIZE

ED25519: Final = b"\x01"  # signature type of C2SP signed-note
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_SIGNATURE_MARK: Final = "\N{EM DASH} "

Verify = Callable[[bytes, bytes, bytes], bool]
"""(public key, signature, message) -> whether the signature is good."""


class CheckpointRefused(Exception):
    """A note is malformed, of another origin, or carries no good signature of the expected key."""


class Signer(Protocol):
    """An Ed25519 key: `sign` gives 64 bytes, `public_key` is the raw 32-byte public key."""

    @property
    def public_key(self) -> bytes: ...

    def sign(self, message: bytes, /) -> bytes: ...


def origin_of(realm: UUID) -> str:
    """The line that tells trees apart; also the key name, as C2SP tlog-checkpoint recommends."""
    return f"azukari/ledger/{realm}"


def key_id(name: str, public_key: bytes) -> bytes:
    """SHA-256(name || 0x0A || 0x01 || public key)[:4], C2SP signed-note."""
    return sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:4]


def verifier_key(name: str, public_key: bytes) -> str:
    """`name+hex key id+base64(0x01 || public key)`, the public line given to auditors."""
    return f"{name}+{key_id(name, public_key).hex()}+{_encode(ED25519 + public_key)}"


def key_in(verifier_line: str) -> bytes:
    """The raw public key of such a line."""
    return _decode(verifier_line.split("+", 2)[2])[len(ED25519) :]


def fingerprint(public_key: bytes) -> str:
    """What people compare the key of the house by: SHA-256 in hexadecimal, in groups of four."""
    digits = sha256(public_key).hexdigest()
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lines = (self.origin, *self.extensions)
        if len(self.root) != HASH_SIZE or self.size < 0:
            raise CheckpointRefused("a checkpoint needs a size and a 32-byte root")
        if any(not line or not line.isprintable() for line in lines):
            raise CheckpointRefused("a checkpoint line is empty or has a control character")

    def text(self) -> str:
        """The signed part, final newline included."""
        lines = (self.origin, str(self.size), _encode(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> str:
    """The whole note: text, empty line, one signature line under the origin as key name."""
    name = checkpoint.origin
    if "+" in name or any(letter.isspace() for letter in name):
        raise CheckpointRefused("a key name has neither spaces nor plus signs")
    text = checkpoint.text()
    signed = key_id(name, signer.public_key) + signer.sign(text.encode())
    return f"{text}\n{_SIGNATURE_MARK}{name} {_encode(signed)}\n"


def parse_checkpoint(note: str) -> Checkpoint:
    """Reads a note without asking who signed it."""
    text, _signatures = _split_note(note)
    lines = text.split("\n")[:-1]
    if len(lines) < 3 or not _SIZE.fullmatch(lines[1]):
        raise CheckpointRefused("a checkpoint begins with origin, size and root")
    return Checkpoint(lines[0], int(lines[1]), _decode(lines[2]), tuple(lines[3:]))


def open_checkpoint(note: str, *, origin: str, public_key: bytes, verify: Verify) -> Checkpoint:
    """Reads a note of this origin whose signature by this key is good; others are passed over."""
    text, signatures = _split_note(note)
    wanted = key_id(origin, public_key)
    for name, signed in signatures:
        if name == origin and signed[:4] == wanted:
            if not verify(public_key, signed[4:], text.encode()):
                raise CheckpointRefused("the signature of the checkpoint is wrong")
            checkpoint = parse_checkpoint(note)
            if checkpoint.origin != origin:
                raise CheckpointRefused("the checkpoint is of another ledger")
            return checkpoint
    raise CheckpointRefused("the checkpoint is not signed by the key of this ledger")


def _split_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    text, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise CheckpointRefused("the note has no signatures")
    return f"{text}\n", [_read_signature(line) for line in tail[:-1].split("\n")]


def _read_signature(line: str) -> tuple[str, bytes]:
    mark, name, encoded = line[:2], *line[2:].partition(" ")[::2]
    signed = _decode(encoded)
    if mark != _SIGNATURE_MARK or not name or len(signed) < 5:
        raise CheckpointRefused("a signature line is malformed")
    return name, signed


def _encode(raw: bytes) -> str:
    return b64encode(raw).decode()


def _decode(encoded: str) -> bytes:
    try:
        raw = b64decode(encoded, validate=True)
    except (Base64Error, ValueError) as error:
        raise CheckpointRefused("base64 is malformed") from error
    if _encode(raw) != encoded:
        raise CheckpointRefused("base64 is not in its only form")
    return raw
