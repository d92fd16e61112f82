"""Telling how far long work is while it changes nothing else yet."""

from collections.abc import Callable
from time import monotonic
from typing import Final
from uuid import UUID

from azukari.progress import actions
from azukari.tenancy import scope

_SECONDS_BETWEEN: Final = 0.5


def now_and_then(place: scope.Scope, progress_id: UUID) -> Callable[[int], None]:
    """Takes how much is done altogether, as often as one likes; outside any scope.

    It is written down twice a second, each time in a transaction of its own.  Raises `Cancelled`
    when somebody asked to stop.
    """
    told_at = monotonic()

    def tell(done: int) -> None:
        nonlocal told_at
        if monotonic() - told_at < _SECONDS_BETWEEN:
            return
        told_at = monotonic()
        with scope.enter(place):
            actions.advance(progress_id, done)

    return tell
