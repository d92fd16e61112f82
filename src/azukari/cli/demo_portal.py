"""People of the demo who are asked for their numbers, and their ways into the portal.

Made at the first start and kept; links are made anew at every start while they are unused.
"""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from azukari.cli.session import company_and_actor
from azukari.collect import links, requesting
from azukari.collect.models import Request
from azukari.collect.requesting import Asking
from azukari.collect.rules import OPEN_REQUESTS, Channel
from azukari.register.accounts import actions as accounts
from azukari.register.actions import register_employee, register_family_member, register_payee
from azukari.register.models import Person, PersonKind
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor

# Employees with their families, none of whom has given a number yet.
_HOUSEHOLDS: tuple[tuple[dict[str, Any], tuple[dict[str, Any], ...]], ...] = (
    (
        {
            "employee_code": "P0000001",
            "name": "新入　健太",
            "kana": "シンニュウ　ケンタ",
            "birth_date": date(1996, 5, 12),
            "department": "営業部",
        },
        (),
    ),
    (
        {
            "employee_code": "P0000002",
            "name": "家族　真一",
            "kana": "カゾク　シンイチ",
            "birth_date": date(1985, 9, 3),
            "department": "開発部",
            "address": "東京都千代田区霞が関１－３－１",
        },
        (
            {
                "name": "家族　美咲",
                "kana": "カゾク　ミサキ",
                "relationship": "WIFE",
                "birth_date": date(1987, 2, 20),
                "lives_together": True,
                "health_dependent": True,
                "tax_dependent": True,
                "category3": True,
            },
            {
                "name": "家族　陽葵",
                "kana": "カゾク　ヒマリ",
                "relationship": "CHILD",
                "birth_date": date(2016, 7, 7),
                "lives_together": True,
                "health_dependent": True,
                "tax_dependent": True,
            },
        ),
    ),
)
_PAYEE = {
    "employee_code": "K0000001",
    "name": "講師　恵",
    "kana": "コウシ　メグミ",
    "payee_kind": "lecturer",
}


def prepare(contract: Any) -> dict[str, str | None]:
    """Ways in by code of the person; None where the password is set or the link was used."""
    company, actor = company_and_actor(contract, None)
    if not contract.web_collection:
        return {}
    with scope.enter(scope.Scope(contract_id=contract.id, company_id=company.id)):
        if not Person.objects.filter(employee_code=_PAYEE["employee_code"]).exists():
            _register(actor)
        return {**_employees(actor), **_payee()}


def _register(actor: Actor) -> None:
    asked = []
    for facts, family in _HOUSEHOLDS:
        employee = register_employee({**facts, "hired_on": timezone.localdate()}, actor=actor)
        for member in family:
            register_family_member(employee, member, actor=actor)
        asked.append(employee.id)
    asked.append(register_payee(_PAYEE, actor=actor).id)
    requesting.ask(
        requesting.households(Person.objects.filter(id__in=asked)),
        Asking(
            title="個人番号の提出のお願い",
            whom="入社した人と支払先",
            deadline=timezone.localdate() + timedelta(days=14),
            channel=Channel.SCREEN,
        ),
        actor=actor,
    )


def _employees(actor: Actor) -> dict[str, str | None]:
    ways: dict[str, str | None] = {}
    codes = [facts["employee_code"] for facts, _family in _HOUSEHOLDS]
    for person in Person.objects.filter(kind=PersonKind.EMPLOYEE, employee_code__in=codes):
        account = accounts.account_of(person)
        if account is not None and account.has_usable_password():
            ways[person.employee_code] = None
            continue
        _account, token = accounts.open_account(person, actor=actor)
        ways[person.employee_code] = f"{settings.PORTAL_URL}start/{token}"
    return ways


def _payee() -> dict[str, str | None]:
    code = _PAYEE["employee_code"]
    asked = Request.objects.filter(
        person__employee_code=code, person__kind=PersonKind.PAYEE, state__in=list(OPEN_REQUESTS)
    ).first()
    if asked is None:
        return {code: None}
    return {code: f"{settings.PORTAL_URL}once/{links.issue(asked, Channel.MAIL)}"}
