"""Finding the same number: other processes, and transactions that commit out of order."""

from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.law.number import parse
from azukari.ledger.realm_scope import in_realm
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.vault import door
from azukari.vault.core import Core
from azukari.vault.sealing import Deposit
from tests.cast import Cast
from tests.numbers import valid_number
from tests.vault import house
from tests.vault.memory_store import MemoryStore
from tests.vault.rooms import fresh_number, ring_file, seal


@pytest.fixture
def realm() -> UUID:
    return uuid4()


def found(realm: UUID, number: object) -> set[UUID]:
    with in_realm(realm):
        [subjects] = door.find_same(realm, [number])  # type: ignore[list-item]
    return set(subjects)


def test_deposit_of_another_process_is_found(database: DatabaseUrls, realm: UUID) -> None:
    seed = house.fresh_seed()
    number = parse(valid_number(seed))
    assert found(realm, number) == set()

    house.child(database, "deposit", realm, seed).communicate(timeout=60)

    assert len(found(realm, number)) == 1


def test_disposed_is_never_found_and_survivor_is(database: DatabaseUrls, realm: UUID) -> None:
    number, first, second = house.fresh_number(), uuid4(), uuid4()
    with in_realm(realm):
        cell, _ = door.deposit_numbers(realm, [(first, number), (second, number)])
    assert found(realm, number) == {first, second}

    with in_realm(realm):
        door.order_destruction(realm, [cell])
    before_keys_go = found(realm, number)
    door.finish_destruction(realm)
    after = found(realm, number)
    door.core().tick(on="2026-05-03")

    assert [before_keys_go, after, found(realm, number)] == [{second}] * 3


def test_rolled_back_deposit_is_not_found(database: DatabaseUrls, realm: UUID) -> None:
    number = house.fresh_number()
    with pytest.raises(ZeroDivisionError), in_realm(realm):
        door.deposit_number(realm, uuid4(), number)
        raise ZeroDivisionError

    assert found(realm, number) == set()


def test_other_company_is_never_found(cast: Cast) -> None:
    number = house.fresh_number()
    for side in (cast.a, cast.b):
        with side.scope():
            door.deposit_number(side.company.id, subject := uuid4(), number)

    with cast.b.scope():
        assert door.find_same(cast.b.company.id, [number]) == [[subject]]
        assert door.find_same(cast.a.company.id, [number]) == [[]]


def test_key_that_commits_late_is_found(database: DatabaseUrls, realm: UUID) -> None:
    """Its transaction began before others that have been seen, and ends after."""
    core = door.core()
    late, early = house.fresh_number(), house.fresh_number()
    [row] = core.seal(
        realm, "number", [Deposit(uuid4(), uuid4(), late.reveal_digits().encode(), findable=True)]
    )
    with psycopg.connect(database["keys"]) as slow:
        kept = slow.execute(
            "DELETE FROM vault_cell_key WHERE cell = %s RETURNING cell, realm, bucket, wrapped",
            [row.cell],
        ).fetchone()
        slow.commit()
        slow.execute(
            "INSERT INTO vault_cell_key (cell, realm, bucket, wrapped) VALUES (%s, %s, %s, %s)",
            kept,
        )
        for _ in range(3):
            house.deposit(realm, [early])
            assert core.find_same(realm, [late.reveal_digits().encode()]) == [[]]
        slow.commit()

    assert core.find_same(realm, [late.reveal_digits().encode()]) == [[row.cell]]


_STEPS = st.lists(
    st.tuples(st.sampled_from(["seal", "destroy", "ask"]), st.integers(0, 1), st.integers(0, 2)),
    max_size=25,
)


@given(steps=_STEPS, behind=st.integers(0, 4))
def test_two_processes_name_each_cell_once(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[str, int, int]],
    behind: int,
) -> None:
    """However their deposits lie between their questions, and how far back the mark stays."""
    store, ring = MemoryStore(behind=behind), ring_file(tmp_path_factory.mktemp("room"))
    cores, realm = [Core(store, ring), Core(store, ring)], uuid4()
    secrets = [fresh_number() for _ in range(3)]
    living: list[set[UUID]] = [set(), set(), set()]
    for act, who, which in steps:
        core, secret = cores[who], secrets[which]
        if act == "seal":
            living[which] |= {one.cell for one in seal(core, realm, secret, secret)}
        elif act == "destroy" and living[which]:
            core.destroy([living[which].pop()])
        else:
            [named] = core.find_same(realm, [secret])
            # Whose key is gone may still be named.
            assert living[which] <= set(named)
            assert len(named) == len(set(named))
