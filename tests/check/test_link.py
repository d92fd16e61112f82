"""What payroll pushes: kept, reflected in order, once, or told why not."""

from datetime import date
from itertools import count
from typing import Any

import pytest

from azukari.check.difference.command import compare_link, told
from azukari.check.difference.queries import Wanted
from azukari.check.link import handling, receiving, reflecting
from azukari.check.link import setting as settings
from azukari.check.link.events import Event, Problem, State
from azukari.check.link.models import LinkSetting, Push, PushedRecord, UnknownPerson
from azukari.law.purpose import Purpose
from azukari.law.relationship import Relationship
from azukari.register import queries as register
from azukari.register.models import NumberRecord, Person
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.tenancy.access import command_actor
from azukari.tenancy.actor import Actor, NotPermitted
from azukari.vault import door
from tests.cast import Side, make_side
from tests.numbers import valid_number, wrong_check_digit

_numbers = map(valid_number, count(82_000_001))
_codes = (f"L{n:04d}" for n in count(1))
_keys = (f"key-{n}" for n in count(1))
SOMEBODY = {
    "name": "連携　太郎",
    "kana": "レンケイ　タロウ",
    "birth_date": "1990-04-01",
    "sex": "1",
}
CHECKED = {"purposes": ["HEALTH_PENSION"], "number_check": "CARD", "person_check": "CARD"}


@pytest.fixture(scope="module")
def side(database: DatabaseUrls) -> Side:
    side = make_side("L")
    switch(side)
    return side


def switch(side: Side, *, automatic: tuple[Event, ...] = tuple(Event), **facts: Any) -> None:
    with side.scope():
        setting = LinkSetting.objects.first() or LinkSetting()
        version = setting.version if setting.company_id else 0
        setting.is_on = facts.pop("is_on", True)
        for name, value in facts.items():
            setattr(setting, name, value)
        settings.save_setting(
            setting, automatic=automatic, purposes=[Purpose.HEALTH_PENSION], version=version,
            actor=side.steward,
        )  # fmt: skip


def pusher(side: Side) -> Actor:
    return command_actor(side.contract.id, side.company.id, frozenset({"link:push"}))


def push(side: Side, *items: dict[str, Any], key: str = "") -> Push:
    with side.scope():
        received = receiving.receive(items, key or next(_keys), actor=pusher(side))
    if received.task is not None:
        reflecting.reflect_push(pusher(side), received.task.id, received.push.id)
    return received.push


def records(side: Side, pushed: Push) -> list[PushedRecord]:
    with side.scope():
        return list(PushedRecord.objects.filter(push=pushed).order_by("place"))


def states(side: Side, pushed: Push) -> list[tuple[str, str]]:
    return [(one.state, one.problem) for one in records(side, pushed)]


def the(side: Side, code: str, family: int = 0) -> Person:
    with side.scope():
        return Person.objects.get(employee_code=code, family_code=family)


def hired(code: str, **facts: Any) -> dict[str, Any]:
    return {
        "event": "hired", "employee_code": code,
        "facts": {**SOMEBODY, "hired_on": "2026-04-01", **facts},
    }  # fmt: skip


def test_life_of_an_employee_by_events(side: Side) -> None:
    code, digits = next(_codes), next(_numbers)

    pushed = push(
        side,
        {**hired(code), "individual_number": digits, **CHECKED},
        {
            "event": "family_added", "employee_code": code, "family_code": 1,
            "facts": {"name": "連携　花子", "kana": "レンケイ　ハナコ", "relationship": "配偶者",
                      "sex": "2", "category3": True},
        },
        {"event": "changed", "employee_code": code, "facts": {"department": "人事部"}},
        {"event": "family_removed", "employee_code": code, "family_code": 1, "on": "2026-08-31"},
        {"event": "left", "employee_code": code, "on": "R8.9.30"},
    )  # fmt: skip

    assert states(side, pushed) == [(State.REFLECTED, "")] * 5
    person, spouse = the(side, code), the(side, code, 1)
    assert (person.department, person.left_on) == ("人事部", date(2026, 9, 30))
    assert (spouse.relationship, spouse.dependent_until) == ("WIFE", date(2026, 8, 31))
    with side.scope():
        record = register.active_record(person)
        assert record is not None
        assert record.due_on is not None
        assert record.purposes == ["HEALTH_PENSION"]


