"""Names: what may be kept, and a key for finding them.

A name is kept as it was given: variants of a character and variation selectors are part of it.
The search key folds them for finding only; it is never stored as a name nor printed on a form.
"""

import re
import unicodedata
from enum import StrEnum

MAX_LENGTH = 100


class NameProblem(StrEnum):
    EMPTY = "empty"
    CONTROL_CHARACTER = "control_character"
    NEWLINE = "newline"
    FORMULA = "formula"
    UNREADABLE = "unreadable"
    PRIVATE_CHARACTER = "private_character"
    TOO_LONG = "too_long"


# A cell beginning so is run as a formula by spreadsheets (CSV injection, OWASP); some also take
# the full-width signs.
_FORMULA_STARTS = frozenset("=+-@＝＋－＠")
# What programs write for a character they could not (U+FFFD, the question mark, 〓).
_LOST = frozenset("\ufffd?？〓")
_NEWLINES = frozenset("\n\r\x85\u2028\u2029")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")
# Variation selectors: U+FE00–FE0F and the ideographic ones U+E0100–E01EF.
SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")

# Common variants of characters in names, each pair folded to its second. Different surnames
# (坂 and 阪, 崎 and 埼) stay apart.
_VARIANT_PAIRS = (
    "髙高 﨑崎 嵜崎 碕崎 邊辺 邉辺 齋斎 齊斎 斉斎 濱浜 濵浜 澤沢 瀧滝 嶋島 嶌島 廣広 德徳 瀨瀬 "
    "櫻桜 國国 惠恵 榮栄 眞真 實実 壽寿 淵渕 渊渕 冨富 峯峰 舘館 曾曽 槇槙 槗橋 𣘺橋 𠮷吉 桒桑 "
    "栁柳 桺柳 兒児 關関 龍竜 條条 藏蔵 藪薮 檜桧 籠篭 凛凜 靑青 黑黒 淸清 萬万 與与 亞亜 爲為 "
    "圓円 學学 寬寛 彌弥 應応 戶戸 收収 敎教 數数 會会 來来 步歩 氣気 澁渋 獨独 當当 發発 禮礼 "
    "穗穂 竝並 絲糸 縣県 繩縄 總総 聰聡 聲声 臺台 莊荘 藝芸 螢蛍 覺覚 讓譲 豐豊 賴頼 邨村 鄕郷 "
    "釼剣 劍剣 劔剣 鐵鉄 鎭鎮 靜静 顯顕 驒騨 鷗鴎 麴麹 黃黄 齡齢 恆恒 晉晋 吞呑 昻昂 翆翠 壷壺"
)
COMMON_FORMS = {pair[0]: pair[1] for pair in _VARIANT_PAIRS.split()}
"""The common form of a variant. To be shown to a person before it is written for another."""

_FOLD = {ord(variant): common for variant, common in COMMON_FORMS.items()}
# Hiragana falls together with katakana, small ヵ ヶ of surnames (森ケ崎, 森ヶ崎) with the large.
_FOLD |= {code: chr(code + 0x60) for code in range(ord("ぁ"), ord("ゔ") + 1)}
_FOLD |= {ord("ゕ"): "カ", ord("ヵ"): "カ", ord("ゖ"): "ケ", ord("ヶ"): "ケ"}

# What nearly every name is written in and folding leaves as it is.
_UNFOLDED = re.compile(
    "(?:[々〆ァ-ヴー\u4e00-\u9fff](?<![" + "".join(map(chr, _FOLD)) + "])|\u3000)*"
)


def search_key(text: str) -> str:
    """A folded form for finding: equal keys mean "possibly the same name", no more."""
    if _UNFOLDED.fullmatch(text):
        return text.replace("\u3000", "")
    plain = unicodedata.normalize("NFKC", SELECTORS.sub("", text))
    return "".join(plain.translate(_FOLD).split()).casefold()


def tidy_name(text: str) -> str:
    """The name without spaces at its ends, one U+3000 between its parts."""
    return _SPACES.sub("\u3000", text).strip("\u3000")


def problem_of(text: str, *, longest: int = MAX_LENGTH) -> NameProblem | None:
    """Why a text cannot be kept as a name; None when it can. `longest` counts characters.

    A missing space between family and given name is no problem: some people have one name.
    """
    if not text.strip():
        return NameProblem.EMPTY
    if len(text) > longest:
        return NameProblem.TOO_LONG
    if text[0] in _FORMULA_STARTS:
        return NameProblem.FORMULA
    if not _LOST.isdisjoint(text):
        return NameProblem.UNREADABLE
    if text.replace("\u3000", "").isprintable():
        return None
    return next(filter(None, map(_problem_of_character, text)), None)


def _problem_of_character(character: str) -> NameProblem | None:
    if character in _NEWLINES:
        return NameProblem.NEWLINE
    match unicodedata.category(character):
        case "Cc" | "Cf":
            return NameProblem.CONTROL_CHARACTER
        case "Cs":
            return NameProblem.UNREADABLE
        case "Co":
            # 外字 mean something only on the machine that drew them.
            return NameProblem.PRIVATE_CHARACTER
    return NameProblem.UNREADABLE if character == "\ufffd" else None
