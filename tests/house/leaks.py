"""Searches for individual numbers of this run where none may be."""

import base64
import re
from collections.abc import Iterable
from pathlib import Path

_TWELVE = re.compile(rb"(?<![0-9])[0-9]{12}(?![0-9])")
_TWELVE_WIDE = re.compile(rb"(?:[0-9]\x00){12}")
_TWELVE_FULL = re.compile(b"(?:\xef\xbc[\x90-\x99]){12}")


def numbers_in(content: bytes, handed_out: set[str]) -> set[str]:
    """Which of the numbers stand in the bytes: ASCII, UTF-16, full-width, base64."""
    found = {run.decode() for run in _TWELVE.findall(content)}
    found |= {run[::2].decode() for run in _TWELVE_WIDE.findall(content)}
    found |= {
        "".join(str(ord(c) - 0xFF10) for c in run.decode()) for run in _TWELVE_FULL.findall(content)
    }
    leaked = found & handed_out
    for number in list(handed_out)[:2000]:
        if base64.b64encode(number.encode()) in content:
            leaked.add(number)
    return leaked


def files_with_numbers(folders: Iterable[Path], handed_out: set[str]) -> dict[str, int]:
    """File → how many different numbers it holds (never which)."""
    found: dict[str, int] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                leaked = numbers_in(path.read_bytes(), handed_out)
                if leaked:
                    found[str(path.relative_to(folder))] = len(leaked)
    return found
