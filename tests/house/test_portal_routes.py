"""Every route of the portal: in its one table, typed, guarded, and at its own door only.

The matrix is made from the table itself: without a session, by a link, as another employee of the
same company and as one of another tenant.
"""

import inspect
import re
from dataclasses import dataclass
from importlib import import_module
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import get_resolver

from azukari.collect import applying, links
from azukari.collect.models import Request
from azukari.collect.rules import Channel
from azukari.web.doors import PORTAL_ROUTES as URLS
from azukari.web.portal.routes import APPLICANT, EMPLOYEE, PORTAL_ROUTES
from azukari.web.routes import ANYONE, ROUTES
from tests.cast import Side
from tests.collect.cast import asked, filled_in, me
from tests.portal.entering import account_of, inside, phone, with_option
from tests.web.browser import employee, family_member

PAIRS = [(route, method) for route in PORTAL_ROUTES for method in ("GET", "POST")]
NAMED = {"ids": lambda pair: f"{pair[1]}-{pair[0].name}"}


def view_of(route):
    module, _, name = route.view.rpartition(".")
    return getattr(import_module(f"azukari.web.{module}"), name)


def test_url_conf_is_exactly_the_table():
    served = {pattern.name: str(pattern.pattern) for pattern in get_resolver(URLS).url_patterns}

    assert served == {route.name: route.path for route in PORTAL_ROUTES}
    assert len(served) == len(PORTAL_ROUTES)


@pytest.mark.parametrize("route", PORTAL_ROUTES, ids=lambda route: route.name)
def test_route_is_typed_well_named_and_says_who_may(route):
    signature = inspect.signature(view_of(route))
    parameters = set(re.findall(r"<\w+:(\w+)>", route.path))

    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", route.name)
    assert re.fullmatch(r"[a-z._/<>:-]*", route.path)
    assert route.need in {ANYONE, APPLICANT, EMPLOYEE}
    assert signature.return_annotation is not inspect.Signature.empty
    assert set(list(signature.parameters)[1:]) == parameters
    assert all(p.annotation is not inspect.Parameter.empty for p in signature.parameters.values())


@dataclass
class Things:
    """What one employee has, by parameter name."""

    of: dict[str, object]

    def url(self, route) -> str:
        return "/" + re.sub(r"<\w+:(\w+)>", lambda m: str(self.of[m.group(1)]), route.path)


@dataclass
class Stage:
    mine: Things
    others: list[Things]  # another employee's, another tenant's
    employee: Client
    guest: Client
    names: list[str]  # that must not be shown to the employee


def household(side: Side, name: str) -> tuple[object, Things]:
    """An employee with an account and an application under way, and all of its ids."""
    person = employee(side, name=name)
    family_member(side, person, name=f"{name}花子", health_dependent=True)
    account = account_of(side, person)
    application = filled_in(side, person)
    with side.scope():
        item = application.items.get(person=person)
        document = item.documents.first()
    return account, Things(
        {
            "request_id": application.request_id,
            "application_id": application.id,
            "item_id": item.id,
            "document_id": document.id,
            "passkey_id": uuid4(),
            "token": "no-such-token",
            "provider": "postmark",
        }
    )


@pytest.fixture(scope="module")
def stage(database) -> Stage:
    from tests.cast import make_side

    a, b = make_side("PA"), make_side("PB")
    for side in (a, b):
        with_option(side)
    account, mine = household(a, "本人　太郎")
    _, colleague = household(a, "同僚　次郎")
    _, stranger = household(b, "他社　三郎")
    guest = phone()
    payee = asked(a, employee(a, name="一時　四郎"))
    with a.scope():
        token = links.issue(Request.objects.get(id=payee.id), Channel.MAIL)
    assert guest.post(f"/once/{token}").status_code == 302
    return Stage(mine, [colleague, stranger], inside(a, account), guest, ["同僚", "他社"])


def answer(client: Client, method: str, url: str):
    return client.get(url) if method == "GET" else client.post(url, {})


@pytest.mark.parametrize("pair", PAIRS, **NAMED)
def test_without_a_session_nothing_is_shown(stage, pair):
    route, method = pair

    got = answer(phone(), method, stage.mine.url(route))

    if method not in route.methods:
        assert got.status_code == 405
    elif route.need == ANYONE:
        assert got.status_code in {200, 302, 403, 404}
    else:
        assert (got.status_code, got.headers["Location"]) == (302, "/sign-in")


