"""A file as rows of text, whether it was written as text or as an Excel book.

CSV is read as it comes.  A book is read with python-calamine, which holds the sheet that is read
in memory, so its size is limited more tightly; numbers in cells formatted as `0000` keep the zeros
that the reader of such a cell sees.
"""

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from itertools import chain, islice
from typing import Any, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from azukari.register.sheets.codes import FileCode, FileRefused
from azukari.register.sheets.encoding import recognise_encoding
from azukari.register.sheets.limits import (
    MAX_BOOK_ROWS,
    MAX_BOOK_UNPACKED,
    MAX_BYTES,
    MAX_ZIP_RATIO,
)
from azukari.register.sheets.packed import Packed
from azukari.register.sheets.result_files import is_result_file, refused_only

BOOK = "xlsx"
_ZIP = b"PK\x03\x04"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+\d+(?::[A-Z]+(\d+))?"')
_FORMATS = re.compile(rb'<numFmt [^>]*?numFmtId="(\d+)"[^>]*?formatCode="(0+)"')
_CELL_STYLES = re.compile(rb"<cellXfs\b.*?</cellXfs>", re.DOTALL)
_STYLE = re.compile(rb'<xf\b[^>]*?numFmtId="(\d+)"')
_CELL = re.compile(rb'<c\b(?=[^>]*? r="([A-Z]+)(\d+)")(?=[^>]*? s="(\d+)")[^>]*>')
_SHEETS = re.compile(rb'<sheet\b(?=[^>]*? name="([^"]*)")(?=[^>]*? r:id="([^"]+)")[^>]*>')
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_ID = re.compile(rb' Id="([^"]+)"')
_TARGET = re.compile(rb'Target="([^"]+)"')
_ROW = b"<row"
_LOOKED_AT = 1 << 16  # bytes of a sheet: what stands before its rows is shorter
_FORMULA = re.compile(rb'<c\b[^>]*? r="([A-Z]+)(\d+)"[^>]*>\s*<f\b')


@dataclass(frozen=True)
class Table:
    """How the rows of a file are got at."""

    content: Packed
    encoding: str  # utf-8, utf-8-sig, utf-16, cp932; `xlsx` for a book
    delimiter: str = ""
    sheet: str = ""  # of a book, by its name; the first one where it says nothing

    def rows(self) -> Iterator[list[str]]:
        """Every row, headings and blank ones included.  Raises FileRefused."""
        is_book = self.encoding == BOOK
        rows = _rows_of_book(self.content.whole(), self.sheet) if is_book else self._rows_of_text()
        first = next(rows, None)
        if first is None:
            return iter(())
        every = chain([first], rows)
        return refused_only(every) if is_result_file(first) else every

    def first_rows(self, count: int) -> list[list[str]]:
        return list(islice(self.rows(), count))

    def not_read(self) -> list[str]:
        """Names of the other sheets that have anything in them."""
        if self.encoding != BOOK:
            return []
        with zipfile.ZipFile(io.BytesIO(self.content.whole())) as book:
            sheets = _sheets(book)
            read = _chosen(sheets, self.sheet)
            return [
                name
                for name, part in sheets
                if part != read.part and _ROW in book.open(part).read(_LOOKED_AT)
            ]

    def _rows_of_text(self) -> Iterator[list[str]]:
        # Line ends are the CSV reader's business: a cell may hold one.
        text = io.TextIOWrapper(self.content.open(), encoding=self.encoding, newline="")
        try:
            yield from csv.reader(text, delimiter=self.delimiter, strict=True)
        except csv.Error:
            raise FileRefused(FileCode.BROKEN_QUOTING) from None


def open_table(content: bytes | Packed | Table, sheet: str = "") -> Table:
    """Raises FileRefused for what is neither a table of text nor an Excel book.

    `sheet`: of a book the one to read, by its name as somebody has typed it.
    """
    if isinstance(content, Table):
        return content
    packed = Packed.of(content) if isinstance(content, bytes) else content
    if packed.size > MAX_BYTES:
        raise FileRefused(FileCode.TOO_LARGE)
    if packed.head(len(_ZIP)) == _ZIP:
        whole = packed.whole()
        _refuse_unfit_book(whole)
        return Table(packed, BOOK, sheet=_name_of(whole, sheet) if sheet else "")
    return open_known(packed, recognise_encoding(packed))


def open_known(packed: Packed, encoding: str, sheet: str = "") -> Table:
    """A file that was opened before, as `Table.encoding` and `Table.sheet` had it then.

    Where nobody kept how it is written ("") the whole of it is gone through once more.
    """
    if not encoding:
        return open_table(packed)
    if encoding == BOOK:
        return Table(packed, BOOK, sheet=sheet)
    with io.TextIOWrapper(packed.open(), encoding=encoding, newline="") as text:
        line = text.readline(100_000)
    return Table(packed, encoding, "\t" if line.count("\t") > line.count(",") else ",")


# books ----------------------------------------------------------------------------------------


