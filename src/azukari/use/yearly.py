"""年間の金額 that payroll has told by the link, as facts of a filing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max

from azukari.filings.recipes import facts
from azukari.filings.recipes.recipe import Recipe
from azukari.register import queries as register
from azukari.register.models import YearlyFigures
from azukari.tenancy.actor import Actor
from azukari.use import actions
from azukari.use.models import Filing, FilingPerson
from azukari.use.queries import CHUNK, recipe_of


@dataclass(frozen=True, slots=True)
class ToldByPayroll:
    """Of how many on a filing figures are known, and when the last of them were told."""

    people: int
    latest: datetime | None


def facts_of(recipe: Recipe, year: int, people: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """What the form asks for and payroll has told, by person."""
    if not _takes_figures(recipe):
        return {}
    known = register.yearly_figures(year, people)
    return {
        person: told
        for person, row in known.items()
        if (told := facts.from_stored(row.figures, recipe.asks))
    }


def told_by_payroll(filing: Filing) -> ToldByPayroll:
    if not _takes_figures(recipe_of(filing)):
        return ToldByPayroll(0, None)
    on_it = FilingPerson.objects.filter(filing=filing, member=0).values("person_id")
    known = YearlyFigures.objects.filter(year=filing.year or 0, person_id__in=on_it)
    return ToldByPayroll(**known.aggregate(people=Count("id"), latest=Max("told_at")))


def take_told(filing: Filing, *, actor: Actor) -> int:
    """Puts what payroll has told over what stands on the filing; of how many people.

    Raises UseRefused.
    """
    recipe, taken = recipe_of(filing), 0
    for first in range(1, filing.people + 1, CHUNK):
        found = FilingPerson.objects.filter(filing=filing, member=0)
        rows = {
            row.person_id: row for row in found.filter(place__gte=first, place__lt=first + CHUNK)
        }
        told = facts_of(recipe, filing.year or 0, rows)
        given = {
            person: {**facts.from_stored(rows[person].facts, recipe.asks), **one}
            for person, one in told.items()
        }
        if given:
            actions.set_facts(filing, given, actor=actor)
        taken += len(given)
    return taken


def _takes_figures(recipe: Recipe) -> bool:
    return recipe.yearly and recipe.whom == "employee"
