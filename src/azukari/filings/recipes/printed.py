"""Facts onto a form on paper: what its edition has boxes for, by the names it knows them by."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from azukari.filings.catalog import paper
from azukari.filings.engine.notation import Conversion
from azukari.filings.paper import words as paper_words
from azukari.filings.paper.examination import Flaw, draft_slip
from azukari.filings.paper.facts import FactType
from azukari.filings.paper.form import Period, Subject
from azukari.filings.paper.needs import number_places
from azukari.filings.paper.pdf import print_each, print_slips
from azukari.filings.paper.plan import Plan
from azukari.filings.paper.slip import Slip
from azukari.filings.paper.svg import previews
from azukari.filings.problems import FilingProblem, FilingRefused
from azukari.filings.recipes.facts import Flat, Numbers, is_empty, nested
from azukari.filings.recipes.recipe import Recipe
from azukari.filings.words import WHOLE
from azukari.law.era import to_era

PERSONS: Final = "persons."
_INDEX: Final = re.compile(r"\.\d+(?=\.)")
_NUMBER: Final = "mynumber"
WORTH_A_HELPER: Final = 3_000  # pages: starting one costs as much as some thousand


@dataclass(frozen=True, slots=True)
class Edition:
    """The edition in force, its plan, and the type of each fact it has a box for."""

    form: str
    name: str
    plan: Plan
    types: Mapping[str, FactType]
    is_for_people: bool


@cache
def _edition(form: str, name: str) -> Edition:
    types = {one.fact.name: one.fact.type for one in paper.needs(form, name)}
    together = paper.form(form).subject is Subject.PEOPLE
    return Edition(form, name, paper.plan(form, name), types, together)


def edition_on(recipe: Recipe, today: date, year: int) -> Edition:
    """Raises FilingRefused where the catalogue holds none."""
    is_yearly = paper.form(recipe.source).period is Period.YEAR
    found = (
        paper.edition_for(recipe.source, year=year)
        if is_yearly
        else paper.edition_for(recipe.source, day=today)
    )
    if found is None:
        raise FilingRefused([FilingProblem(None, None, "様式", "edition-none")])
    return _edition(recipe.source, found)


def years_of(recipe: Recipe, *, this_year: int) -> list[int]:
    """The years with an edition; declarations are handed out for the next one already."""
    last = this_year + (recipe.group == "declaration")
    return [
        year
        for year in range(last, this_year - 8, -1)
        if paper.edition_for(recipe.source, year=year) is not None
    ]


def model(recipe: Recipe, edition: Edition, facts: Flat) -> dict[str, Any]:
    """The nested facts of one slip: what there is a box for, each in the form it is given in."""
    found = {**facts, **{target: facts.get(source) for target, source in recipe.takes.items()}}
    return nested(
        {
            (f"persons.0.{name.removeprefix(PERSONS)}" if name.startswith(PERSONS) else name): shown
            for name, value in found.items()
            if (shown := _shown(edition, name, value)) is not None
        }
    )


def _shown(edition: Edition, name: str, value: Any) -> Any:
    if is_empty(value):
        return None
    known = f"persons[].{name.removeprefix(PERSONS)}" if name.startswith(PERSONS) else _name(name)
    kind = edition.types.get(known)
    if kind is None or kind is FactType.NUMBER:
        return None
    if kind is FactType.MARK:
        return "○"
    if kind in {FactType.TEXT, FactType.CELLS} and isinstance(value, int):
        return str(value)
    return value


def _name(place: str) -> str:
    return _INDEX.sub("[]", place)


def placed(edition: Edition, numbers: Numbers) -> dict[str, Any]:
    """Numbers at the places of the form."""
    if not edition.is_for_people:
        return dict(numbers)
    return {place.replace("emp.", "persons.0."): one for place, one in numbers.items()}


def wanted_numbers(recipe: Recipe, edition: Edition, facts: Flat) -> frozenset[str]:
    """The places whose numbers this copy prints, as the register names them."""
    places = number_places(edition.plan, model(recipe, edition, facts))
    return frozenset(place.replace("persons.0.", "emp.") for place in places)


def look(
    recipe: Recipe, edition: Edition, facts: Flat, numbers: Numbers, place: int
) -> tuple[list[FilingProblem], list[Conversion]]:
    """Problems, and rare characters that will look different, of one subject."""
    values = model(recipe, edition, facts)
    known = paper.examine(recipe.source, edition.name, values, list(placed(edition, numbers)))
    problems, conversions = [], []
    for one in known:
        said = paper_words.problem(one, paper.disclosure())
        if one.flaw is Flaw.GLYPH_DOWNGRADED:
            meaning = paper_words.meaning(_name(one.path), paper.disclosure())
            conversions.append(Conversion(0, meaning, one.detail, one.detail[:1]))
        elif one.flaw is not Flaw.NUMBER_MISSING:
            fact = _mended_by(recipe, one.path)
            label = paper_words.meaning(_name(one.path), paper.disclosure())
            problems.append(FilingProblem(place, None, label, WHOLE, said, fact=fact))
    return problems, conversions


def _mended_by(recipe: Recipe, path: str) -> str:
    target = path.replace("persons.0.", PERSONS)
    return recipe.takes.get(target, path)


def slips(
    recipe: Recipe, edition: Edition, people: Iterable[tuple[Flat, Numbers]]
) -> Iterator[Slip]:
    """A slip for each person, or for forms in rows one with everybody."""
    if not edition.is_for_people:
        for facts, numbers in people:
            yield Slip(model(recipe, edition, facts), placed(edition, numbers))
        return
    together: dict[str, Any] = {}
    rows: list[Any] = []
    opened: dict[str, Any] = {}
    for at, (facts, numbers) in enumerate(people):
        values = model(recipe, edition, facts)
        rows += values.pop("persons", [{}])
        together = together or values
        opened |= {
            place.replace("persons.0.", f"persons.{at}."): one
            for place, one in placed(edition, numbers).items()
        }
    yield Slip({**together, "persons": rows}, opened)


def pictures(recipe: Recipe, edition: Edition, facts: Flat, numbers: Numbers) -> list[str]:
    """The pages of one subject as svg; numbers that are held show as masks."""
    values = model(recipe, edition, facts)
    return list(previews(edition.plan, draft_slip(values, list(placed(edition, numbers)))))


def one_pdf(
    recipe: Recipe,
    edition: Edition,
    people: Iterable[tuple[Flat, Numbers]],
    *,
    count: int,
    passphrase: str | None = None,
) -> Iterator[bytes]:
    """`count` says how many people there are about: many have their type set beside the job."""
    return print_slips(
        edition.plan,
        slips(recipe, edition, people),
        passphrase=passphrase,
        helpers=1 if count > WORTH_A_HELPER else 0,
    )


def each_pdf(
    recipe: Recipe,
    edition: Edition,
    people: Iterable[tuple[str, Flat, Numbers]],
    *,
    passphrase: str | None = None,
) -> Iterator[tuple[str, bytes]]:
    """A PDF for each person, by the name given for it."""
    named = (
        (name, slip)
        for name, facts, numbers in people
        for slip in slips(recipe, edition, [(facts, numbers)])
    )
    return print_each(edition.plan, named, passphrase=passphrase)


def common_facts(year: int, today: date) -> dict[str, Any]:
    """What every form says about itself: 年分 and 年度 without the era."""
    told = to_era(date(year or today.year, 12, 31)).year
    return {"doc.year": str(told), "doc.nendo": str(told + 1), "doc.invalid": "0"}
