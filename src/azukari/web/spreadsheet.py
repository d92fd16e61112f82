"""Lines of CSV for people who open them in a spreadsheet (RFC 4180)."""

import csv
from collections.abc import Iterable
from io import StringIO

# Spreadsheets read CSV as UTF-8 only when it begins so.
MARK = "\ufeff"

# A cell beginning so is run as a formula by spreadsheets (CSV injection, OWASP); some also take
# the full-width signs.
_FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")


def line(cells: Iterable[str]) -> str:
    out = StringIO()
    csv.writer(out).writerow([harmless(cell) for cell in cells])
    return out.getvalue()


def harmless(cell: str) -> str:
    """The cell as text: what a spreadsheet would run begins with an apostrophe."""
    return f"'{cell}" if cell[:1] in _FORMULA_STARTS else cell
