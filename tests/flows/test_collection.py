"""Collection from both sides: asked by mail, answered on a phone, returned, corrected, approved.

One story: the operator's browser with its certificate, and the phone of somebody without an
account, who comes by the links in the mails of the demo's outbox.
"""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.flows.conftest import enter, fill_sign_in, open_context, set_password
from tests.flows.test_payroll import until_compared
from tests.flows.walk import follow, leave_by, look, press, submit
from tests.numbers import valid_number
from tests.pictures import samples

NUMBER = valid_number(20_261_401)
NAME = "申請　みどり"
CODE = "F0000777"
TOLD = "F0000888"  # what the codes begin with that only payroll tells of
_LINK = re.compile(r"https://\S+/once/\S+")


@pytest.fixture(scope="module")
def operator(service, browser):
    page = patient(open_context(browser, service.url, service.facts)).new_page()
    set_password(page, service.facts["setup_links"]["operator"])
    page.goto("sign-in")
    fill_sign_in(page, service.facts["contract"], "operator")
    enter(page, service.url)
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def phone(service, browser):
    context = browser.new_context(
        base_url=service.facts["portal_url"], ignore_https_errors=True, locale="ja-JP",
        viewport={"width": 360, "height": 780}, has_touch=True,
    )  # fmt: skip
    yield patient(context).new_page()
    context.close()


def patient(context: BrowserContext) -> BrowserContext:
    """Two browsers, workers and a queue of mails share the machine here."""
    context.set_default_timeout(90_000)
    return context


def letter(page: Page, subject: str) -> str:
    """The newest letter of the demo's outbox with these words in its subject."""
    for _ in range(60):
        page.goto("mails/demo")
        found = page.locator("section.panel", has=page.get_by_text(subject))
        if found.count():
            return found.first.inner_text()
        page.wait_for_timeout(1000)
    raise AssertionError(f"no letter about {subject}")


def link_in(text: str) -> str:
    found = _LINK.search(text)
    assert found is not None, text
    return found[0]


def photograph(page: Page, kind: str) -> None:
    page.check(f"[name=kind][value={kind}]")
    picture = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": samples.photo_with_place()}
    page.set_input_files("[name=file]", picture)
    press(page, "この書類を送る")


def test_somebody_is_asked_by_mail(operator):
    operator.goto("people/new")
    operator.fill("[name=employee_code]", CODE)
    operator.fill("[name=name]", NAME)
    operator.fill("[name=kana]", "シンセイ　ミドリ")
    operator.fill("[name=mail]", "midori@example.jp")
    submit(operator, "登録")
    operator.goto("requests/new")
    look(operator, "request-new")
    operator.fill("[name=codes]", CODE)
    press(operator, "人数を確かめる")
    expect(operator.get_by_text("未登録の人は1人です")).to_be_visible()
    press(operator, "依頼する")
    look(operator, "request-wave")

    told = letter(operator, "個人番号の提出のお願い")

    assert NAME in told
    assert CODE not in told
    look(operator, "demo-outbox")
    operator.goto("requests")
    look(operator, "requests")


def test_the_answer_comes_from_a_phone(operator, phone):
    phone.goto(link_in(letter(operator, "個人番号の提出のお願い")))
    press(phone, "はじめる")
    press(phone, "はじめる")
    press(phone, "読みました。次へ")
    phone.fill("[name=number]", NUMBER)
    phone.fill("[name=number_again]", NUMBER)
    press(phone, "保存して次へ")
    photograph(phone, "CARD_BACK")
    photograph(phone, "CARD_FRONT")
    follow(phone, "次へ")
    press(phone, "提出する")
    assert "提出しました" in phone.inner_text("main")


def test_it_goes_back_for_a_better_picture(operator):
    open_application(operator)
    look(operator, "application")
    leave_by(operator.get_by_role("button", name=re.compile("^開く")).first)
    assert operator.locator("main figure img").evaluate("one => one.naturalWidth") > 0
    look(operator, "application-paper")
    follow(operator, "申請に戻る")
    follow(operator, "差し戻す")
    operator.select_option("[name=reason]", "paper_unreadable")
    operator.fill("[name=comment]", "明るい所で撮り直してください")
    look(operator, "application-return")
    press(operator, "差し戻す")
    expect(operator.get_by_text("書類が読み取れない").first).to_be_visible()


