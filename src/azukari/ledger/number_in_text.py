"""Finds individual numbers in text that people or programs wrote, before it becomes permanent.

Twelve digits with a right check digit count (平成26年総務省令第85号 第5条), however they are
written: full-width, other scripts' digits, kanji digits, with spaces, hyphens or invisible
characters between groups. Longer unbroken runs (法人番号, time stamps) are other things; UUIDs and
hexadecimal words of 8 to 32 bytes (hashes, thumbprints) are passed over: their digits mean nothing.
"""

import re
import unicodedata
from typing import Final

from azukari.law.number import LENGTH, problem_of

_KANJI: Final = str.maketrans("〇零一二三四五六七八九", "00123456789")
_UUID: Final = "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_MACHINE_WORD: Final = re.compile(
    rf"(?<![0-9a-f])(?:{_UUID}|(?:[0-9a-f]{{16}}){{1,4}})(?![0-9a-f])", re.IGNORECASE
)
# Hyphens, dashes, the long vowel mark people type for them, underscores and middle dots.
_GAP: Final = r"[\s\-\u00ad\u2010-\u2015\u2043\u2212\u30fc\u30fb\u00b7_]{0,4}"
_RUN: Final = re.compile(rf"[0-9](?:{_GAP}[0-9])+")
# Twelve digits in a row, or in the groups people write: a mistyped number is still somebody's.
_TWELVE: Final = re.compile(r"(?<!\d)\d(?:[ \-\u3000‐-―−ー]?\d){11}(?!\d)")


def holds_number(text: str) -> bool:
    """Whether any group of neighbouring digit groups makes up an individual number."""
    if len(text) < LENGTH and text.isascii():
        return False
    if sum(letter.isdecimal() for letter in plain_digits(text)) < LENGTH:
        return False
    words = _MACHINE_WORD.sub("|", unicodedata.normalize("NFKC", text))
    return any(_run_holds_number(run) for run in _RUN.findall(plain_digits(words)))


def mentions_number(text: str) -> bool:
    """Whether the text holds an individual number or twelve digits that look like one."""
    return holds_number(text) or _TWELVE.search(plain_digits(text)) is not None


def plain_digits(text: str) -> str:
    """Every decimal digit as 0-9; invisible characters, which only hide digits, taken out."""
    normal = unicodedata.normalize("NFKC", text).translate(_KANJI)
    if normal.isascii():
        return normal
    return "".join(
        str(unicodedata.decimal(letter, letter))
        for letter in normal
        if unicodedata.category(letter) != "Cf"
    )


def _run_holds_number(run: str) -> bool:
    groups = re.findall("[0-9]+", run)
    return any(
        problem_of(joined) is None
        for first in range(len(groups))
        if (joined := _twelve_from(groups[first:]))
    )


def _twelve_from(groups: list[str]) -> str:
    """The first groups if they are exactly twelve digits together, else nothing."""
    joined = ""
    for group in groups:
        joined += group
        if len(joined) >= LENGTH:
            break
    return joined if len(joined) == LENGTH else ""
