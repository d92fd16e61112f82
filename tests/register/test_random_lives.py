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
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from azukari.dispose import actions as dispose
from azukari.dispose.rules import DisposeRefused, Reason
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


def last_days_of(person: Somebody, number: Number, reports: int) -> dict[str, date]:
    """Until when each purpose keeps its papers, of those that came to an end."""
    ends = {purpose: person.over(number, purpose) for purpose in number.purposes}
    over = {purpose for purpose, end in ends.items() if end is not None}
    over |= number.uses.keys() - ends.keys()
    return {
        purpose: last_day(purpose, ends.get(purpose), number.uses.get(purpose), reports)
        for purpose in over
    }


def lawful_day(person: Somebody, number: Number, reports: int) -> date | None:
    """From when the number may go by law, holds apart; None as long as it is wanted."""
    if any(person.over(number, purpose) is None for purpose in number.purposes):
        return None
    return max(last_days_of(person, number, reports).values()) + timedelta(days=1)


# the lives -------------------------------------------------------------------------------------


class Shifted(datetime):
    """The clock on the wall, moved on by the days that have passed."""

    passed = timedelta()

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return datetime.now(tz) + cls.passed


FLAGS = ("tax_dependent", "health_dependent", "category3")
OFFSETS = st.integers(-900, 90)
WHICH = st.integers(0, 6)  # two employees, a family member of each, a payee, whoever came later


