"""Who is missing what: a number, a second check of it, or a fact that filings ask for."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from azukari.register.models import NumberRecord, NumberState, Person, RecordState
from azukari.register.sheets.headings import SheetKind
from azukari.register.sheets.templates import people_asked
from azukari.tenancy.paging import Orders, Page, Place, page_in_order


class Missing(StrEnum):
    """What is missing of somebody whose number is asked for."""

    NUMBER = "number"
    SECOND_CHECK = "second_check"  # the number is held and waits for a second person
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Missing.NUMBER: "個人番号",
    Missing.SECOND_CHECK: "本人確認の再確認",
    Missing.BIRTH_DATE: "生年月日",
    Missing.ADDRESS: "住所",
}
# 社会保険・雇用保険 and 法定調書 ask for the birthday of employees and their families, and for the
# address of whoever is paid; families may live with the employee.
_OF_KIND = {
    SheetKind.EMPLOYEES: (
        Missing.NUMBER, Missing.SECOND_CHECK, Missing.BIRTH_DATE, Missing.ADDRESS,
    ),
    SheetKind.FAMILIES: (Missing.NUMBER, Missing.SECOND_CHECK, Missing.BIRTH_DATE),
    SheetKind.PAYEES: (Missing.NUMBER, Missing.SECOND_CHECK, Missing.ADDRESS),
}  # fmt: skip
_ORDERS: Final[Orders] = {
    "code": ("employee_code", "family_code", "id"),
    "name": ("kana", "id"),
    "department": ("department", "employee_code", "id"),
}


@dataclass(frozen=True)
class Incomplete:
    person: Person
    missing: list[Missing] = field(default_factory=list)


def missing_of(kind: SheetKind) -> tuple[Missing, ...]:
    return _OF_KIND[kind]


def who_misses(
    kind: SheetKind, *, what: Missing | None = None, department: str = "", words: str = ""
) -> QuerySet[Person]:
    """Of people at work (`templates.people_asked`) those who miss `what`, or anything."""
    found = people_asked(kind, department).annotate(waits=Exists(_waiting()))
    wanted = Q()
    for one in (what,) if what else _OF_KIND[kind]:
        wanted |= _CONDITIONS[one]
    for word in words.split():
        found = found.filter(
            Q(employee_code__startswith=word) | Q(name__icontains=word) | Q(kana__icontains=word)
        )
    return found.filter(wanted).select_related("host")


def page_of_missing(found: QuerySet[Person], place: Place) -> Page[Person]:
    return page_in_order(found, _ORDERS, place, first="code")


def named(page: Page[Person], kind: SheetKind) -> list[Incomplete]:
    """What each of the page is missing."""
    ids: list[UUID] = [person.id for person in page.rows]
    waiting = set(_awaiting().filter(person_id__in=ids).values_list("person_id", flat=True))
    return [
        Incomplete(person, [one for one in _OF_KIND[kind] if _misses(person, one, waiting)])
        for person in page.rows
    ]


def _misses(person: Person, what: Missing, waiting: set[UUID]) -> bool:
    match what:
        case Missing.NUMBER:
            return person.number_state == NumberState.NONE
        case Missing.SECOND_CHECK:
            return person.id in waiting
        case Missing.BIRTH_DATE:
            return person.birth_date is None
        case Missing.ADDRESS:
            return not person.address


def _awaiting() -> QuerySet[NumberRecord]:
    return NumberRecord.objects.filter(awaits_second_check=True, state=RecordState.ACTIVE)


def _waiting() -> QuerySet[NumberRecord]:
    return _awaiting().filter(person_id=OuterRef("id"))


_CONDITIONS = {
    Missing.NUMBER: Q(number_state=NumberState.NONE),
    Missing.SECOND_CHECK: Q(waits=True),
    Missing.BIRTH_DATE: Q(birth_date__isnull=True),
    Missing.ADDRESS: Q(address=""),
}
