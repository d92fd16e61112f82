"""ひな形: a file that needs no telling apart, with everybody on the filing."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any

from azukari.filings.recipes.recipe import Ask, Recipe
from azukari.use.figures.columns import MEMBERS, OF_FAMILY, code_of
from azukari.use.models import Filing, FilingPerson
from azukari.use.queries import CHUNK


def template(recipe: Recipe) -> list[str]:
    """The headings."""
    told = (f"{OF_FAMILY}{one.label}" for one in recipe.member)
    members = [MEMBERS[0], *told] if recipe.member else []
    asked = (one.label for one in recipe.asks)
    return [code_of(recipe), *members[:1], "氏名", *asked, *members[1:]]


def filled_in(filing: Filing, recipe: Recipe) -> Iterator[list[list[str]]]:
    """A row for everybody on the filing, with what is known already; some rows at a time.

    Each part is read when it is asked for, in the scope of that moment.
    """
    nothing: dict[str, Any] = {}
    for first in range(1, filing.people + 1, CHUNK):
        rows = (
            FilingPerson.objects.filter(filing=filing, place__gte=first, place__lt=first + CHUNK)
            .order_by("place", "member")
            .values_list(
                "person__employee_code", "person__family_code", "person__name", "member", "facts"
            )
        )
        part = []
        for code, family_code, name, member, stored in rows:
            number = [str(family_code) if member else ""] if recipe.member else []
            own, beside = (nothing, stored) if member else (stored, nothing)
            cells = [*_shown(own, recipe.asks), *_shown(beside, recipe.member)]
            part.append([code, *number, name, *cells])
        yield part


def _shown(stored: Mapping[str, Any], asks: Sequence[Ask]) -> Iterator[str]:
    if not stored:
        return repeat("", len(asks))
    found = (stored.get(one.name) for one in asks)
    return ("" if one is None else "1" if one is True else str(one) for one in found)
