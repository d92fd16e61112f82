"""Files in the main database: long ones lie there in sealed pieces (`pieces.py`)."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from azukari.ledger.binary import execute_binary, psycopg_cursor
from azukari.ledger.realm_scope import in_realm
from azukari.vault.core import Core
from azukari.vault.pieces import VERSION, FileOpening, FileSealing
from azukari.vault.sealing import Sealed


class NotDeposited(Exception):
    """No such deposit in this realm; it may have been destroyed."""


class DepositedFile:
    """A file whose reading is written down.  Only the piece at hand is in memory."""

    def __init__(self, core: Core, head: Sealed) -> None:
        self._realm, self._cell = head.realm, head.cell
        self._opened: bytes | FileOpening = (
            core.open_file(head) if head.version == VERSION else core.open([head])[head.cell]
        )

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self._opened) if isinstance(self._opened, bytes) else self._opened.size

    def pieces(self) -> Iterator[bytes]:
        """From the first to the last, at each call anew; also outside any scope.

        Raises `NotDeposited` when the file is destroyed meanwhile, `NotOpened` when it was altered.
        """
        if isinstance(self._opened, bytes):
            yield self._opened
            return
        for number in range(self._opened.count):
            yield self._opened.open(number, self._stored(number))

    def _stored(self, number: int) -> bytes:
        with in_realm(self._realm), psycopg_cursor("default") as cursor:
            cursor.execute(
                "SELECT ciphertext FROM vault_piece WHERE realm = %s AND cell = %s AND number = %s",
                [self._realm, self._cell, number],
                binary=True,
            )
            row = cursor.fetchone()
        if row is None:
            raise NotDeposited
        sealed: bytes = row[0]
        return sealed


def store(realm: UUID, cell: UUID, sealing: FileSealing, pieces: Iterable[bytes]) -> None:
    """Seals each as it comes and puts it down, in the running transaction."""
    for piece in pieces:
        number, sealed = sealing.seal(piece)
        execute_binary(
            "default",
            "INSERT INTO vault_piece (realm, cell, number, ciphertext) VALUES (%s, %s, %s, %b)",
            [realm, cell, number, sealed],
        )