def test_rehired_person_goes_on(side: Side) -> None:
    code = next(_codes)
    push(side, hired(code), {"event": "left", "employee_code": code, "on": "2026-05-31"})

    push(side, hired(code, hired_on="2026-07-01"))

    person = the(side, code)
    assert (person.hired_on, person.left_on) == (date(2026, 7, 1), None)


def test_the_same_push_twice_does_nothing_twice(side: Side) -> None:
    code, key = next(_codes), next(_keys)
    item = {**hired(code), "individual_number": next(_numbers), **CHECKED}

    first, second = push(side, item, key=key), push(side, item, key=key)

    assert first.id == second.id
    with side.scope():
        assert PushedRecord.objects.filter(push=first).count() == 1
        assert NumberRecord.objects.filter(person__employee_code=code).count() == 1
    with pytest.raises(receiving.KeyUsed):
        push(side, {**item, "on": "2026-01-01"}, key=key)


@pytest.mark.parametrize(
    ("item", "problem", "field"),
    [
        ({"event": "promoted"}, Problem.EVENT_UNKNOWN, "event"),
        ({"event": "hired"}, Problem.CODE_MISSING, "employee_code"),
        ({"event": "hired", "employee_code": "あ"}, Problem.CODE_MALFORMED, "employee_code"),
        ({"event": "left", "employee_code": "X1"}, Problem.DAY_MISSING, "on"),
        ({"event": "left", "employee_code": "X1", "on": "13月"}, Problem.VALUE_MALFORMED, "on"),
        ({"event": "family_added", "employee_code": "X1"}, Problem.FAMILY_CODE_MISSING,
         "family_code"),
        ({"event": "hired", "employee_code": "X1", "facts": {"birth_date": "2026-02-30"}},
         Problem.VALUE_MALFORMED, "birth_date"),
        ({"event": "hired", "employee_code": "X1", "facts": {"salary": 1}},
         Problem.VALUE_MALFORMED, "salary"),
        ({"event": "hired", "employee_code": "X1", "facts": {"kana": "漢字"}},
         Problem.VALUE_MALFORMED, "kana"),
        ({"event": "changed", "employee_code": "X1", "purposes": ["FUN"]},
         Problem.PURPOSE_UNKNOWN, "purposes"),
    ],
)  # fmt: skip
def test_item_that_cannot_be_read_is_told(
    side: Side, item: dict[str, Any], problem: Problem, field: str
) -> None:
    code = next(_codes)

    pushed = push(side, item, hired(code))

    [bad, good] = records(side, pushed)
    assert (bad.state, bad.problem, bad.detail) == (State.ERROR, problem, field)
    assert good.state == State.REFLECTED


def test_numbers_that_are_wrong_or_misplaced_stay_out(side: Side) -> None:
    wrong, in_name = wrong_check_digit(82_900_001), next(_numbers)

    pushed = push(
        side,
        {**hired(next(_codes)), "individual_number": wrong},
        hired(next(_codes), name=in_name),
        {"event": "hired", "employee_code": in_name},
    )

    found = records(side, pushed)
    assert [one.problem for one in found] == [
        Problem.NUMBER_MALFORMED, Problem.NUMBER_IN_TEXT, Problem.CODE_MALFORMED,
    ]  # fmt: skip
    assert not any(one.facts or one.employee_code == in_name for one in found)


def test_unknown_relationship_is_named_once_for_all(side: Side) -> None:
    code = next(_codes)
    child = {
        "event": "family_added", "employee_code": code,
        "facts": {"name": "連携　子", "kana": "レンケイ　コ", "relationship": "K07"},
    }  # fmt: skip
    pushed = push(side, hired(code), {**child, "family_code": 1}, {**child, "family_code": 2})
    assert states(side, pushed)[1:] == [(State.ERROR, Problem.RELATIONSHIP_UNKNOWN)] * 2

    with side.scope():
        mended = handling.name_relationship("K07", Relationship.CHILD, actor=side.operator)
        ids = [one.id for one in PushedRecord.objects.filter(push=pushed)]
        done = handling.reflect_now(ids, actor=side.operator)
    later = push(side, {**child, "family_code": 3})

    assert (mended, done.reflected) == (2, 2)
    assert states(side, later) == [(State.REFLECTED, "")]
    assert the(side, code, 3).relationship == "CHILD"


