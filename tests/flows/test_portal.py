"""The portal, walked on a phone: link, password, number, camera, power of attorney, submit.

Each story is told by one person of the demo: an employee alone, one with a 第3号 spouse and a
child, a payee with a single-use link.  Pictures for the documents are taken on the way.
"""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.flows.conftest import PASSWORD, ROOT, SCREENSHOTS
from tests.flows.walk import faultless, follow, press
from tests.numbers import valid_number
from tests.pictures import samples
from tests.service import clean_environment

PHONE = {"width": 360, "height": 780}
_seeds = iter(range(20_261_200, 20_261_300))


@pytest.fixture(scope="module")
def phone(service, browser):
    """Fresh phones; closed at the end of the story."""
    contexts: list[BrowserContext] = []

    def open_one(**options) -> Page:
        context = browser.new_context(
            **{
                "base_url": service.facts["portal_url"],
                "ignore_https_errors": True,
                "locale": "ja-JP",
                "timezone_id": "Asia/Tokyo",
                "viewport": PHONE,
                "has_touch": True,
                **options,
            }
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complain(message.text))
        return page

    yield open_one
    for context in contexts:
        context.close()


def complain(text: str) -> None:
    assert "Content Security" not in text, text


def look(page: Page, name: str) -> None:
    """A picture when asked for; nothing for axe; nothing wider than the phone."""
    if SCREENSHOTS is not None:
        folder = ROOT / SCREENSHOTS / "portal"
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{name} is {wide} px wider than the phone"
    faultless(page)


def set_up(page: Page, link: str) -> None:
    page.goto(link)
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    press(page, "設定してはじめる")
    page.wait_for_url(re.compile(r":\d+/$"))


def sign_in(page: Page, code: str, contract: str = "10000001") -> None:
    page.goto(f"sign-in?at={contract}.001")
    page.fill("[name=employee_code]", code)
    page.fill("[name=password]", PASSWORD)
    press(page, "ログインする")


def type_number(page: Page, digits: str | None = None) -> None:
    digits = digits or valid_number(next(_seeds))
    page.fill("[name=number]", digits)
    page.fill("[name=number_again]", digits)
    press(page, "保存して次へ")


def photograph(page: Page, kind: str, name: str, content: bytes) -> None:
    page.check(f"[name=kind][value={kind}]")
    page.set_input_files("[name=file]", {"name": name, "mimeType": "image/jpeg", "buffer": content})
    press(page, "この書類を送る")


def send_card(page: Page) -> None:
    """Both sides of the card, taken by the camera."""
    photograph(page, "CARD_BACK", "IMG_0001.jpg", samples.photo_with_place())
    photograph(page, "CARD_FRONT", "IMG_0002.heic", samples.photo("HEIF"))
    expect(page.get_by_text("書類がそろいました")).to_be_visible()
    follow(page, "次へ")


def start_request(page: Page) -> None:
    follow(page, "内容を見てはじめる")
    press(page, "はじめる")
    page.wait_for_url("**/purposes")
    press(page, "読みました。次へ")


# an employee alone ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def alone(phone, service) -> Page:
    page = phone()
    page.goto(service.facts["portal_links"]["P0000001"])
    look(page, "start")
    set_up(page, service.facts["portal_links"]["P0000001"])
    return page


def test_what_is_asked_and_why_comes_first(alone):
    look(alone, "home")

    follow(alone, "内容を見てはじめる")
    look(alone, "request")
    press(alone, "はじめる")
    look(alone, "purposes")

    alone.goto("")
    follow(alone, "続きを行う")
    follow(alone, "続きを行う")
    assert alone.url.endswith("/purposes")
    press(alone, "読みました。次へ")
    assert alone.url.endswith("/number")


def test_a_wrong_number_is_told_while_typing_and_after(alone):
    look(alone, "number")

    alone.fill("[name=number]", "123456789012")
    expect(alone.locator("#id_number_hint")).to_contain_text("番号が正しくありません")
    alone.fill("[name=number_again]", "123456789012")
    press(alone, "保存して次へ")

    look(alone, "number-wrong")
    assert "番号が正しくありません" in alone.inner_text(".error-summary")
    assert alone.input_value("[name=number]") == ""
    type_number(alone)
    assert alone.url.endswith("/papers")


def test_a_hostile_file_is_refused_and_nothing_is_lost(alone):
    photograph(alone, "CARD_BACK", "card.jpg", samples.SVG)

    assert "このファイルは使えません" in alone.inner_text(".error-summary")
    look(alone, "papers-refused")
    photograph(alone, "CARD_BACK", "card.png", samples.bomb())
    assert "画像の縦横が大きすぎます" in alone.inner_text(".error-summary")


def test_one_goes_on_later_where_one_was(alone):
    photograph(alone, "CARD_BACK", "IMG_0001.jpg", samples.photo_with_place())
    look(alone, "papers")
    follow(alone, "保存して、あとで続ける")
    look(alone, "application")

    follow(alone, "終わる")
    press(alone, "終わる（ログアウト）")
    look(alone, "sign-in")
    sign_in(alone, "P0000001")
    look(alone, "home-going-on")
    follow(alone, "続きを行う")
    follow(alone, "続きを行う")
    assert alone.url.endswith("/papers")
    photograph(alone, "CARD_FRONT", "IMG_0002.heic", samples.photo("HEIF"))
    follow(alone, "次へ")
    assert alone.url.endswith("/review")


