"""Tidying of typed or pasted digit strings: what people write around the digits of a number."""

import re
from enum import StrEnum

MAX_TYPED = 64
"""Longer cells are no number at all and are not looked at."""


class Repair(StrEnum):
    """What was taken away or replaced; an operator is shown these for a bulk sheet."""

    FULL_WIDTH = "full_width"
    SPACES = "spaces"
    HYPHENS = "hyphens"
    APOSTROPHE = "apostrophe"
    TEXT_FORMULA = "text_formula"


# Hyphens, dashes and minus signs that keyboards, IMEs and office programs put between groups;
# the kana long mark is what an IME gives for the hyphen key.
_HYPHENS = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0dー\uff70"
_SPACES = " \t\r\n\u00a0\u2000\u2002\u2003\u2007\u2009\u200b\u202f\u2060\u3000\ufeff"
_FULL = "０１２３４５６７８９"
_WIDE_LETTERS = "Ｅｅ．＋，"
_NARROW_LETTERS = "Ee.+,"

_SIGNS = frozenset(_HYPHENS)
_DROP_HYPHENS = dict.fromkeys(map(ord, _HYPHENS))
_DROP_SPACES = dict.fromkeys(map(ord, _SPACES))
_NARROW = str.maketrans(_FULL + _WIDE_LETTERS, "0123456789" + _NARROW_LETTERS)

# ="0123…" is how some programs keep a leading zero in a CSV opened by a spreadsheet.
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_EXPONENT = re.compile(r"\d(?:[.,]\d+)?[Ee]\+?\d{1,3}")


def tidy(text: str) -> tuple[str, frozenset[Repair]]:
    """The text without what surrounds its digits, and which repairs that took."""
    repairs: set[Repair] = set()
    kept = text.translate(_DROP_SPACES)
    # A space or line break at either end is no finding of its own.
    if kept != text.strip(_SPACES):
        repairs.add(Repair.SPACES)
    formula = _TEXT_FORMULA.fullmatch(kept)
    if formula:
        kept = formula[1]
        repairs.add(Repair.TEXT_FORMULA)
    if kept[:1] in {"'", "’", "＇"}:
        kept = kept[1:]
        repairs.add(Repair.APOSTROPHE)
    narrow = kept.translate(_NARROW)
    if narrow != kept:
        repairs.add(Repair.FULL_WIDTH)
    # A sign in front is no group mark: -123… is an amount, not a number of a person.
    joined = narrow if narrow[:1] in _SIGNS else narrow.translate(_DROP_HYPHENS)
    if joined != narrow:
        repairs.add(Repair.HYPHENS)
    return joined, frozenset(repairs)


def is_exponent(tidied: str) -> bool:
    """Whether a spreadsheet has rounded the digits away (1.23E+11): they cannot be restored."""
    return _EXPONENT.fullmatch(tidied) is not None


def is_ascii_digits(text: str) -> bool:
    """Whether the text is digits 0–9 only; digits of other scripts do not count."""
    return text.isascii() and text.isdigit()