class Lives(RuleBasedStateMachine):
    side: Side

    @initialize()
    def a_day_like_any_other(self) -> None:
        Shifted.passed = timedelta()
        self.people: list[Somebody] = []
        self.reports = 0
        self.operator, self.officer = self.side.operator, self.side.officer
        with self.side.scope():
            RetentionChoice.objects.all().delete()
        for _ in range(2):
            host = self.hire()
            self.add_family(host, (True, True, True))
        self.sign_contract()
        for person in self.people:
            self.seal(person, self.every_purpose(person)[:3])

    # people ---------------------------------------------------------------------------------

    def hire(self) -> Somebody:
        with self.side.scope():
            person = actions.register_employee(
                {"employee_code": new_code(), "name": "甲", "kana": "コウ"}, actor=self.operator
            )
        return self.known(Somebody(person.id, "employee"))

    def add_family(self, host: Somebody, flags: tuple[bool, ...]) -> Somebody:
        given = dict(zip(FLAGS, flags, strict=True))
        with self.side.scope():
            person = actions.register_family_member(
                Person.objects.get(id=host.id),
                {"name": "乙", "kana": "オツ", "relationship": "WIFE", **given},
                actor=self.operator,
            )
        return self.known(Somebody(person.id, "family", host=host, flags=given))

    def sign_contract(self) -> Somebody:
        with self.side.scope():
            person = Person.objects.create(
                company_id=self.side.company.id, kind=PersonKind.PAYEE, employee_code=new_code(),
                name="丙", kana="ヘイ", search_key="丙 ヘイ",
            )  # fmt: skip
        return self.known(Somebody(person.id, "payee"))

    @rule(flags=st.tuples(*[st.booleans()] * 3), which=st.integers(0, 9))
    def family_grows(self, flags: tuple[bool, ...], which: int) -> None:
        employees = [person for person in self.people if person.kind == "employee"]
        self.add_family(employees[which % len(employees)], flags)

    @rule(which=WHICH, days=OFFSETS)
    def come_to_an_end(self, which: int, days: int) -> None:
        person = self.people[which % len(self.people)]
        person.end = timezone.localdate() + timedelta(days=days)
        self.set_end(person)

    @rule(which=WHICH)
    def come_back(self, which: int) -> None:
        person = self.people[which % len(self.people)]
        person.end = None
        self.set_end(person)

    @rule(which=WHICH, flag=st.sampled_from(FLAGS), value=st.booleans())
    def change_flag(self, which: int, flag: str, value: bool) -> None:
        person = self.people[which % len(self.people)]
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

    @rule(which=WHICH, data=st.data())
    def record_number(self, which: int, data: st.DataObject) -> None:
        person = self.people[which % len(self.people)]
        if person.current is None:
            self.seal(person, self.some_purposes(person, data))

    @rule(which=WHICH, data=st.data())
    def change_number(self, which: int, data: st.DataObject) -> None:
        """番号変更: the old one is superseded today, another takes its place."""
        person = self.people[which % len(self.people)]
        old = person.current
        if old is None:
            return
        with self.side.scope():
            NumberRecord.objects.filter(id=old.record).update(
                state=RecordState.SUPERSEDED, superseded_at=timezone.now()
            )
        old.replaced_on = timezone.localdate()
        self.seal(person, self.some_purposes(person, data))

    @rule(which=WHICH, data=st.data())
    def change_purposes(self, which: int, data: st.DataObject) -> None:
        person = self.people[which % len(self.people)]
        number = person.current
        if number is None:
            return
        number.purposes = {one.code for one in self.some_purposes(person, data)}
        with self.side.scope():
            NumberRecord.objects.filter(id=number.record).update(purposes=sorted(number.purposes))
            clocks.recount([person.id])

    @rule(which=WHICH, data=st.data(), days=st.integers(-30, 0))
    def use(self, which: int, data: st.DataObject, days: int) -> None:
        person = self.people[which % len(self.people)]
        number = person.current
        if number is None:
            return
        purpose = data.draw(st.sampled_from(sorted(number.purposes)))
        day = timezone.localdate() + timedelta(days=days)
        number.uses[purpose] = max(day, number.uses.get(purpose, day))
        with self.side.scope():
            record = NumberRecord.objects.get(id=number.record)
            clocks.note_use({record.id: record.person_id}, Purpose[purpose], "2200700", day)

    @rule(which=WHICH)
    def dispose_of_it(self, which: int) -> None:
        """Only what is due goes, and nothing that is held."""
        person = self.people[which % len(self.people)]
        number = person.current
        day = lawful_day(person, number, self.reports) if number else None
        if number is None or day is None or day > timezone.localdate():
            return
        with self.side.scope():
            row = Person.objects.get(id=person.id)
            if person.held:
                with pytest.raises(DisposeRefused, match="on_hold"):
                    dispose.dispose_number(row, Reason.PERIOD_OVER, "", actor=self.operator)
                return
            dispose.dispose_number(row, Reason.PERIOD_OVER, "", actor=self.operator)
            clocks.recount([person.id])
        number.gone = True

    # holds, periods, days -------------------------------------------------------------------

    @rule(which=WHICH)
    def hold(self, which: int) -> None:
        person = self.people[which % len(self.people)]
        if person.held:
            return
        person.held = True
        with self.side.scope():
            row = Person.objects.get(id=person.id)
            review = timezone.localdate() + timedelta(days=30)
            holds.place_hold(row, "係争中のため", review, actor=self.officer)

    @rule(which=WHICH)
    def release(self, which: int) -> None:
        person = self.people[which % len(self.people)]
        if not person.held:
            return
        person.held = False
        with self.side.scope():
            open_one = Hold.objects.get(person_id=person.id, released_at__isnull=True)
            holds.release_hold(open_one, "和解したため", actor=self.officer)

    @rule(years=st.integers(0, 7))
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
        last_days: dict[str, date] = {}
        for one in keeping.running:
            code = one.purpose.code
            last_days[code] = max(one.last, last_days.get(code, one.last))
        assert last_days == last_days_of(person, number, self.reports)
        assert lawful is None or keeping.kept_by in {one.rule.id for one in keeping.running}

    # hands ----------------------------------------------------------------------------------

    def known(self, person: Somebody) -> Somebody:
        self.people.append(person)
        return person

    def every_purpose(self, person: Somebody) -> list[Purpose]:
        return [one for one in Purpose if person.kind in {kind.value for kind in one.kinds}]

    def some_purposes(self, person: Somebody, data: st.DataObject) -> list[Purpose]:
        fitting = st.sampled_from(self.every_purpose(person))
        return data.draw(st.lists(fitting, unique=True, min_size=1, max_size=4))

    def seal(self, person: Somebody, purposes: list[Purpose]) -> None:
        with self.side.scope():
            done = actions.record_number(
                Person.objects.get(id=person.id),
                parse(new_number()),
                purposes,
                actions.Verification("CARD", "CARD", "AUTH_POA"),
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
            max_examples=15,
            stateful_step_count=30,
            # A life of thirty steps over a database is told faster than it is shortened.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
