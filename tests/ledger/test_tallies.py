"""Sums over many records are the same while they wait and once they are in the tree."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from azukari.ledger import pens, sequencer, tallies
from azukari.ledger.actions import Action
from azukari.ledger.queries import Filter
from azukari.ledger.realm_scope import in_realm
from azukari.ledger.record import Record
from azukari.ledger.tallies import DayCount, HourCount

pytestmark = pytest.mark.usefixtures("database")
AT = datetime(2026, 1, 5, 14, 30, tzinfo=UTC)  # half past eleven in the evening in Japan
ANN, BOB, CARL = uuid4(), uuid4(), uuid4()
FILE = uuid4()


def tell(realm: UUID, *records: dict[str, Any]) -> None:
    pens.before_open(
        realm, [Record(**({"at": AT, "action": Action.NUMBER_OPENED} | one)) for one in records]
    )


def asked(realm: UUID, question: Any, **wanted: Any) -> Any:
    with in_realm(realm):
        return question(realm, Filter(**wanted))


@pytest.fixture
def realm() -> UUID:
    """Half of its records wait, half are in the tree."""
    made = uuid4()
    later, next_day = AT + timedelta(minutes=20), AT + timedelta(hours=1)
    tell(
        made,
        {
            "actor": ANN,
            "subjects": (BOB,),
            "address": "192.0.2.1",
            "details": {"target": str(FILE)},
        },
        {"actor": ANN, "subjects": (CARL,), "at": next_day, "address": "192.0.2.1"},
        {"subjects": (CARL,)},
    )
    sequencer.sequence(made)
    tell(
        made,
        {"actor": ANN, "subjects": (BOB,), "at": later, "address": "192.0.2.1"},
        {"actor": BOB, "action": Action.ALERT_RAISED, "details": {"rule": "alone"}},
    )
    return made


def test_whom_records_are_about(realm: UUID) -> None:
    assert asked(realm, tallies.subjects) == {BOB, CARL}
    assert asked(realm, tallies.subjects, actor=ANN, until=AT + timedelta(minutes=30)) == {BOB}
    assert asked(realm, tallies.subjects, target=FILE) == {BOB}
    assert asked(realm, tallies.subjects, target=uuid4()) == set()


def test_who_did_what_when_last(realm: UUID) -> None:
    found = asked(realm, tallies.by_actor)

    assert found == {
        (ANN, Action.NUMBER_OPENED): (AT + timedelta(hours=1), 3),
        (BOB, Action.ALERT_RAISED): (AT, 1),
    }


def test_hours_are_summed(realm: UUID) -> None:
    hour = AT.replace(minute=0)
    found = asked(realm, tallies.by_hour, actor=ANN)

    assert sorted(found, key=lambda one: one.at) == [
        HourCount(ANN, Action.NUMBER_OPENED, hour, 2),
        HourCount(ANN, Action.NUMBER_OPENED, hour + timedelta(hours=1), 1),
    ]


def test_days_are_those_of_japan(realm: UUID) -> None:
    found = asked(realm, tallies.by_day_and_place, actor=ANN)
    alerts = asked(realm, tallies.by_day_and_place, actions=(Action.ALERT_RAISED,))

    assert sorted(found, key=lambda one: one.day) == [
        DayCount(ANN, date(2026, 1, 5), "192.0.2.1", "", "", 2),
        DayCount(ANN, date(2026, 1, 6), "192.0.2.1", "", "", 1),
    ]
    assert alerts == [DayCount(BOB, date(2026, 1, 5), "", "", "alone", 1)]


def test_another_realm_tells_nothing(realm: UUID) -> None:
    with in_realm(uuid4()):
        assert tallies.subjects(realm, Filter()) == set()
        assert tallies.by_actor(realm, Filter()) == {}
        assert tallies.by_hour(realm, Filter()) == []
        assert tallies.by_day_and_place(realm, Filter()) == []
