"""廃棄対象: what may go and when, the coming waves, and the way into a batch."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.dispose import batches
from azukari.dispose import due as listing
from azukari.dispose.due import DueFilter, DueWave, Waves
from azukari.dispose.rules import DisposeRefused
from azukari.register import spreadsheet
from azukari.register.models import NumberRecord, PersonKind, RecordState
from azukari.tenancy.actor import Actor
from azukari.web import words
from azukari.web.components.parts import Link, Wave
from azukari.web.forms.batches import HELD, DueSearch
from azukari.web.forms.reading import mentions_number
from azukari.web.guard import OperatorRequest
from azukari.web.lists import address_with, applied, conditions, place_in, ticked, turns
from azukari.web.operator import dispose_words, person_words
from azukari.web.operator.people import page_of

_TITLE = "廃棄対象"
_TICK_YEARS = 5  # every so many the year is written under its column
_TICK_ROOM = 6  # columns that one word under a column needs on a phone


def due(request: OperatorRequest) -> HttpResponse:
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect("due")
    search = DueSearch(request.GET)
    wanted = search.wanted()
    page = listing.page_of_due(wanted, place_in(request))
    today = timezone.localdate()
    waves = listing.coming_waves(today)
    context = {
        "page_title": _TITLE,
        "crumbs": [Link("トップ", reverse("top")), Link(_TITLE)],
        "search": search,
        "clear_url": reverse("due"),
        "applied": list(_applied(request, search)),
        "tabs": _tabs(request, wanted),
        "held": wanted.held,
        "until": wanted.until,
        "since": wanted.since,
        "is_ahead": wanted.until > today,
        "rows": list(_rows(page.rows, request.actor)),
        "total": listing.find_due(wanted).count(),
        "figures": _figures(waves, today),
        "waves": _plot(waves),
        "propose_url": f"{reverse('batch-propose')}?{conditions(request)}",
        "may_propose": request.actor.may("disposal:create") and not wanted.held,
        **turns(request, page),
    }
    return render(request, "operator/dispose/due.html", context)


def _rows(records: list[NumberRecord], actor: Actor) -> Iterator[dict[str, Any]]:
    waiting = listing.waiting_in(records)
    for record in records:
        person = record.person
        item = waiting.get(record.id)
        yield {
            "record": record,
            "person": person,
            "url": page_of(person) if actor.may(f"{person.kind}:view") else "",
            "code": person_words.code(person),
            "kind": PersonKind(person.kind).label,
            "department": person.host.department if person.host else person.department,
            "rule": dispose_words.paper(record.kept_by),
            "superseded": record.state == RecordState.SUPERSEDED,
            "batch": item.batch if item else None,
        }


def _tabs(request: HttpRequest, wanted: DueFilter) -> list[Link]:
    count = {held: listing.find_due(replace(wanted, held=held)).count() for held in (False, True)}
    return [
        Link(
            "廃棄できる",
            address_with(request, show=""),
            count=count[False],
            current=not wanted.held,
        ),
        Link("保留中", address_with(request, show=HELD), count=count[True], current=wanted.held),
    ]


# waves ------------------------------------------------------------------------------------------


def _figures(waves: Waves, today: date) -> list[Link]:
    """What may go now, and each 11 January that comes."""
    now = Link(
        "いま廃棄できる", reverse("due"), "trash", f"{today:%Y年%-m月%-d日}現在", waves.now,
        tone="warning" if waves.now else "success",
    )  # fmt: skip
    peaks = [wave for wave in waves.coming if wave.peak]
    return [now, *(_figure(wave) for wave in peaks)]


def _figure(wave: DueWave) -> Link:
    label = f"{wave.first.year}年{wave.first.month}月"
    return Link(label, _way_to(wave), "calendar", "10日に申告書の保存期間が終わります", wave.count)


def _plot(waves: Waves) -> list[Wave]:
    """One column for what may go now, one for each month, then one for each year."""
    crowded = any(wave.peak for wave in waves.coming[:_TICK_ROOM])
    now = Wave("いま廃棄できる", waves.now, True, reverse("due"), tick="" if crowded else "いま")
    return [now, *(_column(wave) for wave in waves.coming)]


def _column(wave: DueWave) -> Wave:
    tick = str(wave.first.year) if wave.peak else ""
    if wave.by_year and wave.first.year % _TICK_YEARS == 0:
        tick = str(wave.first.year)
    return Wave(_name(wave), wave.count, False, _way_to(wave), tick=tick, marked=wave.peak)


def _name(wave: DueWave) -> str:
    if wave.by_year:
        return f"{wave.first.year}年" if wave.first.month == 1 else f"{wave.first.year}年の残り"
    month = f"{wave.first.year}年{wave.first.month}月"
    return f"{month}（1月11日を含む）" if wave.peak else month


def _way_to(wave: DueWave) -> str:
    span = {"since": wave.first.isoformat(), "until": wave.last.isoformat()}
    return f"{reverse('due')}?{urlencode(span)}"


def waves_file(request: OperatorRequest) -> HttpResponse:  # noqa: ARG001  every view gets one
    """The plot as a table; counts only, nobody's name."""
    today = timezone.localdate()
    waves = listing.coming_waves(today)
    rows = [
        ["時期", "はじめの日", "おわりの日", "件数"],
        ["いま廃棄できる", "", today.isoformat(), str(waves.now)],
        *(
            [_name(wave), wave.first.isoformat(), wave.last.isoformat(), str(wave.count)]
            for wave in waves.coming
        ),
    ]
    name = f"disposal-waves-{today.isoformat()}.csv"
    return HttpResponse(
        spreadsheet.as_text(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


# propose ----------------------------------------------------------------------------------------


def propose(request: OperatorRequest) -> HttpResponse:
    """What was ticked, or everything that fits the search of the page it comes from."""
    wanted = DueSearch(request.GET).wanted()
    chosen = None if request.POST.get("act") == "all" else ticked(request)
    try:
        batch = batches.propose(wanted, chosen=chosen, actor=request.actor)
    except DisposeRefused as refused:
        messages.error(request, dispose_words.say(refused.problem))
        return redirect(f"{reverse('due')}?{conditions(request)}")
    messages.success(request, f"廃棄案 {batch.code} を作りました。対象を確かめてください。")
    return redirect("batch", batch_id=batch.id)


# ways -------------------------------------------------------------------------------------------


def _applied(request: HttpRequest, search: DueSearch) -> Iterator[Link]:
    yield from applied(request, search, ("q", "until", "kind", "department", "rule"))
    if search.cleaned_data.get("since"):
        yield Link(f"この日から：{search.cleaned_data['since']}", address_with(request, since=""))
