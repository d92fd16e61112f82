"""A household from both sides: asked on screen, a 第3号 spouse's power of attorney signed, returned,
corrected by the employee in their account, approved, registered, and the documents gone.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.flows.conftest import enter, fill_sign_in, open_context, set_password
from tests.flows.test_collection import patient
from tests.flows.test_portal import (
    draw_a_line,
    photograph,
    send_card,
    set_up,
    start_request,
    type_number,
)
from tests.flows.walk import follow, leave_by, look, press, submit
from tests.numbers import valid_number
from tests.pictures import samples

NAME, SPOUSE = "世帯　一郎", "世帯　花子"
CODE = "F0000778"
NUMBERS = {NAME: valid_number(20_261_411), SPOUSE: valid_number(20_261_412)}


@pytest.fixture(scope="module")
def operator(service, browser) -> Iterator[Page]:
    page = patient(open_context(browser, service.url, service.facts)).new_page()
    set_password(page, service.facts["setup_links"]["operator"])
    page.goto("sign-in")
    fill_sign_in(page, service.facts["contract"], "operator")
    enter(page, service.url)
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def phone(service, browser) -> Iterator[Page]:
    context = browser.new_context(
        base_url=service.facts["portal_url"], ignore_https_errors=True, locale="ja-JP",
        viewport={"width": 360, "height": 780}, has_touch=True,
    )  # fmt: skip
    yield patient(context).new_page()
    context.close()


def register(page: Page) -> None:
    """The employee and the spouse."""
    page.goto("people/new")
    page.fill("[name=employee_code]", CODE)
    page.fill("[name=name]", NAME)
    page.fill("[name=kana]", "セタイ　イチロウ")
    submit(page, "登録")
    found = re.search(r"/people/([0-9a-f-]{36})", page.url)
    assert found is not None, page.url
    page.goto(f"people/{found[1]}/family/new")
    page.select_option("[name=relationship]", "WIFE")
    page.fill("[name=name]", SPOUSE)
    page.fill("[name=kana]", "セタイ　ハナコ")
    page.check("[name=category3]")
    page.check("[name=health_dependent]")
    submit(page, "登録")


def account_link(page: Page) -> str:
    """From the page of the account; shown once."""
    page.goto(f"accounts?q={CODE}")
    follow(page, NAME)
    press(page, "設定リンクを発行する")
    found = re.search(r"https://\S+/start/[\w.-]+", page.content())
    assert found is not None
    return found[0]


def open_application(page: Page) -> None:
    page.goto(f"applications?q={CODE}")
    leave_by(page.locator("tbody tr").first.get_by_role("link").first)


def test_household_is_asked_on_screen_and_hands_in_a_power_of_attorney(operator, phone):
    register(operator)
    operator.goto("requests/new")
    operator.fill("[name=codes]", CODE)
    operator.check("[name=channel][value=screen]")
    press(operator, "人数を確かめる")
    expect(operator.get_by_text("未登録の人は2人です")).to_be_visible()
    press(operator, "依頼する")

    set_up(phone, account_link(operator))
    start_request(phone)
    type_number(phone, NUMBERS[NAME])
    send_card(phone)
    type_number(phone, NUMBERS[SPOUSE])
    photograph(phone, "CARD_BACK", "IMG_0003.jpg", samples.photo())
    photograph(phone, "LICENCE", "scan.pdf", samples.pdf())
    follow(phone, "次へ")
    phone.fill("[name=signer_name]", SPOUSE)
    phone.check("[name=consent]")
    draw_a_line(phone)
    press(phone, "署名して次へ")
    press(phone, "提出する")

    assert "提出しました" in phone.inner_text("main")


def test_spouse_only_goes_back(operator):
    open_application(operator)
    follow(operator, "差し戻す")
    operator.select_option("[name=reason]", "paper_unreadable")
    operator.get_by_label(SPOUSE).check()
    operator.fill("[name=comment]", "裏面の番号が光っています")
    press(operator, "差し戻す")

    expect(operator.get_by_text("書類が読み取れない").first).to_be_visible()
    # The power of attorney and the employee's own papers stay.
    assert operator.get_by_text("廃棄済").count() == 2


def test_employee_corrects_it_in_their_account(phone):
    phone.goto("")
    expect(phone.get_by_text("直して、もう一度提出してください")).to_be_visible()
    follow(phone, "続きを行う")
    assert "裏面の番号が光っています" in phone.inner_text("main")
    follow(phone, "続きを行う")
    assert phone.url.endswith("/papers")
    photograph(phone, "CARD_BACK", "IMG_0004.jpg", samples.photo())
    photograph(phone, "LICENCE", "scan.pdf", samples.pdf())
    follow(phone, "次へ")
    press(phone, "直した内容で提出する")

    assert "提出しました" in phone.inner_text("main")


def test_approval_takes_every_paper_and_both_numbers(operator):
    open_application(operator)
    press(operator, "承認して登録する")
    assert "開いていない書類" in operator.inner_text("main")
    while (unseen := operator.locator("tr", has_text="未確認")).count():
        leave_by(unseen.first.get_by_role("button", name=re.compile("^開く")))
        follow(operator, "申請に戻る")
    for name in (NAME, SPOUSE):
        part = operator.get_by_role("region", name=name)
        part.locator("[name=number]").fill(NUMBERS[name])
        leave_by(part.get_by_role("button", name="申請された番号と照合する"))
        assert "一致しました" in operator.inner_text("main")
    look(operator, "application-family")
    press(operator, "承認して登録する")

    assert "承認し、登録しました" in operator.inner_text("main")
    # Two of the employee, two that were returned, two instead of them, the power of attorney.
    assert operator.get_by_text("廃棄済").count() == 7
    assert operator.locator("tr", has_text="委任状").get_by_text("廃棄済").count() == 1
    assert operator.get_by_role("button", name=re.compile("^開く")).count() == 0


def test_both_are_registered_and_the_employee_sees_it(operator, phone):
    for path in (f"people?q={CODE}", f"family?q={CODE}"):
        operator.goto(path)
        assert "登録済" in operator.locator("tbody tr").first.inner_text()
    phone.goto("")
    assert "登録済" in phone.inner_text("main")
