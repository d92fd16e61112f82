"""Withholding slips for invented people: what a job knows before it makes a page."""

from typing import Any

from azukari.filings.catalog import paper
from azukari.law.number import MyNumber
from azukari.synthetic.generator import people
from azukari.synthetic.persons import Family, Household

PLAN = paper.plan("gensen_kyuyo_tax_office", "2025")
_SEED = 20_260_401
_COMPANY = {
    "name": "株式会社青空製作所",
    "address": "東京都中央区日本橋一丁目１番１号　青空ビル十二階",
    "tel": "03-0000-0000",
    "number": "7000012050002",
}

# Words and amounts, and numbers by their places.
Facts = tuple[dict[str, Any], dict[str, MyNumber]]


def facts(persons: int) -> list[Facts]:
    return [_facts(one) for one in people(persons, seed=_SEED, all_numbered=True)]


def _facts(household: Household) -> Facts:
    one = household.employee
    family = [member for member in household.family if member.tax_dependent]
    adults = [member for member in family if member.birth.year < 2010 and not member.category3]
    values = {
        "doc": {"year": "7"},
        "emp": {
            "name": one.name,
            "kana": one.kana,
            "address": one.address,
            "birth": one.birth,
            "code": one.employee_no,
        },
        "pay": {
            "kind": "給料・賞与",
            "total": one.monthly_pay * 15,
            "after_deduction": one.monthly_pay * 11,
            "deductions": one.monthly_pay * 5,
            "tax": one.monthly_pay * 15 // 40,
            "basic": 580_000,
        },
        "ins": {"social": one.monthly_pay * 2, "life": 40_000, "quake": 15_000},
        "life": {"new": 80_000, "care": 40_000},
        "dep": {"other": str(len(adults)), "under16": str(len(family) - len(adults))},
        "deps": [_named(member) for member in adults],
        "kids": [_named(member) for member in family if member not in adults],
        "co": _COMPANY,
    }
    numbers = {f"deps.{n}.mynumber": member.individual_number for n, member in enumerate(adults)}
    numbers["emp.mynumber"] = one.individual_number
    return values, {place: number for place, number in numbers.items() if number is not None}


def _named(member: Family) -> dict[str, str]:
    return {"name": member.name, "kana": member.kana}
