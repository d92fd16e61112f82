"""People are told that their numbers are gone: disposals of one room, mails of another.

Each act is told once however often this is called (`collect.announcing.disposed`).
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from azukari.collect import announcing
from azukari.dispose import queries
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor

_AT_ONCE: Final = 1_000
_BACK: Final = timedelta(days=7)  # what was missed while nothing ran


def tell_of_batch(actor: Actor, batch_id: UUID) -> None:
    """Outside any scope; after the batch has run."""
    after: UUID | None = UUID(int=0)
    while after is not None:
        with scope.enter(scope.of(actor)):
            rows = queries.people_of_batch(batch_id, after=after, limit=_AT_ONCE)
            announcing.disposed([(batch_id, person) for _, person in rows])
        after = rows[-1][0] if rows else None


def tell_of_singles() -> None:
    """In the scope of a company."""
    announcing.disposed(queries.singles_since(timezone.now() - _BACK))
