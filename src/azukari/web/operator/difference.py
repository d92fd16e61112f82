"""One comparison with payroll: what differs, and what is done about it, row by row or in bulk."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.check.difference import dealing, queries
from azukari.check.difference.comparing import Kind
from azukari.check.difference.facts import Field
from azukari.check.difference.models import DifferenceRow, DifferenceRun, Handling, RunState
from azukari.progress.actions import of_subject as progress_of
from azukari.register import queries as people
from azukari.register import spreadsheet
from azukari.register.models import Person
from azukari.register.sheets.codes import FileCode
from azukari.web import difference_words, words
from azukari.web.components.parts import Link, Tone, Wave
from azukari.web.components.plots import days_and_hours
from azukari.web.forms.difference import AsideForm, DifferenceSearch
from azukari.web.forms.reading import mentions_number
from azukari.web.guard import OperatorRequest
from azukari.web.lists import address_with, applied, conditions, place_in, ticked, turns
from azukari.web.operator import difference_others as others
from azukari.web.operator import person_words
from azukari.web.operator.bulk import ways
from azukari.web.operator.difference_bulk import acts_of
from azukari.web.operator.differences import TONES, crumbs, name_of
from azukari.web.operator.people import page_of
from azukari.web.operator.progress import shown
from azukari.web.operator.sheet_files import attachment
from azukari.web.sheet_words import FILE_WORDS

MOST_AT_ONCE = 500
"""Rows dealt with in one request; each is an act of its own, with its leaf."""

_KIND_TONES: dict[str, Tone] = {
    Kind.ONLY_THERE: "info",
    Kind.ONLY_HERE: "info",
    Kind.DIFFERS: "warning",
    Kind.NO_NUMBER: "warning",
    Kind.LEFT_WITH_NUMBER: "error",
    Kind.NOT_DEPENDENT_WITH_NUMBER: "error",
}
_NOTES = {
    Kind.ONLY_THERE: "給与にいて、登録のない人",
    Kind.ONLY_HERE: "登録があって、給与にいない人",
    Kind.DIFFERS: "氏名・生年月日・扶養などが違う",
    Kind.NO_NUMBER: "給与にいて、番号が未登録の人",
    Kind.LEFT_WITH_NUMBER: "保存期間が過ぎたら廃棄します",
    Kind.NOT_DEPENDENT_WITH_NUMBER: "保存期間が過ぎたら廃棄します",
}


def difference(request: OperatorRequest, run_id: UUID) -> HttpResponse:
    run = get_object_or_404(DifferenceRun.objects, id=run_id)
    if run.state != RunState.COMPARED:
        return _not_compared(request, run)
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect("difference", run_id=run_id)
    search = DifferenceSearch(request.GET)
    wanted = search.wanted()
    found = queries.find(run, wanted)
    page = queries.page_of_rows(found, place_in(request))
    here = reverse("difference", args=[run.id])
    context = {
        "page_title": name_of(run),
        "crumbs": crumbs(Link(name_of(run))),
        "run": run,
        "search": search,
        "clear_url": here,
        "applied": list(applied(request, search, search.fields)),
        "figures": _figures(request, run, wanted.kind),
        "trend": list(_trend(run)),
        "rows": list(_rows(page.rows)),
        "total": found.count(),
        "may_change": request.actor.may("difference:change"),
        "may_ask": request.actor.may("application:create"),
        "may_dispose": request.actor.may("disposal:create"),
        "deal_url": f"{reverse('difference-deal', args=[run.id])}?{conditions(request)}",
        "aside": AsideForm(),
        "ways": ways(
            request,
            reverse("difference-bulk", args=[run.id]),
            acts_of(request, aside=wanted.handling == Handling.ASIDE.value),
        ),
        "is_aside": wanted.handling == Handling.ASIDE.value,
        "file_url": f"{reverse('difference-file', args=[run.id])}?{conditions(request)}"
        if request.actor.may("difference:output")
        else "",
        **turns(request, page),
    }
    return render(request, "operator/differences/run.html", context)


def _not_compared(request: OperatorRequest, run: DifferenceRun) -> HttpResponse:
    task = progress_of(run.id)
    context: dict[str, Any] = {
        "page_title": name_of(run),
        "crumbs": crumbs(Link(name_of(run))),
        "run": run,
        "tone": TONES[run.state],
        "problem": FILE_WORDS[FileCode(run.code)] if run.code else "",
        "run_url": reverse("difference", args=[run.id]),
        "columns_url": reverse("difference-columns", args=[run.id]),
        "discard_url": reverse("difference-discard", args=[run.id]),
        "new_url": reverse("difference-new"),
        "may_send": request.actor.may("difference:create"),
        "working": run.state == RunState.COMPARING,
    }
    if task is not None and run.state == RunState.COMPARING:
        context |= shown(task, request.actor)
    return render(request, "operator/differences/waiting.html", context)


def _rows(rows: Iterable[DifferenceRow]) -> Iterator[dict[str, Any]]:
    rows = list(rows)
    known = people.named([row.person for row in rows if row.person])
    for row in rows:
        person = known.get(row.person) if row.person else None
        yield {
            "row": row,
            "code": difference_words.code(row.employee_code, row.family_code),
            "kind": Kind(row.kind).label,
            "tone": _KIND_TONES[row.kind],
            "field": Field(row.field).label if row.field else "",
            "there": _side(row, row.there),
            "here": _side(row, row.here),
            "problem": difference_words.problem(row.problem),
            "url": page_of(person) if person else "",
            "ways": _ways(row, person),
        }


def _side(row: DifferenceRow, text: str) -> str:
    if row.kind == Kind.DIFFERS:
        return difference_words.value(row.field, text)
    if row.kind in {Kind.LEFT_WITH_NUMBER, Kind.NOT_DEPENDENT_WITH_NUMBER}:
        return difference_words.day(text) if text else ""
    return text


def _ways(row: DifferenceRow, person: Person | None) -> list[Link]:
    """What else leads on from here."""
    if person is None:
        return []
    if row.kind == Kind.NO_NUMBER:
        route = "number-new" if person.is_employee else "family-number-new"
        return [Link("番号を登録する", reverse(route, args=[person.id]))]
    if row.kind == Kind.ONLY_HERE and not row.ended:
        route = "person-leave" if person.is_employee else "family-leave"
        label = "退職を記録する" if person.is_employee else "扶養から外す"
        return [Link(label, reverse(route, args=[person.id]))]
    return []


def _figures(request: OperatorRequest, run: DifferenceRun, chosen: str) -> list[Link]:
    counted = queries.open_by_kind(run)
    return [
        Link(
            kind.label,
            address_with(request, kind=kind.value, handling="", field=""),
            note=_NOTES[kind],
            count=count,
            tone=_KIND_TONES[kind] if count else "success",
            current=chosen == kind.value,
        )
        for kind, count in counted.items()
    ]


def _trend(run: DifferenceRun) -> Iterator[Wave]:
    runs = queries.runs_up_to(run)
    moments = [timezone.localtime(one.compared_at) for one in runs]
    for one, at, tick in zip(runs, moments, days_and_hours(moments), strict=True):
        yield Wave(
            person_words.moment(at),
            one.found,
            False,
            reverse("difference", args=[one.id]),
            tick=tick,
            marked=one.id == run.id,
        )


# deal with it ---------------------------------------------------------------------------------


def deal(request: OperatorRequest, run_id: UUID) -> HttpResponse:
    """What was ticked; everything the list shows goes by `difference_bulk`."""
    run = get_object_or_404(DifferenceRun.objects, id=run_id, state=RunState.COMPARED)
    act = request.POST.get("act", "").removesuffix("-ticked")
    found = queries.rows_named(run, ticked(request))
    back = redirect(f"{reverse('difference', args=[run.id])}?{conditions(request)}")
    rows = list(found.order_by("employee_code", "family_code", "id")[: MOST_AT_ONCE + 1])
    if not rows:
        messages.error(request, "行を選んでください。")
        return back
    if len(rows) > MOST_AT_ONCE:
        messages.error(
            request,
            f"選んで対応できるのは{MOST_AT_ONCE:,}件までです。条件に合うすべてに行ってください。",
        )
        return back
    match act:
        case "take":
            _take(request, rows)
        case "aside":
            _set_aside(request, rows)
        case "dispose":
            return others.dispose(request, rows) or back
        case "ask":
            return others.ask_for_numbers(rows)
        case "open":
            dealing.bring_back(rows, actor=request.actor)
            messages.success(request, "未対応に戻しました。")
        case _:
            messages.error(request, "することを選んでください。")
    return back


def _take(request: OperatorRequest, rows: list[DifferenceRow]) -> None:
    dealt = dealing.take_over(rows, actor=request.actor)
    if dealt.done:
        messages.success(request, f"{dealt.done:,}件に給与の値を反映しました。")
    elif not dealt.refused:
        messages.warning(
            request, "反映できる行がありません。「給与のみ」と「内容が違う」の行を選んでください。"
        )
    by_id = {row.id: row for row in rows}
    for row_id, problem in list((dealt.refused or {}).items())[:5]:
        row = by_id[row_id]
        who = difference_words.code(row.employee_code, row.family_code)
        messages.warning(request, f"{who} {row.name}: {difference_words.problem(problem)}")
    if len(dealt.refused or {}) > 5:
        more = len(dealt.refused or {}) - 5
        messages.warning(
            request,
            f"ほか{more:,}件もできませんでした。条件「できなかったものだけ」で確かめられます。",
        )


def _set_aside(request: OperatorRequest, rows: list[DifferenceRow]) -> None:
    form = AsideForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["because"][0]))
        return
    done = dealing.set_aside(rows, form.cleaned_data["because"], actor=request.actor)
    messages.success(request, f"{done:,}件を、内容が変わるまで表示しないようにしました。")


def file(request: OperatorRequest, run_id: UUID) -> HttpResponse:
    """What the search finds, as CSV; no number is in it."""
    run = get_object_or_404(DifferenceRun.objects, id=run_id)
    found = queries.find(run, DifferenceSearch(request.GET).wanted())
    head = [
        "社員番号", "家族連番", "氏名", "種類", "項目", "給与", "本サービス", "新しい違い", "対応",
        "対応した人", "理由", "できなかった理由",
    ]  # fmt: skip
    lines = (
        [
            row.employee_code, str(row.family_code or ""), row.name, Kind(row.kind).label,
            Field(row.field).label if row.field else "", _side(row, row.there),
            _side(row, row.here), "○" if row.is_new else "", Handling(row.handling).label,
            row.handled_by_name, row.reason, difference_words.problem(row.problem),
        ]
        for row in found.order_by("employee_code", "family_code", "id")
    )  # fmt: skip
    return attachment(spreadsheet.as_text([head, *lines]), "給与との差分.csv")
