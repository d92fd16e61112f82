"""A second process at the ring; killed at AZUKARI_CRASH_AT."""

import sys
from pathlib import Path
from uuid import uuid4

from tests.vault.rooms import DAY, ring_file


def main(act: str, *folders: str) -> None:
    file = ring_file(*map(Path, folders))
    if act == "grow":
        with file.changing() as change:
            change.store(change.ring.grown())
            change.store(change.ring.trimmed(on=DAY))
    elif act == "count":
        for _ in range(50):
            with file.changing() as change:
                change.store(change.ring.counting([uuid4().bytes]))


if __name__ == "__main__":
    main(*sys.argv[1:])
