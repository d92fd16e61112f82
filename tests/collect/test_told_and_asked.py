"""What follows by itself on what other rooms learn: disposals told, changed numbers asked for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from azukari.check.link import queries as pushes
from azukari.check.link.events import Problem, State
from azukari.check.link.models import Push, PushedRecord
from azukari.collect import by_clock, setting
from azukari.collect.models import Application, CollectionSetting, Mail, Request
from azukari.collect.rules import Occasion
from azukari.collect.terms import Terms
from azukari.dispose import actions as dispose
from azukari.dispose import running
from azukari.dispose.rules import Reason
from azukari.jobs import dispose as jobs
from azukari.jobs import telling
from azukari.law.number import parse
from azukari.law.purpose import Purpose
from azukari.register import actions as register
from azukari.register.models import NumberRecord, Person
from tests.cast import Cast, Side
from tests.collect.cast import me
from tests.dispose.cast import approved, due_people
from tests.portal.entering import with_option
from tests.web.browser import employee, family_member, new_number


@pytest.fixture
def side(cast: Cast):
    with_option(cast.a)
    yield cast.a
    with cast.a.scope():
        CollectionSetting.objects.all().delete()


def terms(side: Side, **said: bool) -> None:
    with side.scope():
        setting.save_terms(Terms(**said), timezone.localdate(), actor=side.steward)


def with_number(side: Side, person: Person, purpose: Purpose = Purpose.HEALTH_PENSION) -> Person:
    with side.scope():
        check = () if person.kind == "family" else ("CARD", "CARD")
        register.record_number(
            person, parse(new_number()), [purpose], register.Verification(*check),
            actor=side.operator,
        )  # fmt: skip
        person.refresh_from_db()
    return person


def disposed(side: Side, person: Person) -> None:
    with side.scope():
        dispose.dispose_number(person, Reason.RECORDED_BY_MISTAKE, "", actor=side.operator)


def told(side: Side) -> list[tuple[str, str]]:
    with side.scope():
        telling.tell_of_singles()
        mails = Mail.objects.filter(kind="disposed").order_by("created_at")
        return list(mails.values_list("address", "recipient_name"))


def test_person_is_told_once_that_the_number_is_gone(side: Side) -> None:
    person = with_number(side, employee(side, mail="gone@example.jp", name="廃棄　太郎"))
    disposed(side, person)
    assert told(side) == []

    terms(side, tell_disposal=True)

    assert told(side) == [("gone@example.jp", "廃棄　太郎")]
    assert told(side) == [("gone@example.jp", "廃棄　太郎")]


def test_employee_is_told_for_the_family_and_nobody_of_a_number_entered_anew(side: Side) -> None:
    terms(side, tell_disposal=True)
    before = set(told(side))
    host = employee(side, mail="host@example.jp", name="世帯　主")
    spouse = with_number(side, family_member(side, host, health_dependent=True))
    again = with_number(side, employee(side, mail="again@example.jp", name="再度　太郎"))
    disposed(side, spouse)
    disposed(side, again)
    with_number(side, again)

    assert set(told(side)) - before == {("host@example.jp", "世帯　主")}


def test_people_of_a_batch_are_told_once_each_when_it_has_run(side: Side) -> None:
    terms(side, tell_disposal=True)
    batch = approved(side, due_people(side, 2, mail="batch@example.jp"))
    with side.scope():
        task, _ = running.begin(batch, actor=side.operator)

    jobs.run(side.operator, task.id, batch.id)
    telling.tell_of_batch(side.operator, batch.id)

    assert [address for address, _ in told(side)].count("batch@example.jp") == 2


def payroll_says_another(side: Side, person: Person) -> PushedRecord:
    with side.scope():
        push = Push.objects.create(
            company_id=side.company.id, key=person.employee_code, digest="0" * 64, token_name="給与"
        )
        return PushedRecord.objects.create(
            company_id=side.company.id, push=push, place=0, event="changed",
            employee_code=person.employee_code, name=person.name, state=State.ERROR.value,
            problem=Problem.NUMBER_ALREADY_HELD.value,
        )  # fmt: skip


def ask_by_clock(side: Side) -> None:
    actor = me(side, employee(side))
    with side.scope(), pytest.MonkeyPatch.context() as patched:
        patched.setattr(by_clock, "_FIRST_HOUR", 0)
        patched.setattr(by_clock, "_LAST_HOUR", 24)
        by_clock.go_round(
            actor.contract_id, side.company.id, changed=pushes.people_with_another_number
        )


def test_changed_number_is_asked_for_once_where_the_terms_say_so(side: Side) -> None:
    person = with_number(side, employee(side, mail="changed@example.jp"))
    payroll_says_another(side, person)
    ask_by_clock(side)
    with side.scope():
        assert not Request.objects.filter(person=person).exists()

    terms(side, on_number_changed=True)
    ask_by_clock(side)
    ask_by_clock(side)

    with side.scope():
        request = Request.objects.get(person=person)
        [asked] = request.people.all()
        assert (request.occasion, asked.changed) == (Occasion.NUMBER_CHANGED, True)
        assert Mail.objects.filter(request=request).count() == 1
        assert not Application.objects.filter(request=request).exists()


def test_number_that_was_changed_since_is_not_asked_for(side: Side) -> None:
    person = with_number(side, employee(side, mail="settled@example.jp"))
    payroll_says_another(side, person)
    with side.scope():
        NumberRecord.objects.filter(person=person).update(
            recorded_at=timezone.now() + timedelta(minutes=1)
        )
        assert person.id not in pushes.people_with_another_number()
