"""Draws households: the same arguments always give the same people, and fewer are a prefix of more.

>>> [h.employee.employee_no for h in people(2, seed=1)]
['E0000001', 'E0000002']
"""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import accumulate
from random import Random
from typing import TypeVar

from azukari.law.number import MyNumber, check_digit, parse
from azukari.law.relationship import Relationship
from azukari.law.sex import Sex
from azukari.synthetic.persons import Employee, Family, Household
from azukari.synthetic.pools import (
    BUILDINGS,
    DEPARTMENTS,
    FOREIGN,
    MEN,
    PLACES,
    SURNAMES,
    WOMEN,
)

_Person = TypeVar("_Person", Employee, Family)

TODAY = date(2026, 4, 1)
"""The day all ages are counted at: generation must not depend on the clock."""

LARGEST_FAMILY = 7
_SLOTS = LARGEST_FAMILY + 1
_PEOPLE_PER_COMPANY = 1_000_000 * _SLOTS
_BLOCK = 2_000

# Numbers run over 1 … 10**11 - 1 by an affine step; both moduli share no factor with the step,
# so no two people of one seed get the same number.
_SPACE = 10**11 - 1
_STEP = 70_710_678_119
_SEED_STEP = 41_421_356_237

_SURNAME_WEIGHTS = list(accumulate(1 / (rank + 9) for rank in range(len(SURNAMES))))
_FAMILY_SIZES = (0.34, 0.22, 0.20, 0.14, 0.07, 0.02, 0.007, 0.003)
_FAMILY_WEIGHTS = list(accumulate(_FAMILY_SIZES))

_TODAY = TODAY.toordinal()
_YEAR = 365.2425
_WITHOUT_NUMBER = 0.01
_FAMILY_WITHOUT_NUMBER = 0.03
_RETIRED = 0.07
_FOREIGN = 0.03
_MARRIED = 0.62
_SPACE_BETWEEN = "\u3000"


def people(
    n: int, *, seed: int, company_index: int = 0, all_numbered: bool = False
) -> Iterator[Household]:
    """`n` households of one company; about one and a half family members each.

    Numbers are unique over all companies of a seed, up to a million employees each and 12,499
    companies. With `all_numbered` nobody is without a number.
    """
    for start in range(0, n, _BLOCK):
        random = Random(f"{seed}/{company_index}/{start}")  # noqa: S311 - invented people
        for index in range(start, min(start + _BLOCK, n)):
            household = _household(random, index, seed, company_index)
            yield _numbered(household, seed, company_index, index) if all_numbered else household


def number_at(position: int, seed: int) -> MyNumber:
    """The number of the `position`-th person of a seed; no two positions share one."""
    eleven = f"{(position * _STEP + seed * _SEED_STEP) % _SPACE + 1:011d}"
    return parse(eleven + check_digit(eleven))


def _position(company_index: int, index: int, member: int = 0) -> int:
    return company_index * _PEOPLE_PER_COMPANY + index * _SLOTS + member


def _household(random: Random, index: int, seed: int, company_index: int) -> Household:
    position = _position(company_index, index)
    size = bisect(_FAMILY_WEIGHTS, random.random())
    employee = _employee(random, index, number_at(position, seed))
    married = random.random() < _MARRIED
    family = [
        _member(random, employee, k, number_at(position + k, seed), spouse=married and k == 1)
        for k in range(1, size + 1)
    ]
    return Household(employee, tuple(family))


def _numbered(household: Household, seed: int, company_index: int, index: int) -> Household:
    """The same household, those without a number given theirs."""

    def given(person: _Person, member: int) -> _Person:
        if person.individual_number is not None:
            return person
        number = number_at(_position(company_index, index, member), seed)
        return replace(person, individual_number=number)

    family = tuple(given(person, person.sequence) for person in household.family)
    return Household(given(household.employee, 0), family)


