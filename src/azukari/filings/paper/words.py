"""What an operator reads about paper forms."""

import re
from typing import Final

from azukari.filings.paper.disclosure import Disclosure
from azukari.filings.paper.examination import Flaw, PaperProblem
from azukari.filings.paper.facts import FactType, Source
from azukari.filings.paper.inspection import Defect
from azukari.filings.paper.layout import Layout

GEOMETRY: Final = {
    "check": "内容の確認に使う様式です。"
    "公式の用紙は機械で読み取られるため、この用紙では提出できません。"
    "電子申請にするか、公式の用紙に書き写してください。",
    "own": "会社で使う様式です。公式の様式はありません。",
    "evidence": "公式の様式の配置に合わせて作図しています。"
    "提出先の様式と見比べてから使ってください。",
    "draft": "項目の順は公式の様式と同じですが、寸法は公式の様式と異なります。"
    "提出先に使えるか確かめるか、公式の様式へ書き写す下書きとして使ってください。",
}

DEFECTS: Final = {
    Defect.OFF_PAGE: "枠が用紙の外にはみ出しています",
    Defect.CELLS_BEYOND_BOX: "桁のマスが枠からはみ出しています",
    Defect.DOES_NOT_FIT: "文字が枠に収まりません",
    Defect.OVERLAP: "文字どうしが重なっています",
    Defect.NO_GLYPH: "書体にない文字です",
    Defect.NOT_FILLED: "見本に値がありません",
    Defect.NOT_TAKEN: "見本の値が入る枠がありません",
    Defect.WRONG_KIND: "項目の型と枠の書き方が合いません",
    Defect.PLACES: "用紙への割付がはみ出しているか、重なっています",
    Defect.REQUIRED_WITHOUT_BOX: "form.yaml で必須の項目の枠がありません",
    Defect.PICTURE_CHANGED: "見本の絵が前と違います",
}

_LISTS: Final = {
    "deps": "扶養親族",
    "kids": "16歳未満の扶養親族",
    "others": "他の所得者が控除を受ける親族",
    "persons": "被保険者",
    "family": "家族",
    "lines": "支払の明細",
    "fees": "あっせん手数料",
    "props": "あっせんした物件",
    "coowners": "共有者",
    "hi_deps": "被扶養者",
    "specific": "特定親族",
}

_FLAWS: Final = {
    Flaw.MISSING: "{place}がありません。{mend}",
    Flaw.NUMBER_MISSING: "{place}が使えないため、欄を空けて印刷されます。"
    "番号と利用目的の登録を確かめてください。",
    Flaw.NUMBER_IN_WORDS: "{place}に個人番号と思われる数字があります。"
    "個人番号の欄以外には書けません。消してから、もう一度作成してください。",
    Flaw.WRONG_TYPE: "{place}の形が正しくありません。{type}で入れてください。",
    Flaw.UNKNOWN: "{place}という項目はありません。",
    Flaw.TOO_MANY: "この様式に書ける{list}は{detail}件までです。超える分は用紙を分けてください。",
    Flaw.CELLS_TOO_FEW: "{place}が長すぎます。マスは{detail}字分です。",
    Flaw.DOES_NOT_FIT: "{place}が長すぎて、最も小さな文字でも枠に収まりません。短くしてください。",
    Flaw.GLYPH_DOWNGRADED: "{place}の「{detail}」は、字形の違う基本の漢字で印刷されます。",
    Flaw.GLYPH_MISSING: "{place}の「{detail}」は、書体にないため「〓」で印刷されます。",
}

_MENDED: Final = {
    Source.FILING: "帳票を作る画面で指定してください。",
    Source.COMPANY: "会社・事業所の登録に入れてください。",
    Source.PERSON: "本人の登録に入れてください。",
    Source.FAMILY: "家族の登録に入れてください。",
    Source.FIGURES: "金額データに入れてください。",
    Source.ASKED: "入力してください。",
    Source.VAULT: "個人番号を登録してください。",
}

_TYPES: Final = {
    FactType.TEXT: "文字",
    FactType.MONEY: "円単位の整数",
    FactType.COUNT: "整数",
    FactType.DATE: "日付",
    FactType.CHOICE: "選択肢の番号",
    FactType.MARK: "「○」",
    FactType.CELLS: "文字",
    FactType.QR: "文字",
    FactType.NUMBER: "個人番号の登録",
    FactType.NUMBER_OR_CORPORATE: "法人番号又は個人番号の登録",
    FactType.NUMBERS: "個人番号の登録",
}


def caution(layout: Layout) -> str:
    """What an operator has to know of an edition before it is filed on paper."""
    return GEOMETRY[layout.geometry] + layout.note


def problem(one: PaperProblem, disclosure: Disclosure) -> str:
    """What is wrong and what to do; the entry of a list is counted from 1."""
    fact = disclosure.binding(_name(one.path))
    return _FLAWS[one.flaw].format(
        place="か".join([_place(one.path, disclosure), *_others(one, disclosure)]),
        mend=_MENDED[fact.source if fact else Source.ASKED],
        type=_TYPES[fact.type] if fact else "",
        list=_LISTS.get(one.path, one.path),
        detail=one.detail,
    )


def _others(one: PaperProblem, disclosure: Disclosure) -> list[str]:
    """What would do as well."""
    names = one.detail.split() if one.flaw is Flaw.MISSING else []
    return [meaning(name, disclosure) for name in names]


def _place(path: str, disclosure: Disclosure) -> str:
    """As in 扶養親族の氏名（2件目）."""
    at = next((f"（{int(part) + 1}件目）" for part in path.split(".") if part.isdigit()), "")
    if path in _LISTS:
        return _LISTS[path]
    return meaning(_name(path), disclosure) + at


def _name(path: str) -> str:
    return re.sub(r"\.\d+", "[]", path)


def meaning(name: str, disclosure: Disclosure) -> str:
    """The Japanese name of a value, or its name in the model where the vocabulary has none."""
    binding = disclosure.binding(name)
    return binding.meaning if binding else name
