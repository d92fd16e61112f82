"""What a cell says of a fact that a form asks for, by the kind of the fact."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from azukari.filings.recipes.recipe import Ask
from azukari.law.era import DateRefused, parse_date
from azukari.ledger.number_in_text import holds_number

_TRUE: Final = frozenset({"1", "true", "yes", "y", "有", "○", "〇", "はい", "該当", "レ"})
_FALSE: Final = frozenset({"0", "false", "no", "n", "無", "×", "いいえ", "非該当", "-"})
_NUMBER_INSIDE: Final = "個人番号と思われる12桁の数字があります。取り除いてください。"
_COULD_BE_ONE: Final = "個人番号の検査用数字に合う12桁です。個人番号なら、取り除いてください。"
DESIGNATED: Final[Mapping[str, str]] = {
    "city.designated": _COULD_BE_ONE
    + "市区町村の通知書の指定番号なら、会社情報管理に登録して、ここは空欄にしてください。",
    "newco.designated": _COULD_BE_ONE
    + "新しい勤務先の指定番号なら、ここは空欄にして、印刷した用紙に書いてください。",
}
"""指定番号 may have twelve digits: what is said of those that could be an individual number."""

NUL: Final = "\0"
"""The one character that PostgreSQL keeps in no text (manual, 8.3 Character Types)."""

UNSEEN: Final = "目に見えない制御文字が入っています。入力し直してください。"


def parse(ask: Ask, cell: str) -> Any:
    """The value; None for a flag that is not set.  Raises ValueError with a sentence that says what
    to do.
    """
    if holds_number(cell):
        raise ValueError(DESIGNATED.get(ask.name, _NUMBER_INSIDE))
    if NUL in cell:
        raise ValueError(UNSEEN)
    return _PARSERS[ask.kind](ask, unicodedata.normalize("NFKC", cell).strip(), cell)


def _amount(ask: Ask, plain_: str, _cell: str) -> int:
    text = whole_digits(plain_.replace(",", "").removeprefix("¥").removesuffix("円"))
    if not text:
        raise ValueError("金額や数は、1単位の数字で入力してください（例：300000）。")
    if ask.most and len(str(int(text))) > ask.most:
        raise ValueError(f"{ask.most}桁までの数字で入力してください。")
    return int(text)


def whole_digits(text: str) -> str:
    """Nothing where the text is no whole number."""
    # A spreadsheet writes whole amounts as 300000.0 now and then.
    whole = re.fullmatch(r"(\d+)(?:\.0+)?", text)
    return whole[1] if whole else ""


def _day(_ask: Ask, plain_: str, _cell: str) -> date:
    try:
        return parse_date(plain_)
    except DateRefused:
        raise ValueError("日付は「2026/4/1」「令和8年4月1日」のように入力してください。") from None


def _code(ask: Ask, plain_: str, cell: str) -> str:
    if plain_ in ask.codes:
        return plain_
    padded = plain_.zfill(max(map(len, ask.codes)))
    if padded in ask.codes:
        return padded
    for code, meaning in ask.codes.items():
        if cell in {meaning, f"{code} {meaning}"} or plain_ == unicodedata.normalize(
            "NFKC", meaning
        ):
            return code
    some = "、".join(f"{code}（{meaning}）" for code, meaning in list(ask.codes.items())[:4])
    raise ValueError(f"{some}などのコードで入力してください。")


def _flag(_ask: Ask, plain_: str, _cell: str) -> bool | None:
    if plain_.casefold() in _TRUE:
        return True
    if plain_.casefold() in _FALSE:
        return None
    raise ValueError("該当するときは1、しないときは空か0にしてください。")


def _number(ask: Ask, plain_: str, _cell: str) -> str:
    text = re.sub(r"[\s\-‐-―−]", "", plain_)
    if not (text.isascii() and text.isdecimal()) or (ask.most and len(text) > ask.most):
        raise ValueError(f"{ask.most}桁までの数字で入力してください。")
    return text


def _text(ask: Ask, _plain: str, cell: str) -> str:
    if ask.most and len(cell) > ask.most:
        raise ValueError(f"長すぎます。{ask.most}文字までにしてください。")
    return cell


_PARSERS = {
    "yen": _amount,
    "count": _amount,
    "date": _day,
    "code": _code,
    "flag": _flag,
    "digits": _number,
    "text": _text,
}
