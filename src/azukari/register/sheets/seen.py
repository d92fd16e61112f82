"""What must not come twice in a file of a million rows, in some 15 or 25 bytes a piece."""

from array import array
from collections.abc import Sequence
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

    def put_each(
        self, hashes: Sequence[int | None], values: Sequence[int] | None = None
    ) -> list[tuple[int, int]]:
        """The places of those that were there before, with the value that stays (0 without any).

        None is nothing.
        """
        before: list[tuple[int, int]] = []
        for place, hashed in enumerate(hashes):
            if hashed is None:
                continue
            keys, size = self._keys, self._size
            key = hashed & _WORD or 1  # 0 marks what is free
            at = key % size
            while (there := keys[at]) and there != key:
                at = (at + 1) % size
            if there:
                before.append((place, self._values[at] if self._with_values else 0))
                continue
            keys[at] = key
            if values is not None:
                self._values[at] = values[place]
            self._count += 1
            if self._count > self._most:
                self._grow()
        return before

    def _make(self, size: int) -> None:
        # Multiplied, not read from as many bytes: those would be a second table for a moment.
        self._size, self._most = size, int(size * _FULL)
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
