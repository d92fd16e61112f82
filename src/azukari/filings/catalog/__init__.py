"""What filings there are: recognise a file, list the forms."""

from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Final

from azukari.filings.catalog.social_insurance import shfd0006

SHFD0006: Final = "social_insurance/shfd0006"

# CD and DVD may carry the same content as .TXT (年金機構, 電子媒体届書).
_SHFD0006_NAMES: Final = frozenset({"SHFD0006.CSV", "SHFD0006.TXT"})


@dataclass(frozen=True, slots=True)
class Form:
    """One statutory form of the catalogue. `purpose` is a code of `azukari.law.purpose`."""

    format: str
    code: str
    title_ja: str
    purpose: str
    valid_from: date


def recognise(data: bytes, filename: str | None = None) -> str | None:
    """The format of a file, by its head or else its name; None for a stranger."""
    if shfd0006.looks_so(data):
        return SHFD0006
    if filename and PurePath(filename).name.upper() in _SHFD0006_NAMES:
        return SHFD0006
    return None


def forms() -> list[Form]:
    """Every form that can be written or checked, by format, edition and code."""
    return [
        Form(edition.format, code, layout.name_ja, edition.purposes[code], edition.valid_from)
        for edition in shfd0006.editions()
        for code, layout in edition.records.items()
    ]
