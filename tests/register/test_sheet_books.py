"""Excel books: what people see in a cell is what is read, and no trap is opened."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from azukari.register.sheets import limits
from azukari.register.sheets.codes import Code, FileCode, FileRefused
from azukari.register.sheets.packed import Packed
from azukari.register.sheets.table import open_known, open_table
from tests.numbers import valid_number
from tests.register.mistakes import SEEDS, assert_read_as_meant, files_with_mistakes
from tests.register.sheet_files import employee, of, read


def book(*rows: list[object], **formats: str) -> bytes:
    """`formats`: column letter → number format."""
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    sheet = made.add_worksheet()
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            form = formats.get(chr(65 + column))
            sheet.write(at, column, cell, made.add_format({"num_format": form}) if form else None)
    made.close()
    return target.getvalue()


def rows_of(content: bytes) -> list[list[str]]:
    return list(open_table(content).rows())


@pytest.mark.parametrize("seed", SEEDS)
def test_every_mistake_is_refused_or_repaired_in_a_book_too(tmp_path: Path, seed: int) -> None:
    files = files_with_mistakes(tmp_path, 200, seed=seed, encoding="utf-8")

    for name, (content, wrong) in files.items():
        rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
        found = read(book(*rows))
        assert (found.layout.encoding, found.layout.kind.value) == ("xlsx", name)
        assert_read_as_meant(found, wrong)


def book_of(**sheets: dict[str, str]) -> bytes:
    """A sheet for each name, with one person; nothing in it where there is none."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as made:
        for name, person in sheets.items():
            sheet = made.add_worksheet(name)
            for at, cells in enumerate(zip(*person.items(), strict=True)):
                sheet.write_row(at, 0, cells)
    return target.getvalue()


PERSON = employee("A1", valid_number(86_900_001))
OTHER = employee("B2", valid_number(86_900_002))


def test_sheets_behind_the_first_are_told_when_anything_is_in_them() -> None:
    layout = read(book_of(**{"社員": PERSON, "家族 & <配偶者>": OTHER, "空": {}})).layout

    assert [(one.row, one.column, one.code) for one in layout.left_aside()] == [
        (0, "家族 & <配偶者>", Code.SHEET_NOT_READ)
    ]


@pytest.mark.parametrize("typed", ["新入社員 2026", "新入社員２０２６", " 新入社員　2026 "])
def test_the_sheet_that_is_named_is_read(typed: str) -> None:
    content = book_of(**{"説明": PERSON, "新入社員 2026": OTHER})

    table = open_table(content, typed)

    assert table.sheet == "新入社員 2026"
    assert [row[0] for row in table.rows()] == ["社員番号", "B2"]
    assert table.not_read() == ["説明"]
    again = open_known(Packed.of(content), table.encoding, table.sheet)
    assert [row[0] for row in again.rows()] == ["社員番号", "B2"]


def test_a_sheet_that_is_not_there_is_refused() -> None:
    with pytest.raises(FileRefused) as refused:
        open_table(book_of(社員=PERSON), "家族")

    assert (refused.value.code, refused.value.column) == (FileCode.NO_SUCH_SHEET, "家族")


def test_a_text_has_no_sheets() -> None:
    assert open_table(of(PERSON), "社員").sheet == ""


def test_zeros_shown_before_a_number_are_read() -> None:
    assert rows_of(book(["code"], [12], A="000000"))[1] == ["000012"]
    assert rows_of(book(["code"], [12]))[1] == ["12"]


def test_number_in_a_numeric_cell_keeps_its_first_zero_only_when_it_is_shown() -> None:
    digits = next(n for n in map(valid_number, range(900, 2000)) if n[0] == "0")
    person = employee("A1", digits)
    headings, cells = list(person), list(person.values())
    cells[headings.index("個人番号")] = int(digits)
    letter = chr(65 + headings.index("個人番号"))

    shown = read(book(headings, cells, **{letter: "0" * 12}))
    lost = read(book(headings, cells))

    assert (shown.good, lost.good) == ([1], [])
    assert lost.refused(1) == {"number_leading_zero_lost"}


