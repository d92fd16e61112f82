"""The bytes of a file, read again and again without ever lying in memory as a whole.

Packed (zlib) a million rows of CSV shrink to a sixth.  So they are deposited, and so they lie in
memory where they lie nowhere else.
"""

import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from isal import isal_zlib

_STEP = 1 << 20
_STEP_PACKED = 1 << 14
_LEVEL = 0  # a twentieth longer than the level 1 of zlib, in a third of its time
_MARK = isal_zlib.compress(b"", _LEVEL)[:2]  # RFC 1950; no text and no book begins so

Source = Callable[[], Iterable[bytes]]
"""Gives the same bytes from their beginning at each call."""


class Packed:
    """A file that comes from `packed`, or from `plain`, or from either."""

    def __init__(self, packed: Source | None = None, plain: Source | None = None) -> None:
        self._packed, self._plain = packed, plain

    @staticmethod
    def of(content: bytes | Iterable[bytes]) -> "Packed":
        """A file given as a whole or in pieces, from now on in memory."""
        packing = Packing()
        for piece in _cut(content, _STEP) if isinstance(content, bytes) else content:
            packing.add(piece)
        return packing.end()

    @classmethod
    def of_file(cls, path: Path) -> "Packed":
        """A file on a disk, which is read there whenever it is gone through."""
        if not path.is_file():  # a pipe, which gives its bytes once
            with path.open("rb") as stream:
                return cls.of(iter(lambda: stream.read(_STEP), b""))
        return cls(plain=lambda: _read(path))

    @classmethod
    def deposited(cls, pieces: Source) -> "Packed":
        """What was deposited; files of the first releases were not packed."""
        head = next(iter(pieces()), b"")
        return cls(packed=pieces) if head.startswith(_MARK) else cls(plain=pieces)

    @cached_property
    def size(self) -> int:
        return sum(map(len, self.pieces()))

    def packed(self) -> Iterator[bytes]:
        """What is deposited of it, piece by piece."""
        if self._packed is not None:
            yield from self._packed()
        else:
            yield from _pack(self.pieces())

    def pieces(self) -> Iterator[bytes]:
        if self._plain is not None:
            yield from self._plain()
        else:
            yield from _unpack(self.packed())

    def open(self, buffer: int = _STEP) -> io.BufferedReader:
        return io.BufferedReader(_Reading(self.pieces()), buffer)

    def head(self, length: int) -> bytes:
        with self.open() as stream:
            return stream.read(length)

    def whole(self) -> bytes:
        return b"".join(self.pieces())

    @cached_property
    def lines(self) -> int:
        return sum(piece.count(b"\n") for piece in self.pieces())


class Packing:
    """A file that somebody hands over piece by piece, in memory only packed."""

    def __init__(self) -> None:
        self.size = 0
        self._packer = isal_zlib.compressobj(_LEVEL)
        self._kept: list[bytes] = []

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        if packed := self._packer.compress(piece):
            self._kept.append(packed)

    def end(self) -> Packed:
        """All of it; nothing may be added any more."""
        self._kept.append(self._packer.flush())
        packed = Packed(lambda: self._kept)
        packed.size = self.size
        return packed

    def read_once(self, buffer: int) -> io.BufferedReader:
        """The same as a stream that lets go of what was read of it."""
        waiting = deque([*self._kept, self._packer.flush()])
        self._kept.clear()
        return io.BufferedReader(_Reading(_unpack(_taken(waiting))), buffer)


class _Reading(io.RawIOBase):
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = memoryview(piece)
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def _pack(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = isal_zlib.compressobj(_LEVEL)
    for piece in pieces:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()


def _unpack(packed: Iterable[bytes]) -> Iterator[bytes]:
    unpacker = isal_zlib.decompressobj()
    for piece in packed:
        for step in _cut(piece, _STEP_PACKED):
            yield unpacker.decompress(step)
    yield unpacker.flush()


def _taken(waiting: deque[bytes]) -> Iterator[bytes]:
    while waiting:
        yield waiting.popleft()


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(_STEP):
            yield piece


def _cut(content: bytes, step: int) -> Iterator[bytes]:
    return (content[at : at + step] for at in range(0, len(content), step))
