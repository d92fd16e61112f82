"""One place decides what belongs to an option; the code is read against it."""

import importlib
import inspect
from typing import Any

import pytest
from django.urls import reverse

from azukari.collect import requesting
from azukari.collect.models import Request
from azukari.register.models import Person
from azukari.tenancy import contracts
from azukari.tenancy.models import Membership
from azukari.tenancy.options import GATES, Option, functions_open, has_field, rights_open
from azukari.tenancy.rights import ALL_PERMISSIONS, PRESETS, RoleKind
from azukari.web.forms.company import CompanyForm
from azukari.web.forms.users import UserForm
from azukari.web.routes import ROUTES
from tests.cast import Side, make_side
from tests.collect.cast import asking
from tests.web.browser import browser, employee, see, text_of

GATE = GATES[Option.WEB_COLLECTION]
WITH = frozenset({Option.WEB_COLLECTION})
FORMS: dict[str, Any] = {"user": UserForm, "company": CompanyForm}


def test_every_route_of_the_collection_is_behind_the_gate() -> None:
    gated = {function.value for function in GATE.functions}
    by_need = {route.name for route in ROUTES if route.need.partition(":")[0] in gated}
    by_code = {route.name for route in ROUTES if _touches_collection(route.view)}

    assert by_need == set(GATE.routes)
    assert by_code - {"top", "users", "user", "user-new", "user-change"} <= by_need


def _touches_collection(view: str) -> bool:
    """Whether the view itself asks the room; not those that only show a word of it."""
    module, _, name = view.rpartition(".")
    function = getattr(importlib.import_module(f"azukari.web.{module}"), name)
    source = inspect.getsource(inspect.getmodule(function))  # type: ignore[arg-type]
    return "from azukari.collect import" in source


@pytest.mark.parametrize("pair", sorted(GATE.fields))
def test_gated_field_is_a_field_and_gone_without_the_option(pair: tuple[str, str]) -> None:
    form, field = pair

    assert field in FORMS[form].base_fields
    assert not has_field(form, field, ())
    assert has_field(form, field, WITH)


def test_rights_without_the_option_are_nobodys() -> None:
    left = {one.partition(":")[0] for one in rights_open(ALL_PERMISSIONS, ())}

    assert left == {one.value for one in functions_open(())}
    assert not left & {one.value for one in GATE.functions}
    assert rights_open(ALL_PERMISSIONS, WITH) == ALL_PERMISSIONS


@pytest.fixture(scope="module")
def without(database: object) -> Side:
    return make_side("O")


def test_contract_without_the_option_sees_nothing_of_it(without: Side) -> None:
    operator, steward = browser(without), browser(without, RoleKind.STEWARD)

    for route in ROUTES:
        if route.name in GATE.routes and "<" not in route.path:
            assert operator.get(f"/{route.path}").status_code in {404, 405}, route.name
    for client in (operator, steward):
        page = text_of(client.get("/"))
        assert "申請" not in page
        assert "メール通知" not in page
    with without.scope():
        user = without.users[RoleKind.OPERATOR].id
        role = Membership.objects.get(user=user).role_id
    for url, word in (
        (reverse("user-change", args=[user]), "メール受信区分"),
        (reverse("company-change"), "提出申告書名"),
        (reverse("role", args=[role]), "Web収集"),
    ):
        page = steward.get(url)
        assert page.status_code == 200, url
        assert word not in text_of(page), url


def test_switching_off_and_on_loses_nothing(without: Side) -> None:
    side = without
    assert contracts.set_option(side.contract, Option.WEB_COLLECTION, on=True)
    assert not contracts.set_option(side.contract, Option.WEB_COLLECTION, on=True)
    person = employee(side)
    with side.scope():
        requesting.ask(Person.objects.filter(id=person.id), asking(), actor=side.operator)
    assert person.name in text_of(browser(side).get("/requests"))

    contracts.set_option(side.contract, Option.WEB_COLLECTION, on=False)
    steward = browser(side, RoleKind.STEWARD)
    assert browser(side).get("/requests").status_code == 404
    with side.scope():
        role = Membership.objects.get(user=side.users[RoleKind.OPERATOR]).role
    here = reverse("role", args=[role.id])
    shown = see(steward.get(here))
    ticked = [
        box.attrs["value"] for box in shown.all("input", type="checkbox") if "checked" in box.attrs
    ]
    assert not any(str(one).startswith("application") for one in ticked)
    said = {"name": role.name, "permissions": ticked, "version": role.version}
    assert steward.post(here, said).status_code == 302

    contracts.set_option(side.contract, Option.WEB_COLLECTION, on=True)
    with side.scope():
        role.refresh_from_db()
        assert set(role.permissions) >= PRESETS[RoleKind.OPERATOR]
        assert Request.objects.filter(person=person).exists()
    assert person.name in text_of(browser(side).get("/requests"))
    contracts.set_option(side.contract, Option.WEB_COLLECTION, on=False)
