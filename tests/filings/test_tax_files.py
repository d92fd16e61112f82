"""法定調書 and 給与支払報告書 as files: vectors, years, cancelling, writing."""

from datetime import date

import pytest

from azukari.filings import catalog, words
from azukari.filings.catalog import tax
from azukari.filings.catalog.tax import ELTAX, NTA, edition_of, writing
from azukari.filings.problems import FilingRefused
from azukari.law.number import parse
from tests.filings.cast import VECTORS, changed, vector
from tests.filings.payers import (
    MUNICIPAL,
    ON_FILING,
    PAYEE,
    RENT,
    ROWS,
    SALARY,
    found_in,
    layout_of,
    made,
)
from tests.numbers import valid_number, wrong_check_digit

FILES = {
    "309dat01.txt": NTA,
    "309dat01_cancel.txt": NTA,
    "316dat01.txt": NTA,
    "eltax_unified_1line.csv": ELTAX,
}


@pytest.mark.parametrize("name", FILES)
def test_stored_file_is_recognised_read_back_and_good(name: str) -> None:
    data = vector(name)

    assert catalog.recognise(data) == FILES[name]
    assert tax.render(tax.read(data)) == data
    assert catalog.check(FILES[name], data, today=ON_FILING) == []


@pytest.mark.parametrize(("name", "year"), [("r7", 2025), ("r6", 2024)])
def test_columns_are_those_of_the_official_list(name: str, year: int) -> None:
    stored = (VECTORS / f"eltax_unified_columns_{name}.tsv").read_text("utf-8").splitlines()
    columns = [line.split("\t")[1] for line in stored if line[:1].isdigit()]

    assert [item.name_ja for item in layout_of("315", year).items] == columns


def test_stored_report_is_made_from_facts() -> None:
    facts = {
        "payer_address": "東京都千代田区霞が関1-1-1",
        "payer_name": "（株）架空商事",
        "payer_phone": "03-0000-0000",
        "payer_number": tax.read(vector("eltax_unified_1line.csv"))[0][93],
        "payee_address": "東京都港区芝公園1-1-1",
        "payee_foreign_address": "0",
        "payee_name": "架空 太郎",
        "kind": "給料・賞与",
        "amount": 5_000_000,
        "after_employment_deduction": 3_560_000,
        "total_deductions": 1_500_000,
        "tax": 104_100,
        "spouse_flag": "1",
        "spouse_elderly": "0",
        "spouse_deduction": 380_000,
        "born": date(1990, 5, 15),
        "minor": "0",
        "otsu": "0",
        "payee_number": parse(valid_number(1)),
        "spouse_kana": "ｶｸｳ ﾊﾅｺ",
        "spouse_name": "架空　花子",
        "spouse_kubun": "00",
        "spouse_number": parse(valid_number(2)),
        "under16_count": 1,
        "under16_1_kana": "カクウ　イチロウ",
        "under16_1_name": "架空　一郎",
        "under16_1_kubun": "00",
        "under16_1_number": parse(valid_number(4)),
        "ordinary_collection": "0",
        "payee_kana": "カクウ　タロウ",
        "employee_no": "1001",
        "municipality_code": "131032",
        "designated_no": "12345678",
        "basic_deduction": 680_000,
        "single_parent": "0",
    }

    record = made("315", 2025, facts)

    assert tax.read(vector("eltax_unified_1line.csv")) == [record]


def test_cancelling_gives_the_same_bytes_but_for_the_mark() -> None:
    assert tax.cancelled(vector("309dat01.txt")) == vector("309dat01_cancel.txt")
    assert tax.read(tax.cancelled(vector("eltax_unified_1line.csv")))[0][9] == "3"


def test_wrong_number_can_be_cancelled_but_not_filed() -> None:
    wrong = changed(ROWS["309", 2026], {53: "0" + wrong_check_digit(3)})

    assert found_in(wrong) == [(1, 53, "check-digit")]
    assert found_in(*tax.read(tax.cancelled(tax.render([wrong])))) == []


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("375", "07", "令和7年分"),
        ("309", "04", "令和4年分"),
        ("315", "01", "令和1年分"),
        ("309", "30", "平成30年分"),
    ],
)
def test_year_without_a_layout_is_named(kind: str, text: str, told: str) -> None:
    row = next(row for (one, _), row in ROWS.items() if one == kind)
    (problem,) = tax.check(tax.render([changed(row, {11: text})]), today=ON_FILING)

    assert (problem.record, problem.item, problem.code) == (1, 11, "year-not-carried")
    assert words.reason(problem).startswith(told)


def test_year_to_come() -> None:
    assert found_in(changed(ROWS["309", 2026], {11: "10"})) == [(1, 11, "year-to-come")]


def test_writing_about_a_year_without_a_layout() -> None:
    with pytest.raises(FilingRefused) as refused:
        tax.write("375", 2025, [SALARY], today=ON_FILING)

    assert [one.code for one in refused.value.problems] == ["year-not-carried"]


def test_layout_of_a_year_decides_the_number_of_items() -> None:
    assert len(ROWS["315", 2024]) == 144
    assert len(ROWS["315", 2025]) == 147
    assert found_in(changed(ROWS["315", 2024], {11: "07"})) == [(1, None, "item-count")]


@pytest.mark.parametrize(
    ("records", "found"),
    [
        ([[""]], [(1, None, "blank-line"), (None, None, "no-records")]),
        ([ROWS["309", 2026], ROWS["313", 2026]], [(2, 1, "several-kinds")]),
        ([ROWS["309", 2026], [""]], [(2, None, "blank-line")]),
        ([["種類", "番号"], ROWS["309", 2026]], [(1, 1, "kind-unknown"), (2, 1, "several-kinds")]),
    ],
    ids=["empty", "two-kinds", "blank", "heading"],
)
def test_records_that_make_no_file(
    records: list[list[str]], found: list[tuple[int | None, int | None, str]]
) -> None:
    assert found_in(*records) == found


