"""Preparing a filing: who is on it is frozen, each with the most likely facts."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.utils import timezone

from azukari.filings.recipes import facts, printed, records
from azukari.filings.recipes.recipe import Recipe, recipes
from azukari.register.models import Person
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import Office
from azukari.use import queries
from azukari.use.defaults import defaults
from azukari.use.models import Filing, FilingOutput, FilingPerson
from azukari.use.queries import CHUNK, Subject
from azukari.use.rules import UseProblem, UseRefused


def prepare_filing(
    form: str,
    office: Office,
    people: Sequence[Person],
    *,
    actor: Actor,
    year: int | None = None,
    output: str = "",
) -> Filing:
    """Freezes who is on the filing, with the most likely facts for each.  Raises UseRefused."""
    actor.require("filing:create")
    chosen = list({person.id: person for person in people}.values())
    recipe = _refuse_choice(form, chosen, year)
    paper = FilingOutput(output) if output in {"pdf", "zip"} else FilingOutput.PDF
    filing = Filing.objects.create(
        company_id=actor.company,
        office=office,
        form=form,
        year=year if recipe.yearly else None,
        output=paper if recipe.is_paper else FilingOutput.FILE,
        purpose=recipe.purpose,
        people=len(chosen),
        head=queries.last_head(recipe, office),
        started_by=actor.user_id,
        started_by_name=actor.name,
    )
    today = timezone.localdate()
    _fill_head(filing, recipe, today)
    for first in range(0, len(chosen), CHUNK):
        rows = list(_rows(filing, recipe, chosen[first : first + CHUNK], first + 1, today))
        for subject in queries.subjects_from(rows, recipe, filing.year or 0, today):
            _fill(subject, recipe, filing.year or 0, today)
        FilingPerson.objects.bulk_create(rows)
    return filing


def _refuse_choice(form: str, people: Sequence[Person], year: int | None) -> Recipe:
    recipe = recipes().get(form)
    if recipe is None:
        raise UseRefused(UseProblem.FORM_NOT_SUPPORTED)
    if recipe.yearly and year not in years_of(recipe):
        raise UseRefused(UseProblem.YEAR_NOT_SUPPORTED)
    if recipe.has_people and not people:
        raise UseRefused(UseProblem.NOBODY_CHOSEN)
    if len(people) > recipe.most:
        raise UseRefused(UseProblem.TOO_MANY)
    if recipe.whom == "employee" and not all(person.is_employee for person in people):
        raise UseRefused(UseProblem.NOT_EMPLOYEES)
    if recipe.whom == "payee" and any(person.kind != "payee" for person in people):
        raise UseRefused(UseProblem.NOT_PAYEES)
    return recipe


def years_of(recipe: Recipe) -> list[int]:
    """The years (西暦) a yearly form can be made for, the newest first; empty for others."""
    if not recipe.yearly:
        return []
    this_year = timezone.localdate().year
    if recipe.is_paper:
        return printed.years_of(recipe, this_year=this_year)
    return records.years_of(recipe, this_year=this_year)


def _fill_head(filing: Filing, recipe: Recipe, today: date) -> None:
    """What was asked the last time stays; today is today, and gaps get what is likely."""
    common = queries.frame_of(filing, today=today).common
    asked = tuple(
        one for one in recipe.head if one.name not in filing.head or one.default == "@today"
    )
    told = defaults(asked, common, today=today, year=filing.year or 0)
    filing.head = {**filing.head, **facts.to_stored(told)}
    filing.save(update_fields=["head"])


def _rows(
    filing: Filing, recipe: Recipe, people: Sequence[Person], first: int, today: date
) -> Iterator[FilingPerson]:
    """Employees in their order, each before the members of the family who stand on the form."""
    families = queries.families_on(people, recipe, filing.year or 0, today)
    for place, person in enumerate(people, first):
        for member, one in enumerate([person, *families.get(person.id, [])]):
            yield FilingPerson(
                company_id=filing.company_id, filing=filing, person=one, place=place, member=member
            )


def _fill(subject: Subject, recipe: Recipe, year: int, today: date) -> None:
    known = subject.facts
    told = defaults(recipe.asks, known, today=today, year=year)
    subject.row.facts = facts.to_stored(told)
    for row, _, place in subject.members:
        own = {
            f"member.{name.removeprefix(place + '.')}": value
            for name, value in known.items()
            if name.startswith(f"{place}.")
        }
        row.facts = facts.to_stored(defaults(recipe.member, own, today=today, year=year))
