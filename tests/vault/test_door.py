"""At the door: first the ledger, durably, then the secret; and nothing without the ledger."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError

from azukari.ledger import pens, queries
from azukari.ledger.pens import LedgerUnavailable
from azukari.ledger.realm_scope import in_realm
from azukari.ledger.record import Record
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.vault import door
from azukari.vault.core import Core
from azukari.vault.models import Cell
from tests.cast import Cast
from tests.vault import house


@pytest.fixture
def realm(database: DatabaseUrls) -> UUID:
    return uuid4()


def records_of(realm: UUID) -> list[Record]:
    with in_realm(realm):
        return [entry.record for entry in queries.records(realm).entries]


def test_reading_leaves_a_record_of_who_whose_and_why(realm: UUID) -> None:
    subject = uuid4()
    with in_realm(realm):
        cell = door.deposit_number(realm, subject, house.fresh_number())

    house.open_digits(realm, [cell])

    [record] = records_of(realm)
    assert (record.action, record.subjects, record.handles, record.reason, record.actor_name) == (
        house.READING.action,
        (subject,),
        (cell,),
        house.READING.reason,
        house.SOMEBODY.name,
    )


def test_reading_of_many_leaves_a_record_for_each(realm: UUID) -> None:
    cells = house.deposit(realm, [house.fresh_number() for _ in range(5)])

    house.open_digits(realm, cells)

    assert {record.handles for record in records_of(realm)} == {(cell,) for cell in cells}


def test_record_is_durable_before_anything_is_unwrapped(
    realm: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = house.deposit(realm, [house.fresh_number()])
    seen: list[int] = []
    really = Core.open_each

    def opening(core: Core, sealed: list[object]) -> list[bytes]:
        seen.append(len(committed(realm)))
        return really(core, sealed)  # type: ignore[arg-type]

    monkeypatch.setattr(Core, "open_each", opening)

    house.open_digits(realm, cells)

    assert seen == [1]


def committed(realm: UUID) -> list[Record]:
    """What another connection sees of the ledger."""
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    def reading() -> list[Record]:
        try:
            return records_of(realm)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(reading).result()


@pytest.mark.parametrize("failure", [LedgerUnavailable, OperationalError, OSError])
def test_nothing_is_opened_when_the_ledger_cannot_be_written(
    realm: UUID, monkeypatch: pytest.MonkeyPatch, failure: Callable[[], Exception]
) -> None:
    cells = house.deposit(realm, [house.fresh_number()])

    def refusing(*_: object) -> None:
        raise failure()

    def opened(*_: object) -> None:
        pytest.fail("the vault opened something without a record")

    monkeypatch.setattr(pens, "before_open_each", refusing)
    monkeypatch.setattr(Core, "open_each", opened)

    with pytest.raises(failure):  # type: ignore[call-overload]
        house.open_digits(realm, cells)


def test_rollback_of_the_caller_leaves_the_record(realm: UUID) -> None:
    cells = house.deposit(realm, [house.fresh_number()])

    with pytest.raises(ZeroDivisionError), in_realm(realm):
        door.open_numbers(realm, cells, house.READING, actor=house.SOMEBODY)
        raise ZeroDivisionError

    assert [record.handles for record in records_of(realm)] == [tuple(cells)]


def test_altered_row_is_refused_after_the_record(realm: UUID) -> None:
    one, other = house.deposit(realm, [house.fresh_number(), house.fresh_number()])
    with in_realm(realm):
        foreign = Cell.objects.get(id=other)
        Cell.objects.filter(id=one).update(
            ciphertext=foreign.ciphertext, commitment=foreign.commitment
        )

    with pytest.raises(door.NotOpened):
        house.open_digits(realm, [one])

    assert len(records_of(realm)) == 1


def test_file_and_secret_come_back_and_do_not_pass_for_numbers(realm: UUID) -> None:
    with in_realm(realm):
        file = door.deposit_file(
            realm, uuid4(), content := bytes(range(256)) * 4000, until=house.LATER
        )
        secret = door.deposit_secret(realm, uuid4(), "JBSWY3DPEHPK3PXP")

        assert door.open_file(realm, file, house.READING, actor=house.SOMEBODY) == content
        assert (
            door.open_secret(realm, secret, house.READING, actor=house.SOMEBODY)
            == "JBSWY3DPEHPK3PXP"
        )
        for cell in (file, secret):
            with pytest.raises(door.NotDeposited):
                door.open_number(realm, cell, house.READING, actor=house.SOMEBODY)


def test_other_company_opens_and_destroys_nothing(cast: Cast) -> None:
    a, b = cast.a.company.id, cast.b.company.id
    with cast.a.scope():
        cell = door.deposit_number(a, uuid4(), house.fresh_number())

    with cast.b.scope():
        for realm in (a, b):
            with pytest.raises(door.NotDeposited):
                door.open_number(realm, cell, house.READING, actor=cast.b.operator)
            with pytest.raises(door.NotDeposited):
                door.order_destruction(realm, [cell])

    with cast.a.scope():
        assert door.open_number(a, cell, house.READING, actor=cast.a.operator)


def test_destroyed_is_gone_and_said_to_be(realm: UUID) -> None:
    gone, stays = house.deposit(realm, numbers := [house.fresh_number(), house.fresh_number()])
    with in_realm(realm):
        door.order_destruction(realm, [gone])
        assert not door.is_destroyed(realm, gone)

    done = door.finish_destruction(realm)

    assert done == {gone: door.core().ring().newest[0]}
    with in_realm(realm):
        assert door.is_destroyed(realm, gone)
        assert not door.is_destroyed(realm, stays)
        with pytest.raises(door.NotDeposited):
            door.open_number(realm, gone, house.READING, actor=house.SOMEBODY)
        with pytest.raises(door.NotDeposited):
            door.order_destruction(realm, [gone])
    assert house.open_digits(realm, [stays]) == house.digits(numbers[1:])
