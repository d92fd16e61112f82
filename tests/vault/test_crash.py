"""`kill -9` at each named instant; the next start and its first round leave nothing half done."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from azukari.ledger.realm_scope import in_realm
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.vault import door, postgres_store, sweep
from azukari.vault.models import Cell, CellKeyRow, Tombstone
from azukari.vault.ring import LIVE
from azukari.vault.ring_file import RingMissing
from tests.vault import house

T = TypeVar("T")
THREE_DAYS = timedelta(days=3)


@pytest.fixture
def small_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two deposits fill a bucket, so that four deposits touch two."""
    monkeypatch.setattr(postgres_store, "CELLS_PER_BUCKET", 2)


@pytest.fixture
def realm() -> UUID:
    return uuid4()


def cells_of(realm: UUID) -> set[UUID]:
    with in_realm(realm):
        return set(Cell.objects.filter(realm=realm).values_list("id", flat=True))


def keys_of(realm: UUID) -> set[UUID]:
    return set(CellKeyRow.objects.filter(realm=realm).values_list("cell", flat=True))


def done_of(realm: UUID) -> set[UUID]:
    with in_realm(realm):
        found = Tombstone.objects.filter(realm=realm, keys_destroyed_at__isnull=False)
        return set(found.values_list("cell", flat=True))


@pytest.mark.parametrize("point", ["deposit:keys-durable", "deposit:before-commit"])
def test_kill_in_deposit_leaves_keys_without_cell_for_the_sweep(
    database: DatabaseUrls, realm: UUID, point: str
) -> None:
    numbers = [house.fresh_number()]
    kept = house.deposit(realm, numbers)

    house.killed(database, "deposit", realm, house.fresh_seed(), house.fresh_seed(), at=point)

    house.start_again()
    assert cells_of(realm) == set(kept)
    assert len(keys_of(realm)) == 3
    assert sweep.sweep_orphan_keys(realm) == 0
    make_older(realm)
    assert sweep.sweep_orphan_keys(realm) == 2
    assert keys_of(realm) == set(kept)
    assert house.open_digits(realm, kept) == house.digits(numbers)


def make_older(realm: UUID) -> None:
    CellKeyRow.objects.filter(realm=realm).update(made_at=timezone.now() - THREE_DAYS)


@pytest.mark.parametrize(
    "point",
    ["destroy:before-commit", "destroy:ordered", "destroy:in-bucket", "destroy:between-buckets",
     "destroy:keys-gone", "destroy:marked", "destroy:before-count"],
)  # fmt: skip
def test_kill_in_destruction(
    database: DatabaseUrls, realm: UUID, point: str, small_buckets: None
) -> None:
    numbers = [house.fresh_number() for _ in range(6)]
    cells = [house.deposit(realm, [number])[0] for number in numbers]
    ordered, living = cells[::2], cells[1::2]
    counted = door.state().destroyed

    house.killed(database, "destroy", realm, *ordered, at=point)

    house.start_again()
    door.finish_destruction(realm)
    if point == "destroy:before-commit":
        assert house.open_digits(realm, cells) == house.digits(numbers)
        return
    assert (cells_of(realm), keys_of(realm), done_of(realm)) == (
        set(living),
        set(living),
        set(ordered),
    )
    assert house.open_digits(realm, living) == house.digits(numbers[1::2])
    assert door.state().destroyed - counted == len(ordered)
    assert door.finish_destruction(realm) == {}


@pytest.mark.parametrize(
    "point",
    ["tick:grown", "tick:resealed", "ring:one-written", "ring:all-written", "ring:one-forgotten"],
)
def test_kill_in_tick(database: DatabaseUrls, realm: UUID, point: str) -> None:
    numbers = [house.fresh_number() for _ in range(2)]
    cells = house.deposit(realm, numbers)
    before = door.core().ring()

    house.killed(database, "tick", realm, at=point)

    later = house.deposit(realm, [later_number := house.fresh_number()])
    house.start_again()
    assert door.core().ring().newest[0] <= before.newest[0] + 1
    door.core().tick(on="2026-05-02")
    ring = door.core().ring()
    assert ring.newest[0] == ring.settled == before.newest[0] + 1
    assert len(ring.generations) <= LIVE
    expected = house.digits([*numbers, later_number])
    assert house.open_digits(realm, cells + later) == expected


def test_rollback_of_an_order_costs_no_key(database: DatabaseUrls, realm: UUID) -> None:
    cells = house.deposit(realm, numbers := [house.fresh_number()])

    with pytest.raises(ZeroDivisionError), in_realm(realm):
        door.order_destruction(realm, cells)
        assert door.finish_destruction(realm) == {}
        raise ZeroDivisionError

    assert house.open_digits(realm, cells) == house.digits(numbers)


def test_rollback_around_finishing_neither_unmarks_nor_counts_twice(
    database: DatabaseUrls, realm: UUID
) -> None:
    [cell] = house.deposit(realm, [house.fresh_number()])
    with in_realm(realm):
        door.order_destruction(realm, [cell])
    counted = door.state().destroyed

    with pytest.raises(ZeroDivisionError), in_realm(realm):
        door.finish_destruction(realm)
        raise ZeroDivisionError
    door.finish_destruction(realm)

    assert door.state().destroyed == counted + 1
    with in_realm(realm):
        assert door.is_destroyed(realm, cell)


def test_sweep_leaves_keys_whose_row_is_in_an_open_transaction(
    database: DatabaseUrls, realm: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys three days old, in a transaction that is said to be as old."""
    seen = sweep._age_of_oldest_transaction
    with in_realm(realm):
        cells = door.deposit_numbers(realm, [(uuid4(), number := house.fresh_number())])
        make_older(realm)
        time.sleep(0.3)
        assert elsewhere(seen) > timedelta(seconds=0.3)
        monkeypatch.setattr(sweep, "_age_of_oldest_transaction", lambda: seen() + THREE_DAYS)

        assert elsewhere(lambda: sweep.sweep_orphan_keys(realm)) == 0

    monkeypatch.undo()
    assert sweep.sweep_orphan_keys(realm) == 0
    assert house.open_digits(realm, cells) == house.digits([number])


def elsewhere(act: Callable[[], T]) -> T:
    """What another thread, hence another connection, gets."""

    def acting() -> T:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(acting).result()


def test_sweep_out_of_scope_takes_no_key_that_has_its_row(
    database: DatabaseUrls, realm: UUID
) -> None:
    cells = house.deposit(realm, numbers := [house.fresh_number()])
    make_older(realm)

    assert sweep.sweep_orphan_keys(realm) == 0

    assert house.open_digits(realm, cells) == house.digits(numbers)


def test_start_with_keys_but_without_ring_is_refused(database: DatabaseUrls, realm: UUID) -> None:
    house.deposit(realm, [house.fresh_number()])
    ring = settings.DATA_FOLDER / "ring" / "ring.bin"
    ring.rename(away := ring.with_suffix(".away"))
    try:
        with pytest.raises(RingMissing):
            house.start_again()
        assert not ring.exists()
    finally:
        away.rename(ring)
    house.start_again()
