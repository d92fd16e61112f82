"""Rules that every template and every drawn page keep, so that the strict CSP holds."""

import re
from pathlib import Path

import pytest

import azukari.web
from azukari.web.components.gallery import PAGES
from tests.web.components.page import Page, draw_gallery

_WEB = Path(azukari.web.__file__).parent
_TEMPLATES = sorted((_WEB / "templates").rglob("*.html"))
# Components are where controls are written; everything else is made of them.
_PAGES = [path for path in _TEMPLATES if path.parent.name != "components"]
_STATIC = _WEB / "static" / "azukari"
_FORBIDDEN = {
    "inline style": re.compile(r"\sstyle\s*=|<style", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE),
    "event attribute": re.compile(r"\son[a-z]+\s*=|hx-on", re.IGNORECASE),
    "evaluated value": re.compile(r"hx-va(?:l|r)s?\s*=\s*[\"']\s*js", re.IGNORECASE),
    "unescaped output": re.compile(r"\|\s*safe\b|autoescape\s+off"),
}


@pytest.mark.parametrize("path", _TEMPLATES, ids=lambda path: path.relative_to(_WEB).as_posix())
def test_template_keeps_the_strict_csp(path: Path) -> None:
    source = path.read_text()

    assert [name for name, pattern in _FORBIDDEN.items() if pattern.search(source)] == []


@pytest.mark.parametrize("path", _PAGES, ids=lambda path: path.relative_to(_WEB).as_posix())
def test_page_writes_no_controls_by_hand(path: Path) -> None:
    assert re.findall(r"<(?:input|select|textarea)\b", path.read_text()) == []


@pytest.mark.parametrize("name", PAGES)
def test_gallery_page_is_whole(name: str) -> None:
    page = Page(draw_gallery(name))

    assert len(page.ids) == len(set(page.ids))
    assert len(page.all("h1")) == 1
    assert len(page.all("main", id="main")) == 1
    assert [e for e in page.elements if "style" in e.attrs] == []
    assert [e.attrs.get("src") for e in page.all("script") if not e.attrs.get("src")] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_icon_of_the_gallery_is_in_the_sprite(name: str) -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (_STATIC / "icons.svg").read_text()))

    used = {(e.attrs["href"] or "").split("#")[1] for e in Page(draw_gallery(name)).all("use")}

    assert used <= drawn


def test_every_icon_named_in_a_template_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (_STATIC / "icons.svg").read_text()))

    named = {
        name
        for path in _TEMPLATES
        for name in re.findall(r"icon(?:_after)?[= ]\"([a-z-]+)\"", path.read_text())
    }

    assert named - drawn == set()


def test_tokens_carry_their_licence() -> None:
    source = (_STATIC / "tokens.css").read_text()

    assert "MIT License" in source
    assert "Copyright (c) 2023 デジタル庁" in source


def test_site_styles_name_only_known_tokens() -> None:
    tokens = set(re.findall(r"^\s*(--[\w-]+):", (_STATIC / "tokens.css").read_text(), re.MULTILINE))
    site = (_STATIC / "site.css").read_text()
    own = set(re.findall(r"(--[\w-]+):", site))

    assert set(re.findall(r"var\((--[\w-]+)", site)) <= tokens | own


def test_script_neither_evaluates_nor_stores() -> None:
    source = (_STATIC / "azukari.js").read_text()

    assert re.findall(r"\beval\(|new Function|innerHTML|localStorage|sessionStorage", source) == []
