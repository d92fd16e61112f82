"""Every check of 2201700 (資格喪失届) broken, one at a time."""

from dataclasses import replace
from datetime import date

import pytest

from azukari.filings.catalog.social_insurance import shfd0006
from azukari.filings.catalog.social_insurance.shfd0006 import editions
from azukari.law.number import parse
from tests.filings import acquisitions, losses
from tests.filings.cast import CREATED, OFFICE, TARO, TODAY, changed, found_in, vector
from tests.numbers import valid_number

LAYOUT = editions()[-1].records["2201700"]

WITH_NUMBER, WITH_PENSION = shfd0006.read(vector("own__2200700_2201700.CSV")).records[2:]
DIED = changed(WITH_NUMBER, {16: "5"})
REACHED_75 = changed(WITH_NUMBER, {9: "5", 10: "260901", 16: "7", 17: "", 18: ""})
OVER_70 = changed(WITH_NUMBER, {6: "", 14: "", 15: "", 24: "1", 25: "9", 26: "080831", 27: "1"})

CHECKS = [
    ("id-required", WITH_PENSION, {12: "", 13: ""}, [12, 13]),
    ("lost-plus1-4", WITH_NUMBER, {15: "080831"}, [15]),
    ("lost-plus1-5", DIED, {15: "080902"}, [15]),
    ("lost-after-birth", REACHED_75, {9: "9", 10: "080902", 16: "9"}, [15]),
    ("lost-after-birth", REACHED_75, {9: "9", 10: "080901", 16: "9"}, [15]),
    ("lost-75", REACHED_75, {10: "260902"}, [15]),
    ("lost-not-future", WITH_NUMBER, {15: "080909", 18: "080908"}, [15]),
    ("left-required", OVER_70, {17: "", 18: ""}, [17, 18]),
    ("left-omit", WITH_NUMBER, {16: "11"}, [17, 18]),
    ("only70-omit", OVER_70, {6: "12", 14: "9", 15: "080901"}, [6, 14, 15]),
    ("only70-flag", OVER_70, {24: ""}, [24]),
    ("off-date-req", OVER_70, {25: "", 26: ""}, [25, 26]),
    ("off-date-same", OVER_70, {26: "080901"}, [26]),
    ("off-not-future", OVER_70, {26: "080909", 18: "080909"}, [26]),
    ("pension-no-pair-1", WITH_NUMBER, {12: "1234"}, [13]),
    ("pension-no-pair-2", WITH_NUMBER, {13: "567890"}, [12]),
    ("number-in-text", WITH_NUMBER, {21: f"番号 {valid_number(5)}"}, [21]),
]


@pytest.mark.parametrize("record", [WITH_NUMBER, WITH_PENSION, DIED, REACHED_75, OVER_70])
def test_good_row_has_no_problem(record: list[str]) -> None:
    assert found_in(record) == []


@pytest.mark.parametrize(("code", "record", "changes", "items"), CHECKS)
def test_check_broken(
    code: str, record: list[str], changes: dict[int, str], items: list[int]
) -> None:
    found = found_in(changed(record, changes))

    assert found == [(1, item, code) for item in items]


def test_every_check_of_the_layout_is_broken_once() -> None:
    assert {code for code, *_ in CHECKS} == {check.id for check in LAYOUT.checks}


def test_half_a_date() -> None:
    assert found_in(changed(OVER_70, {14: "", 27: "", 15: "080901", 24: "", 25: "", 26: ""})) == [
        (1, 14, "date-pair")
    ]


TARO_LEFT = losses.Loss(
    name_kana="ヤマダ タロウ",
    name_kanji="山田　太郎",
    born_on=date(1985, 5, 15),
    number=parse(valid_number(1)),
    lost_on=date(2026, 9, 1),
    reason="4",
    left_or_died_on=date(2026, 8, 31),
    insured_number="12",
    certificates_attached=1,
)


def test_record_made_from_facts() -> None:
    hanako = replace(
        TARO_LEFT,
        name_kana="ﾔﾏﾀﾞ ﾊﾅｺ",
        name_kanji="山田　花子",
        born_on=date(1990, 4, 1),
        number=None,
        pension_number="1234-567890",
        insured_number="13",
        certificates_attached=0,
    )

    records = [
        shfd0006.to_records(OFFICE, losses.notice(facts))[0][0] for facts in (TARO_LEFT, hanako)
    ]

    assert records == [WITH_NUMBER, WITH_PENSION]


def test_over_seventy_alone_made_from_facts() -> None:
    facts = replace(
        TARO_LEFT,
        lost_on=None,
        insured_number="",
        over_70_off_on=date(2026, 8, 31),
        over_70_only=True,
    )

    assert shfd0006.to_records(OFFICE, losses.notice(facts))[0][0] == OVER_70


def test_acquisition_and_loss_in_one_file() -> None:
    data = shfd0006.write(
        OFFICE,
        [acquisitions.notice(TARO), losses.notice(TARO_LEFT)],
        media_seq=7,
        created_on=CREATED,
        today=TODAY,
    )

    assert [record[0] for record in shfd0006.read(data).records] == ["2200700", "2201700"]


def test_reason_of_two_characters() -> None:
    agreement = changed(WITH_NUMBER, {16: "11", 17: "", 18: ""})

    assert found_in(agreement) == []
