"""ファイル出力: ask for a file, see what becomes of it, fetch it sealed."""

from collections.abc import Iterator
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.check import actions, queries, rules
from azukari.check.models import Output, OutputState
from azukari.check.rules import Content, Format, OutputProblem, OutputRefused
from azukari.law.purpose import PURPOSES
from azukari.progress.actions import of_subject as progress_of
from azukari.register import queries as people
from azukari.register.sheets.headings import SheetKind
from azukari.tenancy import four_eyes
from azukari.tenancy.actor import Actor
from azukari.web import words
from azukari.web.components.parts import Link, Tone
from azukari.web.export_words import PROBLEMS
from azukari.web.forms.export import ExportForm, ExportSearch
from azukari.web.forms.reading import mentions_number
from azukari.web.forms.sending import sent
from azukari.web.guard import OperatorRequest
from azukari.web.lists import applied, place_in, turns
from azukari.web.operator.progress import shown

_TITLE = "ファイル出力"
_TONES: dict[str, Tone] = {
    OutputState.ASKED: "warning",
    OutputState.MAKING: "info",
    OutputState.MADE: "success",
    OutputState.REFUSED: "error",
    OutputState.DESTROYED: "neutral",
}
_FIELDS = {
    OutputProblem.REASON_MISSING: "reason",
    OutputProblem.NUMBER_IN_REASON: "reason",
    OutputProblem.PURPOSE_MISSING: "purpose",
    OutputProblem.PURPOSE_DOES_NOT_FIT: "purpose",
    OutputProblem.TOO_MANY_FOR_BOOK: "format",
}


def exports(request: OperatorRequest) -> HttpResponse:
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect("exports")
    search = ExportSearch(request.GET)
    wanted = search.wanted()
    page = queries.page_of_outputs(wanted, place_in(request))
    context = {
        "page_title": _TITLE,
        "crumbs": _crumbs(),
        "search": search,
        "clear_url": reverse("exports"),
        "applied": [*applied(request, search, ("q", "state"))],
        "total": queries.find_outputs(wanted).count(),
        "rows": [
            (row, _what(row), Content(row.content).label, _TONES[row.state]) for row in page.rows
        ],
        **turns(request, page),
        "new_url": reverse("export-new") if request.actor.may("export:create") else "",
    }
    return render(request, "operator/exports/list.html", context)


def waiting(actor: Actor) -> Iterator[Link]:
    """For the top screen: what this user may allow, and what is there for them to fetch."""
    if actor.may("export:approve"):
        note = "対象と理由を確かめ、承認するかどうかを決めてください"
        count = queries.outputs_to_decide(actor).count()
        if count:
            url = f"{reverse('exports')}?state={OutputState.ASKED.value}"
            yield Link("承認を待っているファイル出力", url, "download", note, count)
    if actor.may("export:output"):
        note = "期限が過ぎると、廃棄されます"
        count = queries.outputs_to_fetch(actor).count()
        if count:
            url = f"{reverse('exports')}?state={OutputState.MADE.value}"
            yield Link("まだ受け取っていないファイル出力", url, "download", note, count)


def _what(output: Output) -> str:
    if output.content == Content.BOOK:
        return "記載省略の帳簿"
    return SheetKind(output.kind).label


