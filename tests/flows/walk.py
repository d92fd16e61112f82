"""What a person does on a page and a test wants waited for: leave it by a button or a link.

A click returns before the page it leads to is there. What looks at a page right after it would look
at the one just left, or at one of which nothing has come yet.
"""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

from tests.flows.conftest import picture

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def leave_by(target: Locator) -> None:
    """Click what leads to another page, or to this one anew, and wait until that is loaded."""
    with target.page.expect_navigation():
        target.click()


def press(page: Page, name: str) -> None:
    leave_by(page.get_by_role("button", name=name, exact=True).first)


def submit(page: Page, label: str) -> None:
    """The last of the buttons with these words in their name, which is the form's own."""
    leave_by(page.get_by_role("button", name=label).last)


def follow(page: Page, name: str) -> None:
    leave_by(page.get_by_role("link", name=name, exact=True).first)


def faults_for_axe(page: Page) -> list[str]:
    """Which rules of WCAG 2.2 AA the page breaks, and where."""
    page.wait_for_load_state()
    broken = Axe().run(page, options={"runOnly": _RULES}).response["violations"]
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in broken]


def faultless(page: Page) -> None:
    assert faults_for_axe(page) == []


def look(page: Page, name: str) -> None:
    """A faultless page, and a picture of it for the documents."""
    picture(page, name)
    faultless(page)
