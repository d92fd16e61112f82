"""What a cover sheet says of a made file: 総括票 of the pension office, 合計表, 総括表.

Sums are taken while the file is made, from the facts that went into it.
"""

from collections import Counter
from datetime import date
from typing import Any

from azukari.filings.catalog import tax
from azukari.filings.recipes.facts import Flat
from azukari.filings.recipes.recipe import Recipe
from azukari.law.era import to_era
from azukari.use.models import Filing
from azukari.use.queries import Frame

_SUMMED = ("支払金額", "源泉徴収税額", "市町村民税", "道府県民税", "社会保険料等の金額")
_MOST_MUNICIPALITIES = 200


class Sums:
    """Totals of the amounts a cover sheet asks for, and the people of each municipality."""

    def __init__(self, recipe: Recipe) -> None:
        self._names = {
            total: [ask.name for ask in recipe.asks if ask.kind == "yen" and total in ask.label]
            for total in _SUMMED
            if recipe.group == "tax"
        }
        self.totals: Counter[str] = Counter()
        self.cities: Counter[str] = Counter()
        self.ordinary: Counter[str] = Counter()
        self.people = 0

    def add(self, facts: Flat) -> None:
        self.people += 1
        for total, names in self._names.items():
            self.totals[total] += sum(facts.get(name) or 0 for name in names)
        city = facts.get("city.code")
        if city:
            self.cities[city] += 1
            self.ordinary[city] += bool(facts.get("opt.ordinary"))

    def lines(self) -> list[tuple[str, str]]:
        """Only what was told at all."""
        return [(f"{name}の合計", f"{sum_:,}円") for name, sum_ in self.totals.items() if sum_]


def cover_of(filing: Filing, frame: Frame, sums: Sums) -> list[list[str]]:
    """Label and value, in the order of the cover sheet."""
    recipe, office = frame.recipe, filing.office
    lines: list[tuple[str, Any]] = [("届書の名称", recipe.title)]
    if recipe.yearly:
        japanese = to_era(date(frame.day.year, 12, 31))
        lines.append(("年分", f"{japanese.era.label}{japanese.year_text}年分"))
    lines.append(("件数", f"{filing.people:,}件" if recipe.has_people else "1枚"))
    if recipe.group == "pension":
        symbol = f"{office.pension_district}－{office.pension_symbol}"
        lines += [
            ("事業所整理記号", f"{symbol}（都道府県コード {office.pension_prefecture}）"),
            ("事業所番号", office.pension_number),
        ]
    if recipe.group == "labour":
        lines.append(("雇用保険適用事業所番号", frame.common.get("office.koyo_number", "")))
    name = frame.common["office.name"] if recipe.group in {"pension", "labour"} else ""
    lines.append(("事業所名称", name) if name else ("提出義務者", frame.common["co.name"]))
    if recipe.group == "tax" and frame.common["co.number"]:
        lines.append(("法人番号", frame.common["co.number"]))
    if filing.media_number is not None:
        lines.append(("媒体通番", f"{filing.media_number:03d}"))
    lines.append(("作成年月日", _day(frame.day.today)))
    lines += sums.lines()
    if recipe.writer == "tax" and tax.format_of(recipe.source) == tax.ELTAX:
        lines += _by_municipality(sums)
    return [[label, str(value)] for label, value in lines]


def _by_municipality(sums: Sums) -> list[tuple[str, str]]:
    """総括表 is filed with each municipality."""
    found = [
        (f"市区町村 {city}", f"{count:,}人（うち普通徴収 {sums.ordinary[city]:,}人）")
        for city, count in sorted(sums.cities.items())
    ]
    if len(found) <= _MOST_MUNICIPALITIES:
        return [("提出する市区町村", f"{len(found):,}団体"), *found]
    return [("提出する市区町村", f"{len(found):,}団体")]


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
