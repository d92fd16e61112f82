"""月次確認: the months, what was unusual in each, which of them wait for the officer."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from azukari.oversee.months import queries
from azukari.oversee.months.queries import MONTHS_SHOWN, MonthLine
from azukari.tenancy.actor import Actor
from azukari.web.components.parts import Link, Tone, Wave
from azukari.web.guard import OperatorRequest
from azukari.web.lists import place_in, turns
from azukari.web.operator import month_words

TITLE = "月次確認"


def months(request: OperatorRequest) -> HttpResponse:
    today = timezone.localdate()
    page = queries.page_of_months(today, place_in(request, MONTHS_SHOWN))
    rows = [_row(one) for one in page.rows]
    context = {
        "page_title": TITLE,
        "crumbs": crumbs(),
        "rows": rows,
        "waits": len(queries.unsigned(today)),
        "waves": [_wave(one) for one in sorted(page.rows, key=lambda line: line.name)],
        **turns(request, page),
    }
    return render(request, "operator/months/list.html", context)


def _row(line: MonthLine) -> dict[str, Any]:
    tag, tone = state_of(line)
    return {
        "line": line,
        "name": month_words.name(line.month),
        "url": reverse("month", args=[line.name]),
        "tag": tag,
        "tone": tone,
    }


def state_of(line: MonthLine) -> tuple[str, Tone]:
    """Where a month stands, in words, and how that looks."""
    if line.month.holds(timezone.localdate()):
        return "途中", "neutral"
    if line.signed is None:
        return "確認待ち", "warning"
    if line.later:
        return f"確認後に{len(line.later):,}件", "error"
    return "確認済", "success"


def _wave(line: MonthLine) -> Wave:
    first = line.month.first
    tick = f"{first.year}年{first.month}月" if first.month == 1 else f"{first.month}月"
    waits = line.signed is None and not line.month.holds(timezone.localdate())
    return Wave(
        month_words.name(line.month),
        len(line.found),
        past=line.signed is not None,
        url=reverse("month", args=[line.name]),
        tick=tick,
        marked=waits,
    )


def crumbs(*way: Link) -> list[Link]:
    here = Link(TITLE, reverse("months")) if way else Link(TITLE)
    return [Link("トップ", reverse("top")), here, *way]


def waiting(actor: Actor) -> Iterator[Link]:
    """For the top screen: months that are over and wait for the officer."""
    if not actor.may("review:approve"):
        return
    found = queries.unsigned(timezone.localdate())
    if found:
        note = f"いちばん古い月は{month_words.name(found[0])}です。確かめて、確認済にしてください"
        yield Link(
            "確認を待っている月", reverse("months"), "calendar", note, len(found), "か月",
            tone="warning",
        )  # fmt: skip
