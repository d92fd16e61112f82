"""退職, 扶養から外れた, 契約終了 and the way back: days, leaves, history, clocks."""

from datetime import date
from typing import Any

import pytest

from azukari.law.number import parse
from azukari.law.purpose import Purpose
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.register import actions, queries
from azukari.register.actions import SomebodyWasFaster
from azukari.register.models import NumberRecord, NumberState, Person, PersonChange
from azukari.register.rules import Refused, RegisterProblem
from azukari.tenancy.actor import NotPermitted
from tests.cast import Cast, Side
from tests.web.browser import employee, family_member, new_number, payee, with_number

LAST = date(2026, 3, 31)


def fresh(side: Side, person: Person) -> Person:
    with side.scope():
        return Person.objects.get(id=person.id)


def leave(side: Side, person: Person, on: date = LAST) -> Person:
    with side.scope():
        version = Person.objects.get(id=person.id).version
        return actions.leave(person, on, version=version, actor=side.operator)


def bring_back(side: Side, person: Person, again: date | None = None) -> Person:
    with side.scope():
        version = Person.objects.get(id=person.id).version
        return actions.bring_back(person, again=again, version=version, actor=side.operator)


def leaves_of(side: Side, person: Person) -> list[Action]:
    """Newest last."""
    with side.scope():
        page = ledger.records(side.company.id, ledger.Filter(subject=person.id))
    return [entry.record.action for entry in reversed(page.entries)]


def due_of(side: Side, person: Person) -> date | None:
    with side.scope():
        return NumberRecord.objects.get(person=person).due_on


def paid(side: Side) -> Person:
    person = payee(side, contract_from=date(2025, 4, 1))
    with side.scope():
        actions.record_number(
            person,
            parse(new_number()),
            [Purpose.PAYMENT_REPORT],
            actions.Verification("CARD", "CARD"),
            actor=side.operator,
        )
        person.refresh_from_db()
    return person


def one_of(side: Side, kind: str) -> Person:
    if kind == "payee":
        return paid(side)
    host = employee(side, hired_on=date(2020, 4, 1))
    if kind == "employee":
        return with_number(side, host, new_number())
    return with_number(side, family_member(side, host, health_dependent=True), new_number())


KINDS = {
    "employee": ("left_on", Action.PERSON_LEFT),
    "family": ("dependent_until", Action.DEPENDENT_REMOVED),
    "payee": ("contract_to", Action.PAYEE_ENDED),
}


@pytest.mark.parametrize("kind", KINDS)
def test_leaving_is_a_leaf_of_its_own_and_starts_the_clock(cast: Cast, kind: str) -> None:
    field, action = KINDS[kind]
    person = one_of(cast.a, kind)
    before = due_of(cast.a, person)

    leave(cast.a, person)

    now = fresh(cast.a, person)
    with cast.a.scope():
        (change,) = PersonChange.objects.filter(person=person)
    assert getattr(now, field) == LAST
    assert before is None
    assert due_of(cast.a, person) is not None
    assert now.number_due_on == due_of(cast.a, person)
    assert change.changes == {field: [None, "2026-03-31"]}
    assert leaves_of(cast.a, person)[-1] is action


@pytest.mark.parametrize("kind", KINDS)
def test_return_before_disposal_continues_the_same_person(cast: Cast, kind: str) -> None:
    field, _ = KINDS[kind]
    person = one_of(cast.a, kind)
    leave(cast.a, person)

    bring_back(cast.a, person, date(2026, 7, 1))

    now = fresh(cast.a, person)
    assert getattr(now, field) is None
    assert now.number_state == NumberState.ACTIVE
    assert (due_of(cast.a, person), now.number_due_on) == (None, None)
    assert leaves_of(cast.a, person)[-2 if kind != "family" else -1] is Action.PERSON_RETURNED


def test_rehire_keeps_the_earlier_days_in_the_history(cast: Cast) -> None:
    person = one_of(cast.a, "employee")
    leave(cast.a, person)

    bring_back(cast.a, person, date(2026, 7, 1))

    with cast.a.scope():
        changes = [one.changes for one in queries.changes_of(person).order_by("version")]
    assert fresh(cast.a, person).hired_on == date(2026, 7, 1)
    assert changes[-1] == {
        "left_on": ["2026-03-31", None],
        "hired_on": ["2020-04-01", "2026-07-01"],
    }


