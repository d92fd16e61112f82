"""金額などのファイル: sent, its columns told apart, what became of it; the template; the link."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from azukari.register.sheets.codes import FileRefused
from azukari.use import queries, yearly
from azukari.use.figures import columns, receiving, template
from azukari.use.figures.queries import file_of, task_of
from azukari.use.figures.reading import Mistake
from azukari.use.models import FiguresFile, FiguresState, Filing
from azukari.use.rules import UseProblem, UseRefused
from azukari.web.components.parts import Link, Tone
from azukari.web.forms.filing import ColumnsForm, FiguresForm
from azukari.web.forms.sending import sent
from azukari.web.guard import OperatorRequest
from azukari.web.operator import filing_words
from azukari.web.operator.filing_facts import facts_url
from azukari.web.operator.filing_frame import STEPS, crumbs, filing_or_404, may_be_changed
from azukari.web.operator.progress import shown
from azukari.web.sheet_words import words_of
from azukari.web.streaming import csv_in_parts
from azukari.web.uploads import packed_of

_TITLES: dict[str, str] = {
    FiguresState.MAPPING: "列の対応",
    FiguresState.READING: "金額などのファイルの読み込み",
}


def filled_template(request: OperatorRequest, filing_id: UUID) -> StreamingHttpResponse:
    """The headings, with a row for everybody on the filing and what is there already."""
    filing = filing_or_404(filing_id)
    recipe = queries.recipe_of(filing)
    name, head = f"{recipe.code}_figures.csv", template.template(recipe)
    return csv_in_parts(name, head, template.filled_in(filing, recipe), actor=request.actor)


def take_told(request: OperatorRequest, filing_id: UUID) -> HttpResponse:
    """What payroll has told of the year by the link, over what stands there."""
    filing = filing_or_404(filing_id)
    try:
        if filing.people > yearly.AT_ONCE:
            task = yearly.order_told(filing, actor=request.actor)
            return redirect("progress", progress_id=task.id)
        taken = yearly.take_told(filing, actor=request.actor)
    except UseRefused as refused:
        messages.error(request, filing_words.say(refused.problem))
        return redirect("filing", filing_id=filing.id)
    if taken:
        messages.success(request, f"連携で届いた{taken:,}人分の金額を入れました。")
    else:
        messages.warning(request, "この帳票の人の金額は、連携では届いていません。")
    return redirect(facts_url(filing))


def figures(request: OperatorRequest, filing_id: UUID) -> HttpResponse:
    """POST with a file receives it, POST with columns tells them; GET shows how far it is."""
    filing = filing_or_404(filing_id)
    if request.method == "POST" and not may_be_changed(request, filing):
        return redirect("filing", filing_id=filing.id)
    try:
        if request.method == "POST" and request.FILES:
            return _received(request, filing)
        return _page(request, filing)
    except UseRefused as refused:
        messages.error(request, filing_words.say(refused.problem))
    except FileRefused as refused_file:
        messages.error(request, words_of(refused_file))
    return redirect(facts_url(filing))


def stop(request: OperatorRequest, filing_id: UUID) -> HttpResponse:
    """Nothing of the file is taken."""
    filing = filing_or_404(filing_id)
    if receiving.stop(filing, actor=request.actor):
        messages.success(request, "ファイルを廃棄しました。帳票の内容は変わっていません。")
        return redirect(facts_url(filing))
    messages.success(request, "切りのよいところで止めます。帳票の内容は変わりません。")
    return redirect("filing-figures", filing_id=filing.id)


def _received(request: OperatorRequest, filing: Filing) -> HttpResponse:
    form = FiguresForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, "金額などのファイルを選んでください。")
        return redirect(facts_url(filing))
    content = packed_of(form.cleaned_data["figures"])
    receiving.receive(filing, content, actor=request.actor, key=form.cleaned_data["key"])
    return redirect("filing-figures", filing_id=filing.id)


def _page(request: OperatorRequest, filing: Filing) -> HttpResponse:
    file = file_of(filing)
    if file is None:
        raise UseRefused(UseProblem.FIGURES_GONE)
    if file.state == FiguresState.MAPPING:
        return _columns(request, filing, file)
    if file.state == FiguresState.READING:
        return _being_read(request, filing, file)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "operator/filings/figures.html", _result(filing, file))


def _columns(request: OperatorRequest, filing: Filing, file: FiguresFile) -> HttpResponse:
    found = columns.from_stored(file.columns)
    form = ColumnsForm(queries.recipe_of(filing), found, sent(request))
    if request.method == "POST" and form.is_valid():
        receiving.tell_columns(file, form.names, actor=request.actor)
        return redirect("filing-figures", filing_id=filing.id)
    context = _frame(filing, file) | {
        "form": form,
        "columns": [(form[f"column_{one.place}"], one) for one in found],
    }
    return render(request, "operator/filings/columns.html", context)


def _being_read(request: OperatorRequest, filing: Filing, file: FiguresFile) -> HttpResponse:
    task = task_of(filing)
    assert task is not None
    frame = _frame(filing, file)
    context = frame | shown(task, request.actor) | {
        "poll_url": frame["figures_url"],
        "stop_url": "" if task.cancel_asked else frame["stop_url"],
        "broken_off": task.is_over,
    }  # fmt: skip
    if request.headers.get("HX-Request"):
        return render(request, "operator/filings/_figures_progress.html", context)
    return render(request, "operator/filings/figures_being_read.html", context)


def _result(filing: Filing, file: FiguresFile) -> dict[str, Any]:
    mistakes = [Mistake(**one) for one in file.mistakes]
    tone: Tone = "warning" if mistakes or not file.people else "success"
    return _frame(filing, file) | {
        "tone": tone,
        "problem": filing_words.why_refused(file),
        "missing": filing.people - file.people,
        "mistakes": mistakes,
        "wrong_cells": sum(one.count for one in mistakes),
        "more_strangers": file.strangers > len(file.some_strangers),
    }


def _frame(filing: Filing, file: FiguresFile) -> dict[str, Any]:
    title = _TITLES.get(file.state, "金額などのファイルの結果")
    return {
        "page_title": title,
        "crumbs": crumbs(Link("帳票の内容", facts_url(filing)), Link(title)),
        "steps": STEPS,
        "filing": filing,
        "file": file,
        "back_url": facts_url(filing),
        "figures_url": reverse("filing-figures", kwargs={"filing_id": filing.id}),
        "stop_url": reverse("filing-figures-stop", kwargs={"filing_id": filing.id}),
    }
