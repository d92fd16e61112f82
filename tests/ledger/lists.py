"""Trees held in lists, for tests."""

from collections.abc import Sequence

from azukari.ledger.merkle import Frontier, leaf_hashes


class Lists:
    """`KeptHashes` over what appends leave behind."""

    def __init__(self) -> None:
        self.frontier = Frontier()
        self.levels: dict[int, list[bytes]] = {}
        self.read_count = 0

    def append(self, bodies: Sequence[bytes]) -> None:
        self.append_hashes(leaf_hashes(bodies))

    def append_hashes(self, hashes: Sequence[bytes]) -> None:
        growth = self.frontier.append(hashes)
        for part in growth.kept:
            row = self.levels.setdefault(part.level, [])
            assert len(row) == part.start
            row += part.hashes
        self.frontier = growth.frontier

    def read(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        self.read_count += stop - start
        return self.levels.get(level, [])[start:stop]
