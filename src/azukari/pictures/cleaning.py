"""Bytes of an unknown file in, clean JPEG pages out; the work is done by a walled-in child."""

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

MEGABYTE = 1_048_576
LARGEST_FILE = 15 * MEGABYTE  # a photo of 50 megapixels, a scan of a few pages
LARGEST_ANSWER = 24 * MEGABYTE
PATIENCE_SECONDS = 30.0  # by the clock; the child's own limit counts processor time
# Each child may take a gigabyte: without a limit many uploads at once would starve everybody.
_PLACES = threading.BoundedSemaphore(2)
_QUEUE_SECONDS = 20.0

_CHILD = Path(__file__).with_name("child.py")


class Problem(StrEnum):
    """Why a file is refused; the pages word it."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"  # in bytes
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SMALL = "too_small"
    UNKNOWN_KIND = "unknown_kind"  # neither JPEG, PNG, HEIC nor PDF
    BROKEN = "broken"
    LOCKED = "locked"  # a PDF that asks for a password
    TOO_MANY_PAGES = "too_many_pages"
    NO_PAGES = "no_pages"
    TOO_HEAVY = "too_heavy"  # more time or memory than any honest document needs
    BUSY = "busy"  # others first; to be sent again a little later


class PictureRefused(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def clean_pages(content: bytes) -> tuple[bytes, ...]:
    """The pages of a JPEG, PNG, HEIC or PDF as JPEG files that hold nothing but the picture.

    Raises `PictureRefused`.  Nothing is written to a disk.
    """
    if not content:
        raise PictureRefused(Problem.EMPTY)
    if len(content) > LARGEST_FILE:
        raise PictureRefused(Problem.TOO_LARGE)
    if not _PLACES.acquire(timeout=_QUEUE_SECONDS):
        raise PictureRefused(Problem.BUSY)
    try:
        answer = _ask_child(content)
    finally:
        _PLACES.release()
    return _pages_in(answer)


def media_type_of(content: bytes) -> str:
    """What the file claims to be by its first bytes, as `child.kind_of` judges; else nothing."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG"):
        return "image/png"
    if content[4:8] == b"ftyp":
        return "image/heic"
    return "application/pdf" if content.startswith(b"%PDF-") else ""


def _ask_child(content: bytes) -> bytes:
    child = subprocess.Popen(  # noqa: S603  our own file under our own interpreter
        [sys.executable, "-I", str(_CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ},
        start_new_session=True,
    )
    clock = threading.Timer(PATIENCE_SECONDS, _end, args=[child])
    feeder = threading.Thread(target=_feed, args=[child, content], daemon=True)
    clock.start()
    feeder.start()
    try:
        if child.stdout is None:
            raise PictureRefused(Problem.TOO_HEAVY)
        answer: bytes = child.stdout.read(LARGEST_ANSWER + 1)
        if len(answer) > LARGEST_ANSWER:
            raise PictureRefused(Problem.TOO_HEAVY)
        if child.wait() != 0:  # killed by a limit, or by the very file
            raise PictureRefused(Problem.TOO_HEAVY)
    finally:
        clock.cancel()
        _end(child)
        child.wait()
        feeder.join()
        if child.stdout is not None:
            child.stdout.close()
    return answer


def _end(child: "subprocess.Popen[bytes]") -> None:
    """The child and whatever it may have started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    with suppress(PermissionError):
        child.kill()


def _feed(child: "subprocess.Popen[bytes]", content: bytes) -> None:
    if child.stdin is None:
        return
    try:
        child.stdin.write(content)
        child.stdin.close()
    except OSError:
        return  # it has ended without reading all; its answer says why


def _pages_in(answer: bytes) -> tuple[bytes, ...]:
    """One line of JSON, then the pages one after the other."""
    head, _, rest = answer.partition(b"\n")
    try:
        said = json.loads(head)
        if "refused" in said:
            raise PictureRefused(Problem(said["refused"]))
        lengths = [int(length) for length in said["pages"]]
    except (ValueError, KeyError, TypeError):
        raise PictureRefused(Problem.BROKEN) from None
    if not lengths or sum(lengths) != len(rest) or min(lengths) <= 0:
        raise PictureRefused(Problem.BROKEN)
    ends = [sum(lengths[: place + 1]) for place in range(len(lengths))]
    return tuple(rest[end - length : end] for end, length in zip(ends, lengths, strict=True))
