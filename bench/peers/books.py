"""Books of people as a plain script writes them: XlsxWriter, openpyxl."""

import io
from collections.abc import Callable

import openpyxl
import xlsxwriter
from openpyxl.cell import WriteOnlyCell

from bench.book_rows import HEAD, check_book, rows_of
from bench.measure import Measured, measuring


def with_xlsxwriter(rows: int) -> dict[str, Measured]:
    return _measured(_xlsxwriter, rows)


def with_openpyxl(rows: int) -> dict[str, Measured]:
    return _measured(_openpyxl, rows)


def _measured(write: Callable[[int], bytes], rows: int) -> dict[str, Measured]:
    with measuring() as cost:
        content = write(rows)
    check_book(content, rows)
    return {"book": Measured(rows, cost)}


def _xlsxwriter(rows: int) -> bytes:
    out = io.BytesIO()
    # As fast as it gets; rows go to a file on the disk, which ours must not do.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        sheet = workbook.add_worksheet("本人")
        text = workbook.add_format({"num_format": "@"})
        for at, row in enumerate([HEAD, *rows_of(rows)]):
            for place, cell in enumerate(row):
                sheet.write_string(at, place, cell, text)
    return out.getvalue()


def _openpyxl(rows: int) -> bytes:
    out = io.BytesIO()
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("本人")
    for row in [HEAD, *rows_of(rows)]:
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=text)
            cell.data_type = "s"  # never a formula
            cell.number_format = "@"
            cells.append(cell)
        sheet.append(cells)
    workbook.save(out)
    return out.getvalue()
