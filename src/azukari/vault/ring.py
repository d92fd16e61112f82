"""The ring: the few bytes that are kept out of history.

A ring holds the last generation keys (at most `LIVE`) and the number of deposits destroyed so
far.  It stands in a 4 KiB file at each of its holders and in no backup.  Every night a new
generation is added and the oldest forgotten; what was sealed only under forgotten generations
can be opened by nobody, whatever copies of the databases exist.
"""

import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from azukari.vault import envelope

LIVE = 8
_DIGESTS = 1 << 256


@dataclass(frozen=True)
class Ring:
    generations: tuple[tuple[int, bytes], ...] = field(repr=False)  # (number, key), oldest first
    settled: int  # the generation that the last finished tick sealed everything under
    revision: int = 0  # counts the states of this ring; of two copies the higher one counts
    destroyed: int = 0  # deposits destroyed so far
    batches: int = 0  # in how many countings
    tombstones: int = 0  # digest of the ids of what was destroyed, see `digest_of`
    tombstone_key: bytes = field(default=b"", repr=False)  # empty in rings of the first release
    ticked_on: str = ""  # ISO date of the last finished tick
    archived_on: str = ""  # ISO date of the last backup with a ring in it (class R)

    @classmethod
    def new(cls, *, on: str) -> "Ring":
        return cls(
            generations=((1, envelope.new_key()),),
            settled=1,
            ticked_on=on,
            tombstone_key=envelope.new_key(),
        )

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

    def digest_of(self, cells: Iterable[bytes]) -> tuple[int, int]:
        """How many cells (ids of 16 bytes), and a digest in which their order does not count.

        The sum modulo 2^256 of HMAC-SHA-256(key, cell): MSet-Add-Hash of Clarke, Devadas, van
        Dijk, Gassend, Suh, "Incremental Multiset Hash Functions" (ASIACRYPT 2003), 4.  Without
        the key nobody finds other cells with the same sum; a destruction adds its own part
        only, however many there were before.
        """
        count = total = 0
        for cell in cells:
            count += 1
            total += int.from_bytes(hmac.digest(self.tombstone_key, cell, "sha256"))
        return count, total % _DIGESTS

    def counting(self, cells: Iterable[bytes]) -> "Ring":
        count, digest = self.digest_of(cells)
        return replace(
            self,
            destroyed=self.destroyed + count,
            batches=self.batches + 1,
            tombstones=(self.tombstones + digest) % _DIGESTS,
        )

    def digesting(self, cells: Iterable[bytes]) -> "Ring":
        """A ring of the first release, which only counted, from now on with a digest."""
        keyed = replace(self, tombstone_key=envelope.new_key())
        count, digest = keyed.digest_of(cells)
        return replace(keyed, destroyed=count, tombstones=digest)

    def revised(self) -> "Ring":
        return replace(self, revision=self.revision + 1)

    def to_bytes(self) -> bytes:
        return json.dumps(
            {
                "generations": [[number, key.hex()] for number, key in self.generations],
                "settled": self.settled,
                "revision": self.revision,
                "destroyed": self.destroyed,
                "batches": self.batches,
                "tombstones": f"{self.tombstones:064x}",
                "tombstone_key": self.tombstone_key.hex(),
                "ticked_on": self.ticked_on,
                "archived_on": self.archived_on,
            },
            separators=(",", ":"),
        ).encode()

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Ring":
        stored = json.loads(raw)
        keys = tuple((number, bytes.fromhex(key)) for number, key in stored.pop("generations"))
        # Rings of the first release have neither.
        digest = int(stored.pop("tombstones", "0"), 16)
        tombstone_key = bytes.fromhex(stored.pop("tombstone_key", ""))
        return cls(generations=keys, tombstones=digest, tombstone_key=tombstone_key, **stored)
