"""The file of one backup.

    AZUKARI-BACKUP/1 LF
    header LF          JSON: when, by what, class of erasure, the key it is sealed with
    pieces             each: length 4 ‖ sealed piece; a length of 0 ends them
    manifest LF        JSON: parts with SHA-256, heads of the ledgers, tombstones, signed by…
    signature LF       …the key of the ledgers, Ed25519 in base64, over all that is before

Opened pieces are frames: `P` name (a part begins), `D` zlib of up to a megabyte (its content).

Parts, in this order: `keys.tar` (authority, ledger key and secrets of the installation; no root of
the ring), `ring.json` (class R only), `main.dump` and `keystore.dump` (pg_dump), `tombstones.txt`
(as `vault/tombstones.py` writes them, read last so that none is missing).
"""

import base64
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Protocol

from azukari.pki.signing import verify
from azukari.vault.recovery import (
    PIECE_BYTES,
    BackupDamaged,
    RecoveryKey,
    Sealer,
    opened_pieces,
    sealed_pieces,
)

SUFFIX = ".azbackup"
_MAGIC = b"AZUKARI-BACKUP/1\n"
_LINE_LIMIT = 1 << 28


class Signer(Protocol):
    @property
    def public_key(self) -> bytes: ...
    def sign(self, message: bytes, /) -> bytes: ...


@dataclass(frozen=True)
class Header:
    created_at: datetime
    program: str
    erasure_class: str
    recipient: bytes  # public half of the recovery key
    fresh: bytes = b""

    def to_line(self) -> bytes:
        return _line(
            {
                "created_at": self.created_at.isoformat(),
                "program": self.program,
                "erasure_class": self.erasure_class,
                "recipient": self.recipient.hex(),
                "fresh": self.fresh.hex(),
            }
        )

    @classmethod
    def from_line(cls, line: bytes) -> "Header":
        try:
            told = json.loads(line)
            return cls(
                datetime.fromisoformat(told["created_at"]),
                told["program"],
                told["erasure_class"],
                bytes.fromhex(told["recipient"]),
                bytes.fromhex(told["fresh"]),
            )
        except (ValueError, KeyError, TypeError):
            raise BackupDamaged from None


@dataclass
class Part:
    name: str
    sha256: str = ""
    size: int = 0


@dataclass
class Manifest:
    """`heads`: the newest signed checkpoint of each ledger (C2SP notes) as of the backup."""

    parts: list[Part] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    tombstones: int = 0
    postgres: str = ""
    migrations: list[str] = field(default_factory=list)
    public_key: str = ""  # of the ledgers, hexadecimal
    body_sha256: str = ""  # of everything before the manifest


# write ---------------------------------------------------------------------------------------


class Writer:
    def __init__(self, file: IO[bytes], header: Header) -> None:
        self._file, self._hash = file, sha256()
        self._sealer = Sealer(header.recipient, self._out, _MAGIC)
        self._out(_MAGIC + Header(**{**vars(header), "fresh": self._sealer.fresh}).to_line())
        self.manifest = Manifest()

    def part(self, name: str, content: Iterable[bytes]) -> None:
        """`content` in chunks of any size."""
        part, digest = Part(name), sha256()
        self._sealer.write(b"P" + name.encode())
        for chunk in _evenly(content):
            digest.update(chunk)
            part.size += len(chunk)
            self._sealer.write(b"D" + zlib.compress(chunk, 1))
        part.sha256 = digest.hexdigest()
        self.manifest.parts.append(part)

    def finish(self, signer: Signer) -> Manifest:
        self._sealer.write(b"", last=True)
        self._out(bytes(4))
        self.manifest.public_key = signer.public_key.hex()
        self.manifest.body_sha256 = self._hash.hexdigest()
        line = _line({**vars(self.manifest), "parts": [vars(part) for part in self.manifest.parts]})
        self._out(line)
        self._out(base64.b64encode(signer.sign(self._hash.digest())) + b"\n")
        return self.manifest

    def _out(self, raw: bytes) -> None:
        self._hash.update(raw)
        self._file.write(raw)


