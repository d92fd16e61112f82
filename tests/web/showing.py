"""Pages of the real views in Chromium, under the strict CSP: what axe and the console say.

The views answer the test client; a small server shows what they answered, with our own styles
and scripts, so that no certificate or running service is needed.
"""

import mimetypes
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
_CSP = "; ".join(
    f"{name} {' '.join(sources)}"
    for name, sources in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
)
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass
class Screen:
    """Shows one answer at a time."""

    address: str = ""
    body: bytes = field(default=b"", repr=False)

    def show(self, tab: Page, answer: Any) -> None:
        assert answer.status_code == 200, answer
        self.body = answer.content
        tab.goto(self.address)

    def read(self, path: str) -> tuple[bytes, str]:
        if not path.startswith(settings.STATIC_URL):
            return self.body, "text/html; charset=utf-8"
        found = finders.find(path.removeprefix(settings.STATIC_URL))
        assert isinstance(found, str), path
        return Path(found).read_bytes(), mimetypes.guess_type(found)[0] or "text/plain"


@contextmanager
def screen() -> Iterator[Screen]:
    shown = Screen()

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, kind = shown.read(self.path)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", _CSP)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    shown.address = f"http://127.0.0.1:{server.server_port}/page"
    yield shown
    server.shutdown()
    server.server_close()


def faults(tab: Page, width: int) -> list[str]:
    """What axe finds, and whether the page is wider than the window."""
    from axe_playwright_python.sync_playwright import Axe

    tab.set_viewport_size({"width": width, "height": 900})
    found = Axe().run(tab, options={"runOnly": _RULES})
    told = [violation["id"] for violation in found.response["violations"]]
    wide = tab.evaluate("document.documentElement.scrollWidth")
    return [*told, *([f"{wide} pixels wide"] if wide > width else [])]
