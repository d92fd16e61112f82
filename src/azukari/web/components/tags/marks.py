"""Small parts: names, signs, buttons, and what frames a piece of a page."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from azukari.law.era import DateRefused, wareki
from azukari.web.components.drawing import draw

register = template.Library()

_TONE_ICON = {
    "neutral": "minus",
    "info": "info",
    "success": "success",
    "warning": "warning",
    "error": "error",
}
# Django's message levels carry these tags; debug is never shown to users.
_MESSAGE_TONE = {"info": "info", "success": "success", "warning": "warning", "error": "error"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A picture of the sprite, always beside a text that says the same."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        static("azukari/icons.svg"),
        name,
    )


@register.simple_tag
def brand(url: str = "") -> SafeString:
    """The name of the house; with ``url`` the way to the top screen."""
    return draw("brand", url=url)


@register.simple_tag
def portal_brand(label: str, url: str) -> SafeString:
    """What the portal is called, as the way home."""
    return draw("portal_brand", label=label, url=url)


@register.simple_tag(takes_context=True)
def language_choice(context: template.Context, languages: Sequence[Any], action: str) -> SafeString:
    """One button for each language; works without script and comes back to this page."""
    request = context.get("request")
    back = request.get_full_path() if request is not None and request.method == "GET" else "/"
    return draw(
        "language_choice",
        languages=languages,
        action=action,
        back=back,
        csrf_token=context.get("csrf_token"),
    )


@register.filter
def thousands(number: float | None) -> str:
    """1234567 as 1,234,567; nothing known as a dash."""
    return "―" if number is None else f"{number:,}"


@register.filter
def era_year(day: date | None) -> str:
    """令和8年, for beside a day of the western calendar; nothing before the first era."""
    if day is None:
        return ""
    try:
        return wareki(day).partition("年")[0] + "年"
    except DateRefused:
        return ""


@register.filter
def minutes(seconds: int) -> int:
    """Whole minutes, rounded up: nobody minds being done early."""
    return -(-seconds // 60)


@register.filter
def tone_icon(tone: str) -> str:
    return _TONE_ICON.get(tone, "info")


@register.simple_tag
def button(label: str, kind: str = "outline", url: str = "", **facts: Any) -> SafeString:
    """A verb. ``kind``: solid (one per view), outline, text, danger, danger-outline.

    With ``url`` it is a link. Others: icon, size (small, large), name, value, form, copies,
    opens (id of a dialog), what (unseen words that tell one 表示 from the next), disabled, plain
    (a button that does not submit), prints.
    """
    return draw("button", label=label, kind=kind, url=url, **facts)


@register.simple_tag
def tag(label: str, tone: str = "neutral", icon: str = "") -> SafeString:
    """A state in a word, with an icon so that the colour is not needed."""
    return draw("tag", label=label, tone=tone, icon=icon or tone_icon(tone))


@register.simple_block_tag
def banner(content: str, tone: str = "info", title: str = "", *, alert: bool = False) -> SafeString:
    return draw("banner", content=content, tone=tone, title=title, alert=alert)


@register.simple_tag
def message_banners(messages: Iterable[Any] | None) -> SafeString:
    """Django's messages as banners, announced when the page has loaded."""
    shown = [
        {"text": str(message), "tone": _MESSAGE_TONE.get(message.level_tag, "info")}
        for message in messages or ()
    ]
    return draw("message_banners", messages=shown)


@register.simple_block_tag
def panel(content: str, title: str, url: str = "", link: str = "") -> SafeString:
    """A titled part of a page; ``url`` and ``link`` put a way further beside the title."""
    return draw("panel", content=content, title=title, url=url, link=link)


@register.simple_block_tag
def more(content: str, label: str) -> SafeString:
    """Something that opens on wish (details/summary)."""
    return draw("more", content=content, label=label)


@register.simple_tag
def copyable(value: str, what: str = "") -> SafeString:
    return draw("copyable", value=value, what=what)


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:  # noqa: A002 - it is the HTML id
    """A question over the page. Whatever opens it must also be a link to a page that asks it."""
    return draw("dialog", content=content, id=id, title=title)
