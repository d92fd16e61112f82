"""Rows for people who open them in a spreadsheet: CSV (RFC 4180) and Excel books.

Nothing that comes out is run: a cell of CSV that a spreadsheet would take for a formula begins
with an apostrophe, and a book holds nothing but text.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final, Protocol

import rustpy_xlsxwriter
import xlsxwriter
from django.utils import timezone

# Spreadsheets read CSV as UTF-8 only when it begins so.
MARK: Final = "\ufeff"
BOOK_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What begins so is run as a formula (CSV injection, OWASP); some also take the full-width signs.
_FORMULA_STARTS: Final = frozenset("=+-@\t\r\n＝＋－＠")
_WIDTH: Final = 16
_LINES_AT_ONCE: Final = 500
# In XML 1.0 there is no way to write these.
_UNWRITABLE: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])

Colours = Mapping[int, str]
"""Place in the row → a colour such as #ffd8d8."""


class Row(Protocol):
    """A row with the colours of its cells."""

    @property
    def cells(self) -> Sequence[str]: ...
    @property
    def colours(self) -> Colours: ...


def harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in _FORMULA_STARTS else cell


def moment(at: datetime | None, *, seconds: bool = False) -> str:
    """In Japanese time, as spreadsheets and programs read it alike: 2026-12-01 09:30.

    `seconds` where the order within a minute counts.
    """
    if at is None:
        return ""
    here = timezone.localtime(at)
    return f"{here:%Y-%m-%d %H:%M:%S}" if seconds else f"{here:%Y-%m-%d %H:%M}"


def lines(rows: Iterable[Iterable[str]], *, for_people: bool = True) -> str:
    """Rows of CSV with their ends; `for_people` without formulas."""
    text = io.StringIO()
    plain = (map(harmless, cells) for cells in rows) if for_people else rows
    csv.writer(text, lineterminator="\r\n").writerows(plain)
    return text.getvalue()


def as_text(rows: Iterable[Sequence[str]], *, for_people: bool = True) -> bytes:
    """CSV in UTF-8; `for_people` with the mark of spreadsheets and without formulas."""
    return b"".join(as_text_pieces(rows, for_people=for_people))


def as_text_pieces(rows: Iterable[Sequence[str]], *, for_people: bool = True) -> Iterator[bytes]:
    """The same, some rows at a time."""
    rows, mark = iter(rows), MARK if for_people else ""
    while some := list(islice(rows, _LINES_AT_ONCE)):
        yield (mark + lines(some, for_people=for_people)).encode()
        mark = ""
    if mark:
        yield mark.encode()


def as_plain_book(
    head: Sequence[str], rows: Iterable[Sequence[str]], name: str = "Sheet1"
) -> bytes:
    """An Excel book as `as_book` makes it, without colours and several times as fast.

    Strings that come again stand once, which is also what keeps the library from spooling rows
    to a file on the disk: they may hold individual numbers.
    """
    out = io.BytesIO()
    text = rustpy_xlsxwriter.Format().set_num_format("@")
    rustpy_xlsxwriter.write_worksheet(
        (dict(zip(head, map(_writable, row), strict=True)) for row in rows),
        out,
        sheet_name=name,
        freeze_row=1,
        header_format=rustpy_xlsxwriter.Format()
        .set_num_format("@")
        .set_bold()
        .set_background_color("#eeeeee"),
        column_formats=[text] * len(head),
        column_width=_WIDTH,
        dedupe_strings=True,
    )
    return out.getvalue()


def _writable(cell: str) -> str:
    return cell if cell.isprintable() else cell.translate(_UNWRITABLE)


def as_book(rows: Iterable[Row], name: str = "Sheet1") -> bytes:
    """An Excel book of one sheet, every cell a text so that zeros in front stay; the first row
    stands still.  Everything stays in memory: rows of people have no place on a disk.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(name)
        formats: dict[str, xlsxwriter.format.Format] = {
            "": book.add_format({"num_format": "@"}),
            "head": book.add_format({"num_format": "@", "bold": True, "bg_color": "#eeeeee"}),
        }
        sheet.freeze_panes(1, 0)
        for at, row in enumerate(rows):
            if at == 0:
                sheet.set_column(0, max(len(row.cells) - 1, 0), _WIDTH, formats[""])
            for place, cell in enumerate(row.cells):
                colour = "head" if at == 0 else row.colours.get(place, "")
                if colour not in formats:
                    formats[colour] = book.add_format({"num_format": "@", "bg_color": colour})
                sheet.write_string(at, place, cell.translate(_UNWRITABLE), formats[colour])
    return out.getvalue()
