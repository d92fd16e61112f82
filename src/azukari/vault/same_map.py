"""Which cells of one realm hold equal secrets: in memory only, never at rest."""

from array import array
from collections.abc import Iterable, Iterator
from struct import Struct
from typing import Final
from uuid import UUID

from azukari.vault import envelope

_FULL: Final = 2 / 3
_CELL: Final = 16
_HALVES: Final = Struct(">QQ")


class SameMap:
    """Fingerprint → cells.  `mark`: up to where the key store has been read; 0 for not at all.
    `heard`: transactions since then all of whose cells are in here.

    A table with linear probing over arrays, some 50 bytes a cell, as a realm may have a million:
    a dict with a list for each takes six times as much.  Of a fingerprint 16 bytes are kept,
    which two different secrets share as little as all 32.
    """

    def __init__(self) -> None:
        self.mark = 0
        self.heard: set[int] = set()
        self._count = 0
        self._cells = bytearray()
        self._rest = array("Q")  # the second 8 bytes of each fingerprint, in the order of cells
        self._make(1 << 10)

    @property
    def is_empty(self) -> bool:
        return not self._count

    def read_through(self, mark: int, heard: Iterable[int]) -> None:
        """All that came before `mark` is known now, and what came in the transactions `heard`.

        Of these the next answer of the key store can hold again those from the mark on; the rest
        need not be remembered.
        """
        self.mark = mark
        self.heard = {one for one in (*self.heard, *heard) if one >= mark}

    def learn(self, cell: UUID, fingerprint: bytes) -> None:
        if fingerprint == envelope.NO_FINGERPRINT:
            return
        key, rest = _halves(fingerprint)
        if cell in self._cells_of(key, rest):
            return
        if self._count > self._mask * _FULL:
            self._grow()
        self._put(key, self._count)
        self._rest.append(rest)
        self._cells += cell.bytes
        self._count += 1

    def cells_of_each(self, fingerprints: Iterable[bytes]) -> list[list[UUID]]:
        keys, mask = self._keys, self._mask
        return [
            # Nobody's, as most numbers that come.
            self._cells_of(key, rest) if keys[key & mask] else []
            for key, rest in map(_halves, fingerprints)
        ]

    def _cells_of(self, key: int, rest: int) -> list[UUID]:
        return [self._cell(number) for number in self._at(key) if self._rest[number] == rest]

    def _cell(self, number: int) -> UUID:
        return UUID(bytes=bytes(self._cells[number * _CELL : (number + 1) * _CELL]))

    def _at(self, key: int) -> Iterator[int]:
        at = key & self._mask
        while there := self._keys[at]:
            if there == key:
                yield self._numbers[at]
            at = at + 1 & self._mask

    def _put(self, key: int, number: int) -> None:
        at = key & self._mask
        while self._keys[at]:
            at = at + 1 & self._mask
        self._keys[at], self._numbers[at] = key, number

    def _make(self, size: int) -> None:
        self._mask = size - 1
        # Multiplied, not read from as many bytes: those would be a second table for a moment.
        self._keys, self._numbers = array("Q", [0]) * size, array("I", [0]) * size

    def _grow(self) -> None:
        old = zip(self._keys, self._numbers, strict=True)
        self._make(2 * (self._mask + 1))
        for key, number in old:
            if key:
                self._put(key, number)


def _halves(fingerprint: bytes) -> tuple[int, int]:
    key, rest = _HALVES.unpack_from(fingerprint)
    return key or 1, rest  # 0 marks what is free
