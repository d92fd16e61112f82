"""Lists at the width of a phone: nothing to push sideways, every cell says what it is."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page

from azukari.register.actions import holds
from azukari.register.models import Sheet
from azukari.tenancy.rights import RoleKind
from azukari.use.models import Filing
from tests.cast import make_side
from tests.collect.cast import handed_in
from tests.oversee.cast import incident_of
from tests.web.browser import browser, employee, family_member, new_number, payee, with_number
from tests.web.showing import CHROMIUM, Screen, faults

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
LONG = "髙橋之助左衛門寿限無寿限無　五劫擦切海砂利水魚水行末雲来末風来末"
LISTS = {
    "people": ("/people", RoleKind.OPERATOR),
    "family": ("/family", RoleKind.OPERATOR),
    "payees": ("/payees", RoleKind.OPERATOR),
    "applications": ("/applications", RoleKind.OPERATOR),
    "requests": ("/requests", RoleKind.OPERATOR),
    "mails": ("/mails", RoleKind.OPERATOR),
    "accounts": ("/accounts", RoleKind.OPERATOR),
    "sheets": ("/sheets", RoleKind.OPERATOR),
    "filings": ("/filings", RoleKind.OPERATOR),
    "status": ("/status", RoleKind.OPERATOR),
    "holds": ("/disposals/holds", RoleKind.OFFICER),
    "users": ("/settings/users", RoleKind.STEWARD),
    "records": ("/records", RoleKind.STEWARD),
    "access": ("/access", RoleKind.STEWARD),
    "access-unused": ("/access/unused?never=on", RoleKind.STEWARD),
    "months": ("/months", RoleKind.OFFICER),
    "incidents": ("/incidents", RoleKind.OFFICER),
}


@pytest.fixture(scope="module")
def answers(database: Any) -> dict[str, Any]:
    """Name → the list, with somebody in it."""
    side = make_side("PH", web_collection=True)
    host = with_number(
        side,
        employee(side, name=LONG, department="第一営業本部首都圏統括部", hired_on=date(2020, 4, 1)),
        new_number(),
    )
    asked = employee(side, name=LONG, mail="phone@example.co.jp")
    family_member(side, host, name=LONG)
    payee(side, name=LONG)
    handed_in(side, asked)
    incident_of(side, title=LONG)
    with side.scope():
        today = date.today()
        holds.place_hold(
            host, "係争中のため", today.replace(year=today.year + 1, day=1), actor=side.officer
        )
        Sheet.objects.create(
            company_id=side.company.id, kind="employees", file_name=f"{LONG}.csv", size=1,
            sent_by_name=LONG,
        )  # fmt: skip
        Filing.objects.create(
            company_id=side.company.id, office=side.office, form="2200700",
            purpose="HEALTH_PENSION", started_by_name=LONG, people=1,
        )  # fmt: skip
    return {name: browser(side, kind).get(path) for name, (path, kind) in LISTS.items()}


@pytest.mark.parametrize("name", LISTS)
def test_list_fits_a_phone_and_says_what_each_cell_is(
    name: str, tab: Page, shown: Screen, answers: dict[str, Any]
) -> None:
    shown.show(tab, answers[name])

    assert faults(tab, 390) == []
    frame = tab.locator(".table-frame:has(.table.cards)").last
    assert frame.locator("tbody tr").count() >= 1
    assert frame.evaluate("one => one.scrollWidth <= one.clientWidth")
    columns = frame.locator("thead tr > *").count()
    counts = frame.evaluate(
        "one => [...one.querySelectorAll('tbody tr')].map((row) => row.children.length)"
    )
    assert set(counts) == {columns}
    assert faults(tab, 1280) == []
