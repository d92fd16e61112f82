"""性別 as forms ask for it; codes as ISO/IEC 5218 and the pension forms (1 男, 2 女)."""

import re
import unicodedata
from enum import StrEnum


class Sex(StrEnum):
    MALE = "1"
    FEMALE = "2"

    @property
    def label(self) -> str:
        return "男" if self is Sex.MALE else "女"


class SexUnknown(ValueError):
    """The word or digit says neither 男 nor 女."""


_WORDS = {
    word: sex
    for sex, words in {
        Sex.MALE: ("1", "男", "男性", "M", "MALE", "オトコ", "おとこ"),
        Sex.FEMALE: ("2", "女", "女性", "F", "FEMALE", "オンナ", "おんな"),
    }.items()
    for word in words
}
# 1:男, 2（女）: the word counts, since products number the sexes differently.
_NUMBERED = re.compile(r"\d[:.]?\(?(男|女)性?\)?")


def parse_sex(text: str) -> Sex:
    """The sex a cell names. Raises SexUnknown.

    Some products write 0 for men and 1 for women: files of theirs need their own table.
    """
    known = _WORDS.get(text)
    if known:
        return known
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    numbered = _NUMBERED.fullmatch(plain)
    try:
        return _WORDS[numbered[1] if numbered else plain]
    except KeyError:
        raise SexUnknown from None
