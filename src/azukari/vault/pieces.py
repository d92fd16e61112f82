"""A long file as sealed pieces, so that nobody has to hold the whole of it.

All pieces are sealed under the one key of their cell and go with it: one tombstone, one clock.
What lies in the cell itself is the head: how many pieces there are and how many bytes, sealed as
any other deposit.  Each piece is bound to the cell and to its place among them, so that none can
be altered, exchanged for another or moved to another file; and the head says when one is missing.

* head of version 2   count 4 ‖ bytes 8, as the secret of the cell
* piece               nonce 12 ‖ ciphertext ‖ tag 16, associated data = context of the cell
                      ‖ commitment ‖ "piece" ‖ number from 0 (4 bytes, big endian)
"""

from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

from azukari.vault import envelope
from azukari.vault.sealing import Sealed

PIECE_BYTES: Final = 1 << 20
VERSION: Final = 2
"""Of a cell that is the head of pieces."""

_COUNT: Final = 4
_SIZE: Final = 8


class FileSealing:
    """Seals one piece after the other; `head` is stored as the cell when all of them are."""

    def __init__(self, key: bytes, realm: UUID, subject: UUID, cell: UUID, kind: str) -> None:
        self._key = key
        self._cell = Sealed(cell, realm, subject, kind, b"", b"", VERSION)
        self._cell.commitment = envelope.commitment(key, self._cell.bound_to)
        self._lock = _PieceLock(key, self._cell)
        self._count = self._size = 0

    def seal(self, piece: bytes) -> tuple[int, bytes]:
        """The number of the piece, and what is stored of it."""
        number = self._count
        self._count += 1
        self._size += len(piece)
        return number, self._lock.seal(number, piece)

    def head(self) -> Sealed:
        told = self._count.to_bytes(_COUNT, "big") + self._size.to_bytes(_SIZE, "big")
        self._cell.ciphertext, _ = envelope.seal_cell(self._key, told, self._cell.bound_to)
        return self._cell


class FileOpening:
    """Opens the pieces of a file; raises `NotOpened` for anything that was not sealed for it."""

    def __init__(self, key: bytes, head: Sealed) -> None:
        told = envelope.open_cell(key, head.ciphertext, head.commitment, head.bound_to)
        self.count = int.from_bytes(told[:_COUNT], "big")
        self.size = int.from_bytes(told[_COUNT:], "big")
        self._lock = _PieceLock(key, head)

    def open(self, number: int, sealed: bytes) -> bytes:
        return self._lock.open(number, sealed)


class _PieceLock:
    def __init__(self, key: bytes, head: Sealed) -> None:
        self._lock = envelope.Lock(key)
        self._place = head.bound_to + head.commitment + envelope.part(b"piece")

    def seal(self, number: int, piece: bytes) -> bytes:
        return self._lock.wrap(piece, self._bound_to(number))

    def open(self, number: int, sealed: bytes) -> bytes:
        return self._lock.unwrap(sealed, self._bound_to(number))

    def _bound_to(self, number: int) -> bytes:
        return self._place + envelope.part(number.to_bytes(_COUNT, "big"))


def cut(content: bytes | Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of `PIECE_BYTES`, the last one shorter; of nothing one empty."""
    waiting = bytearray()
    is_first = True
    for some in (content,) if isinstance(content, bytes) else content:
        view = memoryview(some)
        for at in range(0, len(view), PIECE_BYTES):
            waiting += view[at : at + PIECE_BYTES]
            if len(waiting) >= PIECE_BYTES:
                yield bytes(waiting[:PIECE_BYTES])
                del waiting[:PIECE_BYTES]
                is_first = False
    if waiting or is_first:
        yield bytes(waiting)
