"""Saved searches and the CSV of the three lists."""

import csv
from datetime import date
from io import StringIO
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest

from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.register import actions, queries
from azukari.register.models import SavedSearch
from azukari.register.spreadsheet import harmless
from azukari.tenancy.rights import RoleKind
from azukari.web import words
from tests.cast import Cast, Side
from tests.web.browser import (
    browser,
    employee,
    family_member,
    new_number,
    payee,
    see,
    text_of,
    with_number,
)


def kept_by(side: Side, kind: RoleKind, listing: str) -> dict[str, str]:
    with side.scope():
        found = queries.saved_searches(side.users[kind].id, listing)
        return {one.name: one.query for one in found}


def keep(side: Side, name: str, query: str = "q=甲", listing: str = "people") -> SavedSearch:
    user = side.users[RoleKind.OPERATOR].id
    with side.scope():
        return actions.save_search(user, listing, name, query, actor=side.operator)


# saved searches ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("listing", "query"),
    [
        ("people", {"q": "山田", "employment": "left", "sort": "-name"}),
        ("family", {"state": "none"}),
        ("payees", {"payee_kind": "landlord"}),
    ],
)
def test_search_is_kept_under_a_name_and_offered_as_a_link(
    cast: Cast, listing: str, query: dict[str, str]
) -> None:
    client, name = browser(cast.a), f"条件{listing}"
    page = see(client.get(f"/{listing}", query))
    hidden = page.one("input", name_="query").attrs["value"]

    answer = client.post(f"/{listing}/searches", {"name": name, "query": hidden})

    page = see(client.get(answer.url))
    assert kept_by(cast.a, RoleKind.OPERATOR, listing)[name] == urlencode(query)
    (link,) = [a for a in page.all("a") if a.text == name]
    assert link.attrs["href"] == f"/{listing}?{urlencode(query)}"
    assert "aria-current" in link.attrs


def test_what_the_list_does_not_know_is_not_kept(cast: Cast) -> None:
    query = urlencode({"q": "甲", "after": str(UUID(int=1)), "evil": "1", "department": "無い部"})

    browser(cast.a).post("/people/searches", {"name": "余分", "query": query})

    assert kept_by(cast.a, RoleKind.OPERATOR, "people")["余分"] == urlencode({"q": "甲"})


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "", "query": "q=a"}, "この条件の名前：このフィールドは必須です。"),
        ({"name": "空", "query": ""}, words.SEARCH_WITHOUT_CONDITIONS),
        ({"name": "順だけ", "query": "sort=name"}, words.SEARCH_WITHOUT_CONDITIONS),
    ],
)
def test_search_that_cannot_be_kept_is_refused(
    cast: Cast, typed: dict[str, str], said: str
) -> None:
    before = kept_by(cast.a, RoleKind.OPERATOR, "people")
    client = browser(cast.a)

    answer = client.post("/people/searches", typed)

    assert said in text_of(client.get(answer.url))
    assert kept_by(cast.a, RoleKind.OPERATOR, "people") == before


def test_a_number_is_kept_neither_as_name_nor_as_condition(cast: Cast) -> None:
    digits, client = new_number(), browser(cast.a)

    client.post("/people/searches", {"name": digits, "query": "q=a"})
    answer = client.post("/people/searches", {"name": "番号で探す", "query": f"q={digits}"})

    assert digits not in str(kept_by(cast.a, RoleKind.OPERATOR, "people"))
    assert digits not in answer.url


def test_same_name_takes_the_new_conditions(cast: Cast) -> None:
    keep(cast.a, "上書き", "q=古")
    keep(cast.a, "上書き", "q=新")

    assert kept_by(cast.a, RoleKind.OPERATOR, "people")["上書き"] == "q=新"


def test_no_more_than_twenty_are_kept(cast: Cast) -> None:
    for n in range(20):
        keep(cast.b, f"条件{n}", listing="family")

    with pytest.raises(actions.TooMany):
        keep(cast.b, "もう一つ", listing="family")
    keep(cast.b, "条件3", "q=新", listing="family")

    assert len(kept_by(cast.b, RoleKind.OPERATOR, "family")) == 20


def test_search_is_forgotten_by_its_user_only(cast: Cast) -> None:
    mine = keep(cast.a, "忘れる")
    url = f"/people/searches/{mine.id}/forget"

    other_user = browser(cast.a, RoleKind.OFFICER).post(url)
    other_tenant = browser(cast.b).post(url)
    other_list = browser(cast.a).post(f"/family/searches/{mine.id}/forget")
    kept = kept_by(cast.a, RoleKind.OPERATOR, "people")
    browser(cast.a).post(url)

    assert [one.status_code for one in (other_user, other_tenant, other_list)] == [404] * 3
    assert "忘れる" in kept
    assert "忘れる" not in kept_by(cast.a, RoleKind.OPERATOR, "people")


def test_searches_are_seen_by_their_user_and_list_only(cast: Cast) -> None:
    keep(cast.a, "私の条件")

    for client, url in (
        (browser(cast.a, RoleKind.OFFICER), "/people"),
        (browser(cast.b), "/people"),
        (browser(cast.a), "/family"),
    ):
        assert "私の条件" not in text_of(client.get(url))


