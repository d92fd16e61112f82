"""The API as other software sees it: the token, the answers, nothing of a number."""

import json
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, settings

from azukari.check.link.models import LinkSetting, Push
from azukari.tenancy import tokens
from azukari.tenancy.models import ApiToken
from azukari.tenancy.tokens import TokenScope
from azukari.web.api.entrance import NEEDS
from azukari.web.api.v1 import api
from tests.cast import Cast, Side, make_side
from tests.check.test_link import CHECKED, hired
from tests.numbers import valid_number

_numbers = map(valid_number, count(83_000_001))
_keys = (f"api-{n}" for n in count(1))
BOTH = [TokenScope.PUSH, TokenScope.STATUS]
EVERY = list(TokenScope)


def token(side: Side, scopes: list[TokenScope] = BOTH, **how: Any) -> str:
    given = {"networks": [], "expires_at": None, **how}
    with side.scope():
        LinkSetting.objects.update_or_create(
            company_id=side.company.id, defaults={"is_on": True, "automatic": []}
        )
        _row, issued = tokens.issue("給与", scopes, **given, actor=side.steward)
    return issued


def call(issued: str, method: str, path: str, body: Any = None, key: str = "") -> Any:
    headers = {"Authorization": f"Bearer {issued}", "Idempotency-Key": key or next(_keys)}
    client = Client(**{"azukari.listener": "operator", "wsgi.url_scheme": "https"})
    return client.generic(
        method,
        f"/api/v1{path}",
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        headers=headers,
    )


def push(issued: str, *items: dict[str, Any], key: str = "") -> Any:
    return call(issued, "POST", "/pushes", {"items": list(items)}, key)


def test_push_is_kept_and_its_state_told(cast: Cast) -> None:
    issued, digits = token(cast.a), next(_numbers)

    answer = push(issued, {**hired("AP1"), "individual_number": digits, **CHECKED}, {"event": "x"})
    told = answer.json()
    state = call(issued, "GET", f"/pushes/{told['push']}").json()
    records = call(issued, "GET", f"/pushes/{told['push']}/records?limit=1").json()
    rest = call(issued, "GET", f"/pushes/{told['push']}/records?after={records['next']}").json()

    assert answer.status_code == 202
    assert (told["items"], told["refused"], told["is_new"]) == (2, 1, True)
    assert told["problems"] == [{"place": 1, "code": "event_unknown", "field": "event"}]
    assert (state["waiting"], state["error"]) == (1, 1)
    assert [one["state"] for one in [*records["records"], *rest["records"]]] == ["waiting", "error"]
    assert digits not in json.dumps([told, state, records, rest])
    assert call(issued, "GET", "/state").json()["is_on"] is True


def test_figures_of_a_year(cast: Cast) -> None:
    issued = token(cast.a, [TokenScope.FIGURES, TokenScope.STATUS])
    items = [
        {"employee_code": "AP9", "figures": {"pay.total": 5_000_000}},
        {"employee_code": "AP9", "figures": {"pay.nothing": 1}},
    ]
    key = next(_keys)

    answer = call(issued, "POST", "/figures", {"year": 2025, "items": items}, key)
    again = call(issued, "POST", "/figures", {"year": 2025, "items": items}, key)
    told = answer.json()
    records = call(issued, "GET", f"/pushes/{told['push']}/records").json()["records"]

    assert answer.status_code == 202
    assert told["problems"] == [{"place": 1, "code": "figure_unknown", "field": "pay.nothing"}]
    assert (again.json()["push"], again.json()["is_new"]) == (told["push"], False)
    assert [(one["event"], one["state"]) for one in records] == [
        ("figures", "waiting"), ("figures", "error"),
    ]  # fmt: skip
    assert push(issued, hired("AP9")).status_code == 403
    without = token(cast.a, [TokenScope.PUSH])
    assert call(without, "POST", "/figures", {"year": 2025, "items": items}).status_code == 403
    assert call(issued, "POST", "/figures", {"year": 1999, "items": items}).status_code == 422
    of_b = token(cast.b, [TokenScope.FIGURES, TokenScope.STATUS])
    assert call(of_b, "GET", f"/pushes/{told['push']}/records").status_code == 404


