from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from japanera import EraDate as OracleDate

from azukari.law.era import (
    DateProblem,
    DateRefused,
    Era,
    EraDate,
    from_era_code,
    from_spreadsheet_serial,
    parse_date,
    to_era,
    wareki,
)

days = st.dates(min_value=date(1873, 1, 1), max_value=date(2100, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "1980-01-02", "1980/01/02", "1980/1/2", "1980.1.2", "19800102", "1980年1月2日",
        "1980年01月02日", "西暦1980年1月2日", "１９８０／０１／０２", "1980/01/02 00:00:00",
        "1980/1/2 0:00:00", "1980-01-02T00:00:00", "1980年1月2日(水)", "1980年1月2日（水曜日）",
        "1980年1月2日水曜日", "昭和55年1月2日", "昭和５５年０１月０２日", "昭和 55年 1月 2日",
        "昭55.1.2", "S55.1.2", "s55/1/2", "S55-01-02", "S550102", "Ｓ５５．１．２",
        "昭和55年1月2日生", "昭和55年1月2日生まれ", "S55・1・2", "㍼55年1月2日",
        "昭和55.1.2", "ｼｮｳﾜ55年1月2日",
        " 1980/01/02 ", "'1980/01/02", "1980−01−02",
    ],
)  # fmt: skip
def test_parse_date_notations(text: str) -> None:
    assert parse_date(text) == date(1980, 1, 2)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R1.5.1", date(2019, 5, 1)),
        ("ﾚｲﾜ5年2月28日", date(2023, 2, 28)),
        ("R050228", date(2023, 2, 28)),
        ("㋿8年11月23日", date(2026, 11, 23)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("大正15年12月25日", date(1926, 12, 25)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("明治45年7月30日", date(1912, 7, 30)),
        ("M45.7.29", date(1912, 7, 29)),
        ("2026/11/20 0:00:00", date(2026, 11, 20)),
        ("2026/11/20 00:00", date(2026, 11, 20)),
    ],
)
def test_parse_date_boundaries(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", DateProblem.EMPTY),
        ("　", DateProblem.EMPTY),
        ("不明", DateProblem.NOT_A_DATE),
        ("80/1/2", DateProblem.NOT_A_DATE),
        ("1/2/1980", DateProblem.NOT_A_DATE),
        ("1980/1 1/2", DateProblem.NOT_A_DATE),
        ("1980/01/02 09:30", DateProblem.NOT_A_DATE),
        ("1980-W01-1", DateProblem.NOT_A_DATE),
        ("1980/01" * 20, DateProblem.NOT_A_DATE),
        ("2023/02/29", DateProblem.IMPOSSIBLE),
        ("1900-02-29", DateProblem.IMPOSSIBLE),
        ("20231301", DateProblem.IMPOSSIBLE),
        ("令和5年2月29日", DateProblem.IMPOSSIBLE),
        ("0000/00/00", DateProblem.IMPOSSIBLE),
        ("昭和64年1月8日", DateProblem.OUTSIDE_ERA),
        ("平成31年5月1日", DateProblem.OUTSIDE_ERA),
        ("平成元年1月7日", DateProblem.OUTSIDE_ERA),
        ("令和元年4月30日", DateProblem.OUTSIDE_ERA),
        ("昭和65年1月1日", DateProblem.OUTSIDE_ERA),
        ("昭和0年12月31日", DateProblem.OUTSIDE_ERA),
        ("R0.1.1", DateProblem.OUTSIDE_ERA),
        ("29222", DateProblem.SPREADSHEET_SERIAL),
        ("44985.0", DateProblem.SPREADSHEET_SERIAL),
        ("9999/12/31", DateProblem.OUT_OF_RANGE),
        ("0026/11/23", DateProblem.OUT_OF_RANGE),
    ],
)
def test_parse_date_refusals(text: str, problem: DateProblem) -> None:
    with pytest.raises(DateRefused) as refusal:
        parse_date(text)

    assert refusal.value.problem is problem


@given(days)
def test_wareki_is_read_back(day: date) -> None:
    assert parse_date(wareki(day)) == day
    assert parse_date(wareki(day).replace("元", "1")) == day


@given(days)
def test_notations_are_read_back(day: date) -> None:
    era = to_era(day)
    letter = f"{era.era.letter}{era.year}.{era.month}.{era.day}"

    read = {parse_date(t) for t in (day.isoformat(), f"{day:%Y/%m/%d}", f"{day:%Y%m%d}", letter)}

    assert read == {day}


def test_wareki_agrees_with_japanera_around_every_change() -> None:
    starts = [date(1926, 12, 25), date(1989, 1, 8), date(2019, 5, 1)]
    around = [start + timedelta(days=n) for start in starts for n in range(-400, 400)]

    told = [wareki(day) for day in around]

    assert told == [_by_oracle(day) for day in around]


def _by_oracle(day: date) -> str:
    era = OracleDate.from_date(day)
    year = "元" if era.year - era.era.since.year == 0 else str(era.year - era.era.since.year + 1)
    return f"{era.era.kanji}{year}年{day.month}月{day.day}日"


@pytest.mark.parametrize("code", ["1", "3", "5", "7", "9"])
def test_era_codes_come_back(code: str) -> None:
    era = next(era for era in Era if era.code == code)
    middle = era.first + timedelta(days=1000)

    written = to_era(middle)

    assert (written.era.code, from_era_code(code, written.digits)) == (code, middle)


@pytest.mark.parametrize(("code", "digits"), [("2", "550102"), ("5", "55012"), ("5", "55x102")])
def test_from_era_code_refuses_other_codes(code: str, digits: str) -> None:
    with pytest.raises(DateRefused):
        from_era_code(code, digits)


def test_era_date_prints_as_forms_want_it() -> None:
    assert str(EraDate(Era.REIWA, 1, 5, 1)) == "令和元年5月1日"
    assert wareki(date(2026, 11, 23)) == "令和8年11月23日"
    assert to_era(date(1980, 1, 2)).digits == "550102"


def test_to_era_before_meiji() -> None:
    with pytest.raises(DateRefused, match="out_of_range"):
        to_era(date(1868, 1, 24))


def test_from_spreadsheet_serial_counts_both_ways() -> None:
    assert from_spreadsheet_serial("29222") == date(1980, 1, 2)
    assert from_spreadsheet_serial("29222.0") == date(1980, 1, 2)
    assert from_spreadsheet_serial("27760", from_1904=True) == date(1980, 1, 2)
    for text in ("12", "29222.5", "1980/1/2", "999999"):
        with pytest.raises(DateRefused):
            from_spreadsheet_serial(text)
