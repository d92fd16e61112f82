"""Lines of an output are those the CSV writer of Python writes, which are looked for less often."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from azukari.check.lines import as_text, head_as_text
from azukari.check.people import BETWEEN
from azukari.check.rules import Format
from azukari.register.spreadsheet import MARK

_CELL = st.text(st.sampled_from("a山,\"\r\n ;'=")) | st.just("")
_ROWS = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(_CELL, min_size=width, max_size=width), max_size=30)
)


def written(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


@given(_ROWS)
def test_lines_are_those_of_the_csv_writer(rows: list[list[str]]) -> None:
    assert as_text(map(BETWEEN.join, rows), Format.CSV) == written(rows)


def test_lines_with_and_without_quotes_stay_in_their_order() -> None:
    rows = [[f"E{number}", "a,b" if number == 777 else "ab"] for number in range(1000)]

    assert as_text(map(BETWEEN.join, rows), Format.CSV) == written(rows)


def test_spreadsheets_get_mark_and_no_formula() -> None:
    told = head_as_text(["氏名", "番号"], Format.CSV_SHEET)
    line = as_text([BETWEEN.join(["=1+1", "012345678901"])], Format.CSV_SHEET, number_at=1)

    assert told.decode() == f"{MARK}氏名,番号\r\n"
    assert line.decode() == "'=1+1,'012345678901\r\n"