def test_nothing_of_a_person_overtakes_what_is_open(side: Side) -> None:
    code = next(_codes)
    early = push(side, {"event": "left", "employee_code": code, "on": "2026-03-31"})
    late = push(side, hired(code))

    assert states(side, early) == [(State.ERROR, Problem.PERSON_UNKNOWN)]
    assert states(side, late) == [(State.HELD, Problem.EARLIER_OPEN)]
    with side.scope():
        [first], [second] = records(side, early), records(side, late)
        assert handling.discard([first.id], "入社前の退職", actor=side.operator) == 1
        assert handling.reflect_now([second.id], actor=side.operator).reflected == 1
    assert the(side, code).left_on is None


def test_by_hand_only_what_the_company_wants_by_hand(side: Side) -> None:
    code = next(_codes)
    switch(side, automatic=(Event.HIRED,), unknown_person=UnknownPerson.HOLD)

    pushed = push(
        side,
        hired(code),
        {"event": "left", "employee_code": code, "on": "2026-06-30"},
        {"event": "changed", "employee_code": next(_codes), "facts": SOMEBODY},
    )
    switch(side)

    assert [state for state, _ in states(side, pushed)] == [
        State.REFLECTED, State.WAITING, State.WAITING,
    ]  # fmt: skip
    with side.scope():
        ids = [one.id for one in records(side, pushed)]
        handling.reflect_now(ids, actor=side.operator)
    assert the(side, code).left_on == date(2026, 6, 30)


def test_discarding_wants_a_reason_and_destroys_the_number(side: Side) -> None:
    switch(side, automatic=())
    pushed = push(side, {**hired(next(_codes)), "individual_number": next(_numbers), **CHECKED})
    switch(side)
    [record] = records(side, pushed)
    cell = record.cell
    assert cell is not None

    with side.scope():
        with pytest.raises(handling.ReasonMissing):
            handling.discard([record.id], " ", actor=side.operator)
        handling.discard([record.id], "誤って送られた", actor=side.operator)
    with side.scope():
        assert door.is_destroyed(side.company.id, cell)
        assert PushedRecord.objects.get(id=record.id).reason == "誤って送られた"


def test_number_that_differs_is_not_taken(side: Side) -> None:
    code, digits = next(_codes), next(_numbers)
    item = {**hired(code), "individual_number": digits, **CHECKED}
    push(side, item)

    same = push(side, item)
    other = push(side, {**item, "individual_number": next(_numbers)})

    assert states(side, same) == [(State.REFLECTED, "")]
    assert states(side, other) == [(State.ERROR, Problem.NUMBER_ALREADY_HELD)]


def test_without_link_or_right_nothing_is_kept(side: Side, database: DatabaseUrls) -> None:
    unlinked = make_side("NOLINK")
    with pytest.raises(receiving.LinkIsOff):
        push(unlinked, hired("1"))
    with side.scope(), pytest.raises(NotPermitted):
        receiving.receive([hired("1")], "k", actor=side.auditor)
    with unlinked.scope():
        assert not Push.objects.exists()


def test_difference_against_what_the_link_has_told(database: DatabaseUrls) -> None:
    own = make_side("M")
    switch(own, automatic=(Event.HIRED,))
    push(own, hired("A1"), hired("A2"))
    push(
        own,
        {"event": "changed", "employee_code": "A1", "facts": {"name": "連携　改"}},
        {"event": "left", "employee_code": "A2", "on": "2026-10-31"},
    )

    run = compare_link(actor=own.operator)

    found = {
        (one["person"], one["kind"], one["field"])
        for one in told(run, Wanted(with_ended=True), actor=own.operator)
    }
    assert found == {
        ("A1", "differs", "name"), ("A1", "no_number", ""), ("A2", "differs", "ended_on"),
    }  # fmt: skip
