"""The tags a page is made of: ``{% load components %}``.

A page is a title and components; inputs, tables and buttons are never written by hand.
Examples: ``docs/developer/components.md`` and the gallery at ``/_components``.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from azukari.law.era import DateRefused, wareki
from azukari.web.components import fields, plots
from azukari.web.components.parts import Column, Share, Span, Wave

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


def _draw(part: str, **facts: Any) -> SafeString:
    return SafeString(render_to_string(f"components/{part}.html", facts))


# ---------------------------------------------------------------- small parts


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
    return _draw("brand", url=url)


@register.simple_tag
def portal_brand(label: str, url: str) -> SafeString:
    """What the portal is called, as the way home."""
    return _draw("portal_brand", label=label, url=url)


@register.simple_tag(takes_context=True)
def language_choice(context: template.Context, languages: Sequence[Any], action: str) -> SafeString:
    """One button for each language; works without script and comes back to this page."""
    request = context.get("request")
    back = request.get_full_path() if request is not None and request.method == "GET" else "/"
    return _draw(
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
    return _draw("button", label=label, kind=kind, url=url, **facts)


@register.simple_tag
def tag(label: str, tone: str = "neutral", icon: str = "") -> SafeString:
    """A state in a word, with an icon so that the colour is not needed."""
    return _draw("tag", label=label, tone=tone, icon=icon or tone_icon(tone))


@register.simple_block_tag
def banner(content: str, tone: str = "info", title: str = "", *, alert: bool = False) -> SafeString:
    return _draw("banner", content=content, tone=tone, title=title, alert=alert)


@register.simple_tag
def message_banners(messages: Iterable[Any] | None) -> SafeString:
    """Django's messages as banners, announced when the page has loaded."""
    shown = [
        {"text": str(message), "tone": _MESSAGE_TONE.get(message.level_tag, "info")}
        for message in messages or ()
    ]
    return _draw("message_banners", messages=shown)


@register.simple_block_tag
def panel(content: str, title: str, url: str = "", link: str = "") -> SafeString:
    """A titled part of a page; ``url`` and ``link`` put a way further beside the title."""
    return _draw("panel", content=content, title=title, url=url, link=link)


@register.simple_block_tag
def more(content: str, label: str) -> SafeString:
    """Something that opens on wish (details/summary)."""
    return _draw("more", content=content, label=label)


@register.simple_tag
def copyable(value: str, what: str = "") -> SafeString:
    return _draw("copyable", value=value, what=what)


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:  # noqa: A002 - it is the HTML id
    """A question over the page. Whatever opens it must also be a link to a page that asks it."""
    return _draw("dialog", content=content, id=id, title=title)


# ---------------------------------------------------------------- forms


@register.simple_block_tag(takes_context=True)
def post_form(
    context: template.Context,
    content: str,
    form: BaseForm | None = None,
    action: str = "",
    *,
    again: bool = False,
) -> SafeString:
    """A form that is sent once; ``again=True`` for downloads, which leave the page standing."""
    return _draw(
        "post_form",
        content=content,
        form=form,
        action=action,
        again=again,
        csrf_token=context.get("csrf_token"),
    )


@register.simple_tag
def field(bound: BoundField, width: str = "", *, inline: bool = False) -> SafeString:
    """Label, ※必須, help, control and error of one form field.

    ``width``: short, medium or nothing for the full measure; ``inline`` puts choices in a row.
    """
    return _draw(
        f"field_{fields.kind_of(bound)}",
        bound=bound,
        width=width,
        inline=inline,
        help=fields.help_of(bound),
        described=fields.describe(bound),
        problems=fields.problems_of(bound),
        control=fields.draw_control(bound),
    )


@register.simple_tag
def default_button() -> SafeString:
    """Comes first in a form with several buttons: what Enter in a text box presses."""
    return _draw("default_button")


@register.simple_tag
def fill_button(label: str, act: str, part: str, what: str = "") -> SafeString:
    """Sends the form as `act=…` to be filled in, not saved; with script only `part` is swapped.

    ``part`` is the id of what comes back changed.  The form needs a ``default_button``.
    """
    return _draw("fill_button", label=label, act=act, target=part, what=what)


@register.simple_tag
def all_fields(form: BaseForm) -> SafeString:
    """Every visible field of the form, one under the other."""
    return SafeString("".join(field(bound) for bound in form.visible_fields()))


@register.simple_tag
def hidden_value(name: str, value: object) -> SafeString:
    """Something a button sends along."""
    return _draw("hidden_value", name=name, value=value)


@register.simple_tag
def signature_pad(target: str) -> SafeString:
    """A field to draw in, kept as lines of points in the hidden field with that id."""
    return _draw("signature_pad", target=target)


@register.simple_tag
def passkey_button(
    act: str, label: str, ask_url: str, answer_url: str, kind: str = "outline"
) -> SafeString:
    """Asks the device for a passkey (``act``: get or create); shown only where script runs."""
    return _draw(
        "passkey_button", act=act, label=label, ask_url=ask_url, answer_url=answer_url, kind=kind
    )


