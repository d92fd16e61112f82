"""The real service as a process, and a real browser with the certificate it handed out."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.service import Service, start_demo

ROOT = Path(__file__).parent.parent.parent
PASSWORD = "桜の花が咲く頃に会いましょう2026"
# Screens are written here when asked for: `AZUKARI_SCREENSHOTS=docs/images bin/test tests/flows`.
SCREENSHOTS = os.environ.get("AZUKARI_SCREENSHOTS")
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome")
     if (found := shutil.which(name))), None,
)  # fmt: skip
SIZES = {"wide": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="package")
def service() -> Iterator[Service]:
    folder = Path(tempfile.mkdtemp(prefix="azukari-flow-"))
    running = start_demo(folder / "data")
    yield running
    code = running.stop()
    assert code == 0
    shutil.rmtree(folder, ignore_errors=True)


# No longer than these tests: while Playwright's loop runs, Django keeps this thread from the
# database.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                  "--disable-background-networking", "--disable-component-update",
                  "--disable-sync"],
        )  # fmt: skip


@pytest.fixture
def open_browser(browser: Browser, service: Service) -> Iterator[Callable[..., BrowserContext]]:
    """A fresh browser, with the contract's certificate imported unless told otherwise."""
    contexts: list[BrowserContext] = []

    def open_one(*, certificate: bool = True, size: str = "wide") -> BrowserContext:
        context = open_context(
            browser, service.url, service.facts, certificate=certificate, size=size
        )
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()


def open_context(
    browser: Browser, url: str, facts: Mapping[str, Any], *, certificate: bool = True,
    size: str = "wide",
) -> BrowserContext:  # fmt: skip
    """A fresh browser; `facts` name the certificate of a contract and its import password."""
    imported = {
        "origin": url.rstrip("/"),
        "pfxPath": facts["certificate"],
        "passphrase": facts["import_password"],
    }
    context = browser.new_context(
        base_url=url,
        ignore_https_errors=True,
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        viewport=SIZES[size],
        client_certificates=[imported] if certificate else [],
    )
    context.set_default_timeout(20_000)
    return context


def set_password(page: Page, link: str) -> None:
    """By the one-time link; nothing when it has been used already."""
    page.goto(link)
    if page.locator("[name=again]").count():
        page.fill("[name=password]", PASSWORD)
        page.fill("[name=again]", PASSWORD)
        page.locator("main button[type=submit]").first.click()
        page.wait_for_url("**/sign-in*")


def fill_sign_in(page: Page, contract: str, user: str) -> None:
    page.fill("[name=contract_code]", contract)
    page.fill("[name=user_code]", user)
    page.fill("[name=password]", PASSWORD)


def enter(page: Page, url: str) -> None:
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(url)


def picture(page: Page, name: str) -> None:
    """A screenshot at both sizes, for the documents, when asked for."""
    if SCREENSHOTS is None:
        return
    folder = ROOT / SCREENSHOTS
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    page.set_viewport_size(SIZES["phone"])
    page.screenshot(path=folder / f"{name}-phone.png", full_page=True)
    page.set_viewport_size(SIZES["wide"])


def signed_in(service: Service, browser: Browser, facts: Mapping[str, Any], user: str) -> Page:
    """A user of that contract, whose password may have been set by another test of the service."""
    page = open_context(browser, service.url, facts).new_page()
    page.set_default_timeout(60_000)
    set_password(page, facts["setup_links"][user])
    page.goto("sign-in")
    fill_sign_in(page, facts["contract"], user)
    enter(page, service.url)
    return page
