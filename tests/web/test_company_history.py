"""Every change of the company and its offices, before and after side by side."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from azukari.tenancy import companies
from azukari.tenancy.models import Company, CompanyChange, CompanyPart, Office
from azukari.tenancy.rights import RoleKind
from tests.cast import Side, make_side
from tests.web.browser import browser, errors_of, see, text_of
from tests.web.components.page import Page
from tests.web.test_company import COMPANY, OFFICE

pytestmark = pytest.mark.usefixtures("existing_routes")
STEWARD = RoleKind.STEWARD
HISTORY = "/settings/company/history"


@pytest.fixture
def a(database) -> Side:
    return make_side("HA", web_collection=True)


@pytest.fixture
def b(database) -> Side:
    return make_side("HB", web_collection=True)


def cells(answer: Any) -> list[tuple[str, ...]]:
    """Field, before and after of every change shown, the latest first."""
    page = see(answer)
    rows = zip(page.all("th", scope="row"), *[iter(page.all("td"))] * 2, strict=True)
    return [tuple(cell.text for cell in row) for row in rows]


def heads(answer: Any) -> list[str]:
    main = Page(text_of(answer).partition("<main")[2].partition("</main>")[0])
    return [one.text for one in main.all("h2")]


def post(side: Side, path: str, facts: dict[str, str], **more: str) -> None:
    answer = browser(side, STEWARD).post(path, {**facts, **more})
    assert errors_of(answer) == []
    assert answer.status_code == 302


def test_nothing_has_changed_at_first(a: Side) -> None:
    assert "変更はまだありません" in text_of(browser(a, STEWARD).get(HISTORY))


def test_each_change_says_who_when_and_what_stood_there(a: Side) -> None:
    facts = {**COMPANY, "declaration_name": "申告書"}
    post(a, "/settings/company/change", facts)
    post(a, "/settings/company/change", facts, name="新しい会社", postcode="530-0001", version="2")

    answer = browser(a, STEWARD).get(HISTORY)

    assert heads(answer)[:2] == ["会社情報の変更"] * 2
    assert cells(answer)[:2] == [
        ("会社名", "株式会社髙島﨑商店", "新しい会社"),
        ("郵便番号", "100-8580", "530-0001"),
    ]
    assert ("会社名カナ", "（なし）", "カブシキガイシャ　タカシマザキ") in cells(answer)
    assert text_of(answer).count("HAの管理担当者") >= 2
    assert len(see(answer).all("time")) == 2


def test_rules_of_handling_are_told_in_words(a: Side) -> None:
    post(
        a, "/settings/handling", {"second_checker": "on", "viewings_per_hour": "12", "version": "1"}
    )

    answer = browser(a, STEWARD).get(HISTORY)

    assert heads(answer)[0] == "取扱いのきまりの変更"
    assert set(cells(answer)) == {
        ("本人確認を二人で行う", "しない", "する"),
        ("1時間に表示できる件数", "30件", "12件"),
    }


def test_office_that_was_added_and_changed(a: Side) -> None:
    post(a, "/settings/office/new", OFFICE)
    with a.scope():
        office = Office.objects.get(code="002")
    post(a, f"/settings/office/{office.id}", OFFICE, name="関西支店", version="1")

    answer = browser(a, STEWARD).get(f"{HISTORY}?about={office.id}")

    assert heads(answer)[:2] == ["事業所「関西支店」の変更", "事業所「関西支店」の登録"]
    assert cells(answer)[0] == ("事業所名", "大阪支店", "関西支店")
    assert ("事業所番号", "（なし）", "00123") in cells(answer)
    assert ("雇用保険適用事業所番号", "（なし）", "1301-123456-7") in cells(answer)


def test_saving_without_a_change_leaves_no_trace(a: Side) -> None:
    with a.scope():
        row = Company.objects.get(id=a.company.id)
        names = ("name", "kana", "corporate_number", "postcode", "address", "telephone",
                 "representative", "tax_office", "tax_reference")  # fmt: skip
        facts = companies.OwnFacts(**{name: getattr(row, name) for name in names})
        companies.change_company(row, facts, version=row.version, actor=a.steward)

        assert not CompanyChange.objects.exists()


def test_refused_change_leaves_no_trace(a: Side) -> None:
    post(a, "/settings/company/change", {**COMPANY, "declaration_name": "申告書"})
    stale = {**COMPANY, "declaration_name": "申告書", "name": "あとの会社"}

    answer = browser(a, STEWARD).post("/settings/company/change", stale)

    assert errors_of(answer)
    assert "あとの会社" not in text_of(browser(a, STEWARD).get(HISTORY))


def test_history_is_narrowed_to_what_one_asks_for(a: Side) -> None:
    post(a, "/settings/handling", {"viewings_per_hour": "12", "version": "1"})
    post(a, "/settings/office/new", OFFICE)
    client = browser(a, STEWARD)

    def about(value: str) -> set[str]:
        return {one.partition("「")[0] for one in heads(client.get(f"{HISTORY}?about={value}"))}

    assert "取扱いのきまりの変更" in about("handling")
    assert "事業所" not in about("handling")
    assert "事業所" in about("office")
    assert "条件に合う変更はありません" in text_of(client.get(f"{HISTORY}?about=company"))
    assert client.get(f"{HISTORY}?about=nonsense&after=x").status_code == 200


def test_long_history_is_read_page_by_page(a: Side) -> None:
    with a.scope():
        for number in range(45):
            CompanyChange.objects.create(
                company_id=a.company.id, part=CompanyPart.COMPANY, actor_name="人",
                changes={"name": [f"会社{number}", f"会社{number + 1}"]},
            )  # fmt: skip
    client, url, shown = browser(a, STEWARD), HISTORY, []
    while url:
        answer = client.get(url)
        shown += [one[2] for one in cells(answer)]
        links = [one for one in see(answer).all("a") if "次のページ" in one.text]
        url = HISTORY + (links[0].attrs["href"] or "") if links else ""

    assert shown == [f"会社{number}" for number in range(45, 0, -1)]


# two tenants, rights ------------------------------------------------------------------------


def test_changes_of_another_company_are_not_seen(a: Side, b: Side) -> None:
    post(b, "/settings/office/new", OFFICE, name="よその支店")
    with b.scope():
        office = Office.objects.get(code="002")

    for way in ("", f"?about={office.id}", "?about=office"):
        text = text_of(browser(a, STEWARD).get(HISTORY + way))
        assert "よその支店" not in text
        assert "HBの" not in text
    assert "よその支店" in text_of(browser(b, STEWARD).get(HISTORY))


def test_change_about_an_office_of_another_company_is_refused(a: Side, b: Side) -> None:
    with pytest.raises(IntegrityError), a.scope():
        CompanyChange.objects.create(
            company_id=a.company.id, part="office", office_id=b.office.id, actor_name="人",
            changes={},
        )  # fmt: skip


def test_history_is_never_changed(a: Side) -> None:
    post(a, "/settings/office/new", OFFICE)

    for statement in (
        "DELETE FROM tenancy_company_change",
        "UPDATE tenancy_company_change SET at = at",
    ):
        with a.scope(), pytest.raises(DatabaseError), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(statement)


@pytest.mark.parametrize("kind", list(RoleKind))
def test_whoever_may_see_the_company_may_see_its_changes(a: Side, kind: RoleKind) -> None:
    client = browser(a, kind)

    assert client.get(HISTORY).status_code == 200
    assert HISTORY in text_of(client.get("/settings/company"))
