"""Files have an end from the beginning; one round keeps it for every room."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError
from django.utils import timezone

from azukari.ledger.realm_scope import in_realm
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.vault import door
from azukari.vault.models import Cell
from tests.vault import house


@pytest.fixture
def realm(database: DatabaseUrls) -> UUID:
    return uuid4()


def file(realm: UUID, *, ends: timedelta) -> UUID:
    with in_realm(realm):
        return door.deposit_file(realm, uuid4(), b"content", until=timezone.now() + ends)


def destroyed(realm: UUID, cell: UUID) -> bool:
    with in_realm(realm):
        return door.is_destroyed(realm, cell)


PAST, FUTURE = timedelta(seconds=-1), timedelta(hours=1)


def test_file_past_its_time_is_destroyed_and_its_owner_told(realm: UUID) -> None:
    over, young, told = file(realm, ends=PAST), file(realm, ends=FUTURE), []

    def tell(cells: Sequence[UUID]) -> None:
        told.append(list(cells))

    with in_realm(realm):
        assert door.destroy_due(realm, tell, tell) == 1
    with in_realm(realm):
        assert door.destroy_due(realm, tell) == 0

    assert told == [[over], [over]]
    assert destroyed(realm, over)
    assert not destroyed(realm, young)


def test_file_whose_owner_forgot_it_goes_as_well(realm: UUID) -> None:
    over = file(realm, ends=PAST)

    with in_realm(realm):
        door.destroy_due(realm)

    assert destroyed(realm, over)


def test_owner_that_fails_keeps_the_file(realm: UUID) -> None:
    over = file(realm, ends=PAST)

    def fail(_cells: Sequence[UUID]) -> None:
        raise OSError

    with pytest.raises(OSError), in_realm(realm):
        door.destroy_due(realm, fail)

    assert not destroyed(realm, over)


def test_clock_can_be_set_anew(realm: UUID) -> None:
    longer, shorter = file(realm, ends=PAST), file(realm, ends=FUTURE)
    with in_realm(realm):
        door.keep_until(realm, [longer], timezone.now() + FUTURE)
        door.keep_until(realm, [shorter], timezone.now())

        assert door.destroy_due(realm) == 1

    assert destroyed(realm, shorter)
    assert not destroyed(realm, longer)


def test_numbers_and_other_realms_are_left_alone(realm: UUID) -> None:
    other = uuid4()
    theirs = file(other, ends=PAST)
    (number,) = house.deposit(realm, [house.fresh_number()])

    with in_realm(realm):
        assert door.destroy_due(realm) == 0

    assert not destroyed(other, theirs)
    assert not destroyed(realm, number)


def test_no_file_is_kept_without_an_end(realm: UUID) -> None:
    kept = file(realm, ends=FUTURE)

    with pytest.raises(IntegrityError), in_realm(realm):
        Cell.objects.filter(id=kept).update(destroy_at=None)
