"""What another product writes under our headings is taken without a question."""

import pytest

from azukari.products.counter_templates import counter_template, counter_templates
from azukari.products.headings import plain
from azukari.products.preset import presets
from azukari.products.recognition import recognise as recognise_product
from azukari.products.rows import read_rows
from azukari.register.sheets.reading import recognise
from tests.register.sheet_files import write

KEYS = [one.key for one in counter_templates()]
VALUES = {
    "社員番号": "0012", "氏名": "髙橋　太郎", "氏名(姓)": "髙橋", "氏名(名)": "太郎",
    "氏名カナ": "タカハシ　タロウ", "氏名カナ(姓)": "タカハシ", "氏名カナ(名)": "タロウ",
    "生年月日": "1984/04/04", "性別": "男性", "入社年月日": "2015/04/01",
    "郵便番号": "100-0001", "住所(都道府県)": "東京都", "住所(市区町村)": "千代田区",
    "住所(番地)": "千代田1-1",
}  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_file_under_our_headings_needs_no_question(key: str) -> None:
    template = counter_template(key)
    assert template is not None
    ours = template.rows()[0]
    row = [VALUES.get(name, "") for name in ours]

    layout = recognise(write(ours, row))

    assert (layout.kind.value, layout.is_guess, layout.not_taken) == ("employees", False, ())


def test_parts_of_a_name_become_one() -> None:
    template = counter_template("smarthr")
    assert template is not None
    ours = template.rows()[0]
    rows = [ours, [VALUES.get(name, "") for name in ours]]
    known = recognise_product(rows)
    assert known is not None

    [row] = read_rows(rows, known)

    assert row.employee["name"] == "髙橋　太郎"
    assert row.employee["kana"] == "タカハシ　タロウ"
    assert row.employee["address"] == "東京都千代田区千代田1-1"


@pytest.mark.parametrize("key", KEYS)
def test_items_are_what_the_product_calls_them(key: str) -> None:
    template = counter_template(key)
    assert template is not None
    [preset] = [one for one in presets() if one.id == template.preset]
    known = {name for column in preset.columns for name in column.names}

    assert {plain(item) for _, item in template.columns} <= known
    assert template.content().decode(template.encoding).count("\r\n") == 1 + template.has_items
