"""What both sides say of a person, in one notation, so that equal facts are equal texts.

Dates are ISO, 性別 and 続柄 codes of `law`, flags "1" and "0".  `Facts` is one text, since people
who agree are all but a few: a text for each of `FIELDS`, put together.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from azukari.law.name import search_key

Facts = str
Key = tuple[str, int]
"""社員番号 and 家族連番; 0 is the employee."""


class Field(StrEnum):
    NAME = "name"
    KANA = "kana"
    BIRTH = "birth_date"
    SEX = "sex"
    RELATIONSHIP = "relationship"
    TAX = "tax_dependent"
    HEALTH = "health_dependent"
    CATEGORY3 = "category3"
    POSTCODE = "postcode"
    ADDRESS = "address"
    ENDED = "ended_on"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Field.NAME: "氏名",
    Field.KANA: "氏名カナ",
    Field.BIRTH: "生年月日",
    Field.SEX: "性別",
    Field.RELATIONSHIP: "続柄",
    Field.TAX: "税扶養",
    Field.HEALTH: "健保扶養",
    Field.CATEGORY3: "第3号被保険者",
    Field.POSTCODE: "郵便番号",
    Field.ADDRESS: "住所",
    Field.ENDED: "退職・扶養終了の日",
}
FIELDS: Final = tuple(Field)
PLACE: Final = {one: at for at, one in enumerate(FIELDS)}
OF_FAMILY: Final = frozenset({Field.RELATIONSHIP, Field.TAX, Field.HEALTH, Field.CATEGORY3})


@dataclass(frozen=True)
class SpokenOf:
    """The fields a payroll has anything to say about."""

    employees: frozenset[Field] = frozenset(FIELDS)
    families: frozenset[Field] = frozenset(FIELDS)


BETWEEN: Final = "\x1f"
_NOTHING: Final = "\x1e"


def facts_of(said: Mapping[Field, str]) -> Facts:
    """`said`: by field what a side says, "" for what it says to be nothing.

    >>> said_in(facts_of({Field.NAME: "田中", Field.ENDED: ""}))[-1]
    ''
    """
    return BETWEEN.join(_plain(said[one]) or _NOTHING if one in said else "" for one in FIELDS)


def _plain(text: str) -> str:
    return text.replace(BETWEEN, " ").replace(_NOTHING, " ")


def said_in(facts: Facts) -> list[str | None]:
    """For each of `FIELDS` what is said of it; None for nothing said, "" for said to be nothing."""
    said = [text or None for text in facts.split(BETWEEN)]
    return ["" if text == _NOTHING else text for text in said] if _NOTHING in facts else said


_DASHES = re.compile("[‐‑‒–—―−ーｰ－]|(?<=[0-9])の(?=[0-9])")
_BLOCKS = re.compile("(?<=[0-9])(?:丁目|番地の|番地|番|号室|号)")
_KANJI_BLOCK = re.compile("[一二三四五六七八九十]+(?=丁目)")
_KANJI = {digit: at for at, digit in enumerate("一二三四五六七八九", start=1)}


def is_spelling(field: Field, there: str, here: str) -> bool:
    """Whether two texts differ in writing only: variant kanji, width, blanks, 丁目 against ‐."""
    fold = _FOLDS.get(field)
    return fold is not None and fold(there) == fold(here)


def folded_address(text: str) -> str:
    """The address for comparing: １丁目２番３号 and 1-2-3 fall together.

    >>> folded_address("霞が関一丁目２番３号") == folded_address("霞が関1-2-3")
    True
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = _KANJI_BLOCK.sub(lambda found: str(_number(found[0])), plain)
    plain = _BLOCKS.sub("-", _DASHES.sub("-", plain))
    plain = re.sub("-+", "-", "".join(plain.split())).replace("-ケ", "ケ")
    return search_key(re.sub(r"-(?![0-9])", "", plain))


def _number(kanji: str) -> int:
    tens, found, ones = kanji.partition("十")
    if not found:
        return _KANJI[kanji] if len(kanji) == 1 else 0
    return (_KANJI.get(tens, 1) if tens else 1) * 10 + (_KANJI.get(ones, 0) if ones else 0)


_FOLDS: Final[dict[Field, Callable[[str], str]]] = {
    Field.NAME: search_key,
    Field.KANA: search_key,
    Field.ADDRESS: folded_address,
}
