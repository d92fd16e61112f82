"""本人・家族情報連携状況: what payroll has pushed, what became of it, and what to do about it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.check.bulk.models import Act
from azukari.check.link import handling, queries
from azukari.check.link.events import Event, State
from azukari.check.link.models import PushedRecord
from azukari.check.link.queries import Batch
from azukari.filings.recipes import yearly
from azukari.filings.recipes.recipe import Ask
from azukari.register import queries as people
from azukari.tenancy.actor import Actor
from azukari.web import difference_words, link_words, words
from azukari.web.components.parts import Link, Tone, Wave
from azukari.web.components.plots import days_and_hours
from azukari.web.forms.link import PushedSearch, RelationshipForm, WhyForm
from azukari.web.forms.reading import mentions_number
from azukari.web.guard import OperatorRequest
from azukari.web.lists import applied, conditions, place_in, ticked, turns
from azukari.web.operator import person_words
from azukari.web.operator.bulk import ways
from azukari.web.operator.people import page_of

_TITLE = "本人・家族情報連携状況"
_TONES: dict[str, Tone] = {
    State.WAITING: "info",
    State.REFLECTED: "success",
    State.HELD: "warning",
    State.ERROR: "error",
    State.DISCARDED: "neutral",
}
_NOTES = {
    State.WAITING: "反映を待っています",
    State.HELD: "判断を待っています",
    State.ERROR: "直すか、取りやめます",
}
_TO_DECIDE = {
    State.ERROR: "エラーになった連携",
    State.HELD: "保留にした連携",
    State.WAITING: "反映を待っている連携",
}
MOST_AT_ONCE = 500
SEARCHED = ("q", "state", "event")


def waiting(actor: Actor) -> Iterator[Link]:
    """For the top screen: what payroll pushed and somebody has to decide about."""
    if not actor.may("link:change"):
        return
    counts = queries.by_state()
    for state, label in _TO_DECIDE.items():
        if counts[state]:
            url = f"{reverse('pushes')}?state={state.value}"
            tag = "" if state is State.WAITING else state.label
            yield Link(
                label, url, "link", _NOTES[state], counts[state], tone=_TONES[state], tag=tag
            )


def pushes(request: OperatorRequest) -> HttpResponse:
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect("pushes")
    search = PushedSearch(request.GET)
    found = queries.find(search.wanted())
    page = queries.page_of_records(found, place_in(request))
    batches = queries.last_batches()
    unknown = queries.unknown_words()
    context = {
        "page_title": _TITLE,
        "crumbs": crumbs(),
        "search": search,
        "clear_url": reverse("pushes"),
        "applied": list(applied(request, search, SEARCHED)),
        "figures": list(_figures()),
        "batches": list(_columns(batches[::-1])),
        "table": [(batch, _way_to(batch)) for batch in batches],
        "unknown": unknown,
        "words_url": reverse("relationship-words"),
        "rows": list(_rows(page.rows)),
        "total": found.count(),
        "may_change": request.actor.may("link:change"),
        "deal_url": f"{reverse('pushes-deal')}?{conditions(request)}",
        "ways": ways(request, reverse("pushes-bulk"), [Act.REFLECT, Act.HOLD, Act.DISCARD]),
        "why": WhyForm(),
        **turns(request, page),
    }
    return render(request, "operator/pushes/list.html", context)


def pushed(request: OperatorRequest, pushed_id: UUID) -> HttpResponse:
    """One record, with all it says; never its number."""
    record = get_object_or_404(PushedRecord.objects.select_related("push"), id=pushed_id)
    person = people.named([record.person]).get(record.person) if record.person else None
    context = {
        "page_title": f"{Event(record.event).label if record.event else '連携'}の内容",
        "crumbs": crumbs(Link(record.employee_code or "連携の内容")),
        "record": record,
        "event": Event(record.event).label if record.event else "",
        "state": State(record.state).label,
        "tone": _TONES[record.state],
        "code": difference_words.code(record.employee_code, record.family_code),
        "why": link_words.why(record),
        "facts": [
            (link_words.field(name), _fact(name, value)) for name, value in record.facts.items()
        ],
        "person": person,
        "person_url": page_of(person) if person else "",
        "may_change": request.actor.may("link:change"),
        "is_open": record.state in {State.WAITING, State.HELD, State.ERROR},
        "deal_url": reverse("pushes-deal"),
        "why_form": WhyForm(),
        "back_url": reverse("pushes"),
    }
    return render(request, "operator/pushes/record.html", context)


def deal(request: OperatorRequest) -> HttpResponse:
    """What was ticked; everything the list shows goes by `pushes_bulk`."""
    act = request.POST.get("act", "").removesuffix("-ticked")
    back = redirect(f"{reverse('pushes')}?{conditions(request)}")
    ids = ticked(request)
    if not ids:
        messages.error(request, "行を選んでください。")
        return back
    if len(ids) > MOST_AT_ONCE:
        messages.error(
            request,
            f"選んで扱えるのは{MOST_AT_ONCE:,}件までです。条件に合うすべてに行ってください。",
        )
        return back
    form = WhyForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["because"][0]))
        return back
    because = form.cleaned_data["because"]
    match act:
        case "reflect":
            _reflect(request, ids)
        case "hold":
            done = handling.hold(ids, because, actor=request.actor)
            messages.success(request, f"{done:,}件を保留にしました。")
        case "discard":
            try:
                done = handling.discard(ids, because, actor=request.actor)
            except handling.ReasonMissing:
                messages.error(request, "取りやめる理由を入力してください。")
            else:
                messages.success(request, f"{done:,}件を取りやめました。")
        case _:
            messages.error(request, "することを選んでください。")
    return back


def _reflect(request: OperatorRequest, ids: list[UUID]) -> None:
    done = handling.reflect_now(ids, actor=request.actor)
    if done.reflected:
        messages.success(request, f"{done.reflected:,}件を反映しました。")
    if done.failed:
        messages.warning(
            request,
            f"{len(done.failed):,}件は反映できませんでした。理由は一覧の「理由」に出ています。",
        )
    if not done.reflected and not done.failed:
        messages.warning(request, "反映できる行がありません。もう済んでいます。")


def relationship_words(request: OperatorRequest) -> HttpResponse:
    """続柄の対応: what a word of payroll's means, said once for all records like it."""
    unknown = queries.unknown_words()
    word = request.POST.get("word", "")
    form = RelationshipForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if word in dict(unknown) and form.is_valid():
            mended = handling.name_relationship(word, form.chosen, actor=request.actor)
            messages.success(
                request,
                f"「{word}」を「{form.chosen.label}」として{mended:,}件を直しました。"
                "反映すると登録に入ります。",
            )
            return redirect("relationship-words")
        messages.error(request, "続柄を選んでください。")
    context = {
        "page_title": "続柄の対応",
        "crumbs": crumbs(Link("続柄の対応")),
        "unknown": [(one, count, RelationshipForm()) for one, count in unknown],
        "known": queries.known_words(),
        "may_change": request.actor.may("link:change"),
        "back_url": reverse("pushes"),
    }
    return render(request, "operator/pushes/words.html", context)


