"""Destruction: first what lies in the main database, with a tombstone, then the keys for good."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from azukari.ledger.binary import read_binary
from azukari.vault import strongroom, tombstones
from azukari.vault.cells import bury
from azukari.vault.crash import crash_point
from azukari.vault.files import NotDeposited
from azukari.vault.models import Cell
from azukari.vault.unsealed import core

_GONE: Final = (
    "SELECT asked.cell, t.buried_at FROM unnest(%(cells)b::uuid[]) AS asked (cell)"
    " LEFT JOIN vault_tombstone t ON t.realm = %(realm)s AND t.cell = asked.cell"
    " WHERE NOT EXISTS"
    " (SELECT FROM vault_cell c WHERE c.realm = %(realm)s AND c.id = asked.cell)"
)


def order_destruction(realm: UUID, cells: Sequence[UUID]) -> None:
    """Joins the running transaction: the sealed bytes go, a tombstone stands for each.

    The keys are destroyed after the commit by `finish_destruction`; should the process die in
    between, the next sweep finishes it, since the tombstones say what is due.  Raises
    `NotDeposited`, and then nothing is ordered.
    """
    # The savepoint takes everything back when one of them is missing.
    with transaction.atomic():
        if bury(realm, cells) != len(set(cells)):
            raise NotDeposited


def keep_until(realm: UUID, cells: Sequence[UUID], until: datetime) -> None:
    """Sets the clock of deposits that have one anew; nothing happens to those that are gone."""
    Cell.objects.filter(realm=realm, id__in=cells).update(destroy_at=until)


def destroy_due(realm: UUID, *owners: Callable[[Sequence[UUID]], None]) -> int:
    """Destroys the realm's files whose clock has run out; how many.

    Each of `owners` is given their handles before, to close the rows it knows in the same
    transaction, and passes over those of others.  A file that its owner forgot goes as well.
    """
    due = list(
        Cell.objects.filter(realm=realm, destroy_at__lte=timezone.now())
        .order_by("destroy_at", "id")
        .values_list("id", flat=True)
    )
    if not due:
        return 0
    for tell in owners:
        tell(due)
    # Fewer where somebody has just destroyed one of them by hand.
    destroyed = bury(realm, due)
    transaction.on_commit(partial(finish_destruction, realm), robust=True)
    return destroyed


def finish_destruction(realm: UUID) -> dict[UUID, int]:
    """Destroys the keys of every committed tombstone of the realm that still waits.

    Answers the ring's generation by cell for those done now: once it is forgotten, no copy of
    anything opens them.  May be repeated at any time, also inside a transaction: it reads and
    marks on a connection of its own, so that a tombstone that may yet be rolled back costs no
    key, and a rollback takes no mark back.
    """
    done = count_destroyed(realm, destroy_waiting_keys(realm))
    return dict.fromkeys(done, newest_generation())


def destroy_waiting_keys(realm: UUID) -> list[UUID]:
    """The first half of `finish_destruction`: the keys are gone; the cells, for the second."""
    waiting = tombstones.waiting(realm)
    if not waiting:
        return []
    crash_point("destroy:ordered")
    going = [cell for cell, keys_are_gone in waiting if not keys_are_gone]
    if core().destroy(going) < len(going):
        core().renew(realm)
    crash_point("destroy:keys-gone")
    return [cell for cell, _ in waiting]


def count_destroyed(realm: UUID, cells: Sequence[UUID]) -> list[UUID]:
    """The second half: marked as done, and counted by the ring.

    Answers those marked now: of one that two processes destroy, only the first to mark it does.
    """
    if not cells:
        return []
    return tombstones.count(core(), realm, cells, strongroom.tombstone_log(settings.DATA_FOLDER))


def newest_generation() -> int:
    """Once the ring has forgotten it, nothing opens a key that is gone by now."""
    generation, _ = core().ring().newest
    return generation


def is_destroyed(realm: UUID, cell: UUID) -> bool:
    return cell in destroyed(realm, [cell])


def destroyed(realm: UUID, cells: Sequence[UUID]) -> set[UUID]:
    """Those of the cells whose keys are gone."""
    found = read_binary(
        "default",
        "SELECT cell FROM vault_tombstone"
        " WHERE realm = %s AND cell = ANY(%b) AND keys_destroyed_at IS NOT NULL",
        [realm, list(cells)],
    )
    return {cell for (cell,) in found}


def gone(realm: UUID, cells: Sequence[UUID]) -> dict[UUID, datetime | None]:
    """Those of the cells that are not deposited (any more), with the moment they were ordered
    to be destroyed; None for one that nothing tells of.
    """
    return dict(read_binary("default", _GONE, {"realm": realm, "cells": list(cells)}))
