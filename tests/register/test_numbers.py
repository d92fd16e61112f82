"""Recording and revealing over the real vault and ledger."""

import pytest

from azukari.law.number import parse
from azukari.law.purpose import Purpose
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.ledger.pens import LedgerUnavailable
from azukari.register import actions, queries
from azukari.register.actions import Verification
from azukari.register.models import Person
from azukari.register.rules import Refused, RegisterProblem
from azukari.tenancy.actor import NotPermitted
from tests.cast import Cast
from tests.web.browser import employee, new_number, with_number

CHECKED = Verification("CARD", "CARD")


def test_recorded_number_comes_back_for_its_purpose(cast: Cast) -> None:
    digits = new_number()
    person = with_number(cast.a, employee(cast.a), digits)

    with cast.a.scope():
        shown = actions.reveal_number(
            person, Purpose.HEALTH_PENSION, "届出のため", actor=cast.a.operator
        )

    assert shown.reveal_digits() == digits


@pytest.mark.parametrize("role", ["steward", "officer", "auditor"])
def test_number_is_shown_to_nobody_without_the_right(cast: Cast, role: str) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())

    with cast.a.scope(), pytest.raises(NotPermitted):
        actions.reveal_number(
            person, Purpose.HEALTH_PENSION, "届出のため", actor=getattr(cast.a, role)
        )


def test_reading_stays_written_down_when_the_transaction_fails(cast: Cast) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())

    def read_and_fail() -> None:
        with cast.a.scope():
            actions.reveal_number(
                person, Purpose.HEALTH_PENSION, "届出のため", actor=cast.a.operator
            )
            raise RuntimeError("afterwards")

    with pytest.raises(RuntimeError, match="afterwards"):
        read_and_fail()

    with cast.a.scope():
        asked = ledger.Filter(subject=person.id, actions=(Action.NUMBER_REVEALED,))
        assert len(ledger.records(cast.a.company.id, asked).entries) == 1


def test_nothing_is_shown_when_it_cannot_be_written_down(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from azukari.vault import opening

    person = with_number(cast.a, employee(cast.a), new_number())

    def refuse(*_given: object) -> None:
        raise LedgerUnavailable

    monkeypatch.setattr(opening.pens, "before_open", refuse)
    monkeypatch.setattr(opening, "core", lambda: pytest.fail("the vault was asked to open"))

    with cast.a.scope(), pytest.raises(LedgerUnavailable):
        actions.reveal_number(person, Purpose.HEALTH_PENSION, "届出のため", actor=cast.a.operator)


def test_same_number_is_refused_until_somebody_has_looked(cast: Cast) -> None:
    digits = new_number()
    first = with_number(cast.a, employee(cast.a), digits)
    second = employee(cast.a)
    purposes = [Purpose.HEALTH_PENSION]

    with cast.a.scope(), pytest.raises(Refused) as refused:
        actions.record_number(second, parse(digits), purposes, CHECKED, actor=cast.a.operator)
    with cast.a.scope():
        taken = actions.record_number(
            second, parse(digits), purposes, CHECKED, actor=cast.a.operator, accept_same=True
        )

    assert refused.value.problem is RegisterProblem.HELD_FOR_SOMEBODY_ELSE
    assert [one.id for one in taken.same_number] == [first.id]


def test_refused_recording_leaves_the_person_as_it_was(cast: Cast) -> None:
    person = employee(cast.a)

    with cast.a.scope(), pytest.raises(Refused):
        actions.record_number(
            person, parse(new_number()), [Purpose.CATEGORY3], CHECKED, actor=cast.a.operator
        )

    with cast.a.scope():
        assert queries.active_record(person) is None
        assert Person.objects.get(id=person.id).version == person.version


def test_verification_stands_in_the_ledger(cast: Cast) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())

    with cast.a.scope():
        asked = ledger.Filter(subject=person.id, actions=(Action.NUMBER_RECORDED,))
        (entry,) = ledger.records(cast.a.company.id, asked).entries

    assert entry.record.details["number_check"] == "CARD"
    assert entry.record.details["identity_check"] == "CARD"
