"""What stewards set up, walked as a person would: users by file, and what changed of the company."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.flows.conftest import signed_in
from tests.flows.walk import follow, look, press
from tests.service import Service


@pytest.fixture(scope="module")
def steward(service: Service, browser: Browser) -> Iterator[Page]:
    page = signed_in(service, browser, service.facts, "steward")
    yield page
    page.context.close()


def test_users_come_by_a_file_and_get_their_links(steward: Page, tmp_path: Path) -> None:
    steward.goto("settings/users")
    with steward.expect_download() as taken:
        steward.get_by_role("button", name="この条件の一覧をCSVで受け取る").click()
    rows = list(csv.reader(Path(taken.value.path()).open(encoding="utf-8-sig", newline="")))
    place = {name: at for at, name in enumerate(rows[0])}
    rows[1][place["部署"]] = "監査室"
    blank = ["" for _ in rows[0]]
    for code, name, role in (
        ("keiri01", "経理　一郎", "運用担当者"),
        ("keiri02", "経理　次郎", "部長"),
    ):
        row = list(blank)
        row[place["ユーザID"]], row[place["氏名"]], row[place["権限"]] = code, name, role
        rows.append(row)
    file = tmp_path / "users.csv"
    with file.open("w", encoding="cp932", newline="") as out:
        csv.writer(out).writerows(rows)

    steward.goto("settings/users/files")
    look(steward, "user-sheets")
    steward.set_input_files("[name=file]", file)
    press(steward, "送って確かめる")
    look(steward, "user-sheet-checked")
    told = steward.inner_text("main")
    assert "この権限はありません。" in told
    press(steward, "登録・変更する")
    look(steward, "user-sheet-applied")
    with steward.expect_download() as handed:
        steward.get_by_role("button", name="設定リンクをCSVで受け取る").click()

    [link] = list(csv.DictReader(Path(handed.value.path()).open(encoding="utf-8-sig", newline="")))
    assert link["ユーザID"] == "keiri01"
    assert "/setup/" in link["リンク"]
    steward.goto("settings/users?q=keiri")
    look(steward, "users-found")
    assert "経理　一郎" in steward.inner_text("main")


def test_changes_of_the_company_stand_side_by_side(steward: Page) -> None:
    steward.goto("settings/company/change")
    steward.fill("[name=telephone]", "03-1111-2222")
    press(steward, "変更する")
    steward.goto("settings/office/new")
    for name, text in (
        ("code", "900"),
        ("name", "札幌支店"),
        ("address", "北海道札幌市中央区北一条西２"),
    ):
        steward.fill(f"[name={name}]", text)
    press(steward, "登録する")
    follow(steward, "変更の履歴")

    look(steward, "company-history")
    told = steward.inner_text("main")
    assert "事業所「札幌支店」の登録" in told
    assert "03-3456-7890" in told
    assert "03-1111-2222" in told
    steward.select_option("[name=about]", label="会社情報")
    press(steward, "検索する")
    assert "札幌支店" not in steward.locator(".stack").first.inner_text()


def test_designated_numbers_are_pasted_at_once(steward: Page) -> None:
    steward.goto("settings/company")
    follow(steward, "登録していません")
    follow(steward, "指定番号を変更する")
    cells = (("131016", "千代田区", "0012345"), ("14103", "横浜市", "9900011"))
    steward.fill("[name=lines]", "\n".join(map("\t".join, cells)))
    press(steward, "変更する")
    assert "2行目：政令指定都市の区のコードです" in steward.inner_text("main")

    steward.fill("[name=lines]", steward.input_value("[name=lines]").replace("14103", "141003"))
    press(steward, "変更する")

    look(steward, "designated-numbers")
    assert "9900011" in steward.inner_text("main")
    steward.goto("settings/company")
    look(steward, "company")
    assert "2市区町村" in steward.inner_text("main")
