"""Forms on paper: one folder per form and edition, with its layout, sources and golden picture."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from azukari.filings.engine.layout import LayoutBroken
from azukari.filings.paper import examination
from azukari.filings.paper.disclosure import Disclosure
from azukari.filings.paper.examination import PaperProblem
from azukari.filings.paper.form import PaperForm, read_form
from azukari.filings.paper.layout import Layout, read_layout
from azukari.filings.paper.lettering import mincho
from azukari.filings.paper.needs import Need, needs_of
from azukari.filings.paper.plan import Plan, compile_plan
from azukari.filings.paper.sample import sample_slip, without
from azukari.filings.paper.slip import Slip


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
    return read_layout(folder(form, edition).joinpath("layout.json"), folder())


def sample(form: str, edition: str) -> Slip:
    """The invented slip that fills every box; a copy without its own shows its original's."""
    of = layout(form, edition)
    if of.original and not folder(form, edition).joinpath("sample.yaml").is_file():
        values = sample_slip(folder().joinpath(of.original)).values
        return Slip(without(values, of.raw.get("drop", ())))
    return sample_slip(folder(form, edition))


@cache
def plan(form: str, edition: str) -> Plan:
    """The compiled edition; compiling takes some ten milliseconds, once per process."""
    return compile_plan(layout(form, edition), disclosure(), mincho())


@cache
def form(code: str) -> PaperForm:
    """Raises LayoutBroken where there is none."""
    if code not in {name for name, _edition in editions()}:
        raise LayoutBroken(f"no form {code}")
    return read_form(folder(code))


def forms() -> list[PaperForm]:
    """Every form that can be printed."""
    return [form(code) for code in dict.fromkeys(name for name, _edition in editions())]


def editions_of(code: str) -> list[Layout]:
    """The editions of a form, the one in force first longest ago."""
    found = [layout(name, edition) for name, edition in editions() if name == code]
    return sorted(found, key=lambda one: str(one.raw["applies"]["from"]))


def edition_for(code: str, *, year: int | None = None, day: date | None = None) -> str | None:
    """The edition in force: for forms by `Period.YEAR` ask with the year, else with the day.

    None where the catalogue holds no edition for it.
    """
    if (year is None) == (day is None):
        raise ValueError("either the year or the day decides")
    when = day or date(int(year or 0), 12, 31)
    return next((one.edition for one in reversed(editions_of(code)) if one.applies(when)), None)


def needs(code: str, edition: str) -> list[Need]:
    """Every fact the edition has a box for: whether it is required, and whence it comes."""
    return needs_of(plan(code, edition), form(code), disclosure())


def examine(
    code: str, edition: str, values: Mapping[str, Any], held: Collection[str] = ()
) -> list[PaperProblem]:
    """What stands in the way of printing one slip; see `filings.paper.examination`."""
    return examination.examine(
        plan(code, edition), form(code), values, held, disclosure(), mincho()
    )
