"""A company that has told everything forms ask of companies, with people of every kind."""

from datetime import date

import pytest

from azukari.law.number import parse
from azukari.law.purpose import Purpose
from azukari.register import actions as register
from azukari.register.models import Person
from tests.cast import Side
from tests.numbers import valid_number
from tests.use.cast import joined, numbers
from tests.use.forms import EVERY, told_company


@pytest.fixture(scope="module")
def side(database: object) -> Side:
    return told_company("EF")


@pytest.fixture(scope="module")
def people(side: Side) -> list[tuple[Person, str]]:
    """An employee with wife, child and small child, and one alone; each with a number."""
    found = []
    for digits in numbers(2):
        person = joined(
            side, digits, purposes=EVERY, postcode="1000013", address="東京都千代田区霞が関２－２",
            address_kana="トウキョウトチヨダク", left_on=date(2026, 9, 30), insured_number="12",
            hired_on=date(2026, 4, 1), employment_insurance_number="50123456789",
        )  # fmt: skip
        found.append((person, digits))
    return found


@pytest.fixture(scope="module")
def family(side: Side, people: list[tuple[Person, str]]) -> dict[str, str]:
    """By relation, the numbers of the first one's family."""
    told = {}
    rows = (("WIFE", "山田　花子", date(1988, 2, 2), "2"), ("CHILD", "山田　一郎", date(2006, 5, 5), "1"),
            ("STEPCHILD", "山田　二郎", date(2018, 5, 5), "1"))  # fmt: skip
    for at, (relation, name, born, sex) in enumerate(rows):
        digits = valid_number(6_400_000 + at)
        with side.scope():
            member = register.register_family_member(
                people[0][0],
                {"name": name, "kana": "ヤマダ　カゾク", "relationship": relation, "sex": sex,
                 "birth_date": born, "tax_dependent": True, "health_dependent": True,
                 "lives_together": True, "category3": relation == "WIFE"},
                actor=side.operator,
            )  # fmt: skip
            register.record_number(
                member,
                parse(digits),
                [Purpose.TAX_WITHHOLDING, Purpose.TAX_DEDUCTION_FORMS, Purpose.HEALTH_PENSION],
                register.Verification("CARD", "CARD"),
                actor=side.operator,
            )
        told[relation] = digits
    return told


@pytest.fixture(scope="module")
def payee(side: Side) -> tuple[Person, str]:
    digits = valid_number(6_500_000)
    with side.scope():
        person = register.register_payee(
            {"employee_code": "P0001", "name": "講師　花子", "kana": "コウシ　ハナコ",
             "address": "東京都港区芝公園４－１", "payee_kind": "lecturer"},
            actor=side.operator,
        )  # fmt: skip
        register.record_number(
            person,
            parse(digits),
            [Purpose.PAYMENT_REPORT],
            register.Verification("CARD", "CARD"),
            actor=side.operator,
        )
    return person, digits