def _evenly(content: Iterable[bytes]) -> Iterator[bytes]:
    """Chunks that fit a piece even when they cannot be compressed."""
    limit = PIECE_BYTES - 1024
    waiting = bytearray()
    for chunk in content:
        waiting += chunk
        while len(waiting) >= limit:
            yield bytes(waiting[:limit])
            del waiting[:limit]
    if waiting:
        yield bytes(waiting)


# read ----------------------------------------------------------------------------------------


@contextmanager
def opened(path: Path) -> Iterator["Reader"]:
    """Raises `BackupDamaged` when it is no backup."""
    with path.open("rb") as file:
        yield Reader(file)


class Reader:
    """Reads from front to back, once."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash = file, sha256()
        if self._read(len(_MAGIC)) != _MAGIC:
            raise BackupDamaged
        self.header = Header.from_line(self._line())

    def parts(self, key: RecoveryKey) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Name and content of each part; what is not consumed of one is passed over.

        Content is only certain after `finish` has found the manifest to agree with it.
        """
        self._found: list[Part] = []
        frames = self._frames(key)
        kind, raw = next(frames, (b"", b""))
        while kind == b"P":
            part, digest = Part(raw.decode()), sha256()
            ended: list[tuple[bytes, bytes]] = []

            def content(
                part: Part = part, digest: Any = digest, ended: Any = ended
            ) -> Iterator[bytes]:
                for kind, raw in frames:
                    if kind != b"D":
                        ended.append((kind, raw))
                        return
                    digest.update(raw)
                    part.size += len(raw)
                    yield raw

            chunks = content()
            yield part.name, chunks
            for _ in chunks:
                pass
            part.sha256 = digest.hexdigest()
            self._found.append(part)
            kind, raw = ended[0] if ended else (b"", b"")

    def _frames(self, key: RecoveryKey) -> Iterator[tuple[bytes, bytes]]:
        for piece in opened_pieces(key, self.header.fresh, self._read, _MAGIC):
            kind, raw = piece[:1], piece[1:]
            yield kind, (_decompressed(raw) if kind == b"D" else raw)

    def pass_over(self) -> None:
        """Without the key: only that every piece is there."""
        self._found = []
        for _ in sealed_pieces(self._read):
            pass

    def finish(self) -> Manifest:
        """After the parts; raises `BackupDamaged` when anything does not agree."""
        body = self._hash.hexdigest()
        told = _manifest(self._line())
        whole = self._hash.digest()
        agrees = not self._found or self._found == told.parts
        signed = _is_signed(self._file.readline(200), told.public_key, whole)
        if told.body_sha256 != body or not signed or not agrees or self._file.read(1):
            raise BackupDamaged
        return told

    def _read(self, length: int) -> bytes:
        raw = self._file.read(length)
        self._hash.update(raw)
        return raw

    def _line(self) -> bytes:
        line = self._file.readline(_LINE_LIMIT)
        self._hash.update(line)
        return line


def _is_signed(line: bytes, public_key: str, message: bytes) -> bool:
    try:
        signature, key = base64.b64decode(line, validate=False), bytes.fromhex(public_key)
    except ValueError:
        return False
    in_its_only_form = base64.b64encode(signature) + b"\n" == line
    return in_its_only_form and verify(key, signature, message)


def _decompressed(raw: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        found = unpacking.decompress(raw, PIECE_BYTES)
    except zlib.error:
        raise BackupDamaged from None
    if not unpacking.eof:
        raise BackupDamaged
    return found


def _manifest(line: bytes) -> Manifest:
    try:
        told = json.loads(line)
        parts = [Part(**part) for part in told.pop("parts")]
        return Manifest(parts=parts, **told)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BackupDamaged from None


def _line(told: dict[str, Any]) -> bytes:
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


@contextmanager
def whole_or_absent(place: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name when all of it is on the disk."""
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.rename(place)
        folder = os.open(place.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    finally:
        draft.unlink(missing_ok=True)
