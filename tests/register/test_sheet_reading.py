"""The pure reader: every mistake of the generator, every encoding, and whatever bytes come."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.register.sheets import limits
from azukari.register.sheets.codes import FileCode, FileRefused, Weight
from azukari.register.sheets.headings import OWN_KINDS, SheetKind, label_of, template_headings
from azukari.register.sheets.reading import recognise
from azukari.synthetic.csv_files import ENCODINGS
from azukari.synthetic.csv_layout import EMPLOYEE_HEADINGS, FAMILY_HEADINGS
from azukari.synthetic.mistakes import KINDS
from tests.numbers import valid_number, wrong_check_digit
from tests.register.mistakes import SEEDS, assert_read_as_meant, files_with_mistakes
from tests.register.sheet_files import (
    employee,
    family,
    of,
    read,
    write,
)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_mistake_is_refused_or_repaired_and_nothing_else_is(
    tmp_path: Path, encoding: str, seed: int
) -> None:
    files = files_with_mistakes(tmp_path, 250, seed=seed, encoding=encoding)

    for name, (content, wrong) in files.items():
        found = read(content)
        assert (found.layout.encoding, found.layout.kind.value) == (encoding, name)
        assert_read_as_meant(found, wrong)


def test_every_kind_of_mistake_occurs_in_these_files(tmp_path: Path) -> None:
    seen = set()
    for seed in (1, 2, 3):
        files = files_with_mistakes(tmp_path, 250, seed=seed, encoding="utf-8")
        seen |= {line["kind"] for _, wrong in files.values() for line in wrong.values()}

    assert seen == set(KINDS)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", FileCode.EMPTY_FILE),
        (b"\r\n\r\n", FileCode.EMPTY_FILE),
        (b"PK\x03\x04 and so on", FileCode.EXCEL_BOOK),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", FileCode.EXCEL_BOOK),
        (b"%PDF-1.7", FileCode.PDF_FILE),
        (b"\x89PNG\r\n", FileCode.NOT_TEXT),
        (b"\xff\x00\x81\x00\xa0", FileCode.UNKNOWN_ENCODING),
        (b"a,b,c\r\n1,2,3\r\n", FileCode.UNKNOWN_HEADINGS),
        (write(EMPLOYEE_HEADINGS), FileCode.NO_ROWS),
        (write(EMPLOYEE_HEADINGS, [""] * 17), FileCode.NO_ROWS),
        (write(["氏名", "氏名カナ"], ["髙橋　太郎", "タカハシ"]), FileCode.HEADING_MISSING),
        (write(["社員番号", "氏名", "氏名カナ", "従業員番号"], ["1"] * 4), FileCode.HEADING_TWICE),
        (write(["列"] * (limits.MAX_COLUMNS + 1), ["1"]), FileCode.TOO_MANY_COLUMNS),
        ('社員番号,氏名,氏名カナ\r\n1,"髙橋'.encode(), FileCode.BROKEN_QUOTING),
    ],
)
def test_wrong_file_gets_one_clear_code(content: bytes, code: FileCode) -> None:
    with pytest.raises(FileRefused) as refused:
        read(content)

    assert refused.value.code is code


def test_file_beyond_the_limits_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = of(*(employee(f"A{n}", valid_number(n)) for n in range(5)))

    monkeypatch.setattr("azukari.register.sheets.reading.MAX_ROWS", 4)
    with pytest.raises(FileRefused) as rows:
        read(content, size=2)
    monkeypatch.setattr("azukari.register.sheets.table.MAX_BYTES", 100)
    with pytest.raises(FileRefused) as size:
        read(content)

    assert (rows.value.code, size.value.code) == (FileCode.TOO_MANY_ROWS, FileCode.TOO_LARGE)


def test_quote_that_never_closes_is_noticed_behind_good_rows() -> None:
    good = of(*(employee(f"A{n}", valid_number(n)) for n in range(60)))

    with pytest.raises(FileRefused) as refused:
        read(good + 'A61,"髙橋'.encode(), size=10)

    assert refused.value.code is FileCode.BROKEN_QUOTING


@pytest.mark.parametrize("kind", OWN_KINDS)
def test_template_of_our_own_is_understood(kind: SheetKind) -> None:
    headings = template_headings(kind)

    layout = recognise(write(headings, ["1"] * len(headings)))

    assert (layout.kind, layout.not_taken) == (kind, ())


def test_columns_are_found_in_any_order_and_by_other_names() -> None:
    number = valid_number(8)
    headings = ["マイナンバー【12桁】", "フリガナ（必須）", "振込口座", "従業員 番号", "氏 名"]

    found = read(write(headings, [number, "ﾀｶﾊｼ ﾀﾛｳ", "x", "A1", "髙橋 太郎"]))

    assert found.facts[1] == {
        "employee_code": "A1",
        "name": "髙橋　太郎",
        "kana": "タカハシ　タロウ",
        "number": number,
    }
    assert found.layout.not_taken == ("振込口座",)


def test_tabs_are_a_delimiter_too() -> None:
    content = of(employee("A1", valid_number(8))).replace(b",", b"\t")

    assert read(content).good == [1]


def test_blank_rows_count_but_are_no_people() -> None:
    first, second = employee("A1", valid_number(8)), employee("A2", valid_number(9))
    content = of(first, {"氏名": "　"}, {}, second)

    found = read(content)

    assert (found.rows, found.good) == ([1, 4], [1, 4])


@pytest.mark.parametrize("cells", [5, 7, 40])
def test_row_of_another_width_is_refused(cells: int) -> None:
    row = list(employee("A1", valid_number(8)).values())
    row = (row + ["x"] * cells)[:cells]

    found = read(write(list(employee("", "")), row))

    assert found.refused(1) >= {"columns_do_not_fit"}


def test_surplus_commas_at_the_end_do_not_matter() -> None:
    person = employee("A1", valid_number(8))

    found = read(write(list(person), [*person.values(), "", "", "　"]))

    assert found.good == [1]


@pytest.mark.parametrize("column", ["住所", "部署名", "社員番号", "メールアドレス", "氏名"])
def test_number_in_a_column_kept_in_clear_is_refused(column: str) -> None:
    number = valid_number(8)
    wide = f"{number[:4]}－{number[4:8]}－{number[8:]}"
    text = number if column in {"社員番号", "メールアドレス"} else f"番号{wide}"
    text = f"n{text}@example.com" if column == "メールアドレス" else text
    person = {**employee("A1", valid_number(9)), "住所": "", "部署名": "", "メールアドレス": ""}

    found = read(of({**person, column: text}))

    assert found.refused(1) >= {"number_in_text"} or column == "氏名"
    assert found.good == []
    assert all(number not in one.shown for one in found.problems)


def test_no_finding_shows_a_number() -> None:
    number = wrong_check_digit(8)
    headings = list(employee("", ""))

    rows = [[number if name == spoilt else "" for name in headings] for spoilt in headings]
    found = read(write(headings, *rows))

    assert found.good == []
    assert {one.shown for one in found.problems} == {""}


def test_same_child_of_two_employees_is_only_a_warning() -> None:
    number = valid_number(8)
    mother = family("A1", 1, number)

    found = read(of(mother, family("A2", 1, number), family("A3", 1, number, 生年月日="2000/1/1")))

    assert found.good == [1, 2]
    assert found.codes(2) == {"number_also_held"}
    assert found.refused(3) == {"number_twice"}


def test_first_of_two_rows_counts_even_if_it_is_refused() -> None:
    bad, again = employee("A1", valid_number(8), 氏名=""), employee("A1", valid_number(9))

    found = read(of(bad, again))

    assert (found.refused(1), found.refused(2)) == ({"name_missing"}, {"employee_twice"})


def test_people_of_two_companies_do_not_mix() -> None:
    found = read(
        of(
            employee("A1", valid_number(8), 会社コード="001"),
            {**employee("A2", valid_number(9)), "会社コード": "002"},
        )
    )

    assert found.refused(2) == {"other_company"}


def test_column_labels_are_those_of_the_official_headings() -> None:
    assert label_of(SheetKind.EMPLOYEES, "kana") in EMPLOYEE_HEADINGS
    assert label_of(SheetKind.FAMILIES, "relationship") in FAMILY_HEADINGS


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    with suppress(FileRefused):
        read(content)


_CELL = st.text(st.characters(codec="utf-8", exclude_characters='"'), max_size=20)


@given(
    st.lists(st.lists(_CELL, min_size=1, max_size=8), min_size=1, max_size=12),
    st.sampled_from([1, 3, 50]),
    st.booleans(),
)
def test_no_row_is_lost(rows: list[list[str]], size: int, families: bool) -> None:
    person = family("", 1, "") if families else employee("", "")
    content = write(list(person), *rows)
    blank = [not "".join(row).strip(" \t\r\n\u3000") for row in rows]

    if all(blank):
        with pytest.raises(FileRefused):
            read(content, size=size)
        return
    found = read(content, size=size)

    assert found.rows == [row for row, empty in enumerate(blank, 1) if not empty]
    refused_rows = {one.row for one in found.problems if one.weight is Weight.REJECT}
    assert set(found.rows) - set(found.good) == refused_rows
