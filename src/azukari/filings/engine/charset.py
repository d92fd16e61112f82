"""Characters that an office takes: a narrow part of JIS X 0208, as ranges of CP932 codes.

日本年金機構「CSV形式届書作成仕様書」 asks for Shift_JIS of JIS X 0208-1990; CP932 encodes more
(① ㈱ 髙 﨑 德 瀨) than the office accepts, so membership is asked here and not of the codec.
The ranges are those of kufu/kirico (MIT), 6,808 characters.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

ENCODING: Final = "cp932"

_TWO_BYTE_RANGES: Final = (
    (0x8140, 0x81AC),
    (0x824F, 0x8258),
    (0x8260, 0x8279),
    (0x8281, 0x829A),
    (0x829F, 0x82F1),
    (0x8340, 0x8396),
    (0x839F, 0x83B6),
    (0x83BF, 0x83D6),
    (0x8440, 0x8460),
    (0x8470, 0x8491),
    (0x889F, 0x9872),
    (0x989F, 0xEAA4),
)

# Both code points of each pair look alike and mean one Shift_JIS code; CP932 maps only the right.
SAME_CODE: Final = {"\u2014": "\u2015", "\u301c": "\uff5e", "\u2212": "\uff0d"}
_SAME_CODE_TABLE: Final = str.maketrans(SAME_CODE)

_NAMED_AT_MOST: Final = 3


def _characters(ranges: Iterable[tuple[int, int]]) -> Iterator[str]:
    for first, last in ranges:
        for code in range(first, last + 1):
            character = code.to_bytes(2, "big").decode(ENCODING, "replace")
            if len(character) == 1 and character != "\ufffd":
                yield character


DIGITS: Final = frozenset("0123456789")
LETTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
HALF_KANA: Final = frozenset(map(chr, range(0xFF61, 0xFFA0)))
# A comma separates items, and nothing quotes it: it can stand in no value.
ONE_BYTE: Final = frozenset(map(chr, range(0x20, 0x7F))) - {","} | HALF_KANA
TWO_BYTE: Final = frozenset(_characters(_TWO_BYTE_RANGES))
USABLE: Final = ONE_BYTE | TWO_BYTE


def normalise(text: str) -> str:
    """The three stated replacements of one code point by its twin, and nothing else."""
    return text.translate(_SAME_CODE_TABLE)


def byte_length(text: str) -> int:
    """Bytes in CP932; a half-width voiced mark is a byte of its own, an unknown character two."""
    return sum(1 if character in ONE_BYTE else 2 for character in text)


def named(characters: Iterable[str]) -> str:
    """Names of characters for an operator: 「髙」「①」.

    Digits are told as a class and at most three characters are spelt out, so that no number
    typed into the wrong place can be put together again from a message.
    """
    distinct = list(dict.fromkeys(characters))
    digits = any(unicodedata.decimal(c, None) is not None for c in distinct)
    others = [c for c in distinct if unicodedata.decimal(c, None) is None]
    parts = [_quoted(c) for c in others[:_NAMED_AT_MOST]]
    if len(others) > _NAMED_AT_MOST:
        parts.append(f"ほか{len(others) - _NAMED_AT_MOST}種類")
    if digits:
        parts.append("数字" if not parts else "と数字")
    return "".join(parts)


def _quoted(character: str) -> str:
    if character == " ":
        return "「半角空白」"
    if character == "\u3000":
        return "「全角空白」"
    if character.isprintable():
        return f"「{character}」"
    return f"「U+{ord(character):04X}」"
