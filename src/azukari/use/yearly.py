"""年間の金額 that payroll has told by the link, as facts of a filing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Max

from azukari.filings.recipes import facts
from azukari.filings.recipes.recipe import Recipe
from azukari.progress import actions as progress
from azukari.progress import queue
from azukari.progress.models import Progress
from azukari.register import queries as register
from azukari.register.models import YearlyFigures
from azukari.tenancy.actor import Actor
from azukari.use import actions
from azukari.use.models import Filing, FilingPerson
from azukari.use.queries import CHUNK, recipe_of

AT_ONCE: Final = 500
"""So many people's figures are put in while somebody waits; of more by a worker."""


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
    firsts = range(1, filing.people + 1, CHUNK)
    return sum(_take_some(filing, first, actor=actor) for first in firsts)


def order_told(filing: Filing, *, actor: Actor) -> Progress:
    """The same by a worker.  Raises UseRefused."""
    actor.require("filing:create")
    actions.locked_open(filing)
    task = progress.plan("filing.told", filing.id, total=filing.people)
    queue.enqueue("filings.take_told", actor=actor, progress_id=task.id, filing_id=filing.id)
    return task


def take_some_told(filing_id: UUID, progress_id: UUID, *, actor: Actor) -> bool:
    """The next of an order; whether there are others to come.

    Everything with the count in one transaction: after a crash it goes on behind the last one.
    Raises UseRefused when the filing has been settled meanwhile.
    """
    filing = Filing.objects.get(id=filing_id)
    done = Progress.objects.get(id=progress_id).done
    if done < filing.people:
        _take_some(filing, done + 1, actor=actor)
        progress.advance(progress_id, min(done + CHUNK, filing.people))
    if done + CHUNK < filing.people:
        return True
    told = told_by_payroll(filing).people
    progress.finish(progress_id, f"連携で届いた{told:,}人分の金額を入れました。")
    return False


def _take_some(filing: Filing, first: int, *, actor: Actor) -> int:
    recipe = recipe_of(filing)
    found = FilingPerson.objects.filter(filing=filing, member=0)
    rows = {row.person_id: row for row in found.filter(place__gte=first, place__lt=first + CHUNK)}
    given = {
        person: {**facts.from_stored(rows[person].facts, recipe.asks), **one}
        for person, one in facts_of(recipe, filing.year or 0, rows).items()
    }
    if given:
        actions.set_facts(filing, given, actor=actor)
    return len(given)


def _takes_figures(recipe: Recipe) -> bool:
    return recipe.yearly and recipe.whom == "employee"
