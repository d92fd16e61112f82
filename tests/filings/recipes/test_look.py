"""What is told of a subject before a number is opened."""

from datetime import date
from typing import Any

import pytest

from azukari.filings.recipes.facts import PLACEHOLDER, nested
from azukari.filings.recipes.look import Day, look, look_common
from azukari.filings.recipes.recipe import recipes
from azukari.filings.recipes.records import preview
from azukari.law.number import parse
from tests.numbers import valid_number

DAY = Day(date(2026, 9, 30), 2026)
OFFICE = {
    "office.prefecture": "21", "office.district": "01", "office.symbol": "ケイト",
    "office.number": "12345", "office.zip": "100-8580", "office.address": "東京都千代田区",
    "office.name": "株式会社テスト", "office.rep": "年金　正明", "office.tel": "03-3456-7890",
    "co.name": "株式会社テスト", "co.address": "東京都千代田区", "doc.correction": "0",
}  # fmt: skip
TARO = {
    **OFFICE,
    "emp.name": "山田　太郎", "emp.kana": "ヤマダ　タロウ", "emp.birth": date(1985, 5, 15),
    "emp.sex": "1", "emp.address": "東京都港区", "ev.pay_currency": 300_000, "ev.pay_in_kind": 0,
    "ev.acquired": date(2026, 9, 1), "ev.has_dependents": "0", "ev.insured_kind": "1",
    "ev.class": "1", "pay.total": 4_000_000, "pay.tax": 80_000, "city.code": "13103",
}  # fmt: skip
HELD = {"emp.mynumber": PLACEHOLDER}


def told(form: str, changes: dict[str, Any], numbers: Any = HELD) -> list[tuple[str, str]]:
    facts = {name: value for name, value in {**TARO, **changes}.items() if value is not None}
    found = look(recipes()[form], facts, numbers, place=3, day=DAY)
    assert {one.record for one in found.problems} <= {3}
    return [(one.fact, one.code) for one in found.problems]


def test_good_subject_has_no_problem() -> None:
    assert told("2200700", {}) == []
    assert told("315", {}) == []


@pytest.mark.parametrize(
    ("form", "changes", "found"),
    [
        ("2200700", {"ev.pay_currency": None}, [("ev.pay_currency", "required")]),
        ("2200700", {"ev.class": None}, [("ev.class", "required")]),
        ("2200700", {"emp.kana": None}, [("emp.kana", "required")]),
        ("2200700", {"emp.name": "髙橋　太郎"}, [("emp.name", "unusable-character")]),
        ("2200700", {"emp.birth": date(2027, 1, 1)}, []),
        ("2200700", {"ev.acquired": date(2027, 1, 1)}, [("ev.acquired", "acq-not-future")]),
        ("315", {"emp.address": None}, [("emp.address", "required")]),
        ("315", {"pay.tax": 5_000_000}, [("pay.tax", "sum")]),
        ("315", {"city.code": "131039"}, [("city.code", "check-digit")]),
        ("315", {"remarks": f"番号{valid_number(9)}"}, [("remarks", "number-in-text")]),
        ("315", {"job.kind": "1"}, [("job.date", "midyear-date")] * 3),
    ],
)
def test_problem_names_the_fact_that_mends_it(
    form: str, changes: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    assert [one for one in told(form, changes) if one[1] != "municipality"] == found


def test_without_a_number_the_address_is_asked_for() -> None:
    facts = {
        "emp.pension_no": "1234567890",
        "emp.address_kana": "トウキョウト",
        "emp.zip": "100-0001",
    }

    assert told("2200700", facts, {}) == []
    assert ("emp.zip", "no-mynumber-address") in told("2200700", {**facts, "emp.zip": None}, {})


def test_seventy_and_over_have_no_kind() -> None:
    only = {"ev.over_70_only": True, "ev.over_70": True, "ev.class": None, "ev.insured_kind": None,
            "emp.birth": date(1950, 1, 1)}  # fmt: skip

    assert told("2200700", only) == []


def test_office_is_told_once_for_all() -> None:
    recipe = recipes()["2200700"]
    common = {**OFFICE, "office.zip": "", "office.tel": "03"}

    found = look_common(recipe, common, day=DAY)

    assert {one.fact for one in found} == {"office.name"}
    assert {one.record for one in found} == {None}
    assert told("2200700", {"office.zip": ""}) == []


def test_preview_masks_every_number() -> None:
    digits = valid_number(10)
    lines = preview(recipes()["315"], TARO, {"emp.mynumber": parse(digits)}, 2026)

    shown = dict(lines)
    assert shown["95 支払を受ける者の個人番号"] == "*" * 12
    assert not any(digits in value for value in shown.values())


def test_flat_facts_become_the_model_of_paper() -> None:
    flat = {
        "emp.name": "山田",
        "deps.1.name": "二郎",
        "deps.0.name": "一郎",
        "pay.total": 0,
        "x": "",
    }

    assert nested(flat) == {
        "emp": {"name": "山田"},
        "deps": [{"name": "一郎"}, {"name": "二郎"}],
        "pay": {"total": 0},
    }
