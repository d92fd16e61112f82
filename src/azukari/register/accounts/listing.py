"""従業員アカウント一覧: who works here, and what state their way into the portal is in."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from azukari.law.name import search_key
from azukari.register.accounts import actions
from azukari.register.accounts.rules import AccountState
from azukari.register.models import EmployeeAccount, Person, PersonKind
from azukari.tenancy.paging import Orders, Page, Place, page_in_order

NONE = "none"  # nobody has given this person an account yet
_ORDERS: Final[Orders] = {
    "code": ("employee_code", "id"),
    "name": ("kana", "id"),
    "department": ("department", "employee_code", "id"),
}


@dataclass(frozen=True)
class AccountFilter:
    """`words`: beginnings of codes, parts of names or departments; `state`: `NONE`, or the value of
    UNSET, ACTIVE or SUSPENDED.
    """

    words: str = ""
    state: str = ""


@dataclass(frozen=True)
class Line:
    person: Person
    account: EmployeeAccount | None
    state: AccountState | None


def find(wanted: AccountFilter) -> QuerySet[Person]:
    """Employees who have not left, by the filter."""
    found = Person.objects.filter(kind=PersonKind.EMPLOYEE).filter(_works(timezone.localdate()))
    for word in wanted.words.split():
        code = unicodedata.normalize("NFKC", word)
        found = found.filter(
            Q(employee_code__startswith=code)
            | Q(search_key__contains=search_key(word))
            | Q(department__contains=word)
        )
    account = EmployeeAccount.objects.filter(person=OuterRef("pk"))
    unset = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    conditions = {
        NONE: ~Exists(account),
        AccountState.UNSET.value: Exists(account.filter(unset, suspended_at__isnull=True)),
        AccountState.ACTIVE.value: Exists(account.filter(~unset, suspended_at__isnull=True)),
        AccountState.SUSPENDED.value: Exists(account.filter(suspended_at__isnull=False)),
    }
    condition = conditions.get(wanted.state)
    return found.filter(condition) if condition is not None else found


def page(wanted: AccountFilter, place: Place) -> Page[Person]:
    return page_in_order(find(wanted), _ORDERS, place, first="code")


def lines_of(people: list[Person]) -> list[Line]:
    accounts = {
        one.person_id: one
        for one in EmployeeAccount.objects.select_related("person").filter(person__in=people)
    }
    return [_line(person, accounts.get(person.id)) for person in people]


def _line(person: Person, account: EmployeeAccount | None) -> Line:
    return Line(person, account, actions.state(account) if account else None)


def _works(on: date) -> Q:
    return Q(left_on__isnull=True) | Q(left_on__gte=on)