def test_it_is_corrected_by_the_link_of_the_second_mail(operator, phone):
    told = letter(operator, "申請の内容をご確認ください")
    assert "明るい所" not in told
    phone.context.clear_cookies()
    phone.goto(link_in(told))
    press(phone, "はじめる")
    assert "明るい所で撮り直してください" in phone.inner_text("main")
    follow(phone, "続きを行う")
    assert phone.url.endswith("/papers")
    photograph(phone, "CARD_BACK")
    photograph(phone, "CARD_FRONT")
    follow(phone, "次へ")
    press(phone, "直した内容で提出する")
    assert "提出しました" in phone.inner_text("main")


def test_it_is_approved_only_after_every_paper_and_the_number(operator):
    open_application(operator)
    press(operator, "承認して登録する")
    assert "開いていない書類" in operator.inner_text("main")
    for place in range(2):
        leave_by(operator.get_by_role("button", name=re.compile("^開く")).nth(place))
        follow(operator, "申請に戻る")
    operator.fill("[name=number]", valid_number(20_261_402))
    press(operator, "申請された番号と照合する")
    assert "申請された番号と違います" in operator.inner_text("main")
    operator.fill("[name=number]", NUMBER)
    press(operator, "申請された番号と照合する")
    assert "一致しました" in operator.inner_text("main")
    look(operator, "application-checked")
    press(operator, "承認して登録する")

    assert "承認し、登録しました" in operator.inner_text("main")
    assert operator.get_by_text("廃棄済").count() == 4
    look(operator, "application-approved")
    letter(operator, "申請の確認が終わりました")
    operator.goto("mails")
    look(operator, "mails")


def open_application(page: Page) -> None:
    page.goto("applications")
    look(page, "applications")
    row = page.locator("tr", has=page.get_by_text(NAME.replace("　", "　")))
    leave_by(row.get_by_role("link").first)


def test_settings_and_words_are_the_stewards(service, browser):
    page = patient(open_context(browser, service.url, service.facts)).new_page()
    set_password(page, service.facts["setup_links"]["steward"])
    page.goto("sign-in")
    fill_sign_in(page, service.facts["contract"], "steward")
    enter(page, service.url)
    for path, name in (
        ("settings/collection", "collection-settings"),
        ("settings/collection/terms?part=reception", "collection-terms"),
        ("settings/collection/terms?part=papers", "collection-terms-papers"),
        ("settings/collection/terms?part=asking", "collection-terms-asking"),
        ("settings/collection/terms?part=screen", "collection-terms-screen"),
        ("settings/mail-templates", "mail-templates"),
        ("settings/mail-templates/request/ja", "mail-template"),
    ):
        page.goto(path)
        look(page, name)
    page.context.close()


def test_everybody_of_whom_a_difference_tells_is_asked_at_once(operator):
    operator.goto("people/new")
    operator.fill("[name=employee_code]", f"{TOLD}1")
    operator.fill("[name=name]", "差分　みどり")
    operator.fill("[name=kana]", "サブン　ミドリ")
    submit(operator, "登録")
    people = f"社員番号,氏名\r\n{TOLD}1,差分　青子\r\n{TOLD}2,居ない　人\r\n".encode()
    operator.goto("differences/new")
    operator.set_input_files(
        "[name=file]", {"name": "給与.csv", "mimeType": "text/csv", "buffer": people}
    )
    press(operator, "送って比べる")
    until_compared(operator)

    operator.goto(f"{operator.url}?q={TOLD}")
    operator.get_by_text("条件に合うすべてに行う").click()
    leave_by(operator.get_by_role("link", name="番号を依頼").first)
    press(operator, "すべて実行する")
    expect(operator.get_by_text("登録のない1人には依頼できない")).to_be_visible()
    look(operator, "request-from-differences")
    press(operator, "依頼する")

    expect(operator.get_by_text("差分チェックで選んだ1人")).to_be_visible()
