"""Questions about people, always inside the company in scope."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from azukari.law.name import search_key
from azukari.register.models import (
    NumberRecord,
    NumberState,
    Person,
    PersonChange,
    PersonKind,
    RecordState,
    SavedSearch,
    YearlyFigures,
)
from azukari.register.search import paging
from azukari.register.search.conditions import PeopleFilter, Sql
from azukari.register.search.orders import KEYS, offered
from azukari.register.search.paging import Tally
from azukari.register.search.statements import rows_of
from azukari.tenancy import scope

__all__ = ["PeopleFilter", "Tally"]

PAGE = 50
_LATELY = 60  # seconds

# Rows are compared, not departments alone: the partial index implies the kind, so PostgreSQL 18
# would leave it out and look through the kinds again at each step.
_NEXT_DEPARTMENT = """
    SELECT department FROM register_person
    WHERE company_id = %s AND kind = 'employee' AND (kind, department) > ('employee', {})
    ORDER BY department LIMIT 1"""
_DEPARTMENTS = f"""
    WITH RECURSIVE found(department) AS (
        ({_NEXT_DEPARTMENT.format("''")})
        UNION ALL
        SELECT ({_NEXT_DEPARTMENT.format("found.department")}) FROM found
        WHERE found.department IS NOT NULL)
    SELECT department FROM found WHERE department IS NOT NULL"""  # noqa: S608  our own names


@dataclass(frozen=True)
class Page:
    """One page by keyset: no OFFSET, so that the last page is as fast as the first.

    Cursors are ids of people, so that an address carries no name.
    """

    people: list[Person]
    before: str  # cursor of the page before, empty on the first
    after: str  # cursor of the page after, empty on the last
    tally: Tally  # of all pages together
    order: str  # one of `search.orders.ORDERS`, turned round by a `-` before it


def find_people(wanted: PeopleFilter) -> QuerySet[Person]:
    """For further questions about them; pages of lists come from `page_of_people`."""
    found = Person.objects.filter(kind=wanted.kind)
    # A family member is found by the department and employment of the employee.
    place = "host__" if wanted.kind == PersonKind.FAMILY else ""
    for word in wanted.words.split():
        found = found.filter(matches(word))
    if wanted.department:
        found = found.filter(**{f"{place}department": wanted.department})
    if wanted.number_state:
        found = found.filter(number_state=wanted.number_state)
    if wanted.due_by:
        found = found.filter(number_due_on__lte=wanted.due_by)
    if wanted.employment in {"working", "left"}:
        end = "contract_to" if wanted.kind == PersonKind.PAYEE else f"{place}left_on"
        found = found.filter(**{f"{end}__isnull": wanted.employment == "working"})
    if wanted.payee_kind:
        found = found.filter(payee_kind=wanted.payee_kind)
    return found


def matches(word: str) -> Q:
    code = unicodedata.normalize("NFKC", word)
    return Q(search_key__contains=search_key(word)) | Q(employee_code__startswith=code)


def find_anybody(words: str, *, limit: int) -> list[Person]:
    """People of every kind by part of code, name or kana."""
    found = [
        one
        for kind in PersonKind
        for one in paging.find(PeopleFilter(kind, words), sort="code", size=limit).people
    ]
    return sorted(found, key=lambda one: (one.employee_code, one.family_code))[:limit]


def page_of_people(
    wanted: PeopleFilter,
    *,
    after: str = "",
    before: str = "",
    sort: str = "code",
    size: int = PAGE,
) -> Page:
    """People in one of `search.orders.ORDERS` (with `-` the other way round), by a cursor."""
    cursor, backwards = (before, True) if before else (after, False)
    order = offered(sort, wanted.kind)
    edge = _edge(cursor)
    backwards = backwards and edge is not None
    found = paging.find(wanted, sort=order, size=size + 1, edge=edge, backwards=backwards)
    more, people = len(found.people) > size, found.people[:size]
    if edge and not people:  # whoever was beyond the cursor fits no more: the first page
        return page_of_people(wanted, sort=sort, size=size)
    people = people[::-1] if backwards else people
    first, last = _cursor(people[:1]), _cursor(people[-1:])
    if backwards:
        return Page(people, first if more else "", last, found.tally, order)
    return Page(people, first if edge else "", last if more else "", found.tally, order)


def parts_of_people(wanted: PeopleFilter, *, sort: str, size: int) -> Iterator[list[Person]]:
    """All of them in the order of a list, so many at a time; whoever goes, nobody comes twice.

    Each part is read when it is asked for, in the scope of that moment.
    """
    order = offered(sort, wanted.kind)
    edge: dict[str, Any] | None = None
    while people := paging.find(wanted, sort=order, size=size, edge=edge).people:
        yield people
        edge = {key: getattr(people[-1], key) for key in KEYS}


def _cursor(people: list[Person]) -> str:
    return "".join(str(person.id) for person in people)


def _edge(cursor: str) -> dict[str, Any] | None:
    """The keys of the person a cursor names; nothing for one that names nobody."""
    try:
        found = Person.objects.filter(id=UUID(cursor))
    except ValueError:
        return None
    return next(iter(found.values(*KEYS)), None)


def family_of(employee: Person) -> QuerySet[Person]:
    return Person.objects.filter(host=employee).order_by("family_code")


def named(ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Those of the ids that are people of the company."""
    return Person.objects.in_bulk(set(ids))


