"""Whom an office waits for, and who of them is on a filing that was made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from azukari.filings.recipes.recipe import Recipe, recipes
from azukari.register.models import Person, PersonKind
from azukari.use import rules
from azukari.use.models import FilingPerson, FilingState
from azukari.use.rules import Affair

_KINDS: Final = {"employee": PersonKind.EMPLOYEE, "payee": PersonKind.PAYEE}
_JUST_NOW: Final = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Standing:
    """Of so many `people` whom an affair is about, so many are on a filing that was `made`."""

    affair: Affair
    people: int
    made: int


def still_due(found: QuerySet[Person], recipe: Recipe, year: int, today: date) -> QuerySet[Person]:
    """Whom the office waits for and who is on no filing of this form that was made."""
    first, last = _period(year, today)
    return found.filter(_waited_for(recipe, first, last)).exclude(_filed(recipe, year, first))


def standings(affairs: Sequence[Affair], *, today: date) -> list[Standing]:
    """The same of everybody of the company in scope, as figures, in one look at them."""
    figures: dict[str, Count] = {}
    for affair in affairs:
        recipe = recipes()[affair.form]
        first, last = _period(affair.year, today)
        about = Q(kind=_KINDS[recipe.whom]) & _waited_for(recipe, first, last)
        figures[f"people_{affair.form}"] = Count("id", filter=about)
        made = about & Q(_filed(recipe, affair.year, first))
        figures[f"made_{affair.form}"] = Count("id", filter=made)
    found = Person.objects.filter(kind__in=_KINDS.values()).aggregate(**figures)
    return [
        Standing(one, found[f"people_{one.form}"], found[f"made_{one.form}"]) for one in affairs
    ]


def _period(year: int, today: date) -> tuple[date, date]:
    return (date(year, 1, 1), date(year, 12, 31)) if year else (today - _JUST_NOW, today)


def _waited_for(recipe: Recipe, first: date, last: date) -> Q:
    if recipe.due == "hired":
        return Q(hired_on__gte=first, hired_on__lte=last)
    if recipe.due == "left":
        return Q(left_on__gte=first, left_on__lte=last)
    if recipe.due == "year":
        return (Q(hired_on__isnull=True) | Q(hired_on__lte=last)) & (
            Q(left_on__isnull=True) | Q(left_on__gte=first)
        )
    if recipe.due == "payees" and (kinds := rules.payees_of(recipe.code)):
        # A fee that is paid after the end is reported for the year in which it was paid.
        running = (
            Q(contract_to__isnull=True) | Q(contract_to__gte=first) | Q(last_paid_on__gte=first)
        )
        begun = Q(contract_from__isnull=True) | Q(contract_from__lte=last)
        return Q(payee_kind__in=kinds) & begun & running
    return Q()


def _filed(recipe: Recipe, year: int, first: date) -> Exists:
    """Whether somebody is on a filing that was made of the form, or of one that does as well."""
    made = FilingPerson.objects.filter(
        person_id=OuterRef("id"),
        filing__form__in=rules.same_filing(recipe.code),
        filing__state__in=(FilingState.MADE, FilingState.DESTROYED),
    )
    in_time = Q(filing__year=year) if year else Q(filing__made_at__date__gte=first)
    return Exists(made.filter(in_time))
