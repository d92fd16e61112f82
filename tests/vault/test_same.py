"""Finding the same number: other processes, and transactions that commit out of order."""

from uuid import UUID, uuid4

import psycopg
import pytest

from azukari.law.number import parse
from azukari.ledger.realm_scope import in_realm
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.vault import door
from azukari.vault.sealing import Deposit
from tests.cast import Cast
from tests.numbers import valid_number
from tests.vault import house


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
