"""How large a file may be.  Stated on the page that takes it (`web/sheet_words.py`)."""

MAX_BYTES = 300 * 1024 * 1024
MAX_ROWS = 1_000_000
MAX_COLUMNS = 500
"""A family of ten side by side has some 350 (SmartHR)."""

MAX_CELL = 1_000
"""Characters; longer cells are no name, address or number of anybody."""

ROWS_PER_CHUNK = 5_000
"""Rows that are checked together and, when applied, stand in one transaction."""

MAX_BOOK_ROWS = 100_000
"""Of an Excel book, whose sheet has to be held in memory; CSV takes ten times as many."""

MAX_COLOURED_ROWS = 20_000
"""Of the result given back as a book: it is written in memory while somebody waits, cell by cell
(100 MB, two seconds); the same as text takes any number.
"""

MAX_BOOK_UNPACKED = 400 * 1024 * 1024
MAX_ZIP_RATIO = 100
"""An honest sheet shrinks to a tenth when packed; what shrinks to a hundredth is a trap."""
