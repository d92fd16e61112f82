"""Rows of invented people for whoever writes a book of them, and whether it is right."""

import io
from collections.abc import Iterator

from python_calamine import CalamineWorkbook

from bench.measure import expect

HEAD = [
    "社員番号", "氏名", "氏名カナ", "生年月日", "性別", "入社年月日", "退職年月日", "部署コード",
    "部署名", "郵便番号", "住所", "住所カナ", "電話番号", "メールアドレス", "基礎年金番号",
    "雇用区分", "個人番号",
]  # fmt: skip


def rows_of(count: int) -> Iterator[list[str]]:
    for row in range(count):
        yield [
            f"E{row:07d}", f"計測　{chr(0x4E00 + row % 9000)}", "ケイソク　ハナコ",
            f"1980-{row % 12 + 1:02d}-{row % 28 + 1:02d}", "女", "2015-04-01", "",
            f"D{row % 300:03d}", f"第{row % 300}営業課", "1000001",
            f"=千代田区千代田{row % 30 + 1}丁目{row % 20 + 1}番{row % 15 + 1}号", "トウキョウト",
            f"090-{row % 9000 + 1000}-{row * 7 % 9000 + 1000}", f"e{row:07d}@example.com", "",
            "正社員", f"0{row:011d}",
        ]  # fmt: skip


def check_book(content: bytes, rows: int) -> None:
    """Every row, as text: no formula, no zero lost."""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    found = sheet.to_python()
    expect("headings", found[0], HEAD)
    same = all(one == row for one, row in zip(found[1:], rows_of(rows), strict=True))
    expect("rows are those given", same, True)
