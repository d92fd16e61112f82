"""Searches for individual numbers of this run where none may be."""

import re
from base64 import b64decode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class _Disguise:
    """How twelve digits may stand in a file, and how to read them back."""

    pattern: re.Pattern[bytes]
    read: Callable[[bytes], str]


_DISGUISES = (
    _Disguise(re.compile(rb"(?<![0-9])[0-9]{12}(?![0-9])"), bytes.decode),
    # UTF-16, either way round
    _Disguise(re.compile(rb"[0-9](?:\x00[0-9]){11}"), lambda run: run[::2].decode()),
    # full width in UTF-8
    _Disguise(
        re.compile(b"(?:\xef\xbc[\x90-\x99]){12}"),
        lambda run: "".join(str(ord(letter) - 0xFF10) for letter in run.decode()),
    ),
    # as PostgreSQL shows bytes
    _Disguise(re.compile(rb"(?:3[0-9]){12}"), lambda run: run[1::2].decode()),
    # base64 of digits can hold these letters only
    _Disguise(
        re.compile(rb"(?:[MNO][DTjz][AEIMQUYcgk][w-z0-5]){4}"), lambda run: b64decode(run).decode()
    ),
)


def numbers_in(content: bytes, handed_out: set[str]) -> set[str]:
    """Which of the numbers stand in the bytes: ASCII, UTF-16, full-width, hexadecimal, base64."""
    return {
        number
        for disguise in _DISGUISES
        for run in set(disguise.pattern.findall(content))
        if (number := disguise.read(run)) in handed_out
    }


def files_with_numbers(folders: Iterable[Path], handed_out: set[str]) -> dict[str, int]:
    """File → how many different numbers it holds (never which)."""
    found: dict[str, int] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                # What was never written is zeros; long runs of them hold nothing to find.
                leaked = numbers_in(re.sub(rb"\x00{64,}", b"\x00", path.read_bytes()), handed_out)
                if leaked:
                    found[str(path.relative_to(folder))] = len(leaked)
    return found