def test_file_of_another_encoding_or_line_end() -> None:
    data = vector("309dat01.txt")

    assert [p.code for p in tax.check(data.decode("cp932").encode(), today=ON_FILING)] == [
        "encoding"
    ]
    assert [p.code for p in tax.check(data[:-2], today=ON_FILING)] == ["last-line-end"]


def test_written_file_is_read_back_with_every_person() -> None:
    people = [SALARY | MUNICIPAL | {"employee_no": str(n)} for n in range(3)]

    data = tax.write("315", 2026, people, today=ON_FILING)

    assert [record[137] for record in tax.read(data)] == ["0", "1", "2"]
    assert tax.check(data, today=ON_FILING) == []


def test_nobody_to_write_about() -> None:
    with pytest.raises(FilingRefused) as refused:
        tax.write("309", 2026, [], today=ON_FILING)

    assert [problem.code for problem in refused.value.problems] == ["no-records"]


def test_bytes_that_read_back_otherwise_are_not_released(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = writing.render
    monkeypatch.setattr(writing, "render", lambda rows: honest(rows).replace(b"1200000", b"1"))

    with pytest.raises(FilingRefused) as refused:
        tax.write("313", 2026, [RENT], today=ON_FILING)

    assert [problem.code for problem in refused.value.problems] == ["read-back"]


def test_every_wrong_person_is_told_and_nothing_written() -> None:
    people = [RENT, RENT | {"payee_name": "架空　☃子"}, RENT | {"broker_name": None}]

    with pytest.raises(FilingRefused) as refused:
        tax.write("313", 2026, people, today=ON_FILING)

    assert [(p.record, p.item, p.code) for p in refused.value.problems] == [
        (2, 14, "unusable-character"),
        (3, 33, "broker-number-of-nobody"),
    ]


def test_numbers_have_thirteen_characters_unless_the_shorter_ones_are_asked_for() -> None:
    facts = SALARY | MUNICIPAL

    record, _ = tax.to_record("315", 2026, facts)
    short, _ = tax.to_record("315", 2026, facts, short_numbers=True)
    fixed, _ = tax.to_record("375", 2024, SALARY, short_numbers=True)

    assert (len(record[94]), len(short[94]), len(fixed[94])) == (13, 12, 13)
    assert found_in(record) == found_in(short) == []


def test_fifth_dependant_and_beyond_are_listed_with_their_numbers() -> None:
    first, second = valid_number(31), valid_number(32)
    wide = str.maketrans({code: code + 0xFEE0 for code in range(0x21, 0x7F)})

    listed = f"(1){first}(2){second}".translate(wide)

    assert ROWS["315", 2026][131] == listed


def test_conversions_are_listed() -> None:
    _, conversions = tax.to_record("309", 2026, PAYEE | {"item1_detail": "ｹﾞﾝｺｳ 3ｶｲ"})

    assert [(c.item, c.before, c.after) for c in conversions] == [
        (4, "東京都千代田区霞が関1-1-1", "東京都千代田区霞が関１－１－１"),
        (16, "ｹﾞﾝｺｳ 3ｶｲ", "ゲンコウ　３カイ"),
    ]


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("髙橋　﨑子", "高橋　崎子"),
        ("𠮷田　德子", "吉田　徳子"),
        ("葛\U000e0100城　瀨子", "葛城　瀬子"),
        ("㈱架空", "（株）架空"),
        ("第①営業部", "第１営業部"),
        ("大藏　齊", "大藏　齊"),
        ("架空☃", "架空☃"),
    ],
)
def test_rare_characters_are_written_in_their_common_form_and_listed(
    given: str, written: str
) -> None:
    record, conversions = tax.to_record("309", 2026, {"payee_name": given})

    assert record[13] == written
    assert [(c.item, c.before, c.after) for c in conversions] == (
        [(14, given, written)] if given != written else []
    )


def test_character_without_a_common_form_is_refused_by_name() -> None:
    with pytest.raises(FilingRefused) as refused:
        tax.write("309", 2026, [PAYEE | {"payee_name": "架空☃"}], today=ON_FILING)

    (problem,) = refused.value.problems
    assert words.located(problem) == (
        "1件目 項番14 支払を受ける者－氏名又は名称／届書に使えない文字「☃」があります。"
        "使える文字に直してください"
    )


def test_dates_as_the_standard_writes_them() -> None:
    record = made("316", 2026, {"joined": date(2016, 9, 30), "left": date(2026, 3, 31)})
    salary = made("315", 2026, {"born": date(2019, 9, 30)})

    assert record[28:34] == ["28", "09", "30", "08", "03", "31"]
    assert salary[43:47] == ["5", "01", "09", "30"]


def test_birth_in_another_era_is_taken_as_it_is() -> None:
    assert found_in(changed(ROWS["375", 2024], {44: "9", 45: "79"})) == []


@pytest.mark.parametrize(
    ("name", "format_"),
    [("309DAT01.TXT", NTA), ("375dat02.txt", NTA), ("999dat01.txt", None), ("a.csv", None)],
)
def test_recognised_by_name(name: str, format_: str | None) -> None:
    assert catalog.recognise(b"", name) == format_


def test_file_names() -> None:
    assert tax.file_name("375", 2) == "375dat02.txt"


def test_every_edition_has_its_sources() -> None:
    assert edition_of("375", 2025) is None
    assert edition_of("375", 2020) is not None
    assert {edition.format for edition in tax.editions()} == {NTA, ELTAX}
