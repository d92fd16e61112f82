"""Ways: where one is, and where one can go."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString

from azukari.web.components.drawing import draw

register = template.Library()


@register.simple_tag
def suggestions(id: str, values: Sequence[str]) -> SafeString:  # noqa: A002
    """Values that a text box of the page offers while one types (`list` of its widget)."""
    return draw("suggestions", id=id, values=values)


@register.simple_tag(takes_context=True)
def breadcrumb(context: template.Context, crumbs: Sequence[Any] | None) -> SafeString:
    """From the top screen to here; the last one is the page itself and needs no url.

    `list_conditions` of the context leads back to a list as it was searched.
    """
    searched = context.get("list_conditions") or {}
    steps = [(one, searched.get(getattr(one, "url", ""), "")) for one in crumbs or ()]
    return draw("breadcrumb", crumbs=steps)


@register.simple_tag
def tabs(items: Sequence[Any], label: str) -> SafeString:
    return draw("tabs", items=items, label=label)


@register.simple_tag
def steps(names: Sequence[str], current: int) -> SafeString:
    """Step navigation of a wizard; ``current`` counts from 1."""
    states = [
        {"name": name, "state": "done" if i < current else "now" if i == current else "later"}
        for i, name in enumerate(names, start=1)
    ]
    return draw("steps", steps=states)


@register.simple_tag
def side_menu(menu: Sequence[Any] | None, manual_links: Sequence[Any] | None) -> SafeString:
    return draw("side_menu", menu=menu or (), manual_links=manual_links or ())


@register.simple_tag
def menu_tiles(items: Sequence[Any]) -> SafeString:
    return draw("menu_tiles", items=items)


@register.simple_tag
def waiting_list(items: Sequence[Any]) -> SafeString:
    """What waits for this user, with counts: the first thing on the top screen."""
    return draw("waiting_list", items=items)
