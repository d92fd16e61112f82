"""The pages of sheets and outputs at two widths: axe finds nothing, the console stays silent."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from azukari.register.sheets import work
from tests.cast import Cast, make_side
from tests.register.sheet_files import employee, of, write
from tests.web.browser import browser, new_code, new_number
from tests.web.showing import CHROMIUM, Screen, faults
from tests.web.test_exports import ask, export_of, made
from tests.web.test_sheet_columns import HEADINGS
from tests.web.test_sheets import applied, checked, run, sent

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
PAGES = [
    "send", "columns", "mapping", "checked", "applied", "undo", "status", "exports", "ask",
    "ready", "passphrase", "correct", "products", "missing",
]  # fmt: skip


@pytest.fixture(scope="module")
def answers(cast: Cast) -> dict[str, Any]:
    """Name → the page as the operator gets it."""
    side = make_side("SB")
    client = browser(side)
    who, facts = new_code(), {"部署名": "営業第一部"}
    missing = employee(new_code(), "", **facts)
    del missing["個人番号"]
    done = applied(side, of(employee(who, new_number(), **facts)))
    applied(side, of(missing))
    unsure = sent(side, write(HEADINGS, [new_code(), "山田", "ヤマダ", "", new_number(), "青"]))
    wrong = employee(new_code(), "123", 氏名カナ="たかはし", **facts)
    change = employee(who, "", 氏名="髙橋　次郎", **facts)
    one = checked(side, of(change, wrong, employee(new_code(), new_number(), **facts)))
    partly = checked(side, of(employee(new_code(), new_number()), wrong))
    client.post(f"/sheets/{partly}/apply")
    run(side, work.apply, partly)
    export_id = export_of(ask(side, who))
    made(side, export_id)
    return {
        "send": client.get("/sheets/new"),
        "columns": client.get(f"/sheets/{unsure}/columns"),
        "mapping": client.get(f"/sheets/{unsure}"),
        "checked": client.get(f"/sheets/{one}"),
        "correct": client.get(f"/sheets/{one}/correct"),
        "products": client.get("/sheets/products"),
        "missing": client.get("/status/people"),
        "applied": client.get(f"/sheets/{partly}"),
        "undo": client.get(f"/sheets/{done}/undo"),
        "status": client.get("/status"),
        "exports": client.get("/exports"),
        "ask": client.get("/exports/new"),
        "ready": client.get(f"/exports/{export_id}"),
        "passphrase": client.post(f"/exports/{export_id}/passphrase"),
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