@pytest.mark.parametrize("pair", PAIRS, **NAMED)
def test_others_things_look_like_missing_ones(stage, pair):
    route, method = pair
    if method not in route.methods or "<uuid:" not in route.path:
        return
    for others in stage.others:
        missing = Things({k: uuid4() if isinstance(v, UUID) else v for k, v in others.of.items()})

        theirs = answer(stage.employee, method, others.url(route))
        nothing = answer(stage.employee, method, missing.url(route))

        assert (theirs.status_code, nothing.status_code) == (404, 404)
        assert plain(theirs) == plain(nothing)


def plain(response) -> str:
    return re.sub(r"[0-9a-f]{16}|[0-9a-f-]{36}", "", response.content.decode())


@pytest.mark.parametrize("pair", PAIRS, **NAMED)
def test_a_link_opens_its_own_request_only(stage, pair):
    route, method = pair
    if method not in route.methods or route.need == ANYONE or route.name == "sign-out":
        return

    got = answer(stage.guest, method, stage.mine.url(route))

    if route.need == EMPLOYEE or "<uuid:" in route.path:
        assert got.status_code == 404
    else:
        assert got.status_code == 200
        assert not any(name in got.content.decode() for name in ("本人　太郎", *stage.names))


@pytest.mark.parametrize(
    "route", [r for r in PORTAL_ROUTES if "GET" in r.methods], ids=lambda r: r.name
)
def test_own_pages_open_and_show_nothing_of_others(stage, route):
    if route.name in {"passkey-remove", "start", "once", "mail-events"}:
        return  # of things this employee does not have

    got = stage.employee.get(stage.mine.url(route))

    assert got.status_code in {200, 302}, got.content.decode()[:500]
    assert not any(name in got.content.decode(errors="ignore") for name in stage.names)


@pytest.mark.parametrize(
    "route", [r for r in PORTAL_ROUTES if "POST" in r.methods], ids=lambda r: r.name
)
def test_an_empty_form_breaks_nothing(stage, route):
    if route.name in {"sign-out", "withdraw", "paper-remove", "review", "language"}:
        return  # these need no more than the button; tests of the flow press it

    got = stage.employee.post(stage.mine.url(route), {})

    assert got.status_code in {200, 302, 403, 404}, got.content.decode()[:500]


ONLY_OPERATORS = [r for r in ROUTES if r.path not in {one.path for one in PORTAL_ROUTES}]
ONLY_PORTAL = [r for r in PORTAL_ROUTES if r.path not in {one.path for one in ROUTES}]


@pytest.mark.parametrize("route", ONLY_OPERATORS, ids=lambda route: route.name)
def test_operators_routes_are_not_behind_the_portals_door(stage, route):
    path = re.sub(r"<uuid:\w+>", str(uuid4()), route.path)
    path = re.sub(r"<\w+:\w+>", "x", path)

    assert stage.employee.get(f"/{path}").status_code == 404


@pytest.mark.parametrize("route", ONLY_PORTAL, ids=lambda route: route.name)
def test_portals_routes_are_not_behind_the_operators_door(stage, cast, route):
    from azukari.tenancy.rights import RoleKind
    from tests.web.browser import browser

    got = browser(cast.a, RoleKind.OPERATOR).get(stage.mine.url(route))

    assert got.status_code == 404


def test_views_of_the_portal_refuse_the_other_door(stage, rf, cast):
    from azukari.web.portal.guard import guard

    for route in PORTAL_ROUTES:
        refused = guard(route, view_of(route))(rf.get("/"))
        assert refused.status_code == 404


@pytest.fixture
def rf():
    from django.test import RequestFactory

    return RequestFactory()


def test_answers_keep_the_strict_headers(stage):
    got = stage.employee.get("/")

    policy = got.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert got.headers["Cache-Control"] == "no-store"
    assert got.headers["X-Frame-Options"] == "DENY"


def test_application_of_a_closed_request_is_nobodys(stage, cast):
    """A draft that was withdrawn stays its owner's, and no link leads into it."""
    with_option(cast.a)
    person = employee(cast.a)
    account = account_of(cast.a, person)
    application = filled_in(cast.a, person)
    with cast.a.scope():
        applying.withdraw(application, actor=me(cast.a, person))

    assert inside(cast.a, account).get(f"/applications/{application.id}").status_code == 200
    assert stage.guest.get(f"/applications/{application.id}").status_code == 404
