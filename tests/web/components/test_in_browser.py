"""The gallery in Chromium under the strict CSP: axe finds nothing, the console stays silent."""

import mimetypes
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.components.page import draw_gallery

_CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
_CSP = "; ".join(
    f"{name} {' '.join(sources)}"
    for name, sources in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
)
pytestmark = pytest.mark.skipif(_CHROMIUM is None, reason="no Chromium on this machine")


class _Gallery(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path.startswith(settings.STATIC_URL):
            body, kind = self._static(address.path.removeprefix(settings.STATIC_URL))
        else:
            name = parse_qs(address.query).get("page", ["parts"])[0]
            body, kind = draw_gallery(name).encode(), "text/html; charset=utf-8"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", _CSP)
        self.end_headers()
        self.wfile.write(body)

    def _static(self, name: str) -> tuple[bytes, str]:
        path = finders.find(name)
        assert isinstance(path, str), name
        return Path(path).read_bytes(), mimetypes.guess_type(path)[0] or "text/plain"

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Gallery)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/_components?page="
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    tab = browser.new_page()
    yield tab
    tab.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["parts", "fields", "people", "signin", "print"])
def test_gallery_page_is_accessible_and_keeps_the_csp(
    tab: Page, address: str, name: str, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(address + name)

    found = Axe().run(tab, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})

    assert [violation["id"] for violation in found.response["violations"]] == []
    assert said == []
    assert tab.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("name", ["parts", "fields", "people", "person", "print"])
def test_page_fits_a_screen_of_320_pixels(tab: Page, address: str, name: str) -> None:
    tab.set_viewport_size({"width": 320, "height": 640})
    tab.goto(address + name)

    assert tab.evaluate("document.documentElement.scrollWidth") == 320


def test_number_is_cleaned_grouped_and_hinted_at(tab: Page, address: str) -> None:
    tab.goto(address + "fields")
    box, hint = tab.locator("#id_number"), tab.locator("#id_number_hint")

    box.fill("０００００００")
    short = hint.inner_text()
    box.fill("0000-0000 0001")

    assert short == "あと5桁です。"
    assert box.input_value() == "0000 0000 0001"
    assert hint.inner_text() == "検査用数字が合いません。番号確認書類をもう一度ご確認ください。"
    assert box.evaluate("e => new FormData(e.form).get('number')") == "000000000001"


def test_form_is_sent_once(tab: Page, address: str) -> None:
    sent: list[str] = []
    tab.goto(address + "signin")
    tab.route("**/*", lambda route: (sent.append(route.request.method), route.fulfill(status=204)))
    button = tab.get_by_role("button", name="ログイン")

    button.click()
    button.click(force=True)
    tab.wait_for_timeout(200)

    assert [method for method in sent if method == "POST"] == ["POST"]


def test_sign_out_asks_first(tab: Page, address: str) -> None:
    tab.goto(address + "top")

    tab.get_by_role("link", name="ログアウト").click()

    dialog = tab.get_by_role("dialog", name="ログアウトしますか")
    assert dialog.is_visible()
    dialog.get_by_role("button", name="いいえ").click()
    assert not dialog.is_visible()


def test_slash_goes_to_the_search(tab: Page, address: str) -> None:
    tab.goto(address + "people")

    tab.keyboard.press("/")

    assert tab.evaluate("document.activeElement.name") == "q"


def test_menu_opens_without_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    tab = context.new_page()
    tab.goto(address + "top")

    tab.get_by_role("button", name="メニュー").click()

    assert tab.get_by_role("button", name="閉じる").is_visible()
    context.close()
