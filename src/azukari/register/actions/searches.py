"""Searches of a list that a user keeps under a name.  Nobody's data is touched: no leaf."""

from uuid import UUID

from azukari.register import queries
from azukari.register.models import SavedSearch
from azukari.tenancy.actor import Actor

MOST = 20  # of one user and list
LONGEST = 400  # characters of a query


class TooMany(Exception):
    """The user keeps as many searches of this list as there may be."""


def save_search(user: UUID, listing: str, name: str, query: str, *, actor: Actor) -> SavedSearch:
    """Keeps the query of an address; a name already there takes the new query."""
    mine = queries.saved_searches(user, listing)
    if not mine.filter(name=name).exists() and mine.count() >= MOST:
        raise TooMany
    saved, _ = SavedSearch.objects.update_or_create(
        company_id=actor.company,
        user=user,
        listing=listing,
        name=name,
        defaults={"query": query},
    )
    return saved


def forget_search(saved: SavedSearch) -> None:
    saved.delete()
