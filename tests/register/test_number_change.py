"""番号変更 and verification over the real vault: what is refused, what becomes of the old one."""

from typing import Any

import pytest

from azukari.law.number import parse
from azukari.law.purpose import Purpose
from azukari.law.verification import VerificationProblem
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.register import actions, queries
from azukari.register.actions import NotVerified, Verification
from azukari.register.actions.ending import end_records
from azukari.register.models import NumberRecord, NumberState, Person, RecordState
from azukari.register.number_rules import ChangeReason
from azukari.register.rules import Refused, RegisterProblem
from azukari.tenancy.actor import NotPermitted
from azukari.vault import door
from tests.cast import Cast, Side
from tests.web.browser import employee, family_member, new_number, with_number

CARD = Verification("CARD", "CARD")


def change(side: Side, person: Person, digits: str, **facts: Any) -> NumberRecord:
    with side.scope():
        return actions.change_number(
            person,
            parse(digits),
            facts.get("why", ChangeReason.ON_REQUEST),
            facts.get("verification", CARD),
            actor=facts.get("actor", side.operator),
        ).record


def history(side: Side, person: Person) -> list[tuple[str, str]]:
    with side.scope():
        return [(one.state, one.superseded_because) for one in queries.records_of(person)]


def actions_about(side: Side, person: Person) -> list[Action]:
    with side.scope():
        page = ledger.records(side.company.id, ledger.Filter(subject=person.id))
    return [entry.record.action for entry in page.entries]


def test_new_number_takes_the_place_of_the_old_one(cast: Cast) -> None:
    old, new = new_number(), new_number()
    person = with_number(cast.a, employee(cast.a), old)

    record = change(cast.a, person, new)

    with cast.a.scope():
        shown = actions.reveal_number(
            person, Purpose.HEALTH_PENSION, "届出のため", actor=cast.a.operator
        )
    assert shown.reveal_digits() == new
    assert record.purposes == ["HEALTH_PENSION"]
    assert history(cast.a, person) == [
        (RecordState.ACTIVE, ""),
        (RecordState.SUPERSEDED, ChangeReason.ON_REQUEST.label),
    ]
    assert Action.NUMBER_SUPERSEDED in actions_about(cast.a, person)


def test_old_number_gets_a_day_of_its_own(cast: Cast) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())

    new = change(cast.a, person, new_number())

    with cast.a.scope():
        old = queries.superseded_of(person).get()
        new.refresh_from_db()
    assert old.due_on is not None
    assert new.due_on is None


def test_same_number_is_no_change_but_a_correction_may_mend_the_check(cast: Cast) -> None:
    digits = new_number()
    person = with_number(cast.a, employee(cast.a), digits)

    with pytest.raises(Refused) as refused:
        change(cast.a, person, digits)
    mended = change(
        cast.a,
        person,
        digits,
        why=ChangeReason.CORRECTION,
        verification=Verification("NUM_RESIDENT", "ID_PHOTO1"),
    )

    assert refused.value.problem is RegisterProblem.SAME_AS_BEFORE
    assert mended.number_check == "NUM_RESIDENT"
    assert Action.NUMBER_CORRECTED in actions_about(cast.a, person)


def test_nothing_to_change_without_a_number(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        change(cast.a, employee(cast.a), new_number())

    assert refused.value.problem is RegisterProblem.NOTHING_TO_CHANGE


@pytest.mark.parametrize("role", ["steward", "officer", "auditor"])
def test_change_needs_the_right(cast: Cast, role: str) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())

    with pytest.raises(NotPermitted):
        change(cast.a, person, new_number(), actor=getattr(cast.a, role))


def test_ending_the_old_number_leaves_the_person_registered(cast: Cast) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())
    change(cast.a, person, new_number())

    with cast.a.scope():
        old = queries.superseded_of(person).get()
        door.order_destruction(cast.a.company.id, [old.cell])
        end_records([old.id], [])
        person.refresh_from_db()

    assert person.number_state == NumberState.ACTIVE
    assert history(cast.a, person)[1][0] == RecordState.DISPOSED


# verification -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verification", "problem"),
    [
        (Verification("", "CARD"), VerificationProblem.NUMBER_CHECK_MISSING),
        (Verification("CARD", ""), VerificationProblem.PERSON_CHECK_MISSING),
        (Verification("ID_PHOTO1", "CARD"), VerificationProblem.METHOD_DOES_NOT_SETTLE),
        (Verification(provision="former_employer"), VerificationProblem.PAPER_MISSING),
    ],
)
def test_what_does_not_settle_is_refused(
    cast: Cast, verification: Verification, problem: VerificationProblem
) -> None:
    person = employee(cast.a)

    with cast.a.scope(), pytest.raises(NotVerified) as refused:
        actions.record_number(
            person,
            parse(new_number()),
            [Purpose.HEALTH_PENSION],
            verification,
            actor=cast.a.operator,
        )

    assert refused.value.problems == {problem}


@pytest.mark.parametrize(
    ("provision", "purpose", "fits"),
    [
        ("tax_dependent", Purpose.TAX_WITHHOLDING, True),
        ("tax_dependent", Purpose.CATEGORY3, False),
        ("category3_entrusted", Purpose.CATEGORY3, True),
        ("employee_self", Purpose.TAX_WITHHOLDING, False),
        ("payee_self", Purpose.TAX_WITHHOLDING, False),
    ],
)
def test_way_of_a_family_number_fits_the_purpose(
    cast: Cast, provision: str, purpose: Purpose, fits: bool
) -> None:
    member = family_member(cast.a, employee(cast.a, name="扶養　する人"))
    given = Verification(provision=provision, paper_held=True)

    def record() -> NumberRecord:
        with cast.a.scope():
            return actions.record_number(
                member, parse(new_number()), [purpose], given, actor=cast.a.operator
            ).record

    if fits:
        assert record().verified_by_name == "扶養　する人"
        return
    with pytest.raises(Refused) as refused:
        record()
    assert refused.value.problem is RegisterProblem.PROVISION_DOES_NOT_FIT


def test_facts_of_the_verification_stay(cast: Cast) -> None:
    person = employee(cast.a)
    given = Verification(provision="former_employer", paper_held=True)

    with cast.a.scope():
        record = actions.record_number(
            person, parse(new_number()), [Purpose.RESIDENT_TAX], given, actor=cast.a.operator
        ).record

    assert (record.provision, record.paper_held) == ("former_employer", True)
    assert record.verified_by_name == ""
