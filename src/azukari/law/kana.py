"""Kana in the two widths that forms ask for.

Full width is what the register keeps; half width (JIS X 0201) is what pension and tax files want,
where a voiced mark is a byte of its own. jaconv does the bulk; the small tables here add the kana
it leaves alone.
"""

import re
import unicodedata

import jaconv

# No half-width form exists for these; the forms write the plain kana (ヴ has ｳﾞ and is jaconv's).
_RARE_TO_HALF = str.maketrans(
    {
        "ヰ": "ｲ", "ヱ": "ｴ", "ヮ": "ﾜ", "ヵ": "ｶ", "ヶ": "ｹ",
        "ヷ": "ﾜﾞ", "ヸ": "ｲﾞ", "ヹ": "ｴﾞ", "ヺ": "ｦﾞ",
    }
)  # fmt: skip
_MARKS_TO_COMBINING = str.maketrans({"ﾞ": "\u3099", "゛": "\u3099", "ﾟ": "\u309a", "゜": "\u309a"})
_MARKS_TO_SPACING = str.maketrans({"\u3099": "゛", "\u309a": "゜"})
_SPACE_TO_WIDE = {ord(" "): "\u3000", 0xA0: "\u3000"}
_SPACE_TO_NARROW = {0x3000: " ", 0xA0: " "}

_FULL = re.compile(r"[ァ-ヺー・\u3000]+")
_HALF = re.compile(r"[ｦ-ﾟ･ ]+")
_ANY = re.compile(r"[ァ-ヺー・ぁ-ゖｦ-ﾟ･ \u3000]+")


def is_full_katakana(text: str) -> bool:
    """Whether the text is full-width katakana, long mark, middle dot and U+3000 only."""
    return _FULL.fullmatch(text) is not None


def is_half_katakana(text: str) -> bool:
    """Whether the text is half-width katakana, marks, middle dot and space only."""
    return _HALF.fullmatch(text) is not None


def is_kana(text: str) -> bool:
    """Whether `to_full_katakana` can make full-width katakana of the text."""
    return _FULL.fullmatch(text) is not None or (
        _ANY.fullmatch(unicodedata.normalize("NFC", text)) is not None
    )


def to_full_katakana(text: str) -> str:
    """Kana of any kind as full-width katakana, spaces as U+3000; everything else is left."""
    if _FULL.fullmatch(text):
        return text
    wide: str = jaconv.hira2kata(jaconv.h2z(unicodedata.normalize("NFC", text)))
    if not (wide.isascii() or _FULL.fullmatch(wide)):
        wide = unicodedata.normalize("NFC", wide.translate(_MARKS_TO_COMBINING))
        wide = wide.translate(_MARKS_TO_SPACING)
    return wide.translate(_SPACE_TO_WIDE)


def to_half_katakana(text: str) -> str:
    """Kana of any kind as half-width katakana, U+3000 as a space; everything else is left."""
    if _FULL.fullmatch(text):  # as the register keeps it
        return text.translate(_FULL_TO_HALF)
    return _any_to_half(text)


def _any_to_half(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    narrow: str = jaconv.z2h(jaconv.hira2kata(jaconv.h2z(composed)))
    return narrow.translate(_RARE_TO_HALF).translate(_SPACE_TO_NARROW)


def half_width_bytes(text: str) -> int:
    """Bytes of the half-width form: one each, two for a character that has no such form."""
    return sum(1 if ch <= "~" or "｡" <= ch <= "ﾟ" else 2 for ch in to_half_katakana(text))


_FULL_TO_HALF = {
    ord(kana): _any_to_half(kana)
    for kana in (*map(chr, range(ord("ァ"), ord("ヺ") + 1)), "ー", "・", "\u3000")
}
