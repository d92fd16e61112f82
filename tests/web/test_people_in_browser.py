"""The pages of people at two widths: axe finds nothing, the console stays silent."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page

from azukari.register import actions
from azukari.tenancy.rights import RoleKind
from tests.cast import Cast
from tests.web.browser import browser, employee, family_member, new_number, payee, with_number
from tests.web.showing import CHROMIUM, Screen, faults

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
LONG = "髙橋之助左衛門寿限無寿限無　五劫擦切海砂利水魚水行末雲来末風来末"


@pytest.fixture(scope="module")
def answers(cast: Cast) -> dict[str, Any]:
    """Name → the page as the operator gets it."""
    left, back = date(2026, 3, 31), date(2026, 7, 1)
    host = with_number(
        cast.a,
        employee(cast.a, name=LONG, kana="タカハシ", address="東京都", hired_on=date(2020, 4, 1)),
        new_number(),
    )
    gone = employee(cast.a, name="退職　済")
    member = family_member(cast.a, host, tax_dependent=True, disabled=True, nonresident=True)
    paid = payee(cast.a, name=LONG, contract_from=date(2025, 4, 1))
    ended = payee(cast.a)
    with cast.a.scope():
        actions.leave(gone, left, version=1, actor=cast.a.operator)
        actions.leave(ended, left, version=1, actor=cast.a.operator)
        actions.leave(host, left, version=host.version, actor=cast.a.operator)
        actions.bring_back(host, again=back, version=host.version + 1, actor=cast.a.operator)
        for listing in ("people", "family", "payees"):
            actions.save_search(
                cast.a.users[RoleKind.OPERATOR].id, listing, "条件", "q=1", actor=cast.a.operator
            )
    fill = {"act": "fill-address", "postcode": "1000001", "name": "山田"}
    gets = {
        "people": "/people?q=退職",
        "family": "/family",
        "payees": "/payees?employment=left",
        "no payees": "/payees?q=いないひと",
        "person new": "/people/new",
        "family new": f"/people/{host.id}/family/new",
        "payee new": "/payees/new",
        "person": f"/people/{host.id}",
        "family member": f"/family/{member.id}",
        "payee": f"/payees/{paid.id}",
        "person change": f"/people/{host.id}/change",
        "family change": f"/family/{member.id}/change",
        "payee change": f"/payees/{paid.id}/change",
        "person history": f"/people/{host.id}/history",
        "payee history": f"/payees/{paid.id}/history",
        "person leave": f"/people/{host.id}/leave",
        "family leave": f"/family/{member.id}/leave",
        "payee leave": f"/payees/{paid.id}/leave",
        "person return": f"/people/{gone.id}/return",
        "payee return": f"/payees/{ended.id}/return",
    }
    posts = {
        "address filled": ("/payees/new", fill),
        "payee refused": ("/payees/new", {"postcode": "1", "name": ""}),
        "leave refused": (f"/payees/{paid.id}/leave", {"version": "1"}),
    }
    client = browser(cast.a)
    pages = {name: client.get(url) for name, url in gets.items()}
    return pages | {name: client.post(url, typed) for name, (url, typed) in posts.items()}


NAMES = (
    "people", "family", "payees", "no payees", "person new", "family new", "payee new", "person",
    "family member", "payee", "person change", "family change", "payee change", "person history",
    "payee history", "person leave", "family leave", "payee leave", "person return",
    "payee return", "address filled", "payee refused", "leave refused",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_page_is_accessible_and_fits(
    tab: Page, shown: Screen, answers: dict[str, Any], name: str
) -> None:
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))

    shown.show(tab, answers[name])

    assert (faults(tab, 1280), faults(tab, 390)) == ([], [])
    assert said == []


def test_every_page_is_looked_at(answers: dict[str, Any]) -> None:
    assert set(answers) == set(NAMES)
