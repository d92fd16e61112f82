"""One invented employee, family member, household."""

from dataclasses import dataclass
from datetime import date

from azukari.law.number import MyNumber
from azukari.law.relationship import Relationship
from azukari.law.sex import Sex


@dataclass(frozen=True, slots=True)
class Employee:
    """`monthly_pay` in yen; `left` is the last day at work; empty texts are facts not known."""

    employee_no: str
    name: str
    kana: str
    birth: date
    sex: Sex
    hired: date
    left: date | None
    department_code: str
    department: str
    postcode: str
    address: str
    address_kana: str
    telephone: str
    mail: str
    individual_number: MyNumber | None
    base_pension_no: str
    employment_insurance_no: str
    monthly_pay: int


@dataclass(frozen=True, slots=True)
class Family:
    """`sequence` counts from 1 under the employee."""

    employee_no: str
    sequence: int
    relationship: Relationship
    name: str
    kana: str
    birth: date
    sex: Sex
    lives_together: bool
    tax_dependent: bool
    health_dependent: bool
    category3: bool
    individual_number: MyNumber | None


@dataclass(frozen=True, slots=True)
class Household:
    employee: Employee
    family: tuple[Family, ...]
