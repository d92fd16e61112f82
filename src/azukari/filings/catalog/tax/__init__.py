"""Tax files: 法定調書 (309, 313, 314, 316, 339, 359, 375, 376) and 給与支払報告書 for eLTAX (315).

All of them are records of one kind and nothing else. A new year is a new folder of layouts.
"""

from azukari.filings.catalog.tax.document import cancelled, check, kind_of, read, render
from azukari.filings.catalog.tax.edition import ELTAX, NTA, Edition, edition_of, editions, format_of
from azukari.filings.catalog.tax.writing import file_name, to_record, write

__all__ = [
    "ELTAX",
    "NTA",
    "Edition",
    "cancelled",
    "check",
    "edition_of",
    "editions",
    "file_name",
    "format_of",
    "kind_of",
    "read",
    "render",
    "to_record",
    "write",
]
