"""The file of a sheet once more, as it was opened when it came."""

from azukari.register.models import Sheet
from azukari.register.sheets.packed import Packed
from azukari.register.sheets.table import Table, open_known


def table_of(sheet: Sheet, content: Packed) -> Table:
    return open_known(content, sheet.encoding, sheet.book_sheet)
