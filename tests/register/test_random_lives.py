"""Random lives of people against a plain model written from the table of the law alone.

The model knows nothing of the engine: it keeps what happened and works the days out again, with
its own counting.  After every step days, holds and explanations of both must agree.
"""

import calendar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import django.utils.timezone
import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from azukari.dispose import actions as dispose
from azukari.dispose.rules import Reason
from azukari.jobs import keeping as jobs
from azukari.law.number import parse
from azukari.law.purpose import Purpose
from azukari.register import actions, clocks
from azukari.register.actions import holds, periods
from azukari.register.keeping_facts import kept_numbers
from azukari.register.models import (
    Hold,
    NumberRecord,
    NumberState,
    Person,
    PersonKind,
    RecordState,
    RetentionChoice,
)
from tests.cast import Side, make_side
from tests.web.browser import new_code, new_number

# the model -------------------------------------------------------------------------------------

YEARS_FROM_COMPLETION = {
    "HEALTH_PENSION": 2, "CATEGORY3": 2, "EMPLOYMENT_INS": 4, "WORKERS_COMP": 3,
    "ASSET_SAVINGS": 5,
}  # fmt: skip
REPORTS = {"TAX_WITHHOLDING", "RESIDENT_TAX", "PAYMENT_REPORT", "SHAREHOLDING"}
FLAG = {
    "TAX_WITHHOLDING": "tax_dependent",
    "TAX_DEDUCTION_FORMS": "tax_dependent",
    "HEALTH_PENSION": "health_dependent",
    "CATEGORY3": "category3",
}


@dataclass
class Number:
    """A number as the model knows it: what it was for and what happened to it."""

    record: UUID
    purposes: set[str]
    uses: dict[str, date] = field(default_factory=dict)
    replaced_on: date | None = None
    gone: bool = False


@dataclass
class Somebody:
    id: UUID
    kind: str
    host: "Somebody | None" = None
    end: date | None = None  # left, no dependant any more, contract over
    flags: dict[str, bool] = field(default_factory=dict)
    taken_back: dict[str, date] = field(default_factory=dict)
    held: bool = False
    numbers: list[Number] = field(default_factory=list)

    @property
    def current(self) -> Number | None:
        return next((n for n in self.numbers if not n.gone and n.replaced_on is None), None)

    def over(self, number: Number, purpose: str) -> date | None:
        """The first day on which the purpose had come to an end; None while it has not."""
        ends = [number.replaced_on, self.end]
        if self.host is not None:
            ends.append(self.host.end)
            flag = FLAG.get(purpose, "")
            if not self.flags.get(flag, True):
                ends.append(self.taken_back.get(flag))
        known = [day for day in ends if day is not None]
        return min(known) if known else None


def whole_years(after: date, years: int) -> date:
    """The last of so many years, the first day counted being the one after."""
    first = after + timedelta(days=1)
    year = first.year + years
    if first.day <= calendar.monthrange(year, first.month)[1]:
        return date(year, first.month, first.day) - timedelta(days=1)
    return date(year, first.month, calendar.monthrange(year, first.month)[1])


def last_day(purpose: str, over: date | None, used: date | None, reports: int) -> date:
    """Until when the law asks for the papers of one purpose."""
    happened = [day for day in (over, used) if day is not None]
    if purpose == "TAX_DEDUCTION_FORMS":
        return date(max(day.year for day in happened) + 8, 1, 10)
    if purpose in REPORTS:
        deadlines = [date(over.year + 1, 1, 31)] if over else []
        return whole_years(max([*deadlines, *([used] if used else [])]), reports)
    return whole_years(max(happened), YEARS_FROM_COMPLETION[purpose])


def lawful_day(person: Somebody, number: Number, reports: int) -> date | None:
    """From when the number may go by law, holds apart; None as long as it is wanted."""
    ends = {purpose: person.over(number, purpose) for purpose in number.purposes}
    if None in ends.values():
        return None
    days = [
        last_day(purpose, ends.get(purpose), number.uses.get(purpose), reports)
        for purpose in {*ends, *number.uses}
    ]
    return max(days) + timedelta(days=1)


# the lives -------------------------------------------------------------------------------------


class Shifted(datetime):
    """The clock on the wall, moved on by the days that have passed."""

    passed = timedelta()

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return datetime.now(tz) + cls.passed


FLAGS = ("tax_dependent", "health_dependent", "category3")
OFFSETS = st.integers(-900, 90)


