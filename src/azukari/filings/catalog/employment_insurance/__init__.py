"""雇用保険 連記式 CSV (10101 資格取得届, 10191 資格喪失届): a preview, seen in one source only."""

from azukari.filings.catalog.employment_insurance.document import (
    FORMAT,
    Document,
    check,
    looks_so,
    read,
    render,
)
from azukari.filings.catalog.employment_insurance.edition import edition
from azukari.filings.catalog.employment_insurance.writing import write

__all__ = [
    "FORMAT",
    "Document",
    "check",
    "edition",
    "looks_so",
    "read",
    "render",
    "write",
]
