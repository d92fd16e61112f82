"""The vault through its door: sealing, opening (with its ledger leaf each), the nightly tick."""

from datetime import date
from uuid import UUID, uuid4

from django.db import connections

from azukari.law.number import MyNumber
from azukari.ledger.actions import Action
from azukari.synthetic.generator import number_at
from azukari.tenancy import scope
from azukari.vault import door
from azukari.vault.door import Reading
from bench.jobs.house import SEED, actor_of, scope_of
from bench.measure import Measured, expect, measuring

STEP = 2000  # as many as bulk registration seals in one transaction


def seal_open_tick(place: dict[str, str], numbers: int) -> dict[str, Measured]:
    realm, actor = UUID(place["company"]), actor_of(place)
    people = [(uuid4(), number_at(position, SEED + 1)) for position in range(numbers)]
    steps = [people[start : start + STEP] for start in range(0, numbers, STEP)]
    door.core()
    with measuring() as sealing:
        cells = []
        for step in steps:
            with scope.enter(scope_of(place)):
                cells.append(door.deposit_numbers(realm, step))
    reading = Reading(Action.NUMBER_OPENED, purpose="HEALTH_PENSION")
    opened: dict[UUID, MyNumber] = {}
    with measuring() as opening:
        for part in cells:
            with scope.enter(scope_of(place)):
                opened |= door.open_numbers(realm, part, reading, actor=actor)
    handles = [cell for part in cells for cell in part]
    same = [opened[cell] for cell in handles] == [number for _, number in people]
    expect("opened numbers are the sealed ones", same, True)
    before = door.state()
    with measuring() as ticking:
        door.rotate(on=date(2026, 4, 1))
    expect("generations grown by the tick", door.state().generation - before.generation, 1)
    with scope.enter(scope_of(place)):
        again = door.open_numbers(realm, cells[0], reading, actor=actor)
    expect("they open after the tick", again, {cell: opened[cell] for cell in cells[0]})
    return {
        "seal": Measured(numbers, sealing),
        "open": Measured(numbers, opening),
        "tick": Measured(_keys_in_store(), ticking),
    }


def _keys_in_store() -> int:
    """Keys of every cell of the installation: a tick keeps them all openable."""
    with connections["keys"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM vault_cell_key")
        return int(cursor.fetchone()[0])
