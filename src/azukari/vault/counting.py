"""Whether ring, key store and main database tell the same destructions."""

from dataclasses import dataclass

from azukari.vault.ring import Ring


@dataclass(frozen=True)
class Count:
    """`found`: number and digest of the tombstones in the main database; `heard`: the last batch
    the key store knows of; `sealed_in`: the newest generation anything in it is sealed under.
    """

    ring: Ring
    found: tuple[int, int]
    heard: int
    sealed_in: int

    @property
    def missing(self) -> int:
        """Tombstones fewer than were counted; 0 when there are as many or more."""
        return max(0, self.ring.destroyed - self.found[0])

    @property
    def ring_is_old(self) -> bool:
        # One ahead is a count that a crash has kept from the ring, or a tick still going on.
        return self.heard > self.ring.batches + 1 or self.sealed_in > self.ring.newest[0]

    @property
    def keys_are_old(self) -> bool:
        # A finished tick has sealed everything under its generation.
        return self.heard < self.ring.batches or 0 < self.sealed_in < self.ring.settled

    @property
    def tombstones_fit(self) -> bool:
        return self.found == (self.ring.destroyed, self.ring.tombstones)
