"""月次確認 over real tables: what the ledger tells, the sign-off and what it binds to."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from azukari.ledger import pens, sequencer
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action, Result
from azukari.ledger.record import Record
from azukari.oversee.months import actions, queries, rules
from azukari.oversee.months.models import SignOff
from azukari.oversee.months.rules import AnomalyKind, Month, MonthProblem, MonthRefused
from azukari.tenancy.actor import NotPermitted
from azukari.tenancy.models import Company
from azukari.tenancy.rights import RoleKind
from tests.cast import Side, make_side
from tests.web.browser import employee

pytestmark = pytest.mark.usefixtures("database")
JAPAN = ZoneInfo("Asia/Tokyo")
LAST = Month.of(timezone.localdate()).before


def at(day: int, hour: int = 10) -> datetime:
    """A moment of last month."""
    return datetime(LAST.first.year, LAST.first.month, day, hour, 30, tzinfo=JAPAN)


def side_of_before(label: str) -> Side:
    """A company that has been here for three months."""
    side = make_side(label)
    with side.scope():
        Company.objects.update(created_at=timezone.now() - timedelta(days=92))
    return side


def tell(side: Side, action: Action, when: datetime, **facts: Any) -> None:
    """A record as it would have been written then."""
    by = side.users[RoleKind.OPERATOR]
    realm = facts.pop("realm", side.company.id)
    given = {"actor": by.id, "actor_name": by.name, **facts}
    with side.scope():
        pens.write(Record(at=when, action=action, **given), realm)


def found_in(side: Side, month: Month = LAST) -> list[tuple[AnomalyKind, int]]:
    with side.scope():
        return [(one.kind, one.count) for one in queries.line_of(month).found]


def workday() -> int:
    """A day of last month on which authorities are open, in the middle of it."""
    from azukari.law import holiday

    return next(d for d in range(10, 20) if not holiday.is_closed(LAST.first.replace(day=d)))


def test_the_ledger_of_company_and_contract_tell_of_a_month() -> None:
    side, other = side_of_before("MR"), side_of_before("MS")
    person, day = employee(side), workday()
    for _ in range(3):
        tell(side, Action.NUMBER_REVEALED, at(day, 23), subjects=(person.id,), count=1)
    for _ in range(5):
        tell(
            side, Action.SIGN_IN_FAILED, at(day), result=Result.REFUSED, realm=side.contract.id,
            address="192.0.2.7",
        )  # fmt: skip
    tell(side, Action.ALERT_RAISED, at(day), details={"rule": "viewings_of_user"})
    tell(side, Action.SIGNED_IN, at(1), realm=side.contract.id, address="192.0.2.1")
    tell(side, Action.SIGNED_IN, at(day), realm=side.contract.id, address="192.0.2.2")

    assert found_in(side) == [
        (AnomalyKind.NIGHT, 3),
        (AnomalyKind.NEW_PLACE, 1),
        (AnomalyKind.FAILURES, 5),
        (AnomalyKind.ALERT, 1),
    ]
    assert found_in(other) == []


def test_employees_at_their_own_papers_are_no_users() -> None:
    side, day = side_of_before("MQ"), workday()
    person = employee(side)

    tell(
        side, Action.EVIDENCE_VIEWED, at(day, 23), subjects=(person.id,), actor=person.id,
        actor_name=person.name,
    )  # fmt: skip
    for _ in range(20):
        tell(side, Action.SIGN_IN_FAILED, at(day), actor=None, actor_name="", address="192.0.2.7")

    assert found_in(side) == [(AnomalyKind.PORTAL, 20)]


def test_one_month_alone_and_among_others_is_the_same() -> None:
    side, day = side_of_before("MT"), workday()
    person = employee(side)
    tell(side, Action.NUMBER_REVEALED, at(day, 2), subjects=(person.id,))

    with side.scope():
        alone = queries.line_of(LAST).found
        [among] = [
            line.found for line in queries.lines(queries.months(timezone.localdate()))
            if line.month == LAST
        ]  # fmt: skip

    assert alone == among != []


def test_what_waits_and_what_is_in_the_tree_count_together() -> None:
    side, day = side_of_before("MP"), workday()
    tell(side, Action.SIGNED_IN, at(1), realm=side.contract.id, address="192.0.2.1")
    for _ in range(2):
        tell(side, Action.SIGNED_IN, at(day), realm=side.contract.id, address="192.0.2.2")
        before = found_in(side)
        sequencer.sequence(side.contract.id)
        assert found_in(side) == before

    assert found_in(side) == [(AnomalyKind.NEW_PLACE, 2)]


def test_months_wait_until_they_are_signed_off() -> None:
    side = side_of_before("MU")
    today = timezone.localdate()

    with side.scope():
        before = queries.unsigned(today)
        shown = rules.digest(queries.line_of(LAST).found)
        actions.sign_off(LAST, "異常なし", shown=shown, actor=side.officer)
    with side.scope():
        after = queries.unsigned(today)

    assert LAST in before
    assert Month.of(today) not in before
    assert [one for one in before if one != LAST] == after


def test_a_sign_off_binds_to_what_was_seen_and_is_written_down() -> None:
    side, day = side_of_before("MV"), workday()
    person = employee(side)
    tell(side, Action.NUMBER_REVEALED, at(day, 2), subjects=(person.id,))
    with side.scope():
        shown = rules.digest(queries.line_of(LAST).found)
    tell(side, Action.NUMBER_REVEALED, at(day, 3), subjects=(person.id,))

    with side.scope(), pytest.raises(MonthRefused) as refused:
        actions.sign_off(LAST, "確認した", shown=shown, actor=side.officer)
    with side.scope():
        now = rules.digest(queries.line_of(LAST).found)
        signed = actions.sign_off(LAST, "確認した", shown=now, actor=side.officer)
    tell(side, Action.NUMBER_REVEALED, at(day, 3), subjects=(person.id,))
    with side.scope():
        line = queries.line_of(LAST)
        newest = rules.digest(line.found)
        second = actions.sign_off(LAST, "追加を確認した", shown=newest, actor=side.officer)

    assert refused.value.problem is MonthProblem.NOT_WHAT_WAS_SEEN
    assert [one.count for one in line.later] == [3]
    assert (signed.round, second.round) == (1, 2)
    with side.scope():
        asked = ledger.Filter(actions=(Action.REVIEW_RECORDED,))
        entries = ledger.records(side.company.id, asked).entries
    assert [entry.record.details["file_hash"] for entry in entries] == [newest, now]
    assert {entry.record.details["period"] for entry in entries} == {str(LAST)}


def test_the_running_month_cannot_be_signed_off() -> None:
    side = side_of_before("MW")
    running = Month.of(timezone.localdate())

    with side.scope(), pytest.raises(MonthRefused) as refused:
        shown = rules.digest(queries.line_of(running).found)
        actions.sign_off(running, "早い", shown=shown, actor=side.officer)

    assert refused.value.problem is MonthProblem.NOT_OVER


@pytest.mark.parametrize("role", ["steward", "auditor", "operator"])
def test_only_the_officer_signs_off(role: str) -> None:
    side = make_side("MX")
    with side.scope(), pytest.raises(NotPermitted):
        actions.sign_off(LAST, "確認", shown="", actor=getattr(side, role))


def test_what_was_found_out_is_noted_of_what_is_there() -> None:
    side, day = side_of_before("MY"), workday()
    tell(side, Action.NUMBER_REVEALED, at(day, 2), subjects=(employee(side).id,))
    with side.scope():
        [one] = queries.line_of(LAST).found
        count = actions.note_anomalies(
            LAST, [one.key, "nothing"], "本人に確かめた", actor=side.steward
        )
    with side.scope(), pytest.raises(MonthRefused):
        actions.note_anomalies(LAST, ["nothing"], "本人に確かめた", actor=side.steward)

    with side.scope():
        assert queries.notes_of(LAST)[one.key].note == "本人に確かめた"
        assert queries.line_of(LAST).noted == count == 1
        asked = ledger.Filter(actions=(Action.ANOMALY_NOTED,))
        [entry] = ledger.records(side.company.id, asked).entries
    assert entry.record.count == 1


def test_sign_offs_are_only_added() -> None:
    from django.db import ProgrammingError

    side = side_of_before("MZ")
    with side.scope():
        shown = rules.digest([])
        made = actions.sign_off(LAST, "異常なし", shown=shown, actor=side.officer)

    with pytest.raises(ProgrammingError), side.scope():
        SignOff.objects.filter(id=made.id).delete()
