"""One behaviour of the strong room, whichever store holds its keys."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event
from uuid import UUID, uuid4

import pytest

from azukari.vault.core import Core
from azukari.vault.envelope import NotOpened
from azukari.vault.sealing import Deposit
from tests.vault.rooms import DAY, fresh_number, memory_room, seal


@pytest.fixture(params=["memory", "postgres"])
def core(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Core]:
    if request.param == "memory":
        yield memory_room(tmp_path, places=4096)
        return
    request.getfixturevalue("database")
    from azukari.vault import door

    yield door.core()


@pytest.fixture
def realm() -> UUID:
    return uuid4()


def test_open_gives_what_was_deposited(core: Core, realm: UUID) -> None:
    numbers = [fresh_number() for _ in range(3)]
    cells = seal(core, realm, *numbers)

    opened = core.open(cells)

    assert opened == {cell.cell: number for cell, number in zip(cells, numbers, strict=True)}


def test_seal_more_than_a_bucket_holds(core: Core, realm: UUID) -> None:
    secrets = [b"%05d" % index for index in range(4100)]
    cells = core.seal(realm, "file", [Deposit(uuid4(), uuid4(), secret) for secret in secrets])

    opened = core.open(cells)

    assert [opened[cell.cell] for cell in cells] == secrets


def test_open_after_destruction_is_refused_and_siblings_stay(core: Core, realm: UUID) -> None:
    gone, stays = seal(core, realm, fresh_number(), number := fresh_number())

    core.destroy([gone.cell])

    with pytest.raises(NotOpened):
        core.open([gone])
    assert core.open([stays]) == {stays.cell: number}


def test_destroy_again_changes_nothing(core: Core, realm: UUID) -> None:
    gone, stays = seal(core, realm, fresh_number(), number := fresh_number())
    core.destroy([gone.cell])

    core.destroy([gone.cell])

    assert core.open([stays]) == {stays.cell: number}


def test_destroy_all_of_a_bucket_leaves_room_for_new_ones(core: Core, realm: UUID) -> None:
    core.destroy([cell.cell for cell in seal(core, realm, fresh_number(), fresh_number())])

    [cell] = seal(core, realm, number := fresh_number())

    assert core.open([cell]) == {cell.cell: number}


def test_living_ones_open_after_more_ticks_than_the_ring_is_long(core: Core, realm: UUID) -> None:
    cells = seal(core, realm, *(numbers := [fresh_number(), fresh_number()]))

    for _ in range(10):
        core.tick(on=DAY)

    assert [core.open(cells)[cell.cell] for cell in cells] == numbers


def test_find_same_names_every_cell_with_an_equal_secret(core: Core, realm: UUID) -> None:
    number = fresh_number()
    first, _, second = seal(core, realm, number, fresh_number(), number)

    [same, none] = core.find_same(realm, [number, fresh_number()])

    assert (set(same), none) == ({first.cell, second.cell}, [])


def test_find_same_sees_what_came_since(core: Core, realm: UUID) -> None:
    number = fresh_number()
    [first] = seal(core, realm, number)
    core.find_same(realm, [number])

    [second] = seal(core, realm, number)

    assert core.find_same(realm, [number]) == [[first.cell, second.cell]]


def test_find_same_never_names_another_realm(core: Core, realm: UUID) -> None:
    number = fresh_number()
    seal(core, uuid4(), number)
    [own] = seal(core, realm, number)

    assert core.find_same(realm, [number]) == [[own.cell]]


def test_find_same_after_tick_names_the_living_and_not_the_destroyed(
    core: Core, realm: UUID
) -> None:
    number = fresh_number()
    gone, stays = seal(core, realm, number, number)
    core.find_same(realm, [number])
    core.destroy([gone.cell])

    core.tick(on=DAY)

    assert core.find_same(realm, [number]) == [[stays.cell]]


def test_find_same_ignores_what_is_not_findable(core: Core, realm: UUID) -> None:
    core.seal(realm, "file", [Deposit(uuid4(), uuid4(), number := fresh_number())])

    assert core.find_same(realm, [number]) == [[]]


@pytest.mark.parametrize(
    "moved", ["cell", "subject", "realm", "kind", "version", "ciphertext", "commitment"]
)
def test_open_refuses_what_was_moved_between_cells(core: Core, realm: UUID, moved: str) -> None:
    one, other = seal(core, realm, fresh_number(), fresh_number())
    [foreign] = core.seal(uuid4(), "file", [Deposit(uuid4(), uuid4(), fresh_number())])
    foreign = replace(foreign, version=2)

    for source in (other, foreign):
        if getattr(source, moved) != getattr(one, moved):
            swapped = replace(one, **{moved: getattr(source, moved)})
            with pytest.raises(NotOpened):
                core.open([swapped])


def test_open_gives_all_or_nothing(core: Core, realm: UUID) -> None:
    one, other = seal(core, realm, fresh_number(), fresh_number())

    with pytest.raises(NotOpened):
        core.open([one, replace(other, subject=uuid4())])


def test_tick_while_others_deposit_open_and_destroy(core: Core, realm: UUID) -> None:
    over = Event()

    def live() -> int:
        rounds = 0
        while not over.is_set():
            numbers = [fresh_number() for _ in range(4)]
            cells = seal(core, realm, *numbers)
            core.destroy([cells[0].cell])
            opened = core.open(cells[1:])
            assert [opened[cell.cell] for cell in cells[1:]] == numbers[1:]
            assert core.find_same(realm, [numbers[1]]) == [[cells[1].cell]]
            core.destroy([cell.cell for cell in cells[1:3]])
            rounds += 1
        _close_connections()
        return rounds

    with ThreadPoolExecutor(3) as pool:
        workers = [pool.submit(live) for _ in range(3)]
        try:
            for _ in range(20):
                core.tick(on=DAY)
        finally:
            over.set()
        rounds = [worker.result() for worker in workers]

    assert min(rounds) > 0


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()
