"""Lists: their conditions stand in the address, the place in them is a cursor beside those."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Protocol
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpRequest

from azukari.tenancy.paging import PAGE, Place
from azukari.web.components.parts import Link
from azukari.web.operator import person_words

_CURSORS = frozenset({"after", "before"})
_SESSION_KEY = "lists"


class Turned(Protocol):
    """A page of a list with the cursors of its ends; empty where nothing comes.

    `order`: how it is sorted, as the address says it.
    """

    @property
    def before(self) -> str: ...
    @property
    def after(self) -> str: ...
    @property
    def order(self) -> str: ...


def conditions(request: HttpRequest) -> str:
    """What stands in the address but where in the list; for the address of another page."""
    return urlencode(_kept(request))


def address_with(request: HttpRequest, **changes: str) -> str:
    """The list's address with other conditions; cursors never survive, what is empty goes."""
    changed = _kept(request) | changes
    return "?" + urlencode({key: value for key, value in changed.items() if value})


def place_in(request: HttpRequest, size: int = PAGE) -> Place:
    """Where in the list the address stands, and how it is sorted."""
    asked = request.GET
    return Place(asked.get("after", ""), asked.get("before", ""), size, asked.get("sort", ""))


def turns(request: HttpRequest, page: Turned) -> dict[str, str]:
    """What pager and heads of a list take.  The way back to the list keeps its conditions."""
    _remember(request)
    return {
        "order": page.order,
        "previous_url": address_with(request, before=page.before) if page.before else "",
        "next_url": address_with(request, after=page.after) if page.after else "",
    }


def remembered(request: HttpRequest) -> dict[str, str]:
    """The last conditions of this session by the path of the list."""
    found: dict[str, str] = request.session.get(_SESSION_KEY, {})
    return found


def _remember(request: HttpRequest) -> None:
    before, query = remembered(request), conditions(request)
    if before.get(request.path, "") != query:
        request.session[_SESSION_KEY] = {**before, request.path: query}


def applied(request: HttpRequest, search: forms.Form, names: Iterable[str]) -> Iterator[Link]:
    """The conditions in use, each with the address of the list without it."""
    for name in names:
        value = search.cleaned_data.get(name)
        if value:
            field = search.fields[name]
            label = str(field.label) if value is True else f"{field.label}：{_shown(field, value)}"
            yield Link(label, address_with(request, **{name: ""}))


def ticked(request: HttpRequest) -> list[UUID]:
    """The rows that were marked; what is no id is passed over."""
    found = []
    for text in request.POST.getlist("selected"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _kept(request: HttpRequest) -> dict[str, str]:
    return {key: str(value) for key, value in request.GET.items() if key not in _CURSORS}


def _shown(field: forms.Field, value: object) -> str:
    if isinstance(value, date):
        return person_words.day(value)
    return str(dict(getattr(field, "choices", [])).get(value, value))
