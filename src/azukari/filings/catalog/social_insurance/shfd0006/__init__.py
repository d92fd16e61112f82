"""年金機構 `SHFD0006.CSV` (CSV添付方式): one office and its notices about insured people.

A new edition is a new folder beside `2024-12`; a new record is a YAML layout named in its
`edition.yaml`; `Notice` writes it by the ids of its items.
"""

from azukari.filings.catalog.social_insurance.shfd0006.document import (
    Document,
    check,
    looks_so,
    read,
    render,
)
from azukari.filings.catalog.social_insurance.shfd0006.edition import editions
from azukari.filings.catalog.social_insurance.shfd0006.family import (
    Dependent,
    FamilyChange,
    Spouse,
)
from azukari.filings.catalog.social_insurance.shfd0006.notice import Notice
from azukari.filings.catalog.social_insurance.shfd0006.office import (
    Office,
    office_problems,
    split_reference,
)
from azukari.filings.catalog.social_insurance.shfd0006.writing import (
    release,
    to_records,
    write,
)
from azukari.filings.engine.notation import Conversion

__all__ = [
    "Conversion",
    "Dependent",
    "Document",
    "FamilyChange",
    "Notice",
    "Office",
    "Spouse",
    "check",
    "editions",
    "looks_so",
    "office_problems",
    "read",
    "release",
    "render",
    "split_reference",
    "to_records",
    "write",
]
