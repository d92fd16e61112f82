"""A second process at the ring; killed at AZUKARI_CRASH_AT."""

import hashlib
import sys
from pathlib import Path
from uuid import uuid4

from azukari.vault.ring import Ring
from azukari.vault.ring_file import RingFile
from azukari.vault.root import FileRoot
from tests.vault.rooms import DAY, ring_file


def begin(data: Path) -> None:
    """The first start of an installation, as soon as it may."""
    print("ready", flush=True)
    sys.stdin.read()
    root = FileRoot.create(data / "keys" / "root.key")
    file = RingFile([data / "ring" / "ring.bin"], root)
    file.prepare(lambda: Ring.new(on=DAY))
    print(hashlib.sha256(file.read().to_bytes()).hexdigest(), flush=True)


def main(act: str, *folders: str) -> None:
    if act == "begin":
        begin(Path(folders[0]))
        return
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
