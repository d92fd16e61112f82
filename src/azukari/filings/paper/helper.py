"""Processes beside the job that set the type of pages: `python -m azukari.filings.paper.helper`.

The job keeps what needs the database and the vault; a helper is given values and gives back packed
pages, through its own pipes. Nothing of it touches a disk, and it ends when its pipe ends.
"""

import os
import pickle  # only between this process and children it started itself
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, Final, Self

from azukari.filings.paper.codes import Entry
from azukari.filings.paper.lettering import mincho
from azukari.filings.paper.plan import Plan
from azukari.filings.paper.press import FilledPage, PagePress

_AT_ONCE: Final = 100  # pages in one message
_AHEAD: Final = 2  # messages a helper has before its answer is waited for
_LENGTH: Final = 8  # bytes before a message
_FIRST_NAME: Final = ord("G")  # the job's own typefaces are F0, F1, …
_KEPT: Final = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
_HERE: Final = str(Path(__file__).parents[3])  # wherever this package was found


class HelperLost(Exception):
    """A helper ended before its work did; the job has to be run again."""


class Helpers:
    """Started on entering, ended on leaving. Pages come back in the order they were given."""

    def __init__(self, plan: Plan, count: int, *, on_sheets: bool) -> None:
        self._first = [(plan, on_sheets, chr(_FIRST_NAME + n)) for n in range(count)]
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join([_HERE, *filter(None, sys.path)])
        for first in self._first:
            child = subprocess.Popen(
                [sys.executable, "-m", "azukari.filings.paper.helper"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment,
            )
            self._running.append(child)
            _give(child, first)
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._running:
            with suppress(OSError):
                _pipes(child)[0].close()
            child.kill()
            child.wait()
            _pipes(child)[1].close()

    def contents(self, pages: Iterator[FilledPage]) -> Iterator[bytes]:
        waiting: deque[subprocess.Popen[bytes]] = deque()
        turn = 0
        while batch := list(islice(pages, _AT_ONCE)):
            if len(waiting) == _AHEAD * len(self._running):
                yield from _taken(waiting.popleft())
            child = self._running[turn % len(self._running)]
            _give(child, batch)
            waiting.append(child)
            turn += 1
        while waiting:
            yield from _taken(waiting.popleft())

    def faces(self) -> Iterator[tuple[str, list[list[Entry]]]]:
        """The typefaces of each helper, once all pages are back."""
        for child, (_plan, _on_sheets, name) in zip(self._running, self._first, strict=True):
            _give(child, None)
            yield name, _taken(child)


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert child.stdin is not None
    assert child.stdout is not None
    return child.stdin, child.stdout


def _give(child: subprocess.Popen[bytes], message: object) -> None:
    try:
        _write(_pipes(child)[0], message)
    except OSError:
        raise HelperLost from None


def _taken(child: subprocess.Popen[bytes]) -> Any:
    try:
        return _read(_pipes(child)[1])
    except EOFError:
        raise HelperLost from None


def _write(pipe: IO[bytes], message: object) -> None:
    content = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    pipe.write(len(content).to_bytes(_LENGTH, "big") + content)
    pipe.flush()


def _read(pipe: IO[bytes]) -> Any:
    """Raises EOFError where the other side is gone."""
    length = int.from_bytes(_exactly(pipe, _LENGTH), "big")
    return pickle.loads(_exactly(pipe, length))  # noqa: S301  from ourselves


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return content


def main() -> None:
    """Sets pages until the pipe ends. What goes wrong is told without a value."""
    given: SimpleQueue[Any] = SimpleQueue()
    # Read beside the work, so that neither side ever waits for the other to read.
    threading.Thread(target=_receive, args=(sys.stdin.buffer, given), daemon=True).start()
    try:
        _work(given, sys.stdout.buffer)
    except Exception as wrong:  # noqa: BLE001  whatever it is, its text may hold a value
        sys.stderr.write(f"helper: {type(wrong).__name__}\n")
        sys.exit(1)


def _receive(pipe: IO[bytes], given: SimpleQueue[Any]) -> None:
    try:
        while True:
            given.put(_read(pipe))
    except EOFError:
        given.put(EOFError)


def _work(given: SimpleQueue[Any], answers: IO[bytes]) -> None:
    plan, on_sheets, name = given.get()
    press = PagePress(plan, mincho(), on_sheets=on_sheets, face=name)
    while (batch := given.get()) is not EOFError:
        answer = press.codes.entries if batch is None else list(map(press.page, batch))
        _write(answers, answer)


if __name__ == "__main__":
    main()
