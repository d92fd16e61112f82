"""The ring at its holders.

Each holder has a file of two slots.  A new state goes to the slot that does not hold the newest
one, at every holder, synced and read back; only then the other slots are overwritten with zeros
and synced.  So at any instant each holder has a whole state, and a key that the ring has
forgotten is at no holder once a change is through.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from azukari.vault import envelope
from azukari.vault.crash import crash_point
from azukari.vault.ring import Ring

SLOT_BYTES = 2048
_EMPTY_SLOT = bytes(SLOT_BYTES)
_STARTS = (0, SLOT_BYTES)
_LENGTH_BYTES = 2
_BOUND_TO = envelope.context(b"ring")


class RingMissing(Exception):
    """No holder has a ring that opens; without it nothing in the vault can be read."""

    def __init__(self) -> None:
        super().__init__(
            "鍵束(ring)を開けません。ファイルがないか、ルート鍵(パスフレーズ)が違います。"
            "ほかの保管場所の ring.bin と正しいルート鍵を戻してください。"
            "鍵束が開くまで、保管中の個人番号は開けません。"
        )


class HolderMissing(Exception):
    """A holder cannot be written, so the ring does not change: it would keep forgotten keys."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"鍵束の保管場所 {path} に書き込めないため、鍵束を更新できません。"
            "保管場所を接続し直してください。"
            "新しい保管場所を加えるときは、先に ring.bin を複写してください。"
        )


class RingNotDurable(Exception):
    """The disk did not confirm a write; nothing more is written until the next start.

    After a failed fsync a later one may succeed although the bytes are lost.
    """

    def __init__(self) -> None:
        super().__init__(
            "鍵束をディスクに書き込めませんでした。ディスクを確認し、azukari を再起動してください。"
        )


class Root(Protocol):
    """Keeps the ring confidential at rest (file, passphrase, KMS)."""

    def wrap(self, secret: bytes, bound_to: bytes) -> bytes: ...
    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes: ...


class RingFile:
    """The first holder is the data folder's; its folder also has the lock among processes."""

    def __init__(self, holders: list[Path], root: Root) -> None:
        self._holders = holders
        self._root = root
        self._seen: tuple[bytes, Ring] | None = None
        self._broken = False

    def prepare(self, first: Callable[[], Ring]) -> None:
        """Makes the files at the first start, and mends what a crash has left.

        `first` gives the first ring; it may raise when there should have been one already.
        """
        self._holders[0].parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._alone():
            if not any(path.exists() for path in self._holders):
                # Ours comes last: it is the one that is made again from the others.
                self._create(first().revised(), list(reversed(self._holders)))
                return
            ring = self._load()
            if not self._holders[0].exists():
                self._create(ring, self._holders[:1])
            if self._needs_mending(ring):
                self._store(ring.revised())

    def read(self) -> Ring:
        """The current ring; cheap while the bytes of the first holder stay the same."""
        raw = next(filter(None, map(_content, self._holders)), b"")
        if self._seen is None or self._seen[0] != raw:
            self._seen = (raw, self._load())
        return self._seen[1]

    @contextmanager
    def changing(self) -> Iterator["RingChange"]:
        """Exclusive among processes and threads, from reading to storing."""
        with self._alone():
            yield RingChange(self, self._load())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if self._broken:
            raise RingNotDurable
        with self._holders[0].with_suffix(".lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    # read ------------------------------------------------------------------------------------

    def _load(self) -> Ring:
        for _ in range(3):  # between the reads of two slots another process may have moved on
            found = [ring for path in self._holders for _, ring in self._states(_content(path))]
            if found:
                return max(found, key=lambda ring: ring.revision)
            time.sleep(0.01)
        raise RingMissing

    def _states(self, raw: bytes) -> Iterator[tuple[int, Ring]]:
        """Start and content of each slot that opens."""
        for start in _STARTS:
            slot = raw[start : start + SLOT_BYTES]
            length = int.from_bytes(slot[:_LENGTH_BYTES], "big")
            if length:
                sealed = slot[_LENGTH_BYTES : _LENGTH_BYTES + length]
                with suppress(envelope.NotOpened):
                    yield start, Ring.from_bytes(self._root.unwrap(sealed, _BOUND_TO))

    def _needs_mending(self, ring: Ring) -> bool:
        """Whether a holder is behind or still has an old state; never when one is away."""
        contents = [_content(path) for path in self._holders]
        return all(contents) and any(
            [state for _, state in self._states(raw)] != [ring]
            or _EMPTY_SLOT not in (raw[:SLOT_BYTES], raw[SLOT_BYTES:])
            for raw in contents
        )

    # write -----------------------------------------------------------------------------------

    def _slot(self, ring: Ring) -> bytes:
        sealed = self._root.wrap(ring.to_bytes(), _BOUND_TO)
        slot = (len(sealed).to_bytes(_LENGTH_BYTES, "big") + sealed).ljust(SLOT_BYTES, b"\0")
        assert len(slot) == SLOT_BYTES, "ring does not fit its slot"
        return slot

    def _create(self, ring: Ring, holders: list[Path]) -> None:
        slot = self._slot(ring)
        for path in holders:
            if not path.parent.is_dir():
                raise HolderMissing(path)
            fresh = path.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                self._write(descriptor, slot + _EMPTY_SLOT, 0)
            finally:
                os.close(descriptor)
            fresh.rename(path)
            self._sync_folder(path.parent)
            crash_point("ring:one-created")

    def _store(self, ring: Ring) -> None:
        slot = self._slot(ring)
        with ExitStack() as stack:
            # All are opened before any is written: one that is away stops the change whole.
            files = [stack.enter_context(_opened(path)) for path in self._holders]
            unused = [self._unused_start(descriptor) for descriptor in files]
            for descriptor, start in zip(files, unused, strict=True):
                self._write(descriptor, slot, start)
                crash_point("ring:one-written")
            for descriptor, start in zip(files, unused, strict=True):
                if os.pread(descriptor, SLOT_BYTES, start) != slot:
                    self._broken = True
                    raise RingNotDurable
            crash_point("ring:all-written")
            for descriptor, start in zip(files, unused, strict=True):
                self._write(descriptor, _EMPTY_SLOT, SLOT_BYTES - start)
                crash_point("ring:one-forgotten")

    def _unused_start(self, descriptor: int) -> int:
        states = list(self._states(os.pread(descriptor, 2 * SLOT_BYTES, 0)))
        newest = max(states, key=lambda found: found[1].revision, default=(SLOT_BYTES, None))[0]
        return SLOT_BYTES - newest

    def _write(self, descriptor: int, content: bytes, start: int) -> None:
        try:
            written = os.pwrite(descriptor, content, start)
            os.fsync(descriptor)
        except OSError as error:
            self._broken = True
            raise RingNotDurable from error
        if written != len(content):
            self._broken = True
            raise RingNotDurable

    def _sync_folder(self, folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            self._broken = True
            raise RingNotDurable from error
        finally:
            os.close(descriptor)


@dataclass
class RingChange:
    _file: RingFile
    ring: Ring

    def store(self, ring: Ring) -> None:
        ring = ring.revised()
        self._file._store(ring)  # noqa: SLF001  the two are one idea
        self.ring = ring


def _content(path: Path) -> bytes:
    """What the holder has; nothing when it is away."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError as error:
        raise HolderMissing(path) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)
