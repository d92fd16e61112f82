"""Editions of SHFD0006.CSV: one folder each, read once; the day decides which one holds."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from azukari.filings.engine.layout import Layout, read_codes, read_layout, read_yaml
from azukari.filings.engine.record import Record, compile_record


@dataclass(frozen=True, slots=True)
class Edition:
    """Constants, layouts and code names of one edition.

    `records` are the layouts by 様式コード; `retired` names the 様式コード that are taken no more.
    `size_limit` is in bytes, the first size that is too large.
    """

    name: str
    format: str
    title_ja: str
    valid_from: date
    file_name: str
    size_limit: int
    media: Layout
    media_consultant: Layout
    office_count: Layout
    office: Layout
    records: dict[str, Layout]
    purposes: dict[str, str]
    retired: dict[str, str]


@dataclass(frozen=True, slots=True)
class Checks:
    """The records of an edition, ready to run."""

    media: Record
    media_consultant: Record
    office_count: Record
    office: Record
    records: dict[str, Record]


@cache
def editions() -> tuple[Edition, ...]:
    """Every edition in the catalogue, the oldest first."""
    folders = [folder for folder in files(__package__).iterdir() if _holds_edition(folder)]
    return tuple(sorted((_read(folder) for folder in folders), key=lambda e: e.valid_from))


def edition_on(day: date) -> Edition | None:
    """The edition an office takes on a day; None before the first in the catalogue."""
    holding = [edition for edition in editions() if edition.valid_from <= day]
    return holding[-1] if holding else None


@cache
def _checks_of(name: str, *, check_digits: bool) -> Checks:
    edition = next(e for e in editions() if e.name == name)

    def ready(layout: Layout) -> Record:
        return compile_record(layout, check_digits=check_digits)

    return Checks(
        media=ready(edition.media),
        media_consultant=ready(edition.media_consultant),
        office_count=ready(edition.office_count),
        office=ready(edition.office),
        records={code: ready(layout) for code, layout in edition.records.items()},
    )


def checks_of(edition: Edition, *, check_digits: bool = True) -> Checks:
    """The checks of an edition, compiled once."""
    return _checks_of(edition.name, check_digits=check_digits)


def _holds_edition(folder: Traversable) -> bool:
    return folder.is_dir() and folder.joinpath("edition.yaml").is_file()


def _read(folder: Traversable) -> Edition:
    constants = read_yaml(folder, "edition")
    codes = [str(code) for code in constants["records"]]
    retired = read_codes(folder, "retired_form_code")
    return Edition(
        name=folder.name,
        format=str(constants["format"]),
        title_ja=str(constants["title_ja"]),
        valid_from=constants["valid_from"],
        file_name=str(constants["file_name"]),
        size_limit=int(constants["size_limit"]),
        media=read_layout(folder, "media"),
        media_consultant=read_layout(folder, "media_consultant"),
        office_count=read_layout(folder, "office_count"),
        office=read_layout(folder, "office"),
        records={code: read_layout(folder, code) for code in codes},
        purposes={code: str(read_yaml(folder, code)["purpose"]) for code in codes},
        retired=retired,
    )
