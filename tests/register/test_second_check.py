"""再確認: a number that one person recorded is shut until another has looked."""

import pytest

from azukari.law.number import parse
from azukari.law.purpose import Purpose
from azukari.register import actions, approvals, queries
from azukari.register.actions import Verification, second_check
from azukari.register.models import NumberRecord, Person
from azukari.register.number_rules import ChangeReason
from azukari.register.rules import Refused, RegisterProblem
from azukari.tenancy.actor import Actor, NotPermitted
from tests.cast import Side
from tests.register.company_rules import strict_side
from tests.web.browser import employee, new_number, with_number


@pytest.fixture(name="side", scope="module")
def side_with_second_checker(database: object) -> Side:
    return strict_side("SC", second_checker=True)


def recorded(side: Side, digits: str | None = None) -> tuple[Person, NumberRecord]:
    person = with_number(side, employee(side), digits or new_number())
    with side.scope():
        record = queries.active_record(person)
    assert record is not None
    return person, record


def problem_of(refused: pytest.ExceptionInfo[Refused]) -> RegisterProblem:
    return refused.value.problem


def test_it_may_neither_be_shown_nor_compared_nor_filed(side: Side) -> None:
    person, _record = recorded(side)

    with side.scope(), pytest.raises(Refused) as shown:
        actions.reveal_number(person, Purpose.HEALTH_PENSION, "届出", actor=side.operator)
    with side.scope(), pytest.raises(Refused) as compared:
        actions.compare_number(
            person, parse(new_number()), Purpose.HEALTH_PENSION, "届出", actor=side.operator
        )

    assert problem_of(shown) is RegisterProblem.AWAITS_SECOND_CHECK
    assert problem_of(compared) is RegisterProblem.AWAITS_SECOND_CHECK
    with side.scope():
        assert queries.usable_records([person.id]) == {}


def test_second_person_opens_it(side: Side) -> None:
    person, record = recorded(side)

    with side.scope():
        second_check.confirm_check(record, actor=side.officer)
        held = queries.usable_records([person.id])[person.id]
        actions.reveal_number(person, Purpose.HEALTH_PENSION, "届出", actor=side.operator)

    assert held.second_checked_by_name == side.officer.name


def test_number_off_the_document_must_be_the_one_that_is_held(side: Side) -> None:
    digits = new_number()
    _person, record = recorded(side, digits)

    with side.scope(), pytest.raises(Refused) as refused:
        second_check.confirm_check(record, number=parse(new_number()), actor=side.officer)
    with side.scope():
        done = second_check.confirm_check(record, number=parse(digits), actor=side.officer)

    assert problem_of(refused) is RegisterProblem.NUMBER_DIFFERS
    assert not done.awaits_second_check


def test_first_person_is_not_the_second(side: Side) -> None:
    _person, record = recorded(side)
    both = Actor(
        side.contract.id,
        side.company.id,
        side.operator.user_id,
        "同じ人",
        permissions=frozenset({"employee:approve"}),
    )

    with side.scope(), pytest.raises(Refused) as refused:
        second_check.confirm_check(record, actor=both)
    with side.scope(), pytest.raises(NotPermitted):
        second_check.confirm_check(record, actor=side.operator)

    assert problem_of(refused) is RegisterProblem.SAME_PERSON
    with side.scope():
        assert not approvals.checks_to_do(both).filter(id=record.id).exists()


def test_sent_back_it_is_entered_anew_and_waits_again(side: Side) -> None:
    person, record = recorded(side)

    with side.scope():
        second_check.return_check(record, "書類の期限切れ", actor=side.officer)
        waiting = set(approvals.checks_to_do(side.officer).values_list("id", flat=True))
        new = actions.change_number(
            person,
            parse(new_number()),
            ChangeReason.CORRECTION,
            Verification("CARD", "CARD"),
            actor=side.operator,
        ).record

    assert record.id not in waiting
    assert new.awaits_second_check
    with side.scope(), pytest.raises(Refused) as refused:
        second_check.confirm_check(record, actor=side.officer)
    assert problem_of(refused) is RegisterProblem.NOT_AWAITING


def test_marked_ones_are_confirmed_together(side: Side) -> None:
    records = [recorded(side)[1] for _ in range(3)]

    with side.scope():
        chosen = [one.id for one in records]
        found = list(approvals.checks_to_do(side.officer).filter(id__in=chosen))
        done = second_check.confirm_checks(found, actor=side.officer)

    assert done == 3


def test_company_without_the_rule_waits_for_nobody(cast) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())

    with cast.a.scope():
        assert list(queries.usable_records([person.id])) == [person.id]
