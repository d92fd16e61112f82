"""The main line, walked as a person would: certificate, sign-in, register, file, show, form,
dispose, check the records.  One story, in order; each step leaves a picture for the documents."""

import contextlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from azukari.filings.catalog.social_insurance import shfd0006
from azukari.synthetic.csv_files import write_csv
from tests.flows.conftest import (
    enter,
    fill_sign_in,
    open_context,
    picture,
    set_password,
)
from tests.flows.walk import leave_by, look, submit
from tests.house.leaks import numbers_in
from tests.numbers import HANDED_OUT, remember, valid_number

NUMBER = valid_number(20_261_123)


@pytest.fixture(scope="module")
def operator(service, browser):
    """The operator's browser, signed in through the one-time link."""
    page = _sign_in(service, browser, "operator")
    yield page
    page.context.close()


def _sign_in(service, browser, role) -> Page:
    page = open_context(browser, service.url, service.facts).new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda m: complaints.append(m.text) if "Content Security" in m.text else None
    )
    link = service.facts["setup_links"][role]
    page.goto(link)
    picture(page, f"setup-{role}")
    set_password(page, link)
    fill_sign_in(page, service.facts["contract"], role)
    picture(page, "sign-in")
    enter(page, service.url)
    assert complaints == []
    return page


def test_without_a_certificate_a_page_explains(service, open_browser):
    page = open_browser(certificate=False).new_page()

    answer = page.goto(service.url)

    assert answer is not None
    assert answer.status == 403
    assert "証明書" in page.inner_text("main")
    look(page, "no-certificate")


def test_wrong_password_says_nothing_about_what_is_wrong(service, open_browser):
    page = open_browser().new_page()
    page.goto("sign-in")
    page.fill("[name=contract_code]", service.facts["contract"])
    page.fill("[name=user_code]", "nobody-here")
    page.fill("[name=password]", "wrong password, long enough")
    leave_by(page.locator("main button[type=submit]").first)

    assert "/sign-in" in page.url
    assert page.input_value("[name=password]") == ""
    look(page, "sign-in-refused")


def test_top_shows_what_the_operator_may_use(operator, service):
    operator.goto("")

    menu = operator.locator("nav").first.inner_text()
    assert "個人番号（本人）" in menu
    assert "権限設定" not in menu
    look(operator, "top")


def test_register_a_person_and_a_number(operator):
    operator.goto("people/new")
    operator.fill("[name=employee_code]", "Z90001")
    operator.fill("[name=name]", "高橋　太郎")
    operator.fill("[name=kana]", "タカハシ　タロウ")
    operator.fill("[name=birth_date]", "平成2年4月1日")
    operator.check("[name=sex][value='1']")
    operator.fill("[name=hired_on]", "令和8年4月1日")
    operator.fill("[name=department]", "総務部")
    look(operator, "person-new")
    submit(operator, "登録する")
    operator.wait_for_url("**/number")

    digits = operator.locator("input[name=number], input[name=number_again]")
    digits.nth(0).fill(NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10))
    digits.nth(1).fill(NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10))
    operator.select_option("[name=number_check]", "CARD")
    operator.select_option("[name=person_check]", "CARD")
    leave_by(operator.locator("main button[type=submit]").first)
    assert "検査用数字" in operator.inner_text("main")
    look(operator, "number-new-refused")

    full_width = "".join(chr(ord(d) + 0xFEE0) for d in NUMBER)
    digits.nth(0).fill(full_width)
    digits.nth(1).fill(f"{NUMBER[:4]}-{NUMBER[4:8]}-{NUMBER[8:]}")
    leave_by(operator.locator("main button[type=submit]").first)
    operator.wait_for_url("**/people/*-*-*-*-*")
    assert "登録済" in operator.inner_text("main")
    assert NUMBER not in operator.content()
    look(operator, "person")


def test_a_file_of_many_people_is_checked_and_registered(operator, service, tmp_path):
    folder = Path("/dev/shm") if Path("/dev/shm").is_dir() else tmp_path
    written = folder / f"azukari-flow-{service.facts['pid']}"
    write_csv(written, 40, seed=77, company="001", error_rate=0.1)
    try:
        text = (written / "employees.csv").read_bytes().decode("utf-8-sig")
    finally:
        for path in written.iterdir():
            path.unlink()
        written.rmdir()
    for word in text.replace("\r\n", ",").split(","):
        if len(word) == 12 and word.isdecimal():
            remember(word)
    # The demo's people have the same codes: these are others.
    text = text.replace("\r\nC0001,", "\r\n001,").replace("E00", "F00")

    operator.goto("sheets/new")
    operator.set_input_files(
        "[name=file]",
        {
            "name": "四月入社.csv",
            "mimeType": "text/csv",
            "buffer": text.replace("𠮷", "吉").encode("cp932"),
        },
    )
    operator.select_option("[name=number_check]", "CARD")
    operator.select_option("[name=person_check]", "CARD")
    look(operator, "sheet-new")
    leave_by(operator.locator("main form button[type=submit]").last)
    operator.wait_for_url("**/sheets/*-*-*-*-*")
    _wait_for(operator, "登録する", "正しい行")
    look(operator, "sheet-checked")

    submit(operator, "登録する") if operator.get_by_role(
        "button", name="登録する"
    ).count() == 1 else (
        leave_by(operator.locator("form[action$='/apply'] button[type=submit]").first)
    )
    _wait_for(operator, "登録済", "登録が終わ")
    look(operator, "sheet-applied")


