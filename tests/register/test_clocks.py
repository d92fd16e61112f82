"""Clocks of numbers over real tables: what moves them, and that moving many is quick."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from azukari.law.number import parse
from azukari.law.purpose import Purpose
from azukari.register import actions, clocks
from azukari.register.actions.ending import end_records
from azukari.register.keeping_facts import kept_numbers
from azukari.register.models import (
    NumberLedgerEntry,
    NumberRecord,
    NumberUse,
    Person,
    PersonKind,
    RecordState,
    RetentionChoice,
)
from azukari.tenancy.ids import new_id
from tests.cast import Cast, Side
from tests.web.browser import employee, family_member, new_code, new_number

ALL = [
    Purpose.TAX_WITHHOLDING,
    Purpose.TAX_DEDUCTION_FORMS,
    Purpose.RESIDENT_TAX,
    Purpose.HEALTH_PENSION,
    Purpose.EMPLOYMENT_INS,
]


def hold_number(side: Side, person: Person, purposes: list[Purpose]) -> NumberRecord:
    with side.scope():
        return actions.record_number(
            person,
            parse(new_number()),
            purposes,
            actions.Verification("CARD", "CARD", "AUTH_POA"),
            actor=side.operator,
        ).record


def set_facts(side: Side, person: Person, **facts: Any) -> None:
    """As the verbs about people do it: the facts, then the clocks, in one transaction."""
    with side.scope():
        Person.objects.filter(id=person.id).update(**facts)
        clocks.recount([person.id])


def days_of(side: Side, record: NumberRecord) -> tuple[date | None, str, date | None]:
    """The clock of the record, the rule that decides it, and the day in the lists."""
    with side.scope():
        record.refresh_from_db()
        return record.due_on, record.kept_by, record.person.number_due_on


def test_a_number_in_use_has_no_day(cast: Cast) -> None:
    record = hold_number(cast.a, employee(cast.a), ALL)

    set_facts(cast.a, record.person)

    assert days_of(cast.a, record) == (None, "", None)


def test_leaving_names_the_day_and_a_return_takes_it_away(cast: Cast) -> None:
    record = hold_number(cast.a, employee(cast.a), ALL)

    set_facts(cast.a, record.person, left_on=date(2026, 3, 31))
    assert days_of(cast.a, record) == (date(2034, 1, 11), "R-TAX-01", date(2034, 1, 11))

    set_facts(cast.a, record.person, left_on=None)
    assert days_of(cast.a, record) == (None, "", None)


def test_families_follow_their_employee(cast: Cast) -> None:
    host = employee(cast.a)
    record = hold_number(cast.a, family_member(cast.a, host), [Purpose.HEALTH_PENSION])

    set_facts(cast.a, host, left_on=date(2024, 2, 29))

    assert days_of(cast.a, record) == (date(2026, 3, 1), "R-HI-01", date(2026, 3, 1))


def test_a_flag_taken_back_ends_its_purpose_only(cast: Cast) -> None:
    member = family_member(cast.a, employee(cast.a), tax_dependent=True, health_dependent=True)
    record = hold_number(cast.a, member, [Purpose.TAX_DEDUCTION_FORMS, Purpose.HEALTH_PENSION])
    with cast.a.scope():
        member.refresh_from_db()
        actions.change_person(
            member, {"tax_dependent": False}, version=member.version, actor=cast.a.operator
        )
        clocks.recount([member.id])
        [kept] = kept_numbers([member.id])

    assert days_of(cast.a, record) == (None, "", None)
    assert [one.purpose for one in kept.keeping.living] == [Purpose.HEALTH_PENSION]
    assert [(one.rule.id, one.happened_on) for one in kept.keeping.running] == [
        ("R-TAX-01", timezone.localdate())
    ]


def test_an_ended_payee_waits_for_the_report(cast: Cast) -> None:
    with cast.a.scope():
        payee = Person.objects.create(
            company_id=cast.a.company.id, kind=PersonKind.PAYEE, employee_code=new_code(),
            name="講師　一郎", kana="コウシ　イチロウ", search_key="", contract_to=date(2025, 6, 30),
        )  # fmt: skip
        record = NumberRecord.objects.create(
            company_id=cast.a.company.id, person=payee, cell=new_id(),
            purposes=[Purpose.PAYMENT_REPORT.code],
        )  # fmt: skip
        clocks.recount([payee.id])
        assert days_of(cast.a, record) == (date(2026, 2, 1), "R-TAX-06", date(2026, 2, 1))

        RetentionChoice.objects.create(
            company_id=cast.a.company.id, rule="R-TAX-06", length=3, changed_by_name="試験"
        )
        clocks.recount([payee.id])
        found = days_of(cast.a, record)
        RetentionChoice.objects.filter(rule="R-TAX-06").delete()

    assert found == (date(2029, 2, 1), "R-TAX-06", date(2029, 2, 1))


def test_a_changed_number_runs_by_itself(cast: Cast) -> None:
    old = hold_number(cast.a, employee(cast.a), [Purpose.HEALTH_PENSION])
    with cast.a.scope():
        NumberRecord.objects.filter(id=old.id).update(
            state=RecordState.SUPERSEDED, superseded_at=timezone.now()
        )
    new = hold_number_again(cast.a, old.person_id)
    set_facts(cast.a, old.person)

    today = timezone.localdate()
    assert days_of(cast.a, old)[0] == in_years(today, 2) + timedelta(days=1)
    assert days_of(cast.a, new) == (None, "", None)


def hold_number_again(side: Side, person_id: UUID) -> NumberRecord:
    with side.scope():
        return NumberRecord.objects.create(
            company_id=side.company.id, person_id=person_id, cell=new_id(),
            purposes=[Purpose.HEALTH_PENSION.code],
        )  # fmt: skip


def in_years(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def test_the_last_use_of_a_leaver_moves_the_day_and_never_back(cast: Cast) -> None:
    record = hold_number(cast.a, employee(cast.a), [Purpose.HEALTH_PENSION])
    set_facts(cast.a, record.person, left_on=date(2026, 3, 31))

    with cast.a.scope():
        for completed in (date(2026, 4, 6), date(2026, 4, 3)):
            clocks.note_use(
                {record.id: record.person_id}, Purpose.HEALTH_PENSION, "2201700", completed
            )
        noted = NumberUse.objects.filter(record=record).values_list("form", "completed_on")
        assert list(noted) == [("2201700", date(2026, 4, 6))]

    assert days_of(cast.a, record)[0] == date(2028, 4, 7)


def test_the_ledger_of_left_out_numbers_keeps_its_number(cast: Cast) -> None:
    record = hold_number(cast.a, employee(cast.a), [Purpose.HEALTH_PENSION])
    with cast.a.scope():
        NumberLedgerEntry.objects.create(
            company_id=cast.a.company.id, person=record.person, record=record, name="髙橋　太郎",
            declaration="扶養控除等申告書", received_on=date(2019, 1, 1), omitted_year=2023,
            entered_by_name="試験",
        )  # fmt: skip
    set_facts(cast.a, record.person, left_on=date(2023, 3, 31))

    assert days_of(cast.a, record)[:2] == (date(2031, 1, 11), "R-TAX-04")


def test_disposed_numbers_leave_no_day_in_the_lists(cast: Cast) -> None:
    record = hold_number(cast.a, employee(cast.a), ALL)
    set_facts(cast.a, record.person, left_on=date(2026, 3, 31))
    with cast.a.scope():
        end_records([record.id], [record.person_id])
        clocks.recount([record.person_id])

    assert days_of(cast.a, record)[2] is None


def test_the_other_company_is_not_counted(cast: Cast) -> None:
    record = hold_number(cast.a, employee(cast.a), ALL)
    with cast.a.scope():
        Person.objects.filter(id=record.person_id).update(left_on=date(2026, 3, 31))
    with cast.b.scope():
        clocks.recount([record.person_id])
        assert kept_numbers([record.person_id]) == []

    assert days_of(cast.a, record)[0] is None


def test_many_leavers_are_counted_at_once(cast: Cast) -> None:
    count = 3_000
    with cast.b.scope():
        company = cast.b.company.id
        people = Person.objects.bulk_create(
            Person(
                company_id=company, kind=PersonKind.EMPLOYEE, employee_code=new_code(),
                name="甲", kana="コウ", search_key="甲", left_on=date(2020 + i % 6, 3, 31),
            )
            for i in range(count)
        )  # fmt: skip
        records = NumberRecord.objects.bulk_create(
            NumberRecord(
                company_id=company, person=person, cell=new_id(),
                purposes=[purpose.code for purpose in ALL],
            )
            for person in people
        )  # fmt: skip
        clocks.recount(person.id for person in people)
        clocks.note_use(
            {one.id: one.person_id for one in records},
            Purpose.HEALTH_PENSION,
            "2201700",
            date(2026, 4, 6),
        )
        dated = NumberRecord.objects.filter(
            id__in=[record.id for record in records], due_on__isnull=False
        ).count()
        Person.objects.filter(id__in=[person.id for person in people]).update(left_on=None)

    assert dated == count
