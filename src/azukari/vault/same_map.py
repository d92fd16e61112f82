"""Which cells of one realm hold equal secrets: in memory only, never at rest."""

from uuid import UUID

from azukari.vault import envelope


class SameMap:
    """Fingerprint → cells.  `mark`: up to where the key store has been read; 0 for not at all."""

    def __init__(self) -> None:
        self.mark = 0
        self.known: set[UUID] = set()
        self._cells: dict[bytes, list[UUID]] = {}

    def learn(self, cell: UUID, fingerprint: bytes) -> None:
        if cell in self.known:
            return
        self.known.add(cell)
        if fingerprint != envelope.NO_FINGERPRINT:
            self._cells.setdefault(fingerprint, []).append(cell)

    def cells(self, fingerprint: bytes) -> list[UUID]:
        return self._cells.get(fingerprint, [])