def _employee(random: Random, index: int, number: MyNumber) -> Employee:
    draw = random.random
    male = draw() < 0.55
    surname, given = _names(random, male=male)
    age = 18 + 50 * (draw() + draw()) / 2
    born = _TODAY - int(age * _YEAR)
    hired = _TODAY - int((age - 18) * _YEAR * draw() * draw())
    left = date.fromordinal(hired + int((_TODAY - hired) * draw())) if draw() < _RETIRED else None
    department_code, department = DEPARTMENTS[int(draw() * len(DEPARTMENTS))]
    postcode, address, address_kana = _address(random)
    employee_no = f"E{index + 1:07d}"
    return Employee(
        employee_no,
        f"{surname[0]}　{given[0]}",
        f"{surname[1]}　{given[1]}",
        date.fromordinal(born),
        Sex.MALE if male else Sex.FEMALE,
        date.fromordinal(hired),
        left,
        department_code,
        department,
        postcode,
        address,
        address_kana,
        f"0{7 + int(draw() * 3)}0-{int(draw() * 10_000):04d}-{int(draw() * 10_000):04d}",
        f"{employee_no.lower()}@example.com",
        None if draw() < _WITHOUT_NUMBER else number,
        f"{int(draw() * 10**10):010d}" if draw() < 0.9 else "",
        f"{int(draw() * 10**11):011d}" if draw() < 0.9 else "",
        180_000 + int(draw() * draw() * 900) * 1_000,
    )


def _names(random: Random, *, male: bool) -> tuple[tuple[str, str], tuple[str, str]]:
    draw = random.random
    if draw() < _FOREIGN:
        family, given, family_kana, given_kana = FOREIGN[int(draw() * len(FOREIGN))]
        return (family, family_kana), (given, given_kana)
    surname = SURNAMES[bisect(_SURNAME_WEIGHTS, draw() * _SURNAME_WEIGHTS[-1])]
    return surname, _given_name(random, male=male)


def _given_name(random: Random, *, male: bool) -> tuple[str, str]:
    pool = MEN if male else WOMEN
    return pool[int(random.random() * len(pool))]


def _address(random: Random) -> tuple[str, str, str]:
    draw = random.random
    postcode, town, kana = PLACES[int(draw() * len(PLACES))]
    block, lot, house = 1 + int(draw() * 7), 1 + int(draw() * 28), 1 + int(draw() * 20)
    style = draw()
    if style < 0.6:
        return postcode, f"{town}{block}丁目{lot}番{house}号", f"{kana}{block}-{lot}-{house}"
    building, building_kana = BUILDINGS[int(draw() * len(BUILDINGS))]
    room = 101 + int(draw() * 12) * 100 + int(draw() * 9)
    # Some sources know no reading of the address.
    reading = f"{kana}{block}-{lot}-{house}　{building_kana}{room}" if style < 0.9 else ""
    return postcode, f"{town}{block}－{lot}－{house}　{building}{room}号室", reading


def _member(
    random: Random,
    employee: Employee,
    sequence: int,
    number: MyNumber,
    *,
    spouse: bool,
) -> Family:
    draw = random.random
    employee_born = employee.birth.toordinal()
    if spouse:
        male = employee.sex is Sex.FEMALE
        relationship = Relationship.HUSBAND if male else Relationship.WIFE
        born = min(employee_born + int((draw() - 0.5) * 14 * _YEAR), _TODAY - int(18 * _YEAR))
    else:
        male, relationship, born = _relative(random, employee_born)
    given = _given_name(random, male=male)
    age = (_TODAY - born) / _YEAR
    earns_nothing = draw() < 0.6
    # 健康保険法 第3条第7項: up to 74; 国民年金法 第7条第1項第3号: 20 to 59.
    health_dependent = (earns_nothing or age < 18) and age < 75
    tax_dependent = earns_nothing or age < 18 or draw() < 0.2
    return Family(
        employee.employee_no,
        sequence,
        relationship,
        f"{employee.name.partition(_SPACE_BETWEEN)[0]}　{given[0]}",
        f"{employee.kana.partition(_SPACE_BETWEEN)[0]}　{given[1]}",
        date.fromordinal(born),
        Sex.MALE if male else Sex.FEMALE,
        draw() < 0.9,
        tax_dependent,
        health_dependent,
        spouse and health_dependent and 20 <= age < 60,
        None if draw() < _FAMILY_WITHOUT_NUMBER else number,
    )


def _relative(random: Random, employee_born: int) -> tuple[bool, Relationship, int]:
    draw = random.random
    male = draw() < 0.5
    oldest = employee_born + int(21 * _YEAR)
    if draw() < 0.14 or oldest >= _TODAY:
        relationship = Relationship.FATHER if male else Relationship.MOTHER
        return male, relationship, employee_born - int((22 + draw() * 16) * _YEAR)
    youngest = min(_TODAY, employee_born + int(45 * _YEAR))
    return male, Relationship.CHILD, oldest + int(draw() * (youngest - oldest))