def hosts_of(people: Iterable[Person]) -> dict[UUID, Person]:
    """What lists show of the employees whom family members belong to; no more is read of them."""
    shown = Person.objects.only("name", "department", "left_on", "dependent_until", "contract_to")
    return shown.in_bulk({one.host_id for one in people if one.host_id})


def with_codes(codes: Iterable[str]) -> dict[tuple[str, int], Person]:
    """Employees with these codes and their families, by 社員番号 and 家族連番."""
    found = Person.objects.exclude(kind=PersonKind.PAYEE).filter(employee_code__in=set(codes))
    return {(one.employee_code, one.family_code): one for one in found}


def active_record(person: Person) -> NumberRecord | None:
    return NumberRecord.objects.filter(person=person, state=RecordState.ACTIVE).first()


def active_records(people: list[UUID]) -> dict[UUID, NumberRecord]:
    rows = NumberRecord.objects.filter(person_id__in=people, state=RecordState.ACTIVE)
    return {row.person_id: row for row in rows}


def usable_records(people: list[UUID]) -> dict[UUID, NumberRecord]:
    """Those that may go onto a filing: nobody has to look at them a second time."""
    held = active_records(people)
    return {person: record for person, record in held.items() if not record.awaits_second_check}


def awaiting_second_check() -> QuerySet[NumberRecord]:
    """Recorded by one person, not yet looked at by another."""
    return NumberRecord.objects.filter(state=RecordState.ACTIVE, awaits_second_check=True)


def records_of(person: Person) -> QuerySet[NumberRecord]:
    return NumberRecord.objects.filter(person=person).order_by("-recorded_at")


def superseded_of(person: Person) -> QuerySet[NumberRecord]:
    """Numbers that another took the place of, kept or destroyed since."""
    return records_of(person).filter(superseded_at__isnull=False)


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


def saved_searches(user: UUID, listing: str) -> QuerySet[SavedSearch]:
    """What the user keeps for the list, by name."""
    return SavedSearch.objects.filter(user=user, listing=listing).order_by("name")


def departments() -> list[str]:
    """From one to the next along the index: as many steps as there are departments."""
    company = scope.company_id()
    return [department for (department,) in rows_of(Sql(_DEPARTMENTS, (company, company)))]


def departments_lately(asked: str = "") -> list[str]:
    """As they were within the last minute, for the filter that comes with every page of a list.

    `asked`: the one that is filtered by; they are read anew when it is not among them.
    """
    key = f"departments:{scope.company_id()}"
    names: list[str] | None = cache.get(key)
    if names is None or (asked and asked not in names):
        names = departments()
        cache.set(key, names, _LATELY)
    return names


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


def yearly_figures(year: int, people: Iterable[UUID]) -> dict[UUID, YearlyFigures]:
    """What payroll has told of the year, by person."""
    found = YearlyFigures.objects.filter(year=year, person_id__in=list(people))
    return {row.person_id: row for row in found}


def codes_with_figures(year: int) -> list[str]:
    """社員番号 of those of whom payroll has told figures of the year."""
    found = YearlyFigures.objects.filter(year=year).order_by("person__employee_code")
    return list(found.values_list("person__employee_code", flat=True))