def _wait_for(page: Page, *words: str) -> None:
    for _ in range(40):
        text = page.inner_text("main")
        if any(word in text for word in words) and "確認中" not in text and "登録中" not in text:
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(page.inner_text("main")[:1500])


def test_a_number_is_shown_for_a_purpose_and_written_down(operator):
    operator.goto("people?q=Z90001")
    leave_by(operator.get_by_role("link", name="高橋").first)
    leave_by(operator.get_by_role("link", name="表示").first)
    operator.locator("[name=purpose]").first.check()
    operator.fill("[name=reason]", "資格取得届の確認のため")
    look(operator, "number-show")
    leave_by(operator.locator("main form button[type=submit]").first)

    shown = "".join(operator.inner_text("main").split())
    assert NUMBER in shown.replace("-", "").replace(" ", "")
    operator.goto("people?q=Z90001")
    with contextlib.suppress(PlaywrightError):
        # Chromium keeps no copy of the page and asks before sending the form again.
        operator.go_back()
    operator.wait_for_timeout(1_000)
    assert NUMBER not in "".join(operator.content().split())


def test_a_form_is_made_with_numbers_inside_and_taken_once(operator):
    operator.goto("filings/new")
    look(operator, "filing-new")
    leave_by(operator.get_by_role("link", name=re.compile("被保険者資格取得届")).first)
    operator.goto("filings/new/2200700?q=Z90001")
    operator.locator("input[name=selected]").first.check()
    look(operator, "filing-people")
    submit(operator, "選んだ人で進む")
    operator.wait_for_url("**/facts*")
    operator.locator("input[name$=ev__pay_currency]:visible").last.fill("300,000")
    look(operator, "filing-facts")
    submit(operator, "保存して確かめる")
    operator.wait_for_url(re.compile(r"/filings/[0-9a-f-]{36}$"))
    look(operator, "filing-ready")
    submit(operator, "作成する")
    _wait_for(operator, "ファイルができました")
    look(operator, "filing-made")

    with operator.expect_download() as download:
        operator.locator("form[action$='/file'] button[type=submit]").first.click()
    content = Path(download.value.path()).read_bytes()
    document = shfd0006.read(content)
    assert download.value.suggested_filename == "SHFD0006.CSV"
    assert len(document.records) == 1
    assert numbers_in(content, {NUMBER}) == {NUMBER}
    Path(download.value.path()).unlink()


def test_a_number_is_disposed_of_for_good_by_two_people(operator, service, browser):
    operator.goto("people?q=Z90001")
    leave_by(operator.get_by_role("link", name="高橋").first)
    leave_by(operator.get_by_role("link", name="廃棄").last)
    operator.locator("[name=reason][value=recorded_by_mistake]").first.check()
    operator.fill("[name=typed_code]", "Z90001")
    look(operator, "dispose")
    submit(operator, "廃棄の承認を依頼する")
    assert "廃棄の承認を依頼しました" in operator.inner_text("main")

    officer = _sign_in(service, browser, "officer")
    leave_by(officer.get_by_role("link", name="承認を待っている廃棄案").first)
    leave_by(officer.get_by_role("link", name=re.compile(r"^[0-9]{4}-[0-9]{4}$")).first)
    look(officer, "batch")
    leave_by(officer.get_by_role("link", name="承認に進む"))
    officer.fill("[name=typed_count]", "1")
    look(officer, "batch-approve")
    submit(officer, "承認する")
    _wait_for(officer, "証明書発行済")
    look(officer, "batch-certified")
    officer.goto("disposals/due")
    look(officer, "due")
    officer.context.close()

    operator.goto("people?q=Z90001")
    assert "廃棄済" in operator.inner_text("main")
    operator.goto("disposals")
    leave_by(operator.get_by_role("link", name="高橋").first)
    look(operator, "disposal")


def test_the_steward_sees_the_records_and_verifies_them(service, browser):
    page = _sign_in(service, browser, "steward")

    page.goto("records")
    assert "個人番号の表示" in page.inner_text("main")
    look(page, "records")
    page.goto("records/verify")
    leave_by(page.locator("main form button[type=submit]").first)
    look(page, "records-verify")
    for path, name in (
        ("", "top-steward"),
        ("progress/stopped", "stopped"),
        ("settings/users", "users"),
        ("settings/roles", "roles"),
        ("settings/certificates", "certificates"),
        ("settings/company", "company"),
        ("manual/steward", "manual-steward"),
    ):
        page.goto(path)
        look(page, name)
    page.context.close()


def test_sign_out_asks_and_returns_to_sign_in(operator, service):
    operator.goto("sign-out")
    look(operator, "sign-out")
    leave_by(operator.get_by_role("button", name="はい").last)
    operator.wait_for_url("**/sign-in*")

    operator.goto("people")
    assert "/sign-in" in operator.url


def test_nothing_the_service_left_behind_holds_a_number(service):
    logs = (service.data.parent / f"{service.data.name}.log").read_bytes()

    assert numbers_in(logs, HANDED_OUT) == set()
    assert NUMBER in HANDED_OUT
