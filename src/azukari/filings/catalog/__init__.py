"""What filings there are: recognise a file, check it, list the forms."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Final

from azukari.filings.catalog import employment_insurance, tax
from azukari.filings.catalog.social_insurance import shfd0006
from azukari.filings.problems import FilingProblem

SHFD0006: Final = "social_insurance/shfd0006"

# CD and DVD may carry the same content as .TXT (年金機構, 電子媒体届書).
_SHFD0006_NAMES: Final = frozenset({"SHFD0006.CSV", "SHFD0006.TXT"})
_TAX_NAME: Final = re.compile(r"(\d{3})DAT\d\d\.TXT")


@dataclass(frozen=True, slots=True)
class Form:
    """One statutory form of the catalogue. `purpose` is a code of `azukari.law.purpose`.

    `valid_from`: the first day on which it is filed, for tax forms the first year it tells of;
    `valid_to` likewise, None while it holds. A `preview` is not known well enough to be filed.
    """

    format: str
    code: str
    title_ja: str
    purpose: str
    valid_from: date
    valid_to: date | None = None
    preview: bool = False


def recognise(data: bytes, filename: str | None = None) -> str | None:
    """The format of a file, by its head or else its name; None for a stranger."""
    if shfd0006.looks_so(data):
        return SHFD0006
    kind = tax.kind_of(data)
    if kind is not None:
        return tax.format_of(kind)
    if employment_insurance.looks_so(data):
        return employment_insurance.FORMAT
    return _by_name(PurePath(filename).name.upper()) if filename else None


def _by_name(name: str) -> str | None:
    if name in _SHFD0006_NAMES:
        return SHFD0006
    if name in {one.upper() for one in employment_insurance.edition().file_names.values()}:
        return employment_insurance.FORMAT
    match = _TAX_NAME.fullmatch(name)
    return tax.format_of(match[1]) if match else None


def check(
    format_: str, data: bytes, *, today: date, check_digits: bool = True
) -> list[FilingProblem]:
    """Everything an office would refuse in a file of a format that `recognise` told."""
    if format_ == SHFD0006:
        return shfd0006.check(data, today=today, check_digits=check_digits)
    if format_ == employment_insurance.FORMAT:
        return employment_insurance.check(data, today=today, check_digits=check_digits)
    return tax.check(data, today=today, check_digits=check_digits)


def is_preview(format_: str) -> bool:
    """Whether a format is not known well enough for a good check to mean a good file."""
    return any(form.preview for form in forms() if form.format == format_)


def forms() -> list[Form]:
    """Every form that can be written or checked, by format, edition and code."""
    pension = [
        Form(edition.format, code, layout.name_ja, edition.purposes[code], edition.valid_from)
        for edition in shfd0006.editions()
        for code, layout in edition.records.items()
    ]
    return [*pension, *map(_tax_form, tax.editions()), *_employment_forms()]


def _tax_form(edition: tax.Edition) -> Form:
    ends = None if edition.last_year is None else date(edition.last_year, 12, 31)
    starts = date(edition.first_year, 1, 1)
    title = edition.layout.name_ja
    return Form(edition.format, edition.kind, title, edition.purpose, starts, ends)


def _employment_forms() -> list[Form]:
    known = employment_insurance.edition()
    return [
        Form(
            known.format,
            kind,
            layout.name_ja,
            known.purposes[kind],
            known.valid_from,
            preview=known.preview,
        )
        for kind, layout in known.records.items()
    ]
