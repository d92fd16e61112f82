"""Questions about people, always inside the company in scope."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from azukari.law.name import search_key
from azukari.register.models import (
    NumberRecord,
    NumberState,
    Person,
    PersonChange,
    PersonKind,
    RecordState,
)

PAGE = 50
# The last two make every order total: no two people share them within a kind.
ORDERS: dict[str, tuple[str, ...]] = {
    "code": ("employee_code", "family_code"),
    "name": ("kana", "employee_code", "family_code"),
    "department": ("department", "employee_code", "family_code"),
}


@dataclass(frozen=True)
class PeopleFilter:
    """`words`: parts of code, name or kana; all must be found.  `employment`: working | left."""

    kind: PersonKind
    words: str = ""
    department: str = ""
    number_state: str = ""
    employment: str = ""


@dataclass(frozen=True)
class Page:
    """One page by keyset: no OFFSET, so that the last page is as fast as the first.

    Cursors are ids of people, so that an address carries no name.
    """

    people: list[Person]
    before: str  # cursor of the page before, empty on the first
    after: str  # cursor of the page after, empty on the last


def find_people(wanted: PeopleFilter) -> QuerySet[Person]:
    found = Person.objects.filter(kind=wanted.kind)
    # A family member is found by the department and employment of the employee.
    place = "" if wanted.kind == PersonKind.EMPLOYEE else "host__"
    for word in wanted.words.split():
        found = found.filter(matches(word))
    if wanted.department:
        found = found.filter(**{f"{place}department": wanted.department})
    if wanted.number_state:
        found = found.filter(number_state=wanted.number_state)
    if wanted.employment in {"working", "left"}:
        found = found.filter(**{f"{place}left_on__isnull": wanted.employment == "working"})
    return found


def matches(word: str) -> Q:
    code = unicodedata.normalize("NFKC", word)
    return Q(search_key__contains=search_key(word)) | Q(employee_code__startswith=code)


def find_anybody(words: str, *, limit: int) -> list[Person]:
    """Employees and family members by part of code, name or kana."""
    found = Person.objects.all()
    for word in words.split():
        found = found.filter(matches(word))
    return list(found.order_by("employee_code", "family_code")[:limit])


def page_of_people(
    wanted: PeopleFilter,
    *,
    after: str = "",
    before: str = "",
    sort: str = "code",
    size: int = PAGE,
) -> Page:
    """People in one of `ORDERS` (with `-` the other way round), after or before a cursor."""
    keys, down = ORDERS.get(sort.removeprefix("-"), ORDERS["code"]), sort.startswith("-")
    found = find_people(wanted)
    cursor, backwards = (before, True) if before else (after, False)
    edge = _edge(cursor, keys)
    descending = down is not backwards
    if edge:
        found = found.filter(_beyond(keys, edge, "lt" if descending else "gt"))
    order = [f"-{key}" for key in keys] if descending else list(keys)
    rows = list(found.order_by(*order)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards and edge:
        rows.reverse()
        return Page(rows, _cursor(rows[:1]) if more else "", _cursor(rows[-1:]))
    return Page(rows, _cursor(rows[:1]) if edge else "", _cursor(rows[-1:]) if more else "")


def _cursor(people: list[Person]) -> str:
    return "".join(str(person.id) for person in people)


def _edge(cursor: str, keys: tuple[str, ...]) -> tuple[str | int, ...]:
    """The keys of the person a cursor names; nothing for one that names nobody."""
    try:
        row = Person.objects.filter(id=UUID(cursor)).values_list(*keys).first()
    except ValueError:
        return ()
    return row or ()


def _beyond(keys: tuple[str, ...], edge: tuple[str | int, ...], way: str) -> Q:
    """(keys) > (edge), spelt out; the first condition alone lets the index be used."""
    beyond = Q()
    same = Q()
    for key, value in zip(keys, edge, strict=True):
        beyond |= same & Q(**{f"{key}__{way}": value})
        same &= Q(**{key: value})
    return Q(**{f"{keys[0]}__{way}e": edge[0]}) & beyond


def family_of(employee: Person) -> QuerySet[Person]:
    return Person.objects.filter(host=employee).order_by("family_code")


def named(ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Those of the ids that are people of the company."""
    return Person.objects.in_bulk(set(ids))


def active_record(person: Person) -> NumberRecord | None:
    return NumberRecord.objects.filter(person=person, state=RecordState.ACTIVE).first()


def active_records(people: list[UUID]) -> dict[UUID, NumberRecord]:
    rows = NumberRecord.objects.filter(person_id__in=people, state=RecordState.ACTIVE)
    return {row.person_id: row for row in rows}


def records_of(person: Person) -> QuerySet[NumberRecord]:
    return NumberRecord.objects.filter(person=person).order_by("-recorded_at")


def changes_of(person: Person) -> QuerySet[PersonChange]:
    return PersonChange.objects.filter(person=person).order_by("-at")


def values_at(person: Person, version: int) -> dict[str, Any]:
    """What stood at that version in the fields that have changed since, as the history keeps it."""
    later = PersonChange.objects.filter(person=person, version__gt=version).order_by("version")
    values: dict[str, Any] = {}
    for change in later:
        for name, (before, _after) in change.changes.items():
            values.setdefault(name, before)
    return values


def departments() -> list[str]:
    return list(
        Person.objects.filter(kind=PersonKind.EMPLOYEE)
        .exclude(department="")
        .order_by("department")
        .values_list("department", flat=True)
        .distinct()
    )


@dataclass(frozen=True)
class DepartmentCount:
    department: str
    registered: int
    missing: int


def registration_by_department() -> list[DepartmentCount]:
    """How many numbers of working employees are registered and missing, by department."""
    rows = (
        Person.objects.filter(kind=PersonKind.EMPLOYEE, left_on__isnull=True)
        .values("department")
        .annotate(
            registered=Count("id", filter=Q(number_state=NumberState.ACTIVE)),
            missing=Count("id", filter=Q(number_state=NumberState.NONE)),
        )
        .order_by("department")
    )
    return [DepartmentCount(r["department"], r["registered"], r["missing"]) for r in rows]


@dataclass(frozen=True)
class Counts:
    employees: int
    employees_missing: int
    family: int
    family_missing: int


def counts() -> Counts:
    """People and missing numbers, of employees and of family, in one question."""
    none = NumberState.NONE
    rows = {
        row["kind"]: row
        for row in Person.objects.values("kind").annotate(
            all=Count("id"), missing=Count("id", filter=Q(number_state=none))
        )
    }
    nobody = {"all": 0, "missing": 0}
    employees = rows.get(PersonKind.EMPLOYEE.value, nobody)
    family = rows.get(PersonKind.FAMILY.value, nobody)
    return Counts(employees["all"], employees["missing"], family["all"], family["missing"])
