"""金額などのファイル: sent, its columns told apart; the template; what the link has told."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render

from azukari.register.sheets.codes import FileRefused
from azukari.use import figures, queries, yearly
from azukari.use.models import Filing
from azukari.use.rules import UseRefused
from azukari.web.components.parts import Link
from azukari.web.forms.filing import ColumnsForm, FiguresForm
from azukari.web.guard import OperatorRequest
from azukari.web.operator import filing_words
from azukari.web.operator.filing_facts import facts_url
from azukari.web.operator.filing_frame import STEPS, crumbs, filing_or_404, may_be_changed
from azukari.web.sheet_words import words_of
from azukari.web.streaming import csv_in_parts

_SHOWN = 20


def template(request: OperatorRequest, filing_id: UUID) -> StreamingHttpResponse:
    """The headings, with a row for everybody on the filing and what is there already."""
    filing = filing_or_404(filing_id)
    recipe = queries.recipe_of(filing)
    name, head = f"{recipe.code}_figures.csv", figures.template(recipe)
    return csv_in_parts(name, head, figures.filled_in(filing, recipe), actor=request.actor)


def take(request: OperatorRequest, filing_id: UUID) -> HttpResponse:
    """POST with a file receives it; POST with columns takes it; GET shows the columns."""
    filing = filing_or_404(filing_id)
    if not may_be_changed(request, filing):
        return redirect("filing", filing_id=filing.id)
    try:
        if request.method == "POST" and request.FILES:
            return _received(request, filing)
        return _columns(request, filing)
    except UseRefused as refused:
        messages.error(request, filing_words.say(refused.problem))
    except FileRefused as refused_file:
        messages.error(request, words_of(refused_file))
    return redirect(facts_url(filing))


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


def _received(request: OperatorRequest, filing: Filing) -> HttpResponse:
    form = FiguresForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, "金額などのファイルを選んでください。")
        return redirect(facts_url(filing))
    content = form.cleaned_data["figures"].read()
    found = figures.receive(filing, content, actor=request.actor)
    if figures.is_settled(found):
        names = dict(figures.settled_names(found))
        return _taken(request, filing, figures.take(filing, content, names, actor=request.actor))
    return redirect("filing-figures", filing_id=filing.id)


def _columns(request: OperatorRequest, filing: Filing) -> HttpResponse:
    recipe = queries.recipe_of(filing)
    content = figures.received(filing, actor=request.actor)
    found = figures.columns(recipe, content)
    form = ColumnsForm(recipe, found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        row = figures.headings_of(content)
        told = {one.heading: form.names[one.place] for one in found}
        figures.remember(recipe, row, told, actor=request.actor)
        return _taken(
            request, filing, figures.take(filing, content, form.names, actor=request.actor)
        )
    context = {
        "page_title": "列の対応",
        "crumbs": crumbs(Link("帳票の内容", facts_url(filing)), Link("列の対応")),
        "steps": STEPS,
        "filing": filing,
        "form": form,
        "columns": [(form[f"column_{one.place}"], one) for one in found],
        "back_url": facts_url(filing),
    }
    return render(request, "operator/filings/columns.html", context)


def _taken(request: OperatorRequest, filing: Filing, taken: figures.Taken) -> HttpResponse:
    figures.forget(filing)
    missing = filing.people - taken.people
    said = f"{taken.people:,}人分の金額などを入れました。"
    if missing:
        said += f"ファイルにない人が{missing:,}人います。"
    (messages.success if taken.people and not taken.problems else messages.warning)(request, said)
    if taken.strangers:
        some = "、".join(taken.strangers[:5]) + ("など" if len(taken.strangers) > 5 else "")
        messages.info(
            request, f"この帳票にいない人の行が{len(taken.strangers):,}件ありました（{some}）。"
        )
    if not taken.problems:
        return redirect(facts_url(filing))
    context: dict[str, Any] = {
        "page_title": "読み取れなかったところ",
        "crumbs": crumbs(Link("帳票の内容", facts_url(filing)), Link("読み取れなかったところ")),
        "steps": STEPS,
        "filing": filing,
        "problems": taken.problems[: _SHOWN * 10],
        "total": len(taken.problems),
        "back_url": facts_url(filing),
    }
    return render(request, "operator/filings/figures.html", context)
