"""Every item and every check of 2200700 broken, one at a time: that problem, and no other."""

import pytest

from azukari.filings.catalog.social_insurance.shfd0006 import editions
from tests.filings.cast import ELDER, HANAKO, TARO, changed, found_in, row
from tests.numbers import valid_number, wrong_check_digit

LAYOUT = editions()[-1].records["2200700"]

WITH_NUMBER, WITH_ADDRESS, OVER_70 = row(TARO), row(HANAKO), row(ELDER)

ITEMS = [
    (2, "13", "code-not-listed"),
    (2, "", "required"),
    (3, "00", "forbidden-value"),
    (3, "1", "too-short"),
    (4, "ABｱ", "type"),
    (4, "ｹｲﾄﾞｳ", "too-long"),
    (4, "0000", "forbidden-value"),
    (5, "123456", "too-long"),
    (5, "00000", "forbidden-value"),
    (6, "1234567", "too-long"),
    (6, "0", "forbidden-value"),
    (6, "1A", "type"),
    (7, "", "required"),
    (7, "ﾔﾏﾀﾞﾀﾛｳ", "name-separator"),
    (7, "ﾔﾏﾀﾞ  ﾀﾛｳ", "double-space"),
    (7, "ヤマダ　タロウ", "type"),
    (7, "YAMADA TARO", "type"),
    (7, f"{'ﾔ' * 12} {'ﾏ' * 13}", "too-long"),
    (7, "ｶﾞｷﾞｸﾞｹﾞｺﾞｻﾞｼﾞ ﾂﾞﾃﾞﾄﾞﾊﾞﾋﾞﾌﾞ", "too-long"),
    (8, "山田太郎", "name-separator"),
    (8, "山田　　太郎", "double-space"),
    (8, "山田 太郎", "type"),
    (8, "髙田　太郎", "unusable-character"),
    (8, "山田山田山田　太郎太郎太郎", "too-long"),
    (9, "4", "code-not-listed"),
    (9, "", "required"),
    (10, "600231", "not-a-date"),
    (10, "640108", "not-a-date"),
    (10, "", "required"),
    (10, "60515", "too-short"),
    (11, "4", "code-not-listed"),
    (12, "2", "code-not-listed"),
    (13, wrong_check_digit(3), "check-digit"),
    (13, "0" * 12, "forbidden-value"),
    (13, valid_number(3)[:11], "too-short"),
    (13, valid_number(3) + "1", "too-long"),
    (13, valid_number(3)[:11] + "A", "type"),
    (16, "0000", "forbidden-value"),
    (18, "5", "code-not-listed"),
    (19, "081301", "not-a-date"),
    (19, "", "required"),
    (20, "2", "code-not-listed"),
    (20, "", "required"),
    (21, "12345678", "too-long"),
    (22, "A", "type"),
    (23, "", "required"),
    (24, "2", "code-not-listed"),
    (25, "2", "code-not-listed"),
    (26, "2", "code-not-listed"),
    (27, "2", "code-not-listed"),
    (28, "①番", "unusable-character"),
    (28, "あ" * 38, "too-long"),
    (33, "2", "code-not-listed"),
    (34, "2", "code-not-listed"),
]

ADDRESS_ITEMS = [
    (14, "4", "code-not-listed"),
    (15, "海外", "note15-only-3"),
    (16, "12A4", "type"),
    (17, "000000", "forbidden-value"),
    (17, "", "pension-no-pair-1"),
    (16, "", "pension-no-pair-2"),
    (29, "000", "forbidden-value"),
    (29, "", "no-mynumber-address"),
    (30, "858", "too-short"),
    (30, "", "no-mynumber-address"),
    (31, "ﾄｳｷｮｳﾄ  ﾁﾖﾀﾞｸ", "double-space"),
    (31, "東京", "type"),
    (31, "", "no-mynumber-address"),
    (31, "ｱ" * 76, "too-long"),
    (32, "東京都　　千代田区", "double-space"),
    (32, "東京都 千代田区", "type"),
    (32, "東" * 38, "too-long"),
]

CHECKS = [
    ("kind-omit-70", OVER_70, {11: "1", 12: "6"}, [11, 12]),
    ("kind-req", WITH_NUMBER, {11: ""}, [11]),
    ("kind-34", WITH_NUMBER, {12: "3", 11: "5"}, [11]),
    ("pension-omit-34", WITH_ADDRESS, {12: "4"}, [16, 17]),
    (
        "mynumber-omits",
        WITH_NUMBER,
        {14: "1", 15: "海外", 29: "100", 30: "8580", 31: "ﾄｳｷｮｳﾄ", 32: "東京都"},
        [14, 15, 29, 30, 31, 32],
    ),
    ("no-mynumber-address", WITH_NUMBER, {13: ""}, [29, 30, 31]),
    ("note15-only-3", WITH_ADDRESS, {14: "1", 15: "海外"}, [15]),
    ("note15-req", WITH_ADDRESS, {14: "3"}, [15]),
    ("acq-not-future", WITH_NUMBER, {19: "080909"}, [19]),
    ("acq-70", WITH_NUMBER, {24: "1"}, [19]),
    ("total", WITH_NUMBER, {23: "0300001"}, [23]),
    ("total-min", WITH_NUMBER, {21: "999", 23: "0999"}, [23]),
    ("over70-flag", OVER_70, {24: ""}, [24]),
    ("pension-no-pair-1", WITH_ADDRESS, {17: ""}, [17]),
    ("pension-no-pair-2", WITH_ADDRESS, {16: ""}, [16]),
    ("number-in-text", WITH_NUMBER, {28: f"番号 {valid_number(5)}"}, [28]),
]


