"""年金機構 `SHFD0006.CSV` (CSV添付方式): one office, its notices of acquisition and loss.

A new edition is a new folder beside `2024-12`; a new record is a YAML layout named in its
`edition.yaml`, and a module like `loss` where it is also to be written from facts.
"""

from azukari.filings.catalog.social_insurance.shfd0006.acquisition import Acquisition
from azukari.filings.catalog.social_insurance.shfd0006.document import (
    Document,
    check,
    looks_so,
    read,
    render,
)
from azukari.filings.catalog.social_insurance.shfd0006.edition import editions
from azukari.filings.catalog.social_insurance.shfd0006.loss import Loss
from azukari.filings.catalog.social_insurance.shfd0006.office import (
    Office,
    office_problems,
    split_reference,
)
from azukari.filings.catalog.social_insurance.shfd0006.writing import release, to_record, write
from azukari.filings.engine.notation import Conversion

__all__ = [
    "Acquisition",
    "Conversion",
    "Document",
    "Loss",
    "Office",
    "check",
    "editions",
    "looks_so",
    "office_problems",
    "read",
    "release",
    "render",
    "split_reference",
    "to_record",
    "write",
]
