"""Showing one number after the other, each written down durably before it is opened."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

from django.db import connections

from azukari.law.purpose import Purpose
from azukari.ledger import sequencer
from azukari.ledger.actions import Action
from azukari.ledger.models import Leaf
from azukari.ledger.realm_scope import in_realm
from azukari.register import queries
from azukari.register.models import Person
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.vault import door
from azukari.vault.door import Reading
from bench.jobs.house import actor_of, scope_of
from bench.measure import Measured, expect, latencies, measuring
from bench.samples import sample_numbers

Wanted = list[tuple[Person, str]]
# At the vault's door: the screen's own limits let nobody look so often.
READING = Reading(
    Action.NUMBER_REVEALED, purpose=Purpose.HEALTH_PENSION.code, reason="照会への回答"
)


def read(place: dict[str, str], folder: str, readings: int) -> dict[str, Measured]:
    place_, actor = scope_of(place), actor_of(place)
    wanted = _wanted(place_, Path(folder))
    before = _leaves(place_)
    _read_some(place_, actor, wanted[:20])  # connections and caches, as in a running service
    with measuring() as alone:
        one = _read_some(place_, actor, _repeated(wanted, readings))
    with measuring() as together, ThreadPoolExecutor(4) as threads:
        parts = threads.map(
            lambda part: _read_in_thread(place_, actor, part),
            [_repeated(wanted[start:] + wanted[:start], readings // 4) for start in range(4)],
        )
        four = [seconds for part in parts for seconds in part]
    expect("leaves written", _leaves(place_) - before, len(one) + len(four) + len(wanted[:20]))
    return {
        "one reader": Measured(len(one), alone, latencies(one)),
        "four readers": Measured(len(four), together, latencies(four)),
    }


def _wanted(place: scope.Scope, folder: Path) -> Wanted:
    numbers = sample_numbers(folder)
    with scope.enter(place):
        people = Person.objects.filter(employee_code__in={code for code, _ in numbers})
        by_key = {(one.employee_code, one.family_code): one for one in people}
    return [(by_key[key], digits) for key, digits in numbers.items()]


def _repeated(wanted: Wanted, times: int) -> Wanted:
    return [wanted[turn % len(wanted)] for turn in range(times)]


def _read_some(place: scope.Scope, actor: Actor, wanted: Wanted) -> list[float]:
    """Seconds for each, from before the transaction until after it."""
    seconds, wrong = [], 0
    for person, digits in wanted:
        start = perf_counter()
        with scope.enter(place):
            record = queries.active_record(person)
            assert record is not None, "every one of them has a number"
            number = door.open_number(actor.company, record.cell, READING, actor=actor)
        seconds.append(perf_counter() - start)
        wrong += number.reveal_digits() != digits
    expect("numbers that differ from the file", wrong, 0)
    return seconds


def _read_in_thread(place: scope.Scope, actor: Actor, wanted: Wanted) -> list[float]:
    try:
        return _read_some(place, actor, wanted)
    finally:
        connections.close_all()


def _leaves(place: scope.Scope) -> int:
    assert place.company_id is not None
    sequencer.sequence(place.company_id)
    with in_realm(place.company_id):
        found = Leaf.objects.filter(realm=place.company_id, action=Action.NUMBER_REVEALED)
        return found.count()
