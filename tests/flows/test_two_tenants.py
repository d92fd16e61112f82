"""Two companies on one service, each in a browser of its own: every page either may open is
walked, and nothing of the one is ever shown to the other."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.flows.conftest import enter, fill_sign_in, open_context, set_password, signed_in
from tests.flows.walk import faults_for_axe, leave_by
from tests.numbers import valid_number
from tests.service import Service, clean_environment

THEIRS = "よそもの商会"
SOMEBODY = "瀬戸口　寿限無"


@pytest.fixture(scope="module")
def other(service: Service, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A second contract, made beside the running service by the command that hosts use."""
    out: Path = tmp_path_factory.mktemp("other")
    words = ["contract", "create", "--code", "20000002", "--company", THEIRS, "--url", service.url,
             "--out", str(out), "--data", str(service.data), "--json"]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "azukari", *words],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def theirs(service: Service, browser: Browser, other: dict[str, str]) -> Iterator[Page]:
    """The other company's operator, with somebody registered whose name must never leave it."""
    page = open_context(browser, service.url, other).new_page()
    set_password(page, other["setup_links"]["operator"])
    fill_sign_in(page, other["contract"], "operator")
    enter(page, service.url)
    _register(page)
    yield page
    page.context.close()


def _register(page: Page) -> None:
    page.goto("people/new")
    page.fill("[name=employee_code]", "E0000001")
    page.fill("[name=name]", SOMEBODY)
    page.fill("[name=kana]", "セトグチ ジュゲム")
    leave_by(page.get_by_role("button", name="登録する").last)
    page.wait_for_url("**/number")
    digits = page.locator("input[name=number], input[name=number_again]")
    for place in range(digits.count()):
        digits.nth(place).fill(valid_number(20_261_124))
    page.select_option("[name=number_check]", "CARD")
    page.select_option("[name=person_check]", "CARD")
    leave_by(page.get_by_role("button", name="登録する").last)
    page.wait_for_url(re.compile(r".*/people/[0-9a-f-]{36}$"))


def menu_of(page: Page) -> list[str]:
    page.goto("")
    links = page.locator("nav a[href]")
    found = {links.nth(place).get_attribute("href") or "" for place in range(links.count())}
    return sorted(one for one in found if one.startswith("/") and "sign-out" not in one)


def test_every_page_of_the_menu_is_the_company_s_own(theirs: Page, other: dict[str, str]) -> None:
    pages = menu_of(theirs)

    faults = {one: said for one in pages if (said := faults_of(theirs, one))}

    assert len(pages) > 12
    assert faults == {}


def faults_of(page: Page, address: str) -> list[object]:
    """What is wrong with a page of the other company, whoever looks at it."""
    answer = page.goto(address)
    assert answer is not None
    wrong: list[object] = [*faults_for_axe(page)]
    if answer.status != 200:
        wrong.append(answer.status)
    if "あずかり商店" in page.inner_text("body"):
        wrong.append("the demo's name")
    return wrong


def test_pages_of_one_company_are_nowhere_for_the_other(
    service: Service, theirs: Page, browser: Browser
) -> None:
    """The demo's operator has the address of the other's person, and gets what a stray one gets."""
    theirs.goto("people")
    leave_by(theirs.get_by_role("link", name=SOMEBODY.replace("\u3000", " ")).first)
    theirs.wait_for_url(re.compile(r".*/people/[0-9a-f-]{36}$"))
    address = theirs.url
    parts = ("", "/change", "/number/show", "/number/compare", "/number/change",
             "/number/dispose", "/history", "/leave")  # fmt: skip
    ours = _demo_operator(service, browser)
    stray = address[:-12] + "0" * 12

    shown = {part: _page(ours, address + part) for part in parts}

    assert {part: status for part, (status, _) in shown.items()} == dict.fromkeys(parts, 404)
    assert all(SOMEBODY not in text and THEIRS not in text for _, text in shown.values())
    assert shown[""] == _page(ours, stray)
    assert _page(ours, service.url + "people?q=寿限無")[0] == 200
    assert SOMEBODY not in ours.inner_text("main")
    ours.context.close()


def _page(page: Page, address: str) -> tuple[int, str]:
    answer = page.goto(address)
    assert answer is not None
    # Each answer carries a code of its own for the support.
    return answer.status, re.sub(r"[0-9a-f]{8,}", "", page.inner_text("main"))


def _demo_operator(service: Service, browser: Browser) -> Page:
    return signed_in(service, browser, service.facts, "operator")


@pytest.mark.parametrize("role", ["steward", "officer"])
def test_who_sets_up_and_who_oversees_stay_in_their_company(
    service: Service, theirs: Page, other: dict[str, str], browser: Browser, role: str
) -> None:
    """Every page of their menus, and from there every address that names something."""
    _ask_for_an_output(theirs)
    there = signed_in(service, browser, other, role)
    named: set[str] = set()
    faults = {}
    for address in menu_of(there):
        named |= {one for one in _links_of(there, address) if _ID.search(one)}
        if said := faults_of(there, address):
            faults[address] = said
    here = signed_in(service, browser, service.facts, role)

    shown = {one: _page(here, service.url + one.lstrip("/")) for one in sorted(named)}

    assert faults == {}
    assert len(named) > 2, named
    # Named in the path it is nowhere; as a condition (`?copy=`) it just finds nothing.
    found = {one for one, (status, _) in shown.items() if status != 404}
    assert {one for one in found if _ID.search(one.partition("?")[0])} == set()
    assert all(THEIRS not in text and SOMEBODY not in text for _, text in shown.values())
    for page in (there, here):
        page.context.close()


_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")


def _links_of(page: Page, address: str) -> set[str]:
    page.goto(address)
    links = page.locator("main a[href]")
    found = {links.nth(place).get_attribute("href") or "" for place in range(links.count())}
    return {one for one in found if one.startswith("/")}


def _ask_for_an_output(page: Page) -> None:
    """Something of theirs that an officer may open."""
    page.goto("exports/new")
    page.select_option("[name=content]", "status")
    page.fill("[name=reason]", "年末調整の準備")
    leave_by(page.locator("main button[type=submit]").last)
    page.wait_for_url(re.compile(r".*/exports/[0-9a-f-]{36}$"))
