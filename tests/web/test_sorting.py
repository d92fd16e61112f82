"""Lists that are searched anew stay in their order."""

import pytest
from django.urls import reverse

from azukari.tenancy.rights import RoleKind
from tests.cast import Cast, make_side
from tests.dispose.cast import due_people
from tests.web.browser import browser, employee, see, text_of

_LISTS = {
    "accounts": "code",
    "applications": "-submitted",
    "batches": "-proposed",
    "disposals": "-code",
    "due": "name",
    "exports": "-people",
    "family": "-name",
    "filings": "-made",
    "mails": "sent",
    "number-ledger": "received",
    "payees": "-code",
    "people": "-code",
    "pushes": "-code",
    "requests": "name",
    "sheets": "file",
    "status": "-missing",
    "status-people": "-name",
    "users": "-code",
}


@pytest.mark.parametrize(("name", "order"), _LISTS.items())
def test_search_carries_the_order(cast: Cast, name: str, order: str) -> None:
    kind = RoleKind.STEWARD if name == "users" else RoleKind.OPERATOR

    page = see(browser(cast.a, kind).get(reverse(name), {"sort": order, "after": "x"}))

    [form] = [one for one in page.all("form") if one.attrs.get("aria-label") == "一覧の絞り込み"]
    assert [field.attrs["value"] for field in page.all("input", name_="sort")] == [order]
    assert form.attrs["method"] == "get"


@pytest.mark.parametrize(
    ("name", "asked", "head", "direction"),
    [
        ("people", "", "社員番号", "ascending"),
        ("people", "nothing", "社員番号", "ascending"),
        ("people", "-due", "廃棄できる日", "descending"),
        ("users", "", "ユーザID", "ascending"),
        ("records", "", "日時", "descending"),
    ],
)
def test_heads_tell_how_a_list_is_sorted_before_anybody_asks(
    cast: Cast, name: str, asked: str, head: str, direction: str
) -> None:
    employee(cast.a)
    kind = RoleKind.OPERATOR if name == "people" else RoleKind.STEWARD

    page = see(browser(cast.a, kind).get(reverse(name), {"sort": asked}))

    [sorted_by] = [one for one in page.all("th") if "aria-sort" in one.attrs]
    assert sorted_by.text.startswith(head)
    assert sorted_by.attrs["aria-sort"] == direction


def test_an_address_behind_the_end_of_a_list_shows_its_beginning(cast: Cast) -> None:
    side = make_side("STRAY")
    [due], [not_due] = due_people(side, 1), due_people(side, 1, due_on=None)
    client, steward, due_url = browser(side), browser(side, RoleKind.STEWARD), reverse("due")

    for place in (f"after={due.id}", f"before={due.id}", f"after={not_due.id}"):
        [row] = client.get(f"{due_url}?{place}").context["rows"]
        assert row["record"].id == due.id
        assert browser(cast.b).get(f"{due_url}?{place}").status_code == 200
    answer = steward.get("/records?sort=-at&after=0.000000_0")
    assert (answer.status_code, answer.url) == (302, "/records?sort=-at")


def test_people_found_anew_come_in_the_order_of_before(cast: Cast) -> None:
    for side in (cast.a, cast.b):
        for name in ("並び　一", "並び　二", "並び　三"):
            employee(side, name=name, kana=name)
    whole = see(browser(cast.a).get("/people", {"sort": "-code"}))
    hidden = whole.one("input", name_="sort").attrs["value"]

    found = see(browser(cast.a).get("/people", {"sort": hidden, "q": "並び"}))

    names = [row.text[:4] for row in found.all("th", scope="row")]
    assert names == ["並び　三", "並び　二", "並び　一"]
    head = found.all("th", **{"aria-sort": "descending"})
    assert [one.text[:4] for one in head] == ["社員番号"]
    assert "並び" not in text_of(browser(cast.b).get("/people", {"sort": hidden, "q": "一二"}))
