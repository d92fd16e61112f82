"""Lists: how they are searched, sorted, ticked and turned."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.forms import BaseForm
from django.utils.safestring import SafeString

from azukari.web.components.cards import as_cards
from azukari.web.components.drawing import draw
from azukari.web.components.parts import Column

register = template.Library()


@register.simple_tag(takes_context=True)
def filter_row(
    context: template.Context,
    form: BaseForm,
    clear_url: str,
    applied: Sequence[Any] = (),
) -> SafeString:
    """The search form above a list, which stays sorted as it is.

    ``applied`` are links that each take one condition away.
    """
    return draw(
        "filter_row",
        form=form,
        sort=context["request"].GET.get("sort", ""),
        clear_url=clear_url,
        applied=applied,
        label="一覧の絞り込み",
        act="検索する",
        icon="search",
    )


@register.simple_tag
def download_row(form: BaseForm, action: str, label: str) -> SafeString:
    """The choices of a file and the button that fetches it; a GET that changes nothing."""
    return draw(
        "filter_row", form=form, action=action, label=label, act="受け取る", icon="download"
    )


@register.simple_tag(takes_context=True)
def saved_searches(context: template.Context, saved: Sequence[tuple[Any, str]]) -> SafeString:
    """Searches kept under a name: pairs of a link and of the address that forgets it."""
    return draw("saved_searches", saved=saved, csrf_token=context.get("csrf_token"))


@register.simple_block_tag
def table(
    content: str,
    caption: str,
    *,
    roomy: bool = False,
    hidden_caption: bool = False,
    cards: bool = False,
) -> SafeString:
    """The page brings thead and tbody; the frame scrolls, so the page never does.

    `cards`: on a phone every row becomes a card, as a list of people or things wants it.
    """
    return draw(
        "table",
        # What is there is HTML already, of which only the marks of cells change.
        content=SafeString(as_cards(content)) if cards else content,
        caption=caption,
        roomy=roomy,
        hidden_caption=hidden_caption,
        cards=cards,
    )


@register.simple_tag(takes_context=True)
def sort_header(
    context: template.Context, label: str, key: str, *, number: bool = False
) -> SafeString:
    """A column head that sorts by ``?sort=key`` and, on the second use, by ``?sort=-key``.

    ``order`` of the page is how the list is sorted now (`lists.turns`).
    """
    query = context["request"].GET.copy()
    now = str(context.get("order", ""))
    query["sort"] = f"-{key}" if now == key else key
    for cursor in ("after", "before"):
        query.pop(cursor, None)
    direction = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    return draw(
        "sort_header", label=label, number=number, direction=direction, url=f"?{query.urlencode()}"
    )


@register.simple_tag
def rows(
    caption: str,
    columns: Sequence[Column | str],
    cells: Iterable[Sequence[Any]],
    *,
    hidden_caption: bool = False,
) -> SafeString:
    """A plain table from values; on a phone every row becomes a card. First cell is the head."""
    heads = [column if isinstance(column, Column) else Column(column) for column in columns]
    lines = [list(zip(heads, line, strict=True)) for line in cells]
    return draw("rows", caption=caption, heads=heads, lines=lines, hidden_caption=hidden_caption)


@register.simple_tag
def tick(value: object, what: str, name: str = "selected", *, checked: bool = False) -> SafeString:
    """The box that marks a row for the bulk bar; ``what`` names the row to those who hear it."""
    return draw("tick", value=value, what=what, name=name, checked=checked)


@register.simple_tag
def tick_all(what: str = "このページのすべて") -> SafeString:
    return draw("tick_all", what=what)


@register.simple_block_tag
def bulk_bar(content: str, count: int = 0, unit: str = "人") -> SafeString:
    """Actions for the marked rows; without script the next page says how many there are."""
    return draw("bulk_bar", content=content, count=count, unit=unit)


@register.simple_tag
def keyset_pager(
    previous_url: str = "", next_url: str = "", first: int = 0, last: int = 0, unit: str = "件"
) -> SafeString:
    return draw(
        "keyset_pager",
        previous_url=previous_url,
        next_url=next_url,
        first=first,
        last=last,
        unit=unit,
    )


@register.simple_tag
def result_count(total: int, unit: str = "件", note: str = "") -> SafeString:
    return draw("result_count", total=total, unit=unit, note=note)


@register.simple_tag
def empty_state(
    title: str, text: str = "", url: str = "", label: str = "", icon: str = "search"
) -> SafeString:
    return draw("empty_state", title=title, text=text, url=url, label=label, icon=icon)
