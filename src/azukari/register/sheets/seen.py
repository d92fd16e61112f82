"""What must not come twice in a file of a million rows, in some 30 bytes a piece."""

from array import array
from typing import Final

_FULL: Final = 2 / 3
_WORD: Final = (1 << 64) - 1


class Seen:
    """Something by its 64-bit hash → a value of 64 bits; the first that comes stays.

    A table with linear probing in two arrays: a dict takes five times as much.  Two that share a
    hash would be taken for one: among a million with a chance of 3e-8.
    """

    def __init__(self) -> None:
        self._count = 0
        self._make(1 << 10)

    def put(self, hashed: int, value: int = 0) -> int | None:
        """The value that was there before, which then stays."""
        key = hashed & _WORD or 1  # 0 marks what is free
        at = key & self._mask
        while there := self._keys[at]:
            if there == key:
                return self._values[at]
            at = at + 1 & self._mask
        self._keys[at], self._values[at] = key, value
        self._count += 1
        if self._count > self._mask * _FULL:
            self._grow()
        return None

    def _make(self, size: int) -> None:
        self._mask = size - 1
        self._keys, self._values = array("Q", bytes(8 * size)), array("Q", bytes(8 * size))

    def _grow(self) -> None:
        old = zip(self._keys, self._values, strict=True)
        self._make(2 * (self._mask + 1))
        for key, value in old:
            if key:
                at = key & self._mask
                while self._keys[at]:
                    at = at + 1 & self._mask
                self._keys[at], self._values[at] = key, value
