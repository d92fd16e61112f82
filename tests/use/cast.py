"""People who joined, with numbers, and a filing of them on the way."""

from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from azukari.jobs import filings as jobs
from azukari.law.number import parse
from azukari.law.purpose import Purpose
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.register import actions as register
from azukari.register.models import Person
from azukari.use import actions, preparing, queries
from azukari.use.models import Filing
from azukari.use.preparing import Wanted
from tests.cast import Side
from tests.numbers import valid_number

_codes = count(1)
_seeds = count(5_200_000)
HIRED = date(2026, 4, 1)


def joined(side: Side, digits: str | None = "new", **facts: Any) -> Person:
    """An employee; `digits` "new" for a number of their own, None for none."""
    purposes = facts.pop("purposes", [Purpose.HEALTH_PENSION])
    given = {
        "employee_code": f"U{next(_codes):06d}",
        "name": "山田　太郎",
        "kana": "ヤマダ　タロウ",
        "birth_date": date(1985, 5, 15),
        "sex": "1",
        "hired_on": HIRED,
        **facts,
    }
    with side.scope():
        person = register.register_employee(given, actor=side.operator)
        if digits is not None:
            number = valid_number(next(_seeds)) if digits == "new" else digits
            register.record_number(
                person,
                parse(number),
                purposes,
                register.Verification("CARD", "CARD"),
                actor=side.operator,
            )
    return person


def numbers(many: int) -> list[str]:
    return [valid_number(next(_seeds)) for _ in range(many)]


def prepared(side: Side, *people: Person, pay: int | None = 300_000) -> Filing:
    with side.scope():
        filing = preparing.prepare_filing(
            Wanted("2200700", side.office), people, actor=side.operator
        )
        if pay is not None:
            facts = {
                one.person.id: {**one.asked, "ev.pay_currency": pay}
                for one in queries.subjects_of(filing)
            }
            actions.set_facts(filing, facts, actor=side.operator)
    return filing


def made(side: Side, filing: Filing) -> Filing:
    """Started and worked off, as the worker does."""
    with side.scope():
        task, _ = actions.begin_filing(filing, actor=side.operator)
    jobs.make(side.operator, task.id, filing.id)
    return fresh(side, filing)


def fresh(side: Side, filing: Filing) -> Filing:
    with side.scope():
        return Filing.objects.select_related("office").get(id=filing.id)


def leaves(side: Side, *wanted: Action, subject: UUID | None = None) -> list[Record]:
    """What the company's ledger holds of these actions, the newest first."""
    with side.scope():
        page = ledger.records(
            side.company.id, ledger.Filter(subject=subject, actions=wanted), limit=500
        )
    return [entry.record for entry in page.entries]


def leaf_of(side: Side, action: Action, filing: Filing) -> list[Record]:
    return [one for one in leaves(side, action) if one.details.get("target") == str(filing.id)]


def taken(side: Side, filing: Filing) -> bytes:
    with side.scope():
        return actions.download(filing, actor=side.operator)[1]
