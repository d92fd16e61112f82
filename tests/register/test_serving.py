"""利用目的の変更: what may be added when, what becomes of the clock, how it is verified."""

from datetime import date
from typing import Any

import pytest

from azukari.law.purpose import PersonKind, Purpose
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.register import actions, queries
from azukari.register.actions import NotVerified, Verification
from azukari.register.actions import purposes as verbs
from azukari.register.models import NoticeChannel, NumberRecord, Person
from azukari.register.rules import Refused, RegisterProblem
from azukari.tenancy.actor import NotPermitted
from azukari.vault import door
from tests.cast import Cast, Side, make_side
from tests.web.browser import browser, employee, errors_of, family_member, new_number, with_number

ADDED = [Purpose.HEALTH_PENSION, Purpose.EMPLOYMENT_INS]


@pytest.fixture(scope="module")
def side(cast: Cast) -> Side:
    return make_side("SV")


def tell(side: Side, person: Person) -> None:
    with side.scope():
        notice = verbs.publish_notice(PersonKind(person.kind), "お知らせ", actor=side.steward)
        who = Person.objects.filter(id=person.id)
        verbs.note_told(notice, who, NoticeChannel.PAPER, date(2026, 4, 1), actor=side.operator)


def change(side: Side, person: Person, purposes: list[Purpose], **other: Any) -> NumberRecord:
    with side.scope():
        actor = other.pop("actor", side.operator)
        return actions.change_purposes(person, purposes, "転勤のため", actor=actor, **other)


def problem(side: Side, person: Person, purposes: list[Purpose], **other: Any) -> RegisterProblem:
    with pytest.raises(Refused) as refused:
        change(side, person, purposes, **other)
    return refused.value.problem


def test_what_is_added_was_published_and_told(side: Side) -> None:
    person = with_number(side, employee(side), new_number())
    other = with_number(side, employee(side), new_number())

    unpublished = problem(side, person, ADDED)
    tell(side, other)
    untold = problem(side, person, ADDED)
    record = change(side, other, ADDED)

    assert (unpublished, untold) == (
        RegisterProblem.PURPOSE_NOT_PUBLISHED, RegisterProblem.PURPOSE_NOT_TOLD,
    )  # fmt: skip
    assert record.purposes == ["HEALTH_PENSION", "EMPLOYMENT_INS"]
    with side.scope():
        asked = ledger.Filter(subject=other.id, actions=(Action.PURPOSES_CHANGED,))
        [entry] = ledger.records(side.company.id, asked).entries
    assert entry.record.details["before"] == "HEALTH_PENSION"
    assert entry.record.reason == "転勤のため"


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ([], RegisterProblem.NO_PURPOSE),
        ([Purpose.HEALTH_PENSION], RegisterProblem.SAME_PURPOSES),
        ([Purpose.PAYMENT_REPORT], RegisterProblem.PURPOSE_DOES_NOT_FIT),
    ],
)
def test_what_does_not_fit_is_refused(
    side: Side, wanted: list[Purpose], said: RegisterProblem
) -> None:
    person = with_number(side, employee(side), new_number())
    tell(side, person)

    assert problem(side, person, wanted) is said


def test_purpose_that_was_switched_off_may_stay_but_not_come(side: Side) -> None:
    person = with_number(side, employee(side), new_number())
    tell(side, person)
    with side.scope():
        verbs.set_purposes(set(Purpose) - {Purpose.HEALTH_PENSION}, actor=side.steward)
    try:
        kept = change(side, person, ADDED).purposes
        change(side, person, [Purpose.EMPLOYMENT_INS])
        back = problem(side, person, ADDED)
    finally:
        with side.scope():
            verbs.set_purposes(Purpose, actor=side.steward)

    assert kept == ["HEALTH_PENSION", "EMPLOYMENT_INS"]
    assert back is RegisterProblem.PURPOSE_SWITCHED_OFF


def test_the_clock_is_counted_anew(side: Side) -> None:
    person = with_number(side, employee(side), new_number())
    tell(side, person)
    with side.scope():
        version = Person.objects.get(id=person.id).version
        actions.leave(person, date(2026, 3, 31), version=version, actor=side.operator)
    before = with_record(side, person).due_on

    change(side, person, [Purpose.EMPLOYMENT_INS])

    assert (before, with_record(side, person).due_on) == (date(2028, 4, 1), date(2030, 4, 1))


def with_record(side: Side, person: Person) -> NumberRecord:
    with side.scope():
        record = queries.active_record(person)
    assert record is not None
    return record


def test_another_filing_wants_its_own_verification(side: Side) -> None:
    """A dependant's number came with the tax form; 第3号 is the spouse's own filing."""
    spouse = with_number(side, family_member(side, employee(side)), new_number())
    tell(side, spouse)
    held = with_record(side, spouse)
    wanted = [*(Purpose[code] for code in held.purposes), Purpose.CATEGORY3]

    alone = problem(side, spouse, wanted)
    with pytest.raises(NotVerified):
        change(side, spouse, wanted, verification=Verification(provision="category3_agent"))
    record = change(
        side,
        spouse,
        wanted,
        verification=Verification("CARD", "CARD", "AUTH_POA", provision="category3_agent"),
    )

    assert alone is RegisterProblem.PROVISION_DOES_NOT_FIT
    assert (record.provision, record.authority_check) == ("category3_agent", "AUTH_POA")
    assert record.cell == held.cell
    with side.scope():
        assert door.gone(side.company.id, [record.cell]) == {}


def test_only_who_may_change_a_number_does(cast: Cast) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())

    with pytest.raises(NotPermitted):
        change(cast.a, person, ADDED, actor=cast.a.steward)


def test_by_screen(side: Side, cast: Cast) -> None:
    person = with_number(side, employee(side), new_number())
    url = f"/people/{person.id}/number/purposes"
    typed = {"purposes": ["HEALTH_PENSION", "WORKERS_COMP"], "reason": "労災の請求のため"}

    refused = browser(side).post(url, typed)
    tell(side, person)
    done = browser(side).post(url, typed)

    assert "まだ通知していません" in errors_of(refused)[0]
    assert done.url == f"/people/{person.id}"
    assert with_record(side, person).purposes == ["HEALTH_PENSION", "WORKERS_COMP"]
    assert browser(cast.b).get(url).status_code == 404
