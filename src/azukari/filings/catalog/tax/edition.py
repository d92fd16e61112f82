"""Editions of the tax files: one folder each, read once; the year of a record decides."""

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from azukari.filings.engine.layout import Layout, read_layout, read_yaml
from azukari.filings.engine.record import Record, compile_record

NTA: Final = "tax/nta"
ELTAX: Final = "tax/eltax"
_FOLDERS: Final = ("nta", "eltax")


@dataclass(frozen=True, slots=True)
class Edition:
    """One record of one edition: its layout and the years (西暦) of which it may tell.

    `kind` is 法定資料の種類, `cancelled` the 訂正表示 (提出区分) of a record that cancels another.
    """

    format: str
    kind: str
    first_year: int
    last_year: int | None
    cancelled: str
    purpose: str
    layout: Layout


@cache
def editions() -> tuple[Edition, ...]:
    """Every record of every edition, by format, kind and first year."""
    root = files(__package__)
    found = [
        edition
        for name in _FOLDERS
        for folder in root.joinpath(name).iterdir()
        if folder.joinpath("edition.yaml").is_file()
        for edition in _read(folder)
    ]
    return tuple(sorted(found, key=lambda one: (one.format != NTA, one.kind, one.first_year)))


@lru_cache(maxsize=256)
def edition_of(kind: str, year: int) -> Edition | None:
    """The edition for records of a kind about a year (西暦); None if there is none."""
    for edition in editions():
        ended = edition.last_year is not None and edition.last_year < year
        if edition.kind == kind and edition.first_year <= year and not ended:
            return edition
    return None


def newest_of(kind: str, items: int = 0) -> Edition | None:
    """The newest edition of a kind, one of so many items before any other; None if unknown."""
    found = [edition for edition in editions() if edition.kind == kind]
    alike = [edition for edition in found if len(edition.layout.items) == items]
    return next(reversed(alike or found), None)


def format_of(kind: str) -> str | None:
    """The format of files of a kind; None for an unknown kind."""
    edition = newest_of(kind)
    return None if edition is None else edition.format


@cache
def _compiled(at: int, *, check_digits: bool) -> Record:
    return compile_record(editions()[at].layout, check_digits=check_digits)


def checks_of(edition: Edition, *, check_digits: bool) -> Record:
    """The checks of an edition, compiled once."""
    return _compiled(_places()[id(edition)], check_digits=check_digits)


@cache
def _places() -> dict[int, int]:
    """Where each edition stands; there is one of each while the process lives."""
    return {id(edition): at for at, edition in enumerate(editions())}


def _read(folder: Traversable) -> list[Edition]:
    constants = read_yaml(folder, "edition")
    return [
        _edition(folder, constants, str(kind), years)
        for kind, years in constants["records"].items()
    ]


def _edition(
    folder: Traversable, constants: dict[str, Any], kind: str, years: dict[str, int]
) -> Edition:
    return Edition(
        format=str(constants["format"]),
        kind=kind,
        first_year=years["first_year"],
        last_year=years.get("last_year"),
        cancelled=str(constants["cancelled"]),
        purpose=str(read_yaml(folder, kind)["purpose"]),
        layout=read_layout(folder, kind),
    )