def ask(request: OperatorRequest) -> HttpResponse:
    initial = {key: value for key, value in request.GET.items() if key in ExportForm.base_fields}
    form = ExportForm(people.departments(), sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            output = actions.ask_output(form.asked, actor=request.actor)
        except OutputRefused as refused:
            form.add_error(_FIELDS.get(refused.problem), PROBLEMS[refused.problem])
        else:
            return redirect("export", export_id=output.id)
    context = {
        "page_title": "ファイルに出力する",
        "crumbs": _crumbs(Link("出力する")),
        "form": form,
        "back_url": reverse("exports"),
    }
    return render(request, "operator/exports/new.html", context)


def export(request: OperatorRequest, export_id: UUID) -> HttpResponse:
    return _page(request, get_object_or_404(Output.objects, id=export_id))


def _page(request: OperatorRequest, output: Output, passphrase: str = "") -> HttpResponse:
    actor = request.actor
    task = progress_of(output.id)
    mine = actions.is_mine(output, actor) and actor.may("export:output")
    waits = output.state == OutputState.ASKED
    alone_until = four_eyes.alone_until(
        output.asked_by, "export:approve", asked_at=output.asked_at, actor=actor
    )
    own_turn = alone_until is not None and alone_until <= timezone.now()
    own = output.asked_by is not None and output.asked_by == actor.user_id
    context = {
        "page_title": f"{_what(output)}の出力",
        "crumbs": _crumbs(Link(f"{timezone.localtime(output.asked_at):%Y年%-m月%-d日}の出力")),
        "output": output,
        "tone": _TONES[output.state],
        "content": Content(output.content).label,
        "format": Format(output.format).label,
        "purpose": PURPOSES[output.purpose].label if output.purpose in PURPOSES else "",
        "with_numbers": Content(output.content).holds_numbers,
        "passphrase": passphrase,
        "may_decide": waits and actor.may("export:approve") and (not own or own_turn),
        "alone_until": alone_until if waits and not own_turn else None,
        "may_fetch": mine and output.state == OutputState.MADE,
        "left": rules.MOST_DOWNLOADS - output.downloads,
        "working": output.state == OutputState.MAKING and task is not None and not task.is_over,
        "broken_off": output.state == OutputState.MAKING and task is not None and task.is_over,
        "urls": {
            act: reverse(f"export-{act}", args=[output.id])
            for act in ("decide", "passphrase", "file", "destroy")
        },
        "page_url": reverse("export", args=[output.id]),
    }
    if task is not None and context["working"]:
        context |= shown(task, actor)
    response = render(request, "operator/exports/export.html", context)
    if passphrase:
        response.headers["Cache-Control"] = "no-store"
    return response


def decide(request: OperatorRequest, export_id: UUID) -> HttpResponse:
    output = get_object_or_404(Output.objects, id=export_id)
    approve = request.POST.get("act") == "approve"
    try:
        actions.decide_output(output, approve=approve, actor=request.actor)
    except OutputRefused as refused:
        messages.warning(request, PROBLEMS[refused.problem])
    else:
        messages.success(request, "承認しました。" if approve else "承認しませんでした。")
    return redirect("export", export_id=export_id)


def passphrase(request: OperatorRequest, export_id: UUID) -> HttpResponse:
    """Shown in the answer itself: an address to come back to would show it twice."""
    output = get_object_or_404(Output.objects, id=export_id)
    try:
        secret = actions.show_passphrase(output, actor=request.actor)
    except OutputRefused as refused:
        messages.warning(request, PROBLEMS[refused.problem])
        return redirect("export", export_id=export_id)
    output.refresh_from_db()
    return _page(request, output, secret)


def download(request: OperatorRequest, export_id: UUID) -> HttpResponse:
    output = get_object_or_404(Output.objects, id=export_id)
    try:
        name, content = actions.download(output, actor=request.actor)
    except OutputRefused as refused:
        messages.warning(request, PROBLEMS[refused.problem])
        return redirect("export", export_id=export_id)
    response = HttpResponse(content, content_type="application/zip")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "no-store"
    return response


def destroy(request: OperatorRequest, export_id: UUID) -> HttpResponse:
    output = get_object_or_404(Output.objects, id=export_id)
    try:
        actions.destroy_output(output, actor=request.actor)
    except OutputRefused as refused:
        messages.warning(request, PROBLEMS[refused.problem])
    else:
        messages.success(request, "ファイルを廃棄しました。")
    return redirect("export", export_id=export_id)


def _crumbs(*more: Link) -> list[Link]:
    return [Link("トップ", reverse("top")), Link(_TITLE, reverse("exports") if more else ""), *more]
