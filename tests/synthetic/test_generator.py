from collections import Counter
from itertools import pairwise

from azukari.law.kana import is_full_katakana
from azukari.law.name import problem_of as name_problem
from azukari.law.relationship import Relationship
from azukari.law.sex import Sex
from azukari.synthetic.generator import TODAY, people
from azukari.synthetic.persons import Household

HOUSEHOLDS = list(people(3000, seed=7))


def _numbers(households: list[Household]) -> list[str]:
    numbers = [h.employee.individual_number for h in households]
    numbers += [member.individual_number for h in households for member in h.family]
    return [number.reveal_digits() for number in numbers if number is not None]


def test_people_are_the_same_for_the_same_arguments() -> None:
    again = list(people(3000, seed=7))

    assert again == HOUSEHOLDS
    assert list(people(3000, seed=8)) != HOUSEHOLDS


def test_fewer_people_are_a_prefix() -> None:
    assert list(people(2100, seed=7)) == HOUSEHOLDS[:2100]


def test_numbers_are_unique_over_companies() -> None:
    others = list(people(3000, seed=7, company_index=1))

    numbers = _numbers(HOUSEHOLDS) + _numbers(others)

    assert len(numbers) == len(set(numbers))


def test_families_look_like_families() -> None:
    families = [household.family for household in HOUSEHOLDS]
    members = [member for family in families for member in family]

    assert 1.3 < len(members) / len(families) < 1.7
    assert all(m.birth <= TODAY for m in members)
    assert all([m.sequence for m in f] == list(range(1, len(f) + 1)) for f in families)
    assert all(m.relationship.is_spouse for m in members if m.category3)
    assert all((m.sex is Sex.FEMALE) for m in members if m.relationship is Relationship.WIFE)
    assert {Relationship.CHILD, Relationship.FATHER} <= {m.relationship for m in members}


def test_some_have_left_and_some_have_no_number() -> None:
    employees = [household.employee for household in HOUSEHOLDS]
    counts = Counter((e.left is not None, e.individual_number is None) for e in employees)

    assert all(e.hired <= (e.left or TODAY) <= TODAY for e in employees)
    assert 0.04 < sum(n for (left, _), n in counts.items() if left) / len(employees) < 0.1
    assert 0.002 < sum(n for (_, none), n in counts.items() if none) / len(employees) < 0.03


def test_all_numbered_changes_nothing_else() -> None:
    numbered = list(people(300, seed=7, all_numbered=True))

    assert len(_numbers(numbered)) == sum(1 + len(h.family) for h in numbered)
    assert [h.employee.name for h in numbered] == [h.employee.name for h in HOUSEHOLDS[:300]]


def test_names_are_keepable_and_some_are_rare() -> None:
    names = [h.employee.name for h in HOUSEHOLDS]

    assert all(name_problem(name) is None for name in names)
    assert all(is_full_katakana(h.employee.kana) for h in HOUSEHOLDS)
    assert all(any(rare in name for name in names) for rare in "髙﨑𠮷")


def test_employee_numbers_count_up() -> None:
    numbers = [household.employee.employee_no for household in HOUSEHOLDS]

    assert numbers[0] == "E0000001"
    assert all(one < other for one, other in pairwise(numbers))
