"""What must not come twice in a file of a million rows, in some 15 or 25 bytes a piece."""

from array import array
from typing import Final

_FULL: Final = 2 / 3
_GROWTH: Final = 1.5
_WORD: Final = (1 << 64) - 1


class Seen:
    """Something by its 64-bit hash; `with_values` → a value of 64 bits; the first that comes stays.

    A table with linear probing over arrays: a dict takes five times as much.  Two that share a
    hash would be taken for one: among a million with a chance of 3e-8.
    """

    def __init__(self, expected: int = 0, *, with_values: bool = False) -> None:
        """`expected`: how many will come, more or less; then the table need not grow."""
        self._with_values = with_values
        self._count = 0
        self._make(max(1 << 10, int(expected / _FULL)) | 1)

    def put(self, hashed: int, value: int = 0) -> int | None:
        """The value that was there before (0 without values), which then stays."""
        key = hashed & _WORD or 1  # 0 marks what is free
        keys, size = self._keys, self._size
        at = key % size
        while there := keys[at]:
            if there == key:
                return self._values[at] if self._with_values else 0
            at = (at + 1) % size
        keys[at] = key
        if self._with_values:
            self._values[at] = value
        self._count += 1
        if self._count > size * _FULL:
            self._grow()
        return None

    def _make(self, size: int) -> None:
        # Multiplied, not read from as many bytes: those would be a second table for a moment.
        self._size = size
        self._keys = array("Q", [0]) * size
        self._values = array("Q", [0]) * (size if self._with_values else 0)

    def _grow(self) -> None:
        old, old_values = self._keys, self._values
        size = int(self._size * _GROWTH) | 1
        self._make(size)
        keys, values = self._keys, self._values
        for place, key in enumerate(old):
            if key:
                at = key % size
                while keys[at]:
                    at = (at + 1) % size
                keys[at] = key
                if old_values:
                    values[at] = old_values[place]
