"""給与との差分チェック: the runs, a file to be compared, its columns."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from azukari.check.difference import actions, queries
from azukari.check.difference.models import DifferenceRun, RunState
from azukari.check.link import snapshot
from azukari.register.sheets.codes import FileRefused
from azukari.register.sheets.mappings import from_stored
from azukari.web.components.parts import Link, Tone
from azukari.web.forms.difference import SendPayroll
from azukari.web.forms.sending import sent
from azukari.web.forms.sheet import ColumnsForm
from azukari.web.guard import OperatorRequest
from azukari.web.lists import place_in, turns
from azukari.web.operator.sheets import field_of
from azukari.web.sheet_words import words_of
from azukari.web.uploads import packed_of

_TITLE = "給与との差分チェック"
TONES: dict[str, Tone] = {
    RunState.MAPPING: "warning",
    RunState.COMPARING: "info",
    RunState.COMPARED: "success",
    RunState.UNREADABLE: "error",
}


def runs(request: OperatorRequest) -> HttpResponse:
    page = queries.page_of_runs(place_in(request))
    context = {
        "page_title": _TITLE,
        "crumbs": crumbs(),
        "rows": [(run, name_of(run), TONES[run.state]) for run in page.rows],
        "new_url": reverse("difference-new") if request.actor.may("difference:create") else "",
        "link_url": "" if snapshot.is_empty() else reverse("difference-link"),
        **turns(request, page),
    }
    return render(request, "operator/differences/list.html", context)


def compare_link(request: OperatorRequest) -> HttpResponse:
    """Against what the payroll service has told by the link."""
    try:
        run = actions.start_from_link(actor=request.actor)
    except actions.NotNow:
        messages.warning(request, "給与計算サービスからは、まだ何も届いていません。")
        return redirect("differences")
    return redirect("difference", run_id=run.id)


def send(request: OperatorRequest) -> HttpResponse:
    data = sent(request)
    form = SendPayroll(data, request.FILES if data is not None else None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = actions.start_run(
                packed_of(file),
                file.name,
                actor=request.actor,
                book_sheet=form.cleaned_data["book_sheet"],
            )
        except FileRefused as refused:
            form.add_error(field_of(refused.code), words_of(refused))
        else:
            return redirect("difference", run_id=run.id)
    context = {
        "page_title": "給与のファイルと比べる",
        "crumbs": crumbs(Link("ファイルを送る")),
        "form": form,
        "back_url": reverse("differences"),
    }
    return render(request, "operator/differences/send.html", context)


def columns(request: OperatorRequest, run_id: UUID) -> HttpResponse:
    run = get_object_or_404(DifferenceRun.objects, id=run_id)
    if run.state != RunState.MAPPING:
        return redirect("difference", run_id=run_id)
    every = from_stored(run.columns)
    shown_columns = [column for column in every if not column.member]
    form = ColumnsForm(shown_columns, sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.map_columns(run, form.said, actor=request.actor)
        except FileRefused as refused:
            form.add_error(None, words_of(refused))
        except actions.NotNow:
            return redirect("difference", run_id=run_id)
        else:
            messages.success(
                request, "列の対応を保存しました。次からは、同じ見出しのファイルに使います。"
            )
            return redirect("difference", run_id=run_id)
    context = {
        "page_title": "列の対応",
        "crumbs": crumbs(
            Link(name_of(run), reverse("difference", args=[run.id])), Link("列の対応")
        ),
        "form": form,
        "name": name_of(run),
        "columns": [(form[f"column_{one.place}"], one) for one in shown_columns],
        "blocks": [one for one in every if one.member],
        "back_url": reverse("difference", args=[run.id]),
    }
    return render(request, "operator/differences/columns.html", context)


def discard(request: OperatorRequest, run_id: UUID) -> HttpResponse:
    run = get_object_or_404(DifferenceRun.objects, id=run_id)
    try:
        actions.discard_run(run, actor=request.actor)
    except actions.NotNow:
        messages.warning(request, "もう比べたものは、取りやめられません。")
        return redirect("difference", run_id=run_id)
    messages.success(request, "ファイルを廃棄しました。")
    return redirect("differences")


def name_of(run: DifferenceRun) -> str:
    sheet = f"（{run.book_sheet}）" if run.book_sheet else ""
    return f"{run.file_name}{sheet}" if run.file_name else run.get_source_display()


def crumbs(*more: Link) -> list[Link]:
    first = Link(_TITLE, reverse("differences") if more else "")
    return [Link("トップ", reverse("top")), first, *more]
