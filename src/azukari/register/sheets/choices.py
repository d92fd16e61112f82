"""Columns that choose one of a few words: 雇用区分, 支払先区分."""

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

from azukari.register.sheets.codes import Code
from azukari.register.sheets.findings import Findings


def _words(**written: str) -> Mapping[str, str]:
    """Word as companies write it → our code."""
    return {word: code for code, words in written.items() for word in [code, *words.split()]}


# What companies call their staff varies without end: an unknown word is passed over, not refused.
_EMPLOYMENT_CLASSES = _words(
    regular="正社員 社員 一般社員 正規 正規社員 正職員",
    contract="契約社員 契約 嘱託 嘱託社員 有期契約",
    part_time="パート アルバイト パートタイマー パート・アルバイト パート/アルバイト"
    " パートアルバイト パートタイム",
    director="役員 取締役 代表取締役 監査役 執行役",
    seconded="出向 出向者 出向社員",
    other="その他 派遣 派遣社員 業務委託",
)
_PAYEE_KINDS = _words(
    lecturer="講師・執筆者等 講師 執筆者 原稿料 講演料",
    professional="弁護士・税理士等 弁護士 税理士 司法書士 社会保険労務士 公認会計士 行政書士"
    " 弁理士 士業",
    landlord="不動産の貸主 貸主 地主 家主 大家 不動産",
    shareholder="株主 配当",
    other="その他の支払先 その他",
)


def employment_classes(cells: Sequence[str], column: str, found: Findings) -> list[str]:
    return _chosen(cells, column, found, _EMPLOYMENT_CLASSES, Code.EMPLOYMENT_CLASS_UNKNOWN)


def payee_kinds(cells: Sequence[str], column: str, found: Findings) -> list[str]:
    return _chosen(cells, column, found, _PAYEE_KINDS, Code.PAYEE_KIND_UNKNOWN)


def _chosen(
    cells: Sequence[str], column: str, found: Findings, words: Mapping[str, str], unknown: Code
) -> list[str]:
    values = []
    for place, cell in enumerate(cells):
        value = words.get(cell) or words.get(_plain(cell))
        if value is None and cell.strip():
            found.add(place, column, unknown, cell)
        values.append(value or "")
    return values


@lru_cache(maxsize=4096)
def _plain(cell: str) -> str:
    return "".join(unicodedata.normalize("NFKC", cell).casefold().split())