def test_formula_is_refused_even_if_its_last_value_looks_right() -> None:
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = made.add_worksheet()
    sheet.write_row(0, 0, ["社員番号", "氏名", "氏名カナ"])
    sheet.write_row(1, 0, ["A1", "", "タカハシ"])
    sheet.write_formula(1, 1, '="髙橋"', value="髙橋")
    made.close()

    assert read(target.getvalue()).refused(1) == {"formula"}


def test_only_the_first_sheet_counts() -> None:
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target, {"in_memory": True})
    made.add_worksheet("あとで").write_row(0, 0, ["x", "y"])
    first = made.add_worksheet("名簿")
    first.write_row(0, 0, ["社員番号", "氏名", "氏名カナ"])
    first.write_row(1, 0, ["A1", "髙橋", "タカハシ"])
    made.worksheets_objs.reverse()
    made.close()

    assert rows_of(target.getvalue())[0] == ["社員番号", "氏名", "氏名カナ"]


def packed(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (packed(**{"word__document.xml": b"<w/>"}), FileCode.EXCEL_BOOK),
        (packed(**{"xl__workbook.xml": b"<w/>"}), FileCode.EXCEL_BOOK),
        (
            packed(**{"xl__workbook.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><workbook/>'}),
            FileCode.EXCEL_BOOK,
        ),
        (
            packed(**{"xl__workbook.xml": b"<w/>", "xl__worksheets__sheet1.xml": bytes(5_000_000)}),
            FileCode.BOOK_TOO_LARGE,
        ),
        (book(["a"])[:-40], FileCode.EXCEL_BOOK),
    ],
)
def test_what_is_no_honest_book_is_refused_with_a_reason(content: bytes, code: FileCode) -> None:
    with pytest.raises(FileRefused) as refused:
        rows_of(content)

    assert refused.value.code is code


def test_book_with_too_many_rows_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("azukari.register.sheets.table.MAX_BOOK_ROWS", 20)
    assert limits.MAX_BOOK_ROWS > 20

    with pytest.raises(FileRefused) as refused:
        open_table(book(*([str(n)] for n in range(40))))

    assert refused.value.code is FileCode.BOOK_TOO_LARGE


# limits ---------------------------------------------------------------------------------------


def test_book_beyond_the_bytes_is_refused_before_it_is_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = book(["社員番号", "氏名", "氏名カナ"], ["A1", "髙橋", "タカハシ"])

    monkeypatch.setattr("azukari.register.sheets.table.MAX_BYTES", len(content) - 1)
    with pytest.raises(FileRefused) as refused:
        open_table(content)

    assert refused.value.code is FileCode.TOO_LARGE


def test_too_many_columns_are_refused_whoever_wrote_them() -> None:
    sure = ["従業員 社員番号", "配偶者 続柄", "配偶者 姓", "配偶者 名", "配偶者 生年月日"]
    wide = [*sure, *(f"列{n}" for n in range(limits.MAX_COLUMNS))]

    with pytest.raises(FileRefused) as refused:
        read(book(wide, ["1"] * len(wide)))

    assert refused.value.code is FileCode.TOO_MANY_COLUMNS


def test_link_to_elsewhere_is_refused_and_never_followed() -> None:
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = made.add_worksheet()
    person = employee("A1", valid_number(8))
    sheet.write_row(0, 0, list(person))
    sheet.write_row(1, 0, list(person.values()))
    sheet.write_formula(1, 1, "='[other.xlsx]Sheet1'!A1", None, "髙橋　太郎")
    sheet.write_url(1, 2, "https://elsewhere.invalid/", None, "タカハシ　タロウ")
    made.close()

    found = read(target.getvalue())

    assert found.refused(1) == {"formula"}
    assert found.facts[1]["kana"] == "タカハシ　タロウ"
