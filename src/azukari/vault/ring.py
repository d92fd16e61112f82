"""The ring: the few bytes that are kept out of history.

A ring holds the last generation keys (at most `LIVE`) and the number of deposits destroyed so
far.  It stands in a 4 KiB file at each of its holders and in no backup.  Every night a new
generation is added and the oldest forgotten; what was sealed only under forgotten generations
can be opened by nobody, whatever copies of the databases exist.
"""

import json
from dataclasses import dataclass, field, replace

from azukari.vault import envelope

LIVE = 8


@dataclass(frozen=True)
class Ring:
    generations: tuple[tuple[int, bytes], ...] = field(repr=False)  # (number, key), oldest first
    settled: int  # the generation that the last finished tick sealed everything under
    revision: int = 0  # counts the states of this ring; of two copies the higher one counts
    destroyed: int = 0  # deposits destroyed so far
    ticked_on: str = ""  # ISO date of the last finished tick
    archived_on: str = ""  # ISO date of the last backup with a ring in it (class R)

    @classmethod
    def new(cls, *, on: str) -> "Ring":
        return cls(generations=((1, envelope.new_key()),), settled=1, ticked_on=on)

    @property
    def newest(self) -> tuple[int, bytes]:
        return self.generations[-1]

    @property
    def sealing(self) -> tuple[int, bytes]:
        """The generation for new seals: settled, hence known to be durable at every holder."""
        return self.settled, self.key(self.settled)

    def key(self, generation: int) -> bytes:
        for number, key in self.generations:
            if number == generation:
                return key
        raise envelope.NotOpened("generation")

    def grown(self) -> "Ring":
        """With a new newest generation, or unchanged when a tick that died has left one."""
        number, _ = self.newest
        if number != self.settled:
            return self
        return replace(self, generations=(*self.generations, (number + 1, envelope.new_key())))

    def trimmed(self, *, on: str) -> "Ring":
        """After everything was sealed under the newest generation: the last `LIVE` stay."""
        number, _ = self.newest
        return replace(self, generations=self.generations[-LIVE:], settled=number, ticked_on=on)

    def counting(self, destroyed: int) -> "Ring":
        return replace(self, destroyed=self.destroyed + destroyed)

    def revised(self) -> "Ring":
        return replace(self, revision=self.revision + 1)

    def to_bytes(self) -> bytes:
        return json.dumps(
            {
                "generations": [[number, key.hex()] for number, key in self.generations],
                "settled": self.settled,
                "revision": self.revision,
                "destroyed": self.destroyed,
                "ticked_on": self.ticked_on,
                "archived_on": self.archived_on,
            },
            separators=(",", ":"),
        ).encode()

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Ring":
        stored = json.loads(raw)
        keys = tuple((number, bytes.fromhex(key)) for number, key in stored.pop("generations"))
        return cls(generations=keys, **stored)
