"""一括登録・変更: send a file, see what was found, register the good rows."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.progress.actions import of_subject as progress_of
from azukari.register.models import Sheet, SheetState
from azukari.register.sheets import actions, queries
from azukari.register.sheets.codes import FileCode, FileRefused, Weight
from azukari.register.sheets.correcting import count_to_correct, may_correct
from azukari.register.sheets.headings import SheetKind
from azukari.register.sheets.receiving import KeyUsed, SentBefore, may_map, receive_sheet
from azukari.register.sheets.results import fits_book
from azukari.register.sheets.shutting import may_undo
from azukari.register.sheets.undoing import undo_sheet
from azukari.web import words
from azukari.web.components.parts import Link
from azukari.web.forms.reading import mentions_number
from azukari.web.forms.sending import sent
from azukari.web.forms.sheet import ProblemSearch, SendSheet, SheetSearch
from azukari.web.guard import OperatorRequest
from azukari.web.lists import place_in, turns
from azukari.web.operator.progress import shown
from azukari.web.operator.sheet_files import TOO_LONG_FOR_BOOK, template_form
from azukari.web.operator.sheet_preview import previewed
from azukari.web.sheet_words import LIMITS, WEIGHT_WORDS, say, words_of

_TITLE = "一括登録・変更"
STEPS = ["ファイルを送る", "確かめる", "登録する"]
_LISTS = {SheetKind.FAMILIES: "family", SheetKind.PAYEES: "payees"}
_WORKED_AT = {SheetState.CHECKING, SheetState.APPLYING, SheetState.UNDOING}
_BROKEN_OFF = "途中で停止"
_ALL_DONE = {SheetState.APPLIED, SheetState.UNDOING, SheetState.UNDONE}
_TONES = {
    SheetState.MAPPING: "warning",
    SheetState.CHECKING: "info",
    SheetState.CHECKED: "warning",
    SheetState.APPLYING: "info",
    SheetState.APPLIED: "success",
    SheetState.DISCARDED: "neutral",
    SheetState.UNREADABLE: "error",
    SheetState.UNDOING: "info",
    SheetState.UNDONE: "neutral",
}


def sheets(request: OperatorRequest) -> HttpResponse:
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect("sheets")
    search = SheetSearch(request.GET)
    search.is_valid()
    wanted = search.cleaned_data
    found = queries.find_sheets(words=wanted.get("q", ""), state=wanted.get("state", ""))
    page = queries.page_of_sheets(found, place_in(request))
    context = {
        "page_title": _TITLE,
        "crumbs": crumbs(),
        "search": search,
        "clear_url": reverse("sheets"),
        "rows": [(row, _TONES[SheetState(row.state)]) for row in page.rows],
        "total": found.count(),
        "searched": any(wanted.values()),
        **turns(request, page),
        "new_url": reverse("sheet-new") if request.actor.may("sheet:create") else "",
    }
    return render(request, "operator/sheets/list.html", context)


def send(request: OperatorRequest) -> HttpResponse:
    data = sent(request)
    # Files alone would bind the form on opening, and tick nothing.
    form = SendSheet(data, request.FILES if data is not None else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = receive_sheet(form.sending(), actor=request.actor)
        except FileRefused as refused:
            form.add_error(field_of(refused.code), words_of(refused))
        except SentBefore as before:
            form.add_error("file", _sent_before(before.sheet))
        except KeyUsed:
            form.add_error(
                "file", "このページからは、もうファイルを送りました。開き直してください。"
            )
        else:
            return redirect("sheet", sheet_id=row.id)
    context = {
        "page_title": "ファイルを送る",
        "crumbs": crumbs(Link("ファイルを送る")),
        "form": form,
        "steps": STEPS,
        "template": template_form(),
        "template_url": reverse("sheet-template", args=["any"]),
        "limits": LIMITS,
        "limit_columns": ["こと", "受け付けるもの、断るもの"],
        "products_url": reverse("sheet-products"),
        "back_url": reverse("sheets"),
    }
    return render(request, "operator/sheets/send.html", context)


def field_of(code: FileCode) -> str:
    """The field of the form that sends a file which can put it right."""
    if code is FileCode.NO_PURPOSE:
        return "purposes"
    if code is FileCode.NO_SUCH_SHEET:
        return "book_sheet"
    return "number_check" if code is FileCode.NO_VERIFICATION else "file"


def _sent_before(earlier: Sheet) -> str:
    at = timezone.localtime(earlier.applied_at or earlier.sent_at)
    done = "登録済みです" if earlier.state == SheetState.APPLIED else "送ってあります"
    return (
        f"同じ内容のファイルを{at.month}月{at.day}日に{done}。一覧の「{earlier.file_name}」を"
        "確かめてください。それでも送るときは、下の「もう一度送る」を選び、ファイルを選び直してください。"
    )


def sheet(request: OperatorRequest, sheet_id: UUID) -> HttpResponse:
    row = get_object_or_404(Sheet.objects, id=sheet_id)
    search = ProblemSearch(queries.count_codes(row), request.GET)
    search.is_valid()
    wanted = search.cleaned_data
    found = queries.find_problems(
        row, weight=wanted.get("weight") or "", code=wanted.get("code") or ""
    )
    page = queries.page_of_problems(
        found, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    task = progress_of(row.id)
    unfinished = row.state in _WORKED_AT
    working = unfinished and actions.is_at_work(row)
    context: dict[str, Any] = {
        "page_title": row.file_name,
        "crumbs": crumbs(Link(row.file_name)),
        "sheet": row,
        "tone": _TONES[SheetState(row.state)] if working or not unfinished else "warning",
        "state": row.get_state_display() if working or not unfinished else _BROKEN_OFF,
        "kind": SheetKind(row.kind).label,
        "steps": STEPS,
        "step": 3 if row.state in {SheetState.APPLYING, SheetState.APPLIED} else 2,
        "working": working,
        "broken_off": unfinished and not working,
        "partly": row.state not in _ALL_DONE and row.applied_through > 0,
        "sheet_url": reverse("sheet", args=[row.id]),
        "problems": [
            (problem, problem.row + 1, say(problem.code), *WEIGHT_WORDS[Weight(problem.weight)])
            for problem in page.problems
        ],
        "preview": [previewed(one) for one in row.preview],
        "undo_url": reverse("sheet-undo", args=[row.id]) if may_undo(row) else "",
        "close_url": reverse("sheet-close", args=[row.id]),
        "columns_url": reverse("sheet-columns", args=[row.id]) if may_map(row) else "",
        "search": search,
        "searched": any(value not in {"", None} for value in wanted.values()),
        **turns(request, page),
        "problems_url": reverse("sheet-problems", args=[row.id]),
        "book_url": reverse("sheet-result-book", args=[row.id]) if fits_book(row) else "",
        "no_book": "" if fits_book(row) else TOO_LONG_FOR_BOOK,
        "text_url": reverse("sheet-result-text", args=[row.id]) if row.cell else "",
        "corrects": row.corrects,
        "corrections": queries.corrections_of(row),
        "correct_url": reverse("sheet-correct", args=[row.id]) if may_correct(row) else "",
        "to_correct": count_to_correct(row) if may_correct(row) else 0,
        "refused_url": reverse("sheet-refused", args=[row.id])
        if row.refused and (row.cell or row.rest_cell)
        else "",
        "may_apply": request.actor.may("sheet:create"),
        "apply_url": reverse("sheet-apply", args=[row.id]),
        "stop_url": reverse("sheet-stop", args=[row.id]),
        "discard_url": reverse("sheet-discard", args=[row.id]),
        "apply_label": f"正しい行 {row.good:,}件を登録する",
        "new_url": reverse("sheet-new"),
        "people_url": reverse(_LISTS.get(SheetKind(row.kind), "people")),
    }
    if task is not None and context["working"]:
        context |= shown(task, request.actor)
    return render(request, "operator/sheets/sheet.html", context)


def apply(request: OperatorRequest, sheet_id: UUID) -> HttpResponse:
    row = get_object_or_404(Sheet.objects, id=sheet_id)
    try:
        if row.state == SheetState.CHECKING:
            actions.check_again(row, actor=request.actor)
        elif row.state == SheetState.UNDOING:
            undo_sheet(row, actor=request.actor)
        else:
            actions.apply_sheet(row, only_good=True, actor=request.actor)
    except actions.NotApplicable:
        messages.warning(request, "このファイルには登録できる行がないか、もう取りやめています。")
    return redirect("sheet", sheet_id=sheet_id)


def stop(request: OperatorRequest, sheet_id: UUID) -> HttpResponse:
    row = get_object_or_404(Sheet.objects, id=sheet_id)
    actions.stop_sheet(row, actor=request.actor)
    messages.success(request, "切りのよいところで止めます。登録が済んだ行はそのまま残ります。")
    return redirect("sheet", sheet_id=sheet_id)


def discard(request: OperatorRequest, sheet_id: UUID) -> HttpResponse:
    row = get_object_or_404(Sheet.objects, id=sheet_id)
    try:
        actions.discard_sheet(row, actor=request.actor)
    except actions.NotApplicable:
        messages.warning(request, "いまは取りやめられません。最新の状態を確かめてください。")
    else:
        messages.success(
            request, "ファイルを廃棄しました。登録していない行はそのまま登録されません。"
        )
    return redirect("sheet", sheet_id=sheet_id)


def crumbs(*more: Link) -> list[Link]:
    return [Link("トップ", reverse("top")), Link(_TITLE, reverse("sheets") if more else ""), *more]
