from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.web.showing import CHROMIUM, Screen, screen


@pytest.fixture
def existing_routes() -> None:
    """Every room has its views now; the tests run over the real routes."""


@pytest.fixture(scope="module")
def shown() -> Iterator[Screen]:
    with screen() as one:
        yield one


@pytest.fixture(scope="module")
def tab(answers: dict[str, Any]) -> Iterator[Page]:
    # After the answers: Playwright's loop keeps Django from the database in this thread.
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium.new_page()
        chromium.close()
