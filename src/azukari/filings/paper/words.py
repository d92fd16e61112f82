"""What an operator reads about paper forms."""

from collections.abc import Iterable
from typing import Final

from azukari.filings.paper.disclosure import Disclosure
from azukari.filings.paper.inspection import Defect
from azukari.filings.paper.lettering import Glyph, Shortfall
from azukari.filings.paper.plan import Field
from azukari.filings.paper.slip import NumberInWords, TooMany

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
    Defect.PICTURE_CHANGED: "見本の絵が前と違います",
}

_LISTS: Final = {
    "deps": "扶養親族",
    "kids": "16歳未満の扶養親族",
    "others": "他の所得者が控除を受ける親族",
    "persons": "被保険者",
    "family": "家族",
    "lines": "支払の明細",
}

_SHORTFALLS: Final = {
    Shortfall.DOWNGRADED: "字形の違う基本の漢字で印刷されます",
    Shortfall.MISSING: "書体にないため「〓」で印刷されます",
}


def shortfall(field: Field, glyphs: Iterable[Glyph], disclosure: Disclosure) -> str:
    """One sentence per field: what will look different on paper."""
    said = "、".join(f"「{g.text}」は{_SHORTFALLS[g.shortfall]}" for g in glyphs if g.shortfall)
    return f"{meaning(field.name, disclosure)}の{said}。"


def number_in_words(refusal: NumberInWords, disclosure: Disclosure) -> str:
    """The place is named, the number is not repeated."""
    name = ".".join("[]" if part.isdigit() else part for part in refusal.path.split("."))
    place = meaning(name.replace(".[]", "[]"), disclosure)
    return (
        f"{place}に個人番号と思われる数字があります。個人番号の欄以外には書けません。"
        "消してから、もう一度作成してください。"
    )


def too_many(refusal: TooMany) -> str:
    """For lists the form has no rule for."""
    what = _LISTS[refusal.listed]
    return f"この様式に書ける{what}は{refusal.rows}件までです。超える分は用紙を分けてください。"


def meaning(name: str, disclosure: Disclosure) -> str:
    """The Japanese name of a value, or its name in the model where the vocabulary has none."""
    binding = disclosure.binding(name)
    return binding.meaning if binding else name
