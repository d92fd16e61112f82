"""The pages of 会社情報管理 at two widths: axe finds nothing, the console stays silent."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from azukari.tenancy.rights import RoleKind
from tests.cast import Cast, make_side
from tests.numbers import look_alike
from tests.web.browser import browser
from tests.web.showing import CHROMIUM, Screen, faults
from tests.web.test_company import COMPANY, OFFICE
from tests.web.test_designated_numbers import CHANGE, LIST, PASTED

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
PAGES = [
    "company", "change", "office", "numbers", "numbers-change", "numbers-wrong", "numbers-likely",
    "history",
]  # fmt: skip


@pytest.fixture(scope="module")
def answers(cast: Cast) -> dict[str, Any]:
    """Name → the page as the steward gets it."""
    client = browser(make_side("CB"), RoleKind.STEWARD)
    client.post("/settings/company/change", COMPANY)
    client.post("/settings/office/new", OFFICE)
    client.post(CHANGE, {"lines": PASTED, "version": "2"})
    wrong = "131017 千代田区 1\n14103 横浜市西区 2\n"
    likely = f"131016 千代田区 {look_alike(5)}\n131041 新宿区 {look_alike(6)}"
    return {
        "company": client.get("/settings/company"),
        "change": client.get("/settings/company/change"),
        "office": client.get("/settings/office/new"),
        "numbers": client.get(LIST),
        "numbers-change": client.get(CHANGE),
        "numbers-wrong": client.post(CHANGE, {"lines": wrong, "version": "3"}),
        "numbers-likely": client.post(CHANGE, {"lines": likely, "version": "3"}),
        "history": client.get("/settings/company/history"),
    }


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_page_is_without_faults(
    shown: Screen, tab: Page, answers: dict[str, Any], name: str, width: int
) -> None:
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))

    shown.show(tab, answers[name])

    assert faults(tab, width) == []
    if folder := os.environ.get("AZUKARI_SHOTS"):
        tab.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    assert said == []