def _refuse_unfit_book(content: bytes) -> None:
    """Before anything is unpacked: another kind of archive, a bomb, more rows than are taken."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            entries = book.infolist()
            names = {entry.filename for entry in entries}
            if "xl/workbook.xml" not in names:
                raise FileRefused(FileCode.EXCEL_BOOK)
            unpacked = sum(entry.file_size for entry in entries)
            if unpacked > MAX_BOOK_UNPACKED or unpacked > MAX_ZIP_RATIO * max(len(content), 4096):
                raise FileRefused(FileCode.BOOK_TOO_LARGE)
            if any(entry.flag_bits & 1 for entry in entries):
                raise FileRefused(FileCode.BOOK_LOCKED)
            for name in names:
                # An entity in a part of a book is nobody's honest table.
                if name.endswith(".xml") and b"<!DOCTYPE" in book.open(name).read(4096):
                    raise FileRefused(FileCode.EXCEL_BOOK)
            for name in filter(_SHEET.fullmatch, names):
                found = _DIMENSION.search(book.open(name).read(4096))
                if found and int(found[1] or 1) > MAX_BOOK_ROWS + 10:
                    raise FileRefused(FileCode.BOOK_TOO_LARGE)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error):
        raise FileRefused(FileCode.EXCEL_BOOK) from None


def _rows_of_book(content: bytes, name: str) -> Iterator[list[str]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_name(name) if name else book.get_sheet_by_index(0)
        first_row, first_column = sheet.start or (0, 0)
        rows = chain(([] for _ in range(first_row)), sheet.iter_rows())
    except (CalamineError, IndexError):
        raise FileRefused(FileCode.EXCEL_BOOK) from None
    marks = _Marks.of(content, name)
    for at, cells in enumerate(rows):
        if at > MAX_BOOK_ROWS:
            raise FileRefused(FileCode.BOOK_TOO_LARGE)
        texts = [_text(cell) for cell in cells]
        yield marks.applied(at, first_column, texts) if marks.anything else texts


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        # Beyond 2**53 a spreadsheet has lost digits, and its readers see an exponent.
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


@dataclass(frozen=True)
class _Marks:
    """What the values of cells do not tell: zeros shown before a number, formulas."""

    zeros: dict[tuple[int, int], int]  # (row, column) from 0 → digits shown
    formulas: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, content: bytes, name: str) -> "_Marks":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            sheet = book.read(_chosen(_sheets(book), name).part)
            has_styles = "xl/styles.xml" in book.namelist()
            widths = _widths(book.read("xl/styles.xml")) if has_styles else {}
        zeros = {
            (int(row) - 1, _column(letters)): widths[int(style)]
            for letters, row, style in (_CELL.findall(sheet) if widths else ())
            if int(style) in widths
        }
        formulas = frozenset((int(row) - 1, _column(at)) for at, row in _FORMULA.findall(sheet))
        return cls(zeros, formulas)

    @property
    def anything(self) -> bool:
        return bool(self.zeros or self.formulas)

    def applied(self, row: int, first_column: int, texts: list[str]) -> list[str]:
        return [self._applied((row, first_column + at), text) for at, text in enumerate(texts)]

    def _applied(self, place: tuple[int, int], text: str) -> str:
        if place in self.formulas:
            # What it last came to may be out of date: refused like a formula in a text file.
            return "=" + text
        width = self.zeros.get(place, 0)
        return text.zfill(width) if text.isascii() and text.isdigit() else text


def _widths(styles: bytes) -> dict[int, int]:
    """Style → digits shown, for the styles whose format is nothing but zeros."""
    formats = {int(number): len(code) for number, code in _FORMATS.findall(styles)}
    cell_styles = _CELL_STYLES.search(styles)
    if not formats or cell_styles is None:
        return {}
    used = enumerate(map(int, _STYLE.findall(cell_styles.group())))
    return {style: formats[number] for style, number in used if number in formats}


class _Sheet(NamedTuple):
    """Its name as people see it, and its part in the archive, named as it was made."""

    name: str
    part: str


def _name_of(content: bytes, typed: str) -> str:
    """The name of the sheet that is meant, however wide somebody typed it.  Raises FileRefused."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = [sheet.name for sheet in _sheets(book)]
    for alike in (str, _plain_name):
        for name in names:
            if alike(name) == alike(typed):
                return name
    raise FileRefused(FileCode.NO_SUCH_SHEET, typed)


def _plain_name(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _chosen(sheets: list[_Sheet], name: str) -> _Sheet:
    return next((sheet for sheet in sheets if sheet.name == name), sheets[0])


def _sheets(book: zipfile.ZipFile) -> list[_Sheet]:
    """In the order people see them."""
    related = book.read("xl/_rels/workbook.xml.rels")
    parts = {
        found[1]: "xl/" + target[1].decode().removeprefix("/xl/")
        for relation in _RELATION.findall(related)
        if (found := _ID.search(relation)) and (target := _TARGET.search(relation))
    }
    sheets = [
        _Sheet(unescape(name.decode()), parts[place])
        for name, place in _SHEETS.findall(book.read("xl/workbook.xml"))
        if parts.get(place) in book.namelist()
    ]
    if not sheets:
        raise FileRefused(FileCode.EXCEL_BOOK)
    return sheets


def _column(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1