def test_same_key(cast: Cast) -> None:
    issued, key = token(cast.a), next(_keys)

    first, second = push(issued, hired("AP2"), key=key), push(issued, hired("AP2"), key=key)
    other = push(issued, hired("AP3"), key=key)

    assert first.json()["push"] == second.json()["push"]
    assert second.json()["is_new"] is False
    assert (other.status_code, other.json()["code"]) == (409, "key_used")


def test_tokens_that_open_nothing(cast: Cast) -> None:
    good = token(cast.a)
    past = token(cast.a, expires_at=timezone.now() - timedelta(seconds=1))
    elsewhere = token(cast.a, networks=["192.0.2.0/24"])
    revoked = token(cast.a)
    with cast.a.scope():
        row = ApiToken.objects.order_by("-issued_at", "-id").first()
        assert row is not None
        tokens.revoke(row, actor=cast.a.steward)

    answers = [
        call(one, "GET", "/state")
        for one in ("", "azk_x", good[:-1] + "_", past, elsewhere, revoked)
    ]

    assert [one.status_code for one in answers] == [401] * 6
    assert {one.json()["code"] for one in answers} == {"token_not_valid"}
    assert call(good, "GET", "/state").status_code == 200


def test_token_does_only_what_its_scopes_say_and_only_at_home(cast: Cast) -> None:
    pushed = push(token(cast.a), hired("AP4")).json()["push"]
    only_push = token(cast.a, [TokenScope.PUSH])
    of_b = token(cast.b)

    assert call(only_push, "GET", f"/pushes/{pushed}").status_code == 403
    assert call(of_b, "GET", f"/pushes/{pushed}").status_code == 404
    assert call(of_b, "GET", f"/pushes/{pushed}/records").status_code == 404
    with cast.b.scope():
        assert not Push.objects.filter(id=pushed).exists()


def test_replaced_token_goes_on_for_a_day(cast: Cast) -> None:
    old = token(cast.a)
    with cast.a.scope():
        row = ApiToken.objects.order_by("-issued_at", "-id").first()
        assert row is not None
        _row, new = tokens.replace(row, actor=cast.a.steward)
        row.refresh_from_db()

    assert [call(one, "GET", "/state").status_code for one in (old, new)] == [200, 200]
    assert row.expires_at is not None
    assert row.expires_at - timezone.now() <= tokens.OVERLAP


def test_link_that_is_off_takes_nothing(cast: Cast) -> None:
    issued = token(cast.b)
    with cast.b.scope():
        LinkSetting.objects.update(is_on=False)

    answer = push(issued, hired("AP5"))

    assert (answer.status_code, answer.json()["code"]) == (409, "link_off")


def test_what_is_malformed_is_told_without_repeating_it(cast: Cast) -> None:
    issued, digits = token(cast.a), next(_numbers)

    broken = call(issued, "POST", "/pushes", [digits])
    client = Client(**{"azukari.listener": "operator"})
    no_json = client.post(
        "/api/v1/pushes", "{" + digits, content_type="application/json",
        headers={"Authorization": f"Bearer {issued}", "Idempotency-Key": "k"},
    )  # fmt: skip

    assert (broken.status_code, no_json.status_code) == (422, 400)
    assert digits not in (broken.content + no_json.content).decode()


def test_every_operation_asks_for_a_permission() -> None:
    operations = {
        operation.view_func.__name__
        for router in [entry for _, entry in api._routers]
        for path in router.path_operations.values()
        for operation in path.operations
    }

    assert operations == NEEDS.keys()


@pytest.fixture(scope="module")
def issued(database: Any) -> str:
    return token(make_side("Z"), EVERY)


schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@schema.parametrize()
@settings(
    max_examples=15, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much,
                           HealthCheck.function_scoped_fixture],
)  # fmt: skip
def test_document_says_what_is_answered(case: Any, issued: str) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {issued}"})
