"""照合, limits, and the second person who allows a look."""

from datetime import timedelta

import pytest
from django.utils import timezone

from azukari.law.number import parse
from azukari.law.purpose import Purpose
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.ledger.pens import LedgerUnavailable
from azukari.register import actions, number_rules
from azukari.register.actions import viewing
from azukari.register.models import Person, ViewingRequest
from azukari.register.number_rules import Limit
from azukari.register.rules import Refused, RegisterProblem
from azukari.tenancy.actor import Actor, NotPermitted
from tests.cast import Cast, Side
from tests.register.company_rules import strict_side
from tests.web.browser import employee, new_number, with_number

PURPOSE = Purpose.HEALTH_PENSION


def told(side: Side, person: Person, action: Action) -> list[dict[str, object]]:
    with side.scope():
        asked = ledger.Filter(subject=person.id, actions=(action,))
        page = ledger.records(side.company.id, asked)
    return [dict(entry.record.details) for entry in page.entries]


def compare(side: Side, person: Person, digits: str, actor: Actor | None = None) -> bool:
    with side.scope():
        return actions.compare_number(
            person, parse(digits), PURPOSE, "届出の確認", actor=actor or side.operator
        )


def reveal(side: Side, person: Person) -> str:
    with side.scope():
        number = actions.reveal_number(person, PURPOSE, "届出の確認", actor=side.operator)
    return number.reveal_digits()


# 照合 -------------------------------------------------------------------------------------------


def test_yes_or_no_and_the_answer_is_written_down(cast: Cast) -> None:
    digits = new_number()
    person = with_number(cast.a, employee(cast.a), digits)

    answers = [compare(cast.a, person, digits), compare(cast.a, person, new_number())]

    assert answers == [True, False]
    assert [one["kind"] for one in told(cast.a, person, Action.NUMBER_COMPARED)] == [
        "different",
        "same",
    ]


def test_nothing_is_said_when_it_cannot_be_written_down(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from azukari.vault import opening

    digits = new_number()
    person = with_number(cast.a, employee(cast.a), digits)

    def refuse(*_given: object) -> None:
        raise LedgerUnavailable

    monkeypatch.setattr(opening.pens, "before_open", refuse)
    with pytest.raises(LedgerUnavailable):
        compare(cast.a, person, digits)


@pytest.mark.parametrize("role", ["steward", "officer", "auditor"])
def test_comparing_has_a_right_of_its_own(cast: Cast, role: str) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())

    with pytest.raises(NotPermitted):
        compare(cast.a, person, new_number(), getattr(cast.a, role))


def test_comparisons_have_a_limit_that_a_failed_request_does_not_take_back(
    database: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = strict_side("VL")
    digits = new_number()
    person = with_number(side, employee(side), digits)
    limit = Limit(
        2,
        timedelta(minutes=1),
        of_user=True,
        problem=RegisterProblem.COMPARISONS_OF_USER,
    )
    monkeypatch.setattr(number_rules, "COMPARISON_LIMITS", (limit,))

    with pytest.raises(RuntimeError), side.scope():
        actions.compare_number(person, parse(digits), PURPOSE, "届出の確認", actor=side.operator)
        raise RuntimeError
    compare(side, person, digits)
    with pytest.raises(Refused) as refused:
        compare(side, person, digits)

    assert refused.value.problem is RegisterProblem.COMPARISONS_OF_USER


def test_the_limits_of_comparing() -> None:
    assert [(one.most, one.within, one.of_user) for one in number_rules.COMPARISON_LIMITS] == [
        (30, timedelta(minutes=1), True),
        (300, timedelta(days=1), False),
    ]


# 表示 -------------------------------------------------------------------------------------------


def test_company_sets_how_often_one_user_may_look(database: object) -> None:
    side = strict_side("VH", viewings_per_hour=2)
    digits = new_number()
    person = with_number(side, employee(side), digits)

    shown = [reveal(side, person), reveal(side, person)]
    with side.scope():
        try:
            actions.reveal_number(person, PURPOSE, "届出の確認", actor=side.operator)
        except Refused as refused:
            problem = refused.problem

    assert shown == [digits, digits]
    assert problem is RegisterProblem.VIEWINGS_OF_USER
    assert told(side, person, Action.ALERT_RAISED) == [{"rule": "viewings_of_user"}]


# a second person --------------------------------------------------------------------------------


@pytest.fixture(name="side", scope="module")
def side_with_second_person(database: object) -> Side:
    return strict_side("VS", second_person_viewing=True)


def ask(side: Side, person: Person) -> ViewingRequest:
    with side.scope():
        return viewing.ask_to_view(person, PURPOSE, "届出の確認", actor=side.operator)


def decide(side: Side, asked: ViewingRequest, *, approved: bool) -> None:
    with side.scope():
        viewing.decide_viewing(asked, approved=approved, actor=side.officer)


def view(side: Side, asked: ViewingRequest, actor: Actor | None = None) -> str:
    with side.scope():
        return viewing.view_approved(asked, actor=actor or side.operator).reveal_digits()


def test_one_look_after_leave(side: Side) -> None:
    digits = new_number()
    person = with_number(side, employee(side), digits)
    asked = ask(side, person)

    with pytest.raises(Refused) as too_early:
        view(side, asked)
    decide(side, asked, approved=True)
    shown = view(side, asked)
    with pytest.raises(Refused) as again:
        view(side, asked)

    assert shown == digits
    assert too_early.value.problem is RegisterProblem.NOT_ALLOWED_TO_VIEW
    assert again.value.problem is RegisterProblem.NOT_ALLOWED_TO_VIEW
    (leaf,) = told(side, person, Action.NUMBER_REVEALED)
    assert leaf == {"approved_by": side.officer.name, "target": str(asked.id)}


def test_without_leave_nothing_is_shown(side: Side) -> None:
    person = with_number(side, employee(side), new_number())

    with pytest.raises(Refused) as refused:
        reveal(side, person)

    assert refused.value.problem is RegisterProblem.NEEDS_SECOND_PERSON


def test_refused_or_late_leave_opens_nothing(side: Side) -> None:
    refused_one, late = (
        ask(side, with_number(side, employee(side), new_number())) for _ in range(2)
    )
    decide(side, refused_one, approved=False)
    decide(side, late, approved=True)
    with side.scope():
        ViewingRequest.objects.filter(id=late.id).update(expires_at=timezone.now())

    for asked in (refused_one, late):
        with pytest.raises(Refused):
            view(side, asked)


def test_nobody_allows_their_own_look(side: Side) -> None:
    asked = ask(side, with_number(side, employee(side), new_number()))
    both = Actor(
        side.contract.id,
        side.company.id,
        asked.asked_by,
        "同じ人",
        permissions=frozenset({"employee:approve"}),
    )

    with side.scope(), pytest.raises(Refused) as refused:
        viewing.decide_viewing(asked, approved=True, actor=both)

    assert refused.value.problem is RegisterProblem.SAME_PERSON


def test_only_one_open_request_for_a_person(side: Side) -> None:
    person = with_number(side, employee(side), new_number())
    ask(side, person)

    with pytest.raises(Refused) as refused:
        ask(side, person)

    assert refused.value.problem is RegisterProblem.ALREADY_ASKED
