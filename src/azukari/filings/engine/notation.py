"""Texts as a file wants them, and the list of what that changed.

Nothing is replaced silently: every difference between what was given and what will be written is
a `Conversion`, shown to the operator before anything is filed.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from azukari.filings.engine.charset import ONE_BYTE, TWO_BYTE, normalise
from azukari.filings.engine.layout import Layout
from azukari.law.kana import to_half_katakana
from azukari.law.name import COMMON_FORMS, SELECTORS
from azukari.law.number import LENGTH

_ASCII_TO_WIDE: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
_WIDE_TO_ASCII: Final = {wide: code for code, wide in _ASCII_TO_WIDE.items()}
_HALF_KANA_RUN: Final = re.compile(r"[\uff61-\uff9f]+")
_TWELVE_DIGITS: Final = re.compile(r"\d(?:[\s\-\u2010-\u2015\u2212\uff0dー\uff70]*\d){11,}")


@dataclass(frozen=True, slots=True)
class Conversion:
    """A text that is written otherwise than it was given.

    Twelve digits in a row, which may be an individual number in the wrong place, are masked.
    """

    item: int
    item_name: str
    before: str
    after: str


@dataclass(slots=True)
class Preview:
    """Gathers the conversions of one record while it is rendered."""

    layout: Layout
    conversions: list[Conversion] = field(default_factory=list)

    def half(self, item: int, text: str) -> str:
        """The text in half width throughout."""
        if ONE_BYTE.issuperset(text):
            return text
        return self._noted(item, text, narrow(text))

    def full(self, item: int, text: str) -> str:
        """The text in full width throughout, in common forms where the layout says so."""
        if TWO_BYTE.issuperset(text):
            return text
        wide = widen(text)
        return self._noted(item, text, common(wide) if self.layout.common_forms else wide)

    def mixed(self, item: int, text: str) -> str:
        """The text in the widths it has."""
        return self._noted(item, text, normalise(text))

    def yen(self, item: int, amount: int, *, cap: int) -> str:
        """Whole yen with leading zeros; what exceeds the cap is written as the cap."""
        return self.capped(item, amount, cap=cap).zfill(len(str(cap)))

    def capped(self, item: int, amount: int, *, cap: int | None) -> str:
        """Whole yen; what exceeds the cap is written as the cap."""
        return self._noted(item, str(amount), str(amount if cap is None else min(amount, cap)))

    def _noted(self, item: int, before: str, after: str) -> str:
        if after != before:
            name = self.layout.items[item - 1].name_ja
            self.conversions.append(Conversion(item, name, _masked(before), _masked(after)))
        return after


class Unnoted(Preview):
    """Renders alike and gathers nothing."""

    def _noted(self, item: int, before: str, after: str) -> str:  # noqa: ARG002
        return after


def narrow(text: str) -> str:
    """Half width throughout: kana, letters, digits, signs, space. What has none is left."""
    if ONE_BYTE.issuperset(text):
        return text
    return to_half_katakana(normalise(text)).translate(_WIDE_TO_ASCII)


def widen(text: str) -> str:
    """Full width throughout; hiragana and kanji as they are, twins as the codec maps them."""
    wide = normalise(text).translate(_ASCII_TO_WIDE)
    return _HALF_KANA_RUN.sub(lambda run: unicodedata.normalize("NFKC", run[0]), wide)


def common(wide: str) -> str:
    """A full-width text with what no file takes in its common form: 髙 as 高, ㈱ as （株）.

    国税庁「標準規格等」: JIS level 1 and 2 only, old and variant kanji in their usual form. What
    has no such form is left, for the check to refuse by name.
    """
    if TWO_BYTE.issuperset(wide):
        return wide
    return "".join(c if c in TWO_BYTE else _common_form(c) for c in SELECTORS.sub("", wide))


def _common_form(character: str) -> str:
    for form in (
        COMMON_FORMS.get(character, character),
        widen(unicodedata.normalize("NFKC", character)),
    ):
        if TWO_BYTE.issuperset(form):
            return form
    return character


def flag(fact: bool) -> str:  # noqa: FBT001  one fact, one item
    """`1` or nothing."""
    return "1" if fact else ""


def _masked(text: str) -> str:
    if len(text) < LENGTH:
        return text
    return _TWELVE_DIGITS.sub(lambda found: "*" * len(found[0]), text)
