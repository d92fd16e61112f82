"""What is shown of a person, of work that runs, and in figures."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from azukari.web.components import plots
from azukari.web.components.drawing import draw
from azukari.web.components.parts import Column, Share, Span, Wave
from azukari.web.components.tags.marks import thousands

register = template.Library()


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
    return draw(
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
    return draw("shown_number", groups=groups, seconds=seconds, back_url=back_url, whose=whose)


@register.simple_tag
def timeline(moments: Sequence[Any], label: str = "履歴") -> SafeString:
    return draw("timeline", moments=moments, label=label)


@register.simple_tag(takes_context=True)
def progress(context: template.Context, task: Any, label: str, **facts: Any) -> SafeString:
    """A job: counted things and time left; asks again every second while it runs.

    Others: unit, failures, poll_url (answers with this very part), cancel_url and again_url (get
    a POST), result_url, result_label.
    """
    return draw(
        "progress",
        task=task,
        label=label,
        going=task.state in {"waiting", "running"},
        csrf_token=context.get("csrf_token"),
        **{"unit": "件", "result_label": "結果を見る", **facts},
    )


@register.simple_tag
def figure_bar(
    label: str, value: int, total: int, unit: str = "人", url: str = "", note: str = ""
) -> SafeString:
    """A share of a whole: words and figures, with a bar for the eye."""
    percent = 100 * value // total if total else 0
    return draw(
        "figure_bar",
        label=label,
        value=value,
        total=total,
        unit=unit,
        url=url,
        note=note,
        percent=percent,
    )


@register.simple_tag
def figure_cards(items: Sequence[Any]) -> SafeString:
    return draw("figure_cards", items=items)


@register.simple_block_tag
def danger_panel(content: str, title: str) -> SafeString:
    """A dangerous act: what, whom, how many, whether it can be undone, then the form."""
    return draw("danger_panel", content=content, title=title)


@register.simple_tag
def stacked_bars(
    title: str,
    shares: Sequence[Share],
    id: str,  # noqa: A002
    unit: str = "人",
    done: str = "登録済",
    left: str = "未登録",
    *,
    listed: bool = False,
) -> SafeString:
    """What is done and what is left by department, with all departments as a table.

    `listed`: the page has a list of them all; the table then holds what the bars do.
    """
    shown = plots.worst_first(shares)
    bars = plots.stack(shown)
    return draw(
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
        cells=[
            (s.label, thousands(s.registered), thousands(s.missing))
            for s in (shown if listed else shares)
        ],
    )


@register.simple_tag
def wave_columns(title: str, waves: Sequence[Wave], id: str, unit: str = "人") -> SafeString:  # noqa: A002
    """What falls due month by month, with the same as a table; its rows lead to the waves."""
    return draw(
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
    return draw(
        "time_bars",
        title=title,
        bars=bars,
        id=id,
        now=now,
        anchor="start" if now < 10 else "end" if now > 90 else "middle",
        floor=floor,
        height=floor + 24,
        desc="、".join(
            f"{span.label}：{_day(span.first)}から{_day(span.last)}まで" for span in spans
        ),
    )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _way_to(wave: Wave) -> str:
    return format_html('<a href="{}">{}</a>', wave.url, wave.label) if wave.url else wave.label
