"""Clocks of those who come by a file with an end already known: as if counted afterwards."""

from datetime import date
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azukari.law.purpose import Purpose
from azukari.register.actions import Verification
from azukari.register.keeping_facts import kept_numbers
from azukari.register.models import Person, RetentionChoice
from azukari.register.sheets.command import register_file
from azukari.serve.postgres_roles import DatabaseUrls
from tests.cast import Side, make_side
from tests.numbers import valid_number
from tests.register.sheet_files import employee, family, of
from tests.register.test_sheet_payees import payee

CHECKED = Verification("CARD", "CARD", "AUTH_POA", verified_on=date(2026, 4, 1))
_numbers = map(valid_number, count(83_500_000))
_codes = (f"K{number:05d}" for number in count(1))

DAYS = st.sampled_from(["", "2019/03/31", "2024/02/29", "2026/11/30", "2031/12/31"])
FLAGS = st.sampled_from(["0", "1"])
RELATIVES = st.tuples(DAYS, FLAGS, FLAGS)
EMPLOYEES = st.tuples(DAYS, st.lists(RELATIVES, max_size=3))
PAYEES = st.tuples(DAYS, DAYS)


@pytest.fixture(scope="module")
def side(database: DatabaseUrls) -> Side:
    return make_side("SC")


@settings(max_examples=8)
@given(
    employees=st.lists(EMPLOYEES, min_size=1, max_size=4),
    payees=st.lists(PAYEES, max_size=3),
    years=st.sampled_from([None, 3]),
)
def test_days_are_those_a_recount_finds(
    side: Side,
    employees: list[tuple[str, list[tuple[str, str, str]]]],
    payees: list[tuple[str, str]],
    years: int | None,
) -> None:
    people, relatives, paid = [], [], []
    for left_on, families in employees:
        code = next(_codes)
        people.append(employee(code, next(_numbers), 退職日=left_on))
        for place, (until, tax, health) in enumerate(families, 1):
            facts = {"税扶養": tax, "健保扶養": health}
            relatives.append(family(code, place, next(_numbers), 扶養から外れた日=until, **facts))
    for ended, last_paid in payees:
        days = {"契約開始日": "2018/04/01", "契約終了日": ended, "最後の支払日": last_paid}
        paid.append(payee(next(_codes), next(_numbers)) | days)
    with side.scope():
        RetentionChoice.objects.all().delete()
        if years is not None:
            RetentionChoice.objects.create(
                company_id=side.company.id, rule="R-TAX-06", length=years, changed_by_name="試験"
            )

    for rows in filter(None, (people, relatives, paid)):
        told = register_file(of(*rows), "x.csv", list(Purpose), CHECKED, actor=side.operator)
        assert (told["state"], told["added"]) == ("applied", len(rows)), told["problems"]

    codes = {row.get("社員番号") or row["支払先コード"] for row in [*people, *paid]}
    with side.scope():
        written = {one.id: one for one in Person.objects.filter(employee_code__in=codes)}
        kept = kept_numbers(written)
    assert len(kept) == len(written) == len([*people, *relatives, *paid])
    due = dict.fromkeys(written, None) | {one.person: one.keeping.due_on for one in kept}
    assert {one.id: one.number_due_on for one in written.values()} == due
    assert [(one.due_on, one.kept_by) for one in kept] == [
        (one.keeping.due_on, one.keeping.kept_by) for one in kept
    ]
