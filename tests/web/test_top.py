"""The top screen, the menu, switching companies, progress, manuals, health."""

from uuid import uuid4

import pytest

from azukari.progress import actions as progress
from azukari.tenancy import scope
from azukari.tenancy.models import Company, Membership
from azukari.tenancy.rights import RoleKind
from tests.cast import Cast, make_side
from tests.web.browser import browser, employee, new_number, see, text_of, with_number

_PEOPLE = {"個人番号（本人）", "個人番号（家族）", "一括登録・変更", "法定帳票作成", "廃棄の記録"}
_OVERSIGHT = {"廃棄の記録", "利用履歴照会", "記録の検証"}
_SETTINGS = {"会社情報管理", "ユーザ登録", "権限設定", "クライアント証明書管理"}


@pytest.mark.parametrize(
    ("kind", "offered"),
    [
        (RoleKind.OPERATOR, _PEOPLE | {"会社情報管理"}),
        (RoleKind.STEWARD, _OVERSIGHT | _SETTINGS),
        (RoleKind.OFFICER, _PEOPLE | _OVERSIGHT | {"会社情報管理", "ユーザ登録"}),
        (RoleKind.AUDITOR, _OVERSIGHT | _SETTINGS),
    ],
)
def test_menu_and_tiles_show_only_what_may_be_used(
    cast: Cast, kind: RoleKind, offered: set[str]
) -> None:
    page = see(browser(cast.a, kind).get("/"))

    (menu,) = [nav for nav in page.all("nav") if "トップ" in nav.text and "マニュアル" in nav.text]
    labels = _PEOPLE | _OVERSIGHT | _SETTINGS
    assert {label for label in labels if label in menu.text} == offered
    (tiles,) = page.all("ul", class_="tiles")
    assert {label for label in labels if label in tiles.text} == offered


def test_menu_marks_where_one_is(cast: Cast) -> None:
    person = employee(cast.a)

    page = see(browser(cast.a).get(f"/people/{person.id}"))

    current = [a.attrs["href"] for a in page.all("a", aria_current="page")]
    assert current == ["/people"]


def test_top_counts_missing_numbers_by_department() -> None:
    side = make_side("T")
    with_number(side, employee(side, department="東京部"), new_number())
    employee(side, department="東京部")
    employee(side, department="大阪部")

    page = see(browser(side).get("/"))

    rows = {row.text.replace("登録済", "").replace("未登録", "") for row in page.all("tr")}
    assert {"東京部11", "大阪部01"} <= rows
    figures = {f.text for f in page.all("a") if "figure" in (f.attrs.get("class") or "")}
    assert any("番号が未登録の社員2" in text for text in figures)


def test_steward_sees_no_figures_of_people(cast: Cast) -> None:
    text = text_of(browser(cast.a, RoleKind.STEWARD).get("/"))

    assert "番号が未登録の社員" not in text
    assert "部署ごとの登録状況" not in text


def test_header_names_company_contract_user_and_role(cast: Cast) -> None:
    header = see(browser(cast.a).get("/")).one("header")

    assert "株式会社A商事" in header.text
    assert cast.a.contract.code in header.text
    assert "Aの運用担当者" in header.text


def test_work_goes_on_in_another_company_of_the_contract() -> None:
    side = make_side("S")
    first = employee(side, name="一社目の　人")
    with scope.enter(scope.Scope(contract_id=side.contract.id)):
        second = Company.objects.create(contract_id=side.contract.id, code="002", name="子会社")
        own = Membership.objects.get(user=side.users[RoleKind.OPERATOR])
        Membership.objects.create(
            contract_id=side.contract.id, user=own.user, company=second, role=own.role
        )
    client = browser(side)

    offers = see(client.get("/")).one("button", name_="company")
    answer = client.post("/company/switch", {"company": offers.attrs["value"] or ""})

    assert answer.url == "/"
    assert "子会社" in see(client.get("/")).one("header").text
    assert client.get(f"/people/{first.id}").status_code == 404


@pytest.mark.parametrize("company", ["", "nonsense", "25646226-47a0-4486-a6a2-55a3590d0a27"])
def test_switching_elsewhere_is_not_found(cast: Cast, company: str) -> None:
    assert browser(cast.a).post("/company/switch", {"company": company}).status_code == 404


def test_switching_to_another_contracts_company_is_not_found(cast: Cast) -> None:
    answer = browser(cast.a).post("/company/switch", {"company": str(cast.b.company.id)})

    assert answer.status_code == 404


def test_progress_answers_a_part_to_htmx_and_a_page_otherwise(cast: Cast) -> None:
    subject = uuid4()
    with cast.a.scope():
        task = progress.plan("filing", subject, total=12)
        progress.begin(task.id)
        progress.advance(task.id, 3)
    client = browser(cast.a)

    part = client.get(f"/progress/{task.id}", headers={"HX-Request": "true"})
    page = client.get(f"/progress/{task.id}")

    assert "<html" not in text_of(part)
    assert see(part).with_id(f"task-{task.id}").attrs["hx-get"] == f"/progress/{task.id}"
    assert "帳票の作成" in text_of(page)
    with cast.a.scope():
        progress.finish(task.id)
    done = see(client.get(f"/progress/{task.id}", headers={"HX-Request": "true"}))
    assert "hx-get" not in done.with_id(f"task-{task.id}").attrs
    assert [a.attrs["href"] for a in done.all("a")] == [f"/filings/{subject}"]


def test_progress_of_others_is_not_shown(cast: Cast) -> None:
    with cast.a.scope():
        task = progress.plan("filing", uuid4())

    assert browser(cast.b).get(f"/progress/{task.id}").status_code == 404
    assert browser(cast.a, RoleKind.STEWARD).get(f"/progress/{task.id}").status_code == 403


@pytest.mark.parametrize("page", ["operator", "steward"])
def test_manual_can_be_read_without_signing_in(cast: Cast, page: str) -> None:
    from django.test import Client

    answer = Client().get(f"/manual/{page}")

    assert answer.status_code == 200
    assert len(see(answer).all("h1")) == 1
    assert Client().get("/manual/nothing").status_code == 404


def test_health_says_ok(cast: Cast) -> None:
    from django.test import Client

    answer = Client().get("/health")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