class Lives(RuleBasedStateMachine):
    side: Side
    everybody = Bundle("everybody")
    employees = Bundle("employees")
    numbered = Bundle("numbered")

    @initialize()
    def a_day_like_any_other(self) -> None:
        Shifted.passed = timedelta()
        self.people: list[Somebody] = []
        self.reports = 0
        self.operator, self.officer = self.side.operator, self.side.officer
        with self.side.scope():
            RetentionChoice.objects.all().delete()

    # people ---------------------------------------------------------------------------------

    @rule(target=employees)
    def hire(self) -> Somebody:
        with self.side.scope():
            person = actions.register_employee(
                {"employee_code": new_code(), "name": "甲", "kana": "コウ"}, actor=self.operator
            )
        return self.known(Somebody(person.id, "employee"))

    @rule(target=everybody, host=employees, flags=st.tuples(*[st.booleans()] * 3))
    def add_family(self, host: Somebody, flags: tuple[bool, ...]) -> Somebody:
        given = dict(zip(FLAGS, flags, strict=True))
        with self.side.scope():
            person = actions.register_family_member(
                Person.objects.get(id=host.id),
                {"name": "乙", "kana": "オツ", "relationship": "WIFE", **given},
                actor=self.operator,
            )
        return self.known(Somebody(person.id, "family", host=host, flags=given))

    @rule(target=everybody)
    def sign_contract(self) -> Somebody:
        with self.side.scope():
            person = Person.objects.create(
                company_id=self.side.company.id, kind=PersonKind.PAYEE, employee_code=new_code(),
                name="丙", kana="ヘイ", search_key="丙 ヘイ",
            )  # fmt: skip
        return self.known(Somebody(person.id, "payee"))

    @rule(target=everybody, person=employees)
    def employee_too(self, person: Somebody) -> Somebody:
        return person

    @rule(person=everybody, days=OFFSETS)
    def come_to_an_end(self, person: Somebody, days: int) -> None:
        person.end = timezone.localdate() + timedelta(days=days)
        self.set_end(person)

    @rule(person=everybody)
    def come_back(self, person: Somebody) -> None:
        person.end = None
        self.set_end(person)

    @rule(person=everybody, flag=st.sampled_from(FLAGS), value=st.booleans())
    def change_flag(self, person: Somebody, flag: str, value: bool) -> None:
        if person.kind != "family" or person.flags[flag] is value:
            return
        person.flags[flag] = value
        if not value:
            person.taken_back[flag] = timezone.localdate()
        with self.side.scope():
            row = Person.objects.get(id=person.id)
            actions.change_person(row, {flag: value}, version=row.version, actor=self.operator)
            clocks.recount([person.id])

    # numbers --------------------------------------------------------------------------------

    @rule(target=numbered, person=everybody, data=st.data())
    def record_number(self, person: Somebody, data: st.DataObject) -> Somebody:
        if person.current is None:
            self.seal(person, self.some_purposes(person, data))
        return person

    @rule(person=numbered, data=st.data())
    def change_number(self, person: Somebody, data: st.DataObject) -> None:
        """番号変更: the old one is superseded today, another takes its place."""
        old = person.current
        if old is None:
            return
        with self.side.scope():
            NumberRecord.objects.filter(id=old.record).update(
                state=RecordState.SUPERSEDED, superseded_at=timezone.now()
            )
        old.replaced_on = timezone.localdate()
        self.seal(person, self.some_purposes(person, data))

    @rule(person=numbered, data=st.data())
    def change_purposes(self, person: Somebody, data: st.DataObject) -> None:
        number = person.current
        if number is None:
            return
        number.purposes = {one.code for one in self.some_purposes(person, data)}
        with self.side.scope():
            NumberRecord.objects.filter(id=number.record).update(purposes=sorted(number.purposes))
            clocks.recount([person.id])

    @rule(person=numbered, data=st.data(), days=st.integers(-30, 0))
    def use(self, person: Somebody, data: st.DataObject, days: int) -> None:
        number = person.current
        if number is None:
            return
        purpose = data.draw(st.sampled_from(sorted(number.purposes)))
        day = timezone.localdate() + timedelta(days=days)
        number.uses[purpose] = max(day, number.uses.get(purpose, day))
        with self.side.scope():
            record = NumberRecord.objects.get(id=number.record)
            clocks.note_use([record], Purpose[purpose], "2200700", day)

    @rule(person=numbered)
    def dispose_of_it(self, person: Somebody) -> None:
        """Only what is due goes, and nothing that is held."""
        number = person.current
        day = lawful_day(person, number, self.reports) if number else None
        if number is None or day is None or day > timezone.localdate():
            return
        with self.side.scope():
            row = Person.objects.get(id=person.id)
            if person.held:
                with pytest.raises(dispose.OnHold):
                    dispose.dispose_number(row, Reason.PERIOD_OVER, "", actor=self.operator)
                return
            dispose.dispose_number(row, Reason.PERIOD_OVER, "", actor=self.operator)
            clocks.recount([person.id])
        number.gone = True

    # holds, periods, days -------------------------------------------------------------------

    @rule(person=everybody)
    def hold(self, person: Somebody) -> None:
        if person.held:
            return
        person.held = True
        with self.side.scope():
            row = Person.objects.get(id=person.id)
            review = timezone.localdate() + timedelta(days=30)
            holds.place_hold(row, "係争中のため", review, actor=self.officer)

    @rule(person=everybody)
    def release(self, person: Somebody) -> None:
        if not person.held:
            return
        person.held = False
        with self.side.scope():
            open_one = Hold.objects.get(person_id=person.id, released_at__isnull=True)
            holds.release_hold(open_one, "和解したため", actor=self.officer)

    @rule(years=st.integers(0, 7))
    @precondition(lambda self: any(person.numbers for person in self.people))
    def choose_period(self, years: int) -> None:
        with self.side.scope():
            task = periods.choose_period("R-TAX-06", years, actor=self.officer)
        if task is not None:
            jobs.recount(self.officer, task.id)
        self.reports = years

    @rule(days=st.sampled_from([1, 31, 366, 731, 2557]))
    def days_pass(self, days: int) -> None:
        Shifted.passed += timedelta(days=days)

    # agreement ------------------------------------------------------------------------------

    @invariant()
    def both_agree(self) -> None:
        ids = [person.id for person in getattr(self, "people", [])]
        if not ids:
            return
        with self.side.scope():
            rows = Person.objects.in_bulk(ids)
            records = {one.id: one for one in NumberRecord.objects.filter(person_id__in=ids)}
            told = {kept.record: kept.keeping for kept in kept_numbers(ids)}
        for person in self.people:
            current = person.current
            day = lawful_day(person, current, self.reports) if current else None
            assert rows[person.id].number_due_on == day
            assert rows[person.id].on_hold is person.held
            assert (rows[person.id].number_state == NumberState.ACTIVE) is (current is not None)
            for number in person.numbers:
                record = records[number.record]
                assert (record.state == RecordState.DISPOSED) is number.gone
                if not number.gone:
                    self.one_agrees(person, number, record, told[number.record])

    def one_agrees(self, person: Somebody, number: Number, record: Any, keeping: Any) -> None:
        lawful = lawful_day(person, number, self.reports)
        assert (record.due_on, keeping.due_on) == (lawful, lawful)
        assert keeping.may_go_from == (None if person.held else lawful)
        assert {one.purpose.code for one in keeping.living} == {
            purpose for purpose in number.purposes if person.over(number, purpose) is None
        }
        assert record.kept_by == keeping.kept_by
        assert lawful is None or keeping.kept_by in {one.rule.id for one in keeping.running}

    # hands ----------------------------------------------------------------------------------

    def known(self, person: Somebody) -> Somebody:
        self.people.append(person)
        return person

    def some_purposes(self, person: Somebody, data: st.DataObject) -> list[Purpose]:
        fitting = [one for one in Purpose if person.kind in {kind.value for kind in one.kinds}]
        return data.draw(st.lists(st.sampled_from(fitting), unique=True, min_size=1, max_size=4))

    def seal(self, person: Somebody, purposes: list[Purpose]) -> None:
        with self.side.scope():
            done = actions.record_number(
                Person.objects.get(id=person.id),
                parse(new_number()),
                purposes,
                actions.Verification(),
                actor=self.operator,
            )
            clocks.recount([person.id])
        person.numbers.append(Number(done.record.id, {one.code for one in purposes}))

    def set_end(self, person: Somebody) -> None:
        column = {
            "employee": "left_on", "family": "dependent_until", "payee": "contract_to",
        }[person.kind]  # fmt: skip
        with self.side.scope():
            Person.objects.filter(id=person.id).update(**{column: person.end})
            clocks.recount([person.id])


def test_random_lives_agree_with_the_plain_model(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(django.utils.timezone, "datetime", Shifted)
    Lives.side = make_side("RL")

    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=12,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