def _rows(records: list[PushedRecord]) -> Iterator[dict[str, Any]]:
    # Of somebody who left, say, payroll tells no more than the code.
    nameless = [one.employee_code for one in records if not one.name]
    known = people.with_codes(nameless) if nameless else {}
    for record in records:
        person = known.get((record.employee_code, record.family_code))
        yield {
            "record": record,
            "url": reverse("pushed", args=[record.id]),
            "code": difference_words.code(record.employee_code, record.family_code),
            "event": Event(record.event).label if record.event else "（不明）",
            "state": State(record.state).label,
            "tone": _TONES[record.state],
            "why": link_words.why(record),
            "name": record.name or (person.name if person else ""),
            "is_open": record.state in {State.WAITING, State.HELD, State.ERROR},
        }


def _figures() -> Iterator[Link]:
    counted = queries.by_state()
    for state, note in _NOTES.items():
        yield Link(
            state.label,
            f"{reverse('pushes')}?{urlencode({'state': state.value})}",
            note=note,
            count=counted[state],
            tone=_TONES[state] if counted[state] else "success",
        )


def _columns(batches: list[Batch]) -> Iterator[Wave]:
    moments = [timezone.localtime(batch.push.received_at) for batch in batches]
    for batch, at, tick in zip(batches, moments, days_and_hours(moments), strict=True):
        yield Wave(
            f"{person_words.moment(at)}（エラー{batch.failed:,}件）",
            batch.push.records,
            False,
            _way_to(batch),
            tick=tick,
            marked=batch.failed > 0,
        )


def _way_to(batch: Batch) -> str:
    wanted = {"push": str(batch.push.id), "state": "every"}
    return f"{reverse('pushes')}?{urlencode(wanted)}"


def _fact(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    asked = yearly.figures().get(name)
    if asked is not None:
        return _figure(asked, value)
    if name == "hired_on":
        return difference_words.day(str(value))
    return difference_words.value(name, str(value))


def _figure(asked: Ask, value: Any) -> str:
    if value is None:
        return "（取り消し）"
    if asked.kind == "yen":
        return f"{value:,}円"
    return difference_words.day(value) if asked.kind == "date" else asked.codes.get(value, value)


def crumbs(*more: Link) -> list[Link]:
    first = Link(_TITLE, reverse("pushes") if more else "")
    return [Link("トップ", reverse("top")), first, *more]