def named(value: object) -> str | None:
    """Parameters by item and code: the name of a test must not spell out a number."""
    return "" if isinstance(value, str) and any(c.isdigit() for c in value) else None


@pytest.mark.parametrize("record", [WITH_NUMBER, WITH_ADDRESS, OVER_70])
def test_good_row_has_no_problem(record: list[str]) -> None:
    assert found_in(record) == []


@pytest.mark.parametrize(("item", "value", "code"), ITEMS, ids=named)
def test_item_broken_in_a_row_with_number(item: int, value: str, code: str) -> None:
    good_pension = {16: "1234", 17: "567890"} if item == 16 else {}

    found = found_in(changed(WITH_NUMBER, good_pension | {item: value}))

    assert found == [(1, item, code)]


@pytest.mark.parametrize(("item", "value", "code"), ADDRESS_ITEMS, ids=named)
def test_item_broken_in_a_row_with_address(item: int, value: str, code: str) -> None:
    found = found_in(changed(WITH_ADDRESS, {item: value}))

    assert found == [(1, item, code)]


@pytest.mark.parametrize(("code", "record", "changes", "items"), CHECKS)
def test_check_broken(
    code: str, record: list[str], changes: dict[int, str], items: list[int]
) -> None:
    found = found_in(changed(record, changes))

    assert found == [(1, item, code) for item in items]


def test_every_item_and_check_of_the_layout_is_broken_once() -> None:
    form_code = 1  # another code is another record
    items = {item for item, _, _ in [*ITEMS, *ADDRESS_ITEMS]}

    assert items | {form_code} == set(range(1, 35))
    assert {code for code, *_ in CHECKS} == {check.id for check in LAYOUT.checks}


@pytest.mark.parametrize(("item", "value"), [(2, "31"), (3, "02"), (4, "ABC"), (5, "54321")])
def test_row_of_another_office(item: int, value: str) -> None:
    assert found_in(changed(WITH_NUMBER, {item: value})) == [(1, item, "other-office")]


@pytest.mark.parametrize(
    ("born", "acquired", "codes"),
    [
        (("5", "310909"), ("9", "080908"), []),  # seventy is reached on the eve
        (("5", "310910"), ("9", "080908"), ["acq-70"]),
        (("5", "310301"), ("9", "080228"), []),  # the eve was 29 February
        (("5", "310301"), ("9", "080227"), ["acq-70"]),
    ],
)
def test_seventy_is_reached_on_the_eve_of_the_birthday(
    born: tuple[str, str], acquired: tuple[str, str], codes: list[str]
) -> None:
    changes = {9: born[0], 10: born[1], 18: acquired[0], 19: acquired[1], 24: "1"}

    found = found_in(changed(WITH_NUMBER, changes))

    assert [code for _, _, code in found] == codes


def test_sum_of_pay_stops_at_seven_nines() -> None:
    changes = {21: "9999999", 22: "0020000", 23: "9999999"}

    assert found_in(changed(WITH_NUMBER, changes)) == []


def test_pay_without_leading_zeros() -> None:
    assert found_in(changed(WITH_NUMBER, {21: "300000", 22: "0", 23: "300000"})) == []


def test_last_day_of_an_era_belongs_to_it() -> None:
    assert found_in(changed(WITH_NUMBER, {9: "5", 10: "640107"})) == []


def test_problems_name_the_place_of_each_record() -> None:
    late = changed(WITH_NUMBER, {19: "080909"})

    assert found_in(WITH_NUMBER, late, WITH_ADDRESS, late) == [
        (2, 19, "acq-not-future"),
        (4, 19, "acq-not-future"),
    ]


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ([*WITH_NUMBER, ""], "trailing-comma"),
        ([*WITH_NUMBER, "1"], "item-count"),
        (WITH_NUMBER[:33], "item-count"),
        ([""], "blank-line"),
    ],
)
def test_row_of_a_wrong_shape(record: list[str], code: str) -> None:
    assert found_in(record) == [(1, None, code)]


def test_row_of_an_unknown_code() -> None:
    assert found_in(changed(WITH_NUMBER, {1: "2200701"})) == [(1, 1, "record-unknown")]


LONGEST = [
    (4, "ｶﾞｷﾞ"),
    (5, "99999"),
    (6, "999999"),
    (7, f"{'ﾔ' * 12} {'ﾏ' * 12}"),
    (8, "山田山田山　太郎太郎太郎"),
    (15, "あ" * 37 + "a"),
    (28, "あ" * 37 + "ｱ"),
    (31, "ｱ" * 75),
    (32, "東" * 37),
]


@pytest.mark.parametrize(("item", "value"), LONGEST)
def test_longest_value_is_taken(item: int, value: str) -> None:
    other = {14: "3"} if item == 15 else {}

    found = found_in(changed(WITH_ADDRESS, other | {item: value}))

    assert [entry for entry in found if entry[2] != "other-office"] == []


@pytest.mark.parametrize("symbol", ["ABCD", "a1", "ｱｲｳｴ", "0001"])
def test_symbol_is_of_one_kind(symbol: str) -> None:
    assert found_in(changed(WITH_NUMBER, {4: symbol})) == [(1, 4, "other-office")]
