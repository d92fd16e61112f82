"""Forms on paper: one folder per form and edition, with its layout, sources and golden picture."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from azukari.filings.engine.layout import LayoutBroken
from azukari.filings.paper.disclosure import Disclosure
from azukari.filings.paper.layout import Layout, read_layout
from azukari.filings.paper.lettering import mincho
from azukari.filings.paper.plan import Plan, compile_plan


def folder(form: str = "", edition: str = "") -> Traversable:
    """The folder of the catalogue, of a form or of an edition."""
    here = files(__package__)
    return here.joinpath(form, edition) if form else here


@cache
def disclosure() -> Disclosure:
    """Which copy shows which number; the vocabulary of all forms."""
    return Disclosure(folder())


def editions() -> list[tuple[str, str]]:
    """(form, edition) of every layout, in alphabetical order."""
    return sorted(_editions())


def _editions() -> Iterator[tuple[str, str]]:
    for form in folder().iterdir():
        if form.is_dir() and not form.name.startswith("_"):
            for edition in form.iterdir():
                if edition.joinpath("layout.json").is_file():
                    yield form.name, edition.name


@cache
def layout(form: str, edition: str) -> Layout:
    """Raises LayoutBroken where there is none."""
    if (form, edition) not in editions():
        raise LayoutBroken(f"no layout {form}/{edition}")
    return read_layout(folder(form, edition).joinpath("layout.json"))


@cache
def plan(form: str, edition: str) -> Plan:
    """The compiled edition; compiling takes some ten milliseconds, once per process."""
    return compile_plan(layout(form, edition), disclosure(), mincho())


def edition_on(form: str, day: date) -> str | None:
    """The edition of the form in force for a day (支払の日, 申告書の年の1月1日, 届出の日)."""
    for name, edition in editions():
        if name == form and layout(name, edition).applies(day):
            return edition
    return None
