"""A batch of 100,000 rows in pieces, each small enough for a transaction."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from azukari.dispose.models import DisposalBatch, DisposalItem, ItemState
from azukari.tenancy import scope


class Piece(NamedTuple):
    """Rows behind one id, up to and with another."""

    after: UUID
    last: UUID


def pieces(
    batch: DisposalBatch, state: ItemState, rows: int, place: scope.Scope
) -> Iterator[Piece]:
    """So many rows of that state in each, in the order of ids.

    A piece is looked for when it is asked for, in a transaction of its own.
    """
    after = UUID(int=0)
    while True:
        with scope.enter(place):
            last = _last_of(batch, state, rows, after)
        if last is None:
            return
        yield Piece(after, last)
        after = last


def _last_of(batch: DisposalBatch, state: ItemState, rows: int, after: UUID) -> UUID | None:
    behind = DisposalItem.objects.filter(batch=batch, state=state, id__gt=after)
    ids = behind.values_list("id", flat=True)
    full = ids.order_by("id")[rows - 1 : rows]
    return next(iter(full), None) or ids.order_by("-id").first()