# 廃棄できる日 -----------------------------------------------------------------------------------


def test_list_is_filtered_and_sorted_by_the_day_the_number_may_go(cast: Cast) -> None:
    early, late, never = (
        with_number(cast.a, employee(cast.a, name=f"期日　{n}"), new_number()) for n in range(3)
    )
    for person, on in ((early, date(2020, 3, 31)), (late, date(2026, 3, 31))):
        with cast.a.scope():
            actions.leave(person, on, version=person.version, actor=cast.a.operator)
            person.refresh_from_db()
    client = browser(cast.a)

    def names(query: str) -> list[str]:
        page = see(client.get(f"/people?q=期日&{query}"))
        return [a.text for a in page.all("a") if a.text.startswith("期日")]

    assert early.number_due_on < late.number_due_on
    assert names(f"due={early.number_due_on}") == ["期日　0"]
    assert names("due=いつか") == ["期日　0", "期日　1", "期日　2"]
    assert names("sort=due") == ["期日　0", "期日　1", "期日　2"]
    assert names("sort=-due") == ["期日　1", "期日　0", "期日　2"]
    assert "廃棄できる日（まで）：" in text_of(client.get("/people?due=R9.1.11"))
    assert never.number_due_on is None


# CSV --------------------------------------------------------------------------------------------


def file_of(client: Any, url: str) -> list[dict[str, str]]:
    answer = client.post(url)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def test_file_holds_what_the_filter_finds_and_no_number(cast: Cast) -> None:
    digits = new_number()
    with_number(
        cast.a,
        employee(
            cast.a,
            name="出力　花子",
            birth_date=date(1990, 4, 1),
            postcode="0600000",
            pension_number="0123456789",
            department="出力部",
        ),
        digits,
    )
    employee(cast.a, name="出力　別部", department="別部")

    rows = file_of(browser(cast.a), "/people/list.csv?q=出力&department=出力部")

    (row,) = rows
    assert row["氏名"] == "出力　花子"
    assert row["個人番号"] == "登録済"
    assert (row["生年月日"], row["郵便番号"], row["基礎年金番号"]) == (
        "1990-04-01", "060-0000", "0123-456789",
    )  # fmt: skip
    assert digits not in str(row)


def test_file_of_families_names_the_employee(cast: Cast) -> None:
    host = employee(cast.a, name="出力　世帯主", department="出力課")
    family_member(cast.a, host, name="出力　子", relationship="CHILD", tax_dependent=True)

    (row,) = file_of(browser(cast.a), "/family/list.csv?q=出力子")

    told = ("続柄", "税扶養", "健保扶養", "社員氏名", "社員の部署名")
    assert [row[name] for name in told] == ["子", "1", "0", "出力　世帯主", "出力課"]


def test_file_of_payees(cast: Cast) -> None:
    payee(cast.a, name="出力　支払先", payee_kind="landlord", contract_to=date(2026, 3, 31))

    (row,) = file_of(browser(cast.a), "/payees/list.csv?q=出力支払先")

    assert (row["支払先の区分"], row["契約終了日"]) == ("不動産の貸主", "2026-03-31")


def test_file_goes_on_over_pages(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from azukari.web.operator import people_lists

    monkeypatch.setattr(people_lists, "_FILE_PAGE", 2)
    for n in range(5):
        employee(cast.a, name=f"続き　{n}")

    rows = file_of(browser(cast.a), "/people/list.csv?q=続き&sort=-code")

    assert [row["氏名"] for row in rows] == [f"続き　{n}" for n in reversed(range(5))]


def test_file_is_written_down_with_the_count(cast: Cast) -> None:
    for _ in range(3):
        payee(cast.a, name="数える　人")

    file_of(browser(cast.a), "/payees/list.csv?q=数える")

    with cast.a.scope():
        page = ledger.records(cast.a.company.id, ledger.Filter(actions=(Action.STATUS_EXPORTED,)))
    record = page.entries[0].record
    assert (record.count, dict(record.details)) == (
        3,
        {"format": "csv", "kind": "payee", "target": "q"},
    )


def test_file_holds_nobody_of_another_tenant(cast: Cast) -> None:
    employee(cast.a, name="見えない　甲")

    assert file_of(browser(cast.b), "/people/list.csv?q=見えない") == []


@pytest.mark.parametrize("path", ["/people/list.csv", "/family/list.csv", "/payees/list.csv"])
@pytest.mark.parametrize("kind", [RoleKind.STEWARD, RoleKind.AUDITOR])
def test_file_needs_the_right_to_see_the_list(cast: Cast, path: str, kind: RoleKind) -> None:
    assert browser(cast.a, kind).post(path).status_code == 403


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_formula_is_neutralised(start: str) -> None:
    assert harmless(f"{start}SUM(A1)") == f"'{start}SUM(A1)"


@pytest.mark.parametrize("text", ["", "山田", "1-1", "a=b", "'x"])
def test_plain_text_stays(text: str) -> None:
    assert harmless(text) == text
