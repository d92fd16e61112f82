"""Lines of CSV for people who open them in a spreadsheet (RFC 4180)."""

import csv
from collections.abc import Iterable
from io import StringIO

from azukari.register.spreadsheet import MARK, harmless

__all__ = ["MARK", "harmless", "line"]


def line(cells: Iterable[str]) -> str:
    out = StringIO()
    csv.writer(out).writerow([harmless(cell) for cell in cells])
    return out.getvalue()