def test_mistake_taken_back_leaves_the_hiring_day(cast: Cast) -> None:
    person = one_of(cast.a, "employee")
    leave(cast.a, person)

    bring_back(cast.a, person)

    assert fresh(cast.a, person).hired_on == date(2020, 4, 1)


def test_leaving_ends_the_familys_need_and_a_return_revives_it(cast: Cast) -> None:
    member = one_of(cast.a, "family")
    with cast.a.scope():
        host = Person.objects.get(id=member.host_id)

    leave(cast.a, host)
    ended = due_of(cast.a, member)
    bring_back(cast.a, host)

    assert ended is not None
    assert due_of(cast.a, member) is None


@pytest.mark.parametrize("kind", KINDS)
def test_the_ordinary_change_has_the_same_effect(cast: Cast, kind: str) -> None:
    field, action = KINDS[kind]
    person, other = one_of(cast.a, kind), one_of(cast.a, kind)
    leave(cast.a, other)

    with cast.a.scope():
        facts = {field: LAST, "telephone": "03-1111-2222"}
        actions.change_person(person, facts, version=person.version, actor=cast.a.operator)

    assert due_of(cast.a, person) == due_of(cast.a, other)
    assert leaves_of(cast.a, person)[-2:] == [action, Action.PERSON_CHANGED]


@pytest.mark.parametrize("kind", KINDS)
def test_leaving_twice_and_returning_twice_are_refused(cast: Cast, kind: str) -> None:
    person = one_of(cast.a, kind)

    with pytest.raises(Refused) as not_left:
        bring_back(cast.a, person)
    leave(cast.a, person)
    with pytest.raises(Refused) as twice:
        leave(cast.a, person)

    assert not_left.value.problem is RegisterProblem.NOT_LEFT
    assert twice.value.problem is RegisterProblem.ALREADY_LEFT


@pytest.mark.parametrize(
    ("kind", "facts", "on", "problem"),
    [
        (
            "employee",
            {"hired_on": date(2026, 4, 1)},
            LAST,
            RegisterProblem.LEFT_BEFORE_HIRED,
        ),
        (
            "family",
            {"birth_date": date(2026, 4, 1)},
            LAST,
            RegisterProblem.DEPENDENT_BEFORE_BORN,
        ),
        (
            "payee",
            {"contract_from": date(2026, 4, 1)},
            LAST,
            RegisterProblem.ENDED_BEFORE_STARTED,
        ),
    ],
)
def test_a_day_that_cannot_be_is_refused(
    cast: Cast, kind: str, facts: dict[str, Any], on: date, problem: RegisterProblem
) -> None:
    make = {"employee": employee, "payee": payee}.get(kind)
    person = make(cast.a, **facts) if make else family_member(cast.a, employee(cast.a), **facts)

    with pytest.raises(Refused) as refused:
        leave(cast.a, person, on)

    assert refused.value.problem is problem


def test_return_on_or_before_the_last_day_is_refused(cast: Cast) -> None:
    person = employee(cast.a)
    leave(cast.a, person)

    with pytest.raises(Refused) as refused:
        bring_back(cast.a, person, LAST)

    assert refused.value.problem is RegisterProblem.RETURNED_BEFORE_LEAVING


def test_acts_on_an_old_version_are_refused_whole(cast: Cast) -> None:
    person = employee(cast.a)
    with cast.a.scope():
        actions.change_person(person, {"department": "甲"}, version=1, actor=cast.a.operator)

    with cast.a.scope(), pytest.raises(SomebodyWasFaster):
        actions.leave(person, LAST, version=1, actor=cast.a.operator)
    leave(cast.a, person)
    with cast.a.scope(), pytest.raises(SomebodyWasFaster):
        actions.bring_back(person, version=2, actor=cast.a.operator)

    assert fresh(cast.a, person).left_on == LAST


@pytest.mark.parametrize("role", ["steward", "officer", "auditor"])
def test_acts_need_the_right_to_change(cast: Cast, role: str) -> None:
    person = employee(cast.a)

    with cast.a.scope(), pytest.raises(NotPermitted):
        actions.leave(person, LAST, version=1, actor=getattr(cast.a, role))
    with cast.a.scope(), pytest.raises(NotPermitted):
        actions.bring_back(person, version=1, actor=getattr(cast.a, role))


def test_another_tenants_person_cannot_be_left(cast: Cast) -> None:
    person = employee(cast.a)

    with cast.b.scope(), pytest.raises(Person.DoesNotExist):
        actions.leave(person, LAST, version=1, actor=cast.b.operator)

    assert fresh(cast.a, person).left_on is None
