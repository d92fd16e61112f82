"""2225700, 2221700, 2265700: written from payroll figures; each rule broken once."""

from datetime import date
from typing import Any

import pytest

from azukari.filings.catalog.social_insurance import shfd0006
from azukari.filings.catalog.social_insurance.shfd0006 import Notice, editions
from azukari.law.number import parse
from tests.filings import mutations
from tests.filings.cast import CREATED, OFFICE, TODAY, changed, found_in, vector
from tests.filings.mutations import Mutation
from tests.numbers import valid_number

RECORDS = editions()[-1].records
BASE, BONUS = shfd0006.read(vector("own__2225700_2265700.CSV")).records
REVISED = changed(
    shfd0006.read(vector("kirico__2221700.CSV")).records[0], {2: "21", 3: "01", 4: "ｹｲﾄ"}
)

PERSON: dict[str, Any] = {
    "insured_no": "000002",
    "name_kana": "ヨシダ　タロウ",
    "name_kanji": "吉田 太郎",
    "born": date(1984, 5, 27),
}
FIGURES: dict[str, Any] = PERSON | {
    "apply_era": "7",
    "apply_year": "28",
    "old_std_health": 410,
    "old_std_pension": 200,
    "old_apply_era": "7",
    "old_apply_year": "27",
    "old_apply_month": 7,
    "raise_month": 3,
    "raise_kind": "2",
    "retro_month": 5,
    "retro_amount": 344,
    "paid_month_apr": 4,
    "paid_month_may": 5,
    "paid_month_jun": 6,
    "base_days_apr": 3,
    "base_days_may": 24,
    "base_days_jun": 17,
    "currency_apr": 444_444,
    "currency_may": 555_555,
    "currency_jun": 666_666,
    "in_kind_apr": 444,
    "in_kind_may": 555,
    "in_kind_jun": 666,
    "total_apr": 444_888,
    "total_may": 556_110,
    "total_jun": 667_332,
    "grand_total": 1_223_442,
    "average": 611_721,
    "average_corrected": 1000,
    "note": "bikoooooo",
}

WIDE = str.maketrans({code: code + 0xFEE0 for code in range(0x30, 0x3A)})
RULES = [
    ("sum-1", BASE, {34: "444889"}, 34),
    ("sum-2", BASE, {32: "0"}, 35),
    ("sum-3", BASE, {30: "0"}, 36),
    ("corrected-min", BASE, {39: "999"}, 39),
    ("grand", BASE, {37: "1668330"}, 37),
    ("grand", BASE, {25: "16", 26: "16", 27: "16"}, 37),
    ("avg", BASE, {38: "611722"}, 38),
    ("grand", BASE, {27: "16"}, 37),
    ("avg", BASE, {49: "1", 25: "11"}, 38),
    ("month-2", REVISED, {23: "11"}, 23),
    ("month-1", REVISED, {24: "12"}, 24),
    ("month-apply", REVISED, {12: "01"}, 12),
    ("days-17", REVISED, {26: "16"}, 26),
    ("days-11", REVISED, {26: "10", 45: "1"}, 26),
    ("grand", REVISED, {37: "900001"}, 37),
    ("avg", REVISED, {38: "299999"}, 38),
    ("avg-min", REVISED, {38: "999"}, 38),
    ("corrected-min", REVISED, {39: "999"}, 39),
    ("sum-1", REVISED, {34: "1"}, 34),
    ("sum-2", REVISED, {35: "1"}, 35),
    ("sum-3", REVISED, {36: "1"}, 36),
    ("total", BONUS, {14: "999999"}, 14),
    ("total-min", BONUS, {12: "400", 13: "0", 14: "0"}, 14),
    ("paid-not-future", BONUS, {10: "9", 11: "080909"}, 11),
    ("number-in-text", BASE, {52: valid_number(5)}, 52),
    ("number-in-text", REVISED, {46: valid_number(5)}, 46),
    ("number-in-text", BONUS, {7: valid_number(5).translate(WIDE)}, 7),
]
MUTATIONS = [
    pytest.param(row, mutation, id=f"{row[0]}-{mutation}")
    for row in (BASE, REVISED, BONUS)
    for made in (mutations.of_items, mutations.of_dates)
    for mutation in made(RECORDS[row[0]])
] + [
    pytest.param(row, mutation, id=f"{row[0]}-{mutation}")
    for row in (BASE, REVISED, BONUS)
    for mutation in mutations.of_plain_checks(RECORDS[row[0]], row)
]


@pytest.mark.parametrize("record", [BASE, REVISED, BONUS], ids=lambda row: row[0])
def test_good_row_has_no_problem(record: list[str]) -> None:
    assert found_in(record) == []


@pytest.mark.parametrize(("record", "mutation"), MUTATIONS)
def test_rule_broken(record: list[str], mutation: Mutation) -> None:
    assert mutation.is_told(found_in(changed(record, mutation.changes)))


@pytest.mark.parametrize(("code", "record", "changes", "item"), RULES)
def test_sum_or_month_broken(
    code: str, record: list[str], changes: dict[int, str], item: int
) -> None:
    assert (1, item, code) in found_in(changed(record, changes))


@pytest.mark.parametrize("row", [BASE, REVISED, BONUS], ids=lambda row: row[0])
def test_every_check_of_the_layout_is_broken_once(row: list[str]) -> None:
    layout = RECORDS[row[0]]
    broken = {mutation.code for mutation in mutations.of_plain_checks(layout, row)}
    broken |= {code for code, record, *_ in RULES if record[0] == row[0]}

    assert {check.id for check in layout.checks} <= broken


def test_part_timer_without_seventeen_days_counts_from_fifteen() -> None:
    row = changed(BASE, {25: "15", 26: "16", 27: "14", 50: "1"})

    assert found_in(changed(row, {37: "1000998", 38: "500499"})) == []


def test_number_belongs_to_people_of_seventy_only() -> None:
    old = changed(BASE, {8: "5", 9: "300527", 40: valid_number(3), 43: "1"})

    assert found_in(old) == []
    assert found_in(changed(old, {43: ""})) == [(1, 40, "mynumber-only-70")]
    assert found_in(changed(old, {40: ""})) == [(1, 41, "over70-id"), (1, 42, "over70-id")]


def test_bonus_of_ten_million_is_written_as_the_cap() -> None:
    figures = PERSON | {
        "paid": date(2026, 7, 10),
        "currency": 12_000_000,
        "in_kind": 0,
        "total": 12_000_000,
    }

    (record, conversions), *_ = shfd0006.to_records(
        OFFICE, Notice(form_code="2265700", facts=figures)
    )

    assert [record[11], record[13]] == ["9999999", "9999999"]
    assert [(c.item, c.before, c.after) for c in conversions[-2:]] == [
        (12, "12000000", "9999999"),
        (14, "12000000", "9999999"),
    ]


def test_file_made_from_figures_holds_the_same_values() -> None:
    people = [Notice(form_code="2225700", facts=FIGURES)]

    data = shfd0006.write(OFFICE, people, media_seq=1, created_on=CREATED, today=TODAY)

    (record,) = shfd0006.read(data).records
    assert [value.lstrip("0") for value in record] == [value.lstrip("0") for value in BASE]


def test_figures_show_in_no_repr() -> None:
    number = parse(valid_number(3))

    shown = repr(Notice(form_code="2225700", facts=FIGURES | {"individual_number": number}))

    assert "吉田" not in shown
