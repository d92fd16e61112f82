"""How large a file may be.  Stated on the page that takes it (`web/sheet_words.py`)."""

MAX_BYTES = 200 * 1024 * 1024
MAX_ROWS = 1_000_000
MAX_COLUMNS = 200
MAX_CELL = 1_000
"""Characters; longer cells are no name, address or number of anybody."""

ROWS_PER_CHUNK = 2_000
"""Rows that are checked together and, when applied, stand in one transaction."""

MAX_PROBLEMS = 50_000
"""Problems kept for one file; what is beyond is counted, not listed."""
