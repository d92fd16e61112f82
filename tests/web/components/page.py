"""Reads a rendered page as a flat list of elements; enough to ask for ids, labels and links."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory

from azukari.web.components import samples
from azukari.web.components.gallery import PAGES


@dataclass
class Element:
    name: str
    attrs: dict[str, str | None]
    text: str = ""


@dataclass
class Page(HTMLParser):
    source: str
    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[Element] = []
        self.feed(self.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if tag not in {"input", "meta", "link", "br", "hr"}:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop().name != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, /, **attrs: str) -> list[Element]:
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attrs.items()}
        return [e for e in self.elements if e.name == tag and wanted.items() <= e.attrs.items()]

    def one(self, tag: str, /, **attrs: str) -> Element:
        (element,) = self.all(tag, **attrs)
        return element

    def with_id(self, id_: str) -> Element:
        (element,) = (e for e in self.elements if e.attrs.get("id") == id_)
        return element

    @property
    def ids(self) -> list[str]:
        return [id_ for e in self.elements if (id_ := e.attrs.get("id"))]


def draw(source: str, **context: Any) -> Page:
    template = engines["django"].from_string("{% load components %}" + source)
    return Page(template.render(context))


def draw_gallery(name: str) -> str:
    title, facts = PAGES[name]
    request = RequestFactory().get("/_components", {"page": name})
    context = {**samples.frame(name), "page_title": title, "request": request, **facts()}
    return str(render_to_string(f"components/gallery/{name}.html", context))
