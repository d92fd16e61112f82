"""給与支払報告書 for eLTAX, from facts to bytes: the recipe's rules, every check, read back.

What a filing of that size takes beyond it (rows, numbers opened) is measured by other jobs.
"""

from datetime import date
from typing import Any

from azukari.filings.catalog import tax
from azukari.filings.problems import FilingRefused
from azukari.filings.recipes import records
from azukari.filings.recipes.look import told
from azukari.filings.recipes.recipe import recipes
from azukari.law.number import MyNumber
from azukari.synthetic.generator import people
from bench.jobs.house import SEED
from bench.measure import Measured, expect, measuring

_YEAR, _TODAY = 2026, date(2027, 1, 20)
_COMPANY = {
    "co.name": "株式会社計測",
    "co.address": "東京都千代田区霞が関１－２－２",
    "co.tel": "03-3456-7890",
    "co.number": "7000012050002",
    "doc.correction": "0",
}
_NUMBER_AT = 94  # item 95 of a record
Person = tuple[dict[str, Any], dict[str, MyNumber]]


def make_report(persons: int) -> dict[str, Measured]:
    found = _accepted(_people(persons + persons // 10))[:persons]
    expect("people without a problem", len(found), persons)
    with measuring() as cost:
        content = _written(found)
    expect("problems", tax.check(content, today=_TODAY), [])
    rows = tax.read(content)
    expect("records", len(rows), persons)
    same = [row[_NUMBER_AT] for row in rows] == [
        "0" + numbers["emp.mynumber"].reveal_digits() for _, numbers in found
    ]
    expect("numbers in the file are those of the people", same, True)
    return {"report": Measured(persons, cost, {"bytes": len(content)})}


def _written(found: list[Person]) -> bytes:
    recipe = recipes()["315"]
    return records.write(
        recipe,
        _COMPANY,
        ((told(recipe, facts, numbers), numbers) for facts, numbers in found),
        day=(_TODAY, _YEAR),
        media_number=1,
    )


def _accepted(found: list[Person]) -> list[Person]:
    """Without those the office would refuse: names it has no character for."""
    try:
        _written(found)
    except FilingRefused as refused:
        wrong = {problem.record for problem in refused.problems}
        return [one for place, one in enumerate(found, 1) if place not in wrong]
    return found


def _people(persons: int) -> list[Person]:
    return [_person(one) for one in people(persons, seed=SEED, all_numbered=True)]


def _person(one: Any) -> Person:
    employee = one.employee
    pay = employee.monthly_pay * 12
    facts = {
        **_COMPANY,
        "emp.name": employee.name,
        "emp.kana": employee.kana,
        "emp.birth": employee.birth,
        "emp.address": "東京都港区芝公園四丁目１番地",
        "pay.kind": "給料・賞与",
        "pay.total": pay,
        "pay.tax": pay // 50,
        "ins.social": pay // 7,
        "pay.after_deduction": pay * 7 // 10,
        "pay.deductions": pay // 4,
        "city.code": "13103",
    }
    numbers = {"emp.mynumber": employee.individual_number}
    for at, member in enumerate(one.family[:4]):
        facts |= {f"deps.{at}.name": member.name, f"deps.{at}.kana": member.kana}
        if member.individual_number is not None:
            numbers[f"deps.{at}.mynumber"] = member.individual_number
    return facts, numbers