def test_it_is_handed_in_once_whatever_tabs_and_back_buttons_do(alone):
    look(alone, "review")
    second = alone.context.new_page()
    second.goto(alone.url)

    press(alone, "提出する")
    look(alone, "handed-in")
    alone.go_back()
    alone.wait_for_load_state()
    press(second, "提出する")

    assert "提出" in second.inner_text("main")
    second.goto("")
    assert second.locator(".plain-list").first.get_by_text("申請中").count() == 1
    second.close()


def test_a_passkey_signs_in_without_a_password(alone, service):
    cdp = alone.context.new_cdp_session(alone)
    cdp.send("WebAuthn.enable")
    cdp.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    alone.goto("account")
    look(alone, "account")
    follow(alone, "この端末のパスキーを登録する")
    alone.fill("[name=name]", "わたしのスマートフォン")
    alone.fill("[name=current]", PASSWORD)
    press(alone, "次へ")
    look(alone, "passkey")
    alone.get_by_role("button", name="この端末に登録する").click()
    alone.wait_for_url("**/account")
    expect(alone.get_by_text("わたしのスマートフォン", exact=True)).to_be_visible()

    follow(alone, "終わる")
    press(alone, "終わる（ログアウト）")
    alone.get_by_role("button", name="パスキーでログインする").click()
    alone.wait_for_url(re.compile(r":\d+/$"))

    assert "新入　健太" in alone.inner_text("header")


@pytest.mark.parametrize("language", ["English", "やさしい日本語"])
def test_pages_speak_the_chosen_language(alone, language):
    alone.goto("")
    press(alone, language)

    for path, name in (("", "home"), ("uses", "uses"), ("account", "account"), ("help", "help")):
        alone.goto(path)
        look(alone, f"{name}-{'en' if language == 'English' else 'easy'}")

    said = {"English": "What is My Number?", "やさしい日本語": "マイナンバーとは"}[language]
    assert said in alone.inner_text("main")
    press(alone, "日本語")


# a family with a 第3号 spouse ------------------------------------------------------------------


def test_a_family_is_handed_in_in_one_pass(phone, service):
    page = phone()
    set_up(page, service.facts["portal_links"]["P0000002"])
    start_request(page)

    type_number(page)
    send_card(page)
    assert "3人のうち2人目" in page.inner_text(".person-way")
    type_number(page)
    look(page, "papers-spouse")
    assert "番号を確認する書類" in page.inner_text("main")
    photograph(page, "CARD_BACK", "IMG_0003.jpg", samples.photo())
    assert "代理人（あなた）の本人確認書類" in page.inner_text("main")
    photograph(page, "LICENCE", "scan.pdf", samples.pdf())
    follow(page, "次へ")

    assert page.url.endswith("/authority")
    look(page, "authority")
    page.fill("[name=signer_name]", "家族 別人")
    page.check("[name=consent]")
    press(page, "署名して次へ")
    assert "登録されている氏名と違います" in page.inner_text(".error-summary")
    page.fill("[name=signer_name]", "家族 美咲")
    page.check("[name=consent]")
    draw_a_line(page)
    press(page, "署名して次へ")

    assert "3人のうち3人目" in page.inner_text(".person-way")
    type_number(page)
    assert page.url.endswith("/attest")
    look(page, "attest")
    page.check("[name=attested]")
    press(page, "次へ")
    look(page, "review-family")
    press(page, "提出する")
    assert "提出しました" in page.inner_text("main")


def draw_a_line(page: Page) -> None:
    pad = page.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 60, steps=5)
    page.mouse.up()
    assert re.fullmatch(r"\d+,\d+( \d+,\d+)+", page.input_value("[name=strokes]"))


# a payee by a single-use link, without script --------------------------------------------------


def test_a_payee_answers_by_a_link_that_works_once_and_without_script(phone, service):
    page = phone(java_script_enabled=False)
    link = service.facts["portal_links"]["K0000001"]
    page.goto(link)
    assert "一度だけ使えます" in page.inner_text("main")

    press(page, "はじめる")
    press(page, "はじめる")
    press(page, "読みました。次へ")
    type_number(page)
    send_card(page)
    press(page, "提出する")

    assert "提出しました" in page.inner_text("main")
    again = phone()
    again.goto(link)
    assert "使用済み" in again.inner_text("main")
    look(again, "once-used")
    page.goto("account")
    assert "ページが見つかりません" in page.inner_text("main")


# big letters, other contracts ------------------------------------------------------------------


def test_big_letters_fit_on_the_phone(phone):
    page = phone()
    page.goto("sign-in")
    page.add_init_script("document.documentElement?.style.setProperty('font-size', '200%')")
    for path in ("sign-in", "help", "nowhere"):
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, (path, wide)


def test_a_contract_without_the_option_has_no_portal(phone, service, tmp_path):
    def azukari(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "azukari", *words, "--data", str(service.data), "--json"],
            env=clean_environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    made = azukari(
        "contract", "create", "--code", "40000004", "--company", "ポータルなし商会",
        "--url", service.url, "--out", str(tmp_path),
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    page = phone()
    sign_in(page, "P0000001", contract="40000004")

    assert "ログインできませんでした" in page.inner_text("main")
    assert azukari("account", "open", "--contract", "40000004", "--missing").returncode == 2
