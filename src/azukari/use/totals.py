"""What a form that sums up others may tell: people and amounts of the filings made of the year.

Of each person the filing that was made last counts, and one that was cancelled does not count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from django.db.models import BigIntegerField, Count, F, Q, QuerySet, Sum
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from azukari.filings.recipes.recipe import Recipe, Total, recipes
from azukari.use.models import Filing, FilingAct, FilingPerson, FilingState

_CORPORATE = Q(facts__has_key="payee.corporate")
_FILED = (FilingState.MADE, FilingState.DESTROYED)


@dataclass(frozen=True, slots=True)
class Difference:
    """A box whose figure is not the sum of what was made; `written`: None where it is empty."""

    label: str
    made: int
    written: int | None

    @property
    def more(self) -> int:
        return (self.written or 0) - self.made


def totals_of(recipe: Recipe, year: int) -> dict[str, int]:
    """By box, of the whole company; nothing of the kinds of which no filing was made."""
    found: dict[str, int] = {}
    for total in recipe.totals:
        filed = _filed(total, year)
        sums = filed.aggregate(
            whole=Count("id"), **{f"t{at}": one for at, one in enumerate(_measures(total))}
        )
        if sums["whole"]:
            found |= {box: sums[f"t{at}"] or 0 for at, box in enumerate(total.into)}
    return found


def differences(filing: Filing, recipe: Recipe) -> list[Difference]:
    """Where a filing says otherwise than what was made; it may be right, and is only told."""
    made = totals_of(recipe, filing.year or 0) if recipe.totals else {}
    return [
        Difference(recipe.label_of(box), sum_, filing.head.get(box))
        for box, sum_ in made.items()
        if (filing.head.get(box) or 0) != sum_
    ]


def _filed(total: Total, year: int) -> QuerySet[FilingPerson]:
    last = (
        FilingPerson.objects.filter(
            member=0, filing__form__in=total.forms, filing__year=year, filing__state__in=_FILED
        )
        .order_by("person_id", "-filing__made_at", "-filing_id")
        .distinct("person_id")
    )
    return FilingPerson.objects.filter(id__in=last.values("id")).exclude(
        filing__act=FilingAct.CANCEL
    )


def _measures(total: Total) -> list[Combinable]:
    return [_measure(measure, total) for measure in total.into.values()]


def _measure(measure: str, total: Total) -> Combinable:
    if measure == "people":
        return Count("id")
    if measure == "individuals":
        return Count("id", filter=~_CORPORATE)
    if measure == "others":
        return Count("id", filter=_CORPORATE)
    how, _, fact = measure.rpartition(":")
    if how == "without":
        return Count("id", filter=~_has(fact))
    if how == "with":
        return Count("id", filter=_has(fact))
    return Sum(_added(_amounts(measure, total)))


def _has(fact: str) -> Q:
    return Q(facts__has_key=fact) & ~Q(**{f"facts__{fact}": 0})


def _amounts(measure: str, total: Total) -> list[str]:
    """The facts of the forms that the patterns of a measure name."""
    asked = {ask.name for form in total.forms for ask in recipes()[form].asks}
    patterns = measure.split()
    return sorted(name for name in asked if any(fnmatchcase(name, one) for one in patterns))


def _added(names: list[str]) -> Combinable:
    whole = BigIntegerField()
    parts: Mapping[str, Combinable] = {
        name: Coalesce(Cast(KeyTextTransform(name, F("facts")), whole), 0) for name in names
    }
    first, *others = parts.values()
    for one in others:
        first = first + one
    return first
