"""Phones at the portal's door: an account with a password, a browser that is signed in."""

from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client, RequestFactory

from azukari.register.accounts import actions, places
from azukari.register.models import EmployeeAccount, Person
from azukari.tenancy.models import Contract
from azukari.tenancy.sessions import SessionStore
from azukari.web import doors
from azukari.web.portal.guard import begin_session
from tests.cast import PASSWORD, Side
from tests.web.browser import employee

_HASHED = make_password(PASSWORD)
PORTAL = {"azukari.listener": "portal", "wsgi.url_scheme": "https"}


def phone(**more: Any) -> Client:
    """A browser at the portal's door, which knows no certificate."""
    return Client(headers={"accept-language": "ja"}, **{**PORTAL, **more})


def with_option(side: Side, *, on: bool = True) -> None:
    from azukari.tenancy import scope

    with scope.enter(scope.Scope(contract_id=side.contract.id)):
        Contract.objects.filter(id=side.contract.id).update(web_collection=on)


def account_of(
    side: Side, person: Person | None = None, *, password: bool = True
) -> EmployeeAccount:
    """An employee's account; with the password of all tests unless told otherwise."""
    with_option(side)
    person = person or employee(side)
    with side.scope():
        account, _token = actions.open_account(person, actor=side.operator)
        if password:
            account.password = _HASHED
            account.save(update_fields=["password"])
    return account


def link_for(side: Side, person: Person) -> str:
    with_option(side)
    with side.scope():
        _account, token = actions.open_account(person, actor=side.operator)
    return f"/start/{token}"


def typed(side: Side, account: EmployeeAccount, **other: str) -> dict[str, str]:
    return {
        "contract_code": side.contract.code,
        "company_code": side.company.code,
        "employee_code": account.person.employee_code,
        "password": PASSWORD,
        **other,
    }


def signed_in(side: Side, account: EmployeeAccount) -> Client:
    client = phone()
    answer = client.post("/sign-in", typed(side, account))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/"), answer.content.decode()
    return client


def inside(side: Side, account: EmployeeAccount) -> Client:
    """As `signed_in`, without the time that hashing a password takes."""
    request = RequestFactory().get("/")
    request.session = SessionStore()
    place = places.by_id(side.company.id)
    begin_session(request, place, account=str(account.id), mark=account.session_mark())
    request.session.save()
    client = phone()
    client.cookies[doors.SESSION_OUTSIDE] = request.session.session_key
    return client


def reload(side: Side, account: EmployeeAccount) -> EmployeeAccount:
    with side.scope():
        return EmployeeAccount.objects.select_related("person").get(id=account.id)


def cookie_names(client: Client) -> set[str]:
    return set(client.cookies) - {doors.LANGUAGE_COOKIE, doors.PLACE_COOKIE}