@register.simple_block_tag
def field_group(content: str, title: str) -> SafeString:
    return _draw("field_group", content=content, title=title)


@register.simple_tag
def error_summary(*forms_: Any) -> SafeString:
    """Every error of the given forms and form sets, linked to its field, or nothing at all."""
    return _draw("error_summary", problems=fields.collect_problems(forms_))


# ---------------------------------------------------------------- lists


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
    return _draw(
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
    return _draw(
        "filter_row", form=form, action=action, label=label, act="受け取る", icon="download"
    )


@register.simple_tag(takes_context=True)
def saved_searches(context: template.Context, saved: Sequence[tuple[Any, str]]) -> SafeString:
    """Searches kept under a name: pairs of a link and of the address that forgets it."""
    return _draw("saved_searches", saved=saved, csrf_token=context.get("csrf_token"))


@register.simple_block_tag
def table(
    content: str, caption: str, *, roomy: bool = False, hidden_caption: bool = False
) -> SafeString:
    """The page brings thead and tbody; the frame scrolls, so the page never does."""
    return _draw(
        "table", content=content, caption=caption, roomy=roomy, hidden_caption=hidden_caption
    )


@register.simple_tag(takes_context=True)
def sort_header(
    context: template.Context, label: str, key: str, *, number: bool = False
) -> SafeString:
    """A column head that sorts by ``?sort=key`` and, on the second use, by ``?sort=-key``."""
    query = context["request"].GET.copy()
    now = query.get("sort", "")
    query["sort"] = f"-{key}" if now == key else key
    for cursor in ("after", "before"):
        query.pop(cursor, None)
    direction = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    return _draw(
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
    return _draw("rows", caption=caption, heads=heads, lines=lines, hidden_caption=hidden_caption)


@register.simple_tag
def tick(value: object, what: str, name: str = "selected", *, checked: bool = False) -> SafeString:
    """The box that marks a row for the bulk bar; ``what`` names the row to those who hear it."""
    return _draw("tick", value=value, what=what, name=name, checked=checked)


@register.simple_tag
def tick_all(what: str = "このページのすべて") -> SafeString:
    return _draw("tick_all", what=what)


@register.simple_block_tag
def bulk_bar(content: str, count: int = 0, unit: str = "人") -> SafeString:
    """Actions for the marked rows; without script the next page says how many there are."""
    return _draw("bulk_bar", content=content, count=count, unit=unit)


@register.simple_tag
def keyset_pager(
    previous_url: str = "", next_url: str = "", first: int = 0, last: int = 0, unit: str = "件"
) -> SafeString:
    return _draw(
        "keyset_pager",
        previous_url=previous_url,
        next_url=next_url,
        first=first,
        last=last,
        unit=unit,
    )


@register.simple_tag
def result_count(total: int, unit: str = "件", note: str = "") -> SafeString:
    return _draw("result_count", total=total, unit=unit, note=note)


@register.simple_tag
def empty_state(
    title: str, text: str = "", url: str = "", label: str = "", icon: str = "search"
) -> SafeString:
    return _draw("empty_state", title=title, text=text, url=url, label=label, icon=icon)


# ---------------------------------------------------------------- ways


@register.simple_tag
def suggestions(id: str, values: Sequence[str]) -> SafeString:  # noqa: A002
    """Values that a text box of the page offers while one types (`list` of its widget)."""
    return _draw("suggestions", id=id, values=values)


@register.simple_tag(takes_context=True)
def breadcrumb(context: template.Context, crumbs: Sequence[Any] | None) -> SafeString:
    """From the top screen to here; the last one is the page itself and needs no url.

    `list_conditions` of the context leads back to a list as it was searched.
    """
    searched = context.get("list_conditions") or {}
    steps = [(one, searched.get(getattr(one, "url", ""), "")) for one in crumbs or ()]
    return _draw("breadcrumb", crumbs=steps)


@register.simple_tag
def tabs(items: Sequence[Any], label: str) -> SafeString:
    return _draw("tabs", items=items, label=label)


@register.simple_tag
def steps(names: Sequence[str], current: int) -> SafeString:
    """Step navigation of a wizard; ``current`` counts from 1."""
    states = [
        {"name": name, "state": "done" if i < current else "now" if i == current else "later"}
        for i, name in enumerate(names, start=1)
    ]
    return _draw("steps", steps=states)


@register.simple_tag
def side_menu(menu: Sequence[Any] | None, manual_links: Sequence[Any] | None) -> SafeString:
    return _draw("side_menu", menu=menu or (), manual_links=manual_links or ())


@register.simple_tag
def menu_tiles(items: Sequence[Any]) -> SafeString:
    return _draw("menu_tiles", items=items)


@register.simple_tag
def waiting_list(items: Sequence[Any]) -> SafeString:
    """What waits for this user, with counts: the first thing on the top screen."""
    return _draw("waiting_list", items=items)


# ---------------------------------------------------------------- showing


@register.simple_block_tag
def facts(content: str) -> SafeString:
    return format_html('<dl class="facts">{}</dl>', content)


@register.simple_block_tag
def fact(content: str, label: str) -> SafeString:
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, content)


@register.simple_tag
def masked_number(
    reveal_url: str = "",
    match_url: str = "",
    change_url: str = "",
    dispose_url: str = "",
    whose: str = "",
) -> SafeString:
    """A number that is kept but not shown; only the acts whose address is given are offered."""
    return _draw(
        "masked_number",
        reveal_url=reveal_url,
        match_url=match_url,
        change_url=change_url,
        dispose_url=dispose_url,
        whose=whose,
    )


@register.simple_tag
def shown_number(digits: str, seconds: int, back_url: str, whose: str = "") -> SafeString:
    """A revealed number with its countdown. The view adds ``Refresh`` and ``no-store`` headers."""
    groups = [digits[i : i + 4] for i in range(0, len(digits), 4)]
    return _draw("shown_number", groups=groups, seconds=seconds, back_url=back_url, whose=whose)


@register.simple_tag
def timeline(moments: Sequence[Any], label: str = "履歴") -> SafeString:
    return _draw("timeline", moments=moments, label=label)


@register.simple_tag(takes_context=True)
def progress(context: template.Context, task: Any, label: str, **facts: Any) -> SafeString:
    """A job: counted things and time left; asks again every second while it runs.

    Others: unit, failures, poll_url (answers with this very part), cancel_url and again_url (get
    a POST), result_url, result_label.
    """
    return _draw(
        "progress",
        task=task,
        label=label,
        going=task.state in {"waiting", "running"},
        csrf_token=context.get("csrf_token"),
        **{"unit": "件", "result_label": "結果を見る", **facts},
    )


@register.simple_tag
def figure_bar(label: str, value: int, total: int, unit: str = "人", url: str = "") -> SafeString:
    """A share of a whole: words and figures, with a bar for the eye."""
    percent = 100 * value // total if total else 0
    return _draw(
        "figure_bar", label=label, value=value, total=total, unit=unit, url=url, percent=percent
    )


@register.simple_tag
def figure_cards(items: Sequence[Any]) -> SafeString:
    return _draw("figure_cards", items=items)


@register.simple_block_tag
def danger_panel(content: str, title: str) -> SafeString:
    """A dangerous act: what, whom, how many, whether it can be undone, then the form."""
    return _draw("danger_panel", content=content, title=title)


@register.simple_tag
def stacked_bars(
    title: str,
    shares: Sequence[Share],
    id: str,  # noqa: A002
    unit: str = "人",
    done: str = "登録済",
    left: str = "未登録",
) -> SafeString:
    """What is done and what is left by department, with all departments as a table."""
    bars = plots.stack(plots.worst_first(shares))
    return _draw(
        "stacked_bars",
        title=title,
        bars=bars,
        id=id,
        unit=unit,
        done=done,
        left=left,
        height=max(len(bars) * plots.ROW, 1),
        registered=sum(share.registered for share in shares),
        missing=sum(share.missing for share in shares),
        columns=["部署", Column(done, number=True), Column(left, number=True)],
        cells=[(s.label, thousands(s.registered), thousands(s.missing)) for s in shares],
    )


@register.simple_tag
def wave_columns(title: str, waves: Sequence[Wave], id: str, unit: str = "人") -> SafeString:  # noqa: A002
    """What falls due month by month, with the same as a table; its rows lead to the waves."""
    return _draw(
        "wave_columns",
        title=title,
        pillars=plots.raise_columns(waves),
        id=id,
        unit=unit,
        floor=plots.COLUMN_TOP + plots.COLUMN_HEIGHT,
        height=plots.COLUMN_TOP + plots.COLUMN_HEIGHT + 24,
        total=sum(wave.count for wave in waves),
        columns=["時期", Column("人数" if unit == "人" else "件数", number=True)],
        cells=[(_way_to(wave), thousands(wave.count)) for wave in waves],
    )


@register.simple_tag
def time_bars(title: str, spans: Sequence[Span], id: str, today: date) -> SafeString:  # noqa: A002
    """Periods on one line of time with today on it; the page has the same days in words."""
    bars, now = plots.lay_out(spans, today)
    floor = len(bars) * plots.ROW
    return _draw(
        "time_bars",
        title=title,
        bars=bars,
        id=id,
        now=now,
        anchor="start" if now < 10 else "end" if now > 90 else "middle",
        floor=floor,
        height=floor + 24,
        desc="、".join(
            f"{span.label}：{span.first:%Y/%m/%d}から{span.last:%Y/%m/%d}まで" for span in spans
        ),
    )


def _way_to(wave: Wave) -> str:
    return format_html('<a href="{}">{}</a>', wave.url, wave.label) if wave.url else wave.label
