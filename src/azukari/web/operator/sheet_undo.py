"""一括登録の取消 and 締め: what would be taken back is said before anybody decides."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from azukari.register.models import Sheet
from azukari.register.sheets.actions import NotApplicable
from azukari.register.sheets.shutting import may_undo, shut_sheet
from azukari.register.sheets.taking_back import Obstacle
from azukari.register.sheets.undoing import foresee, undo_sheet
from azukari.web.components.parts import Link
from azukari.web.guard import OperatorRequest
from azukari.web.operator import person_words
from azukari.web.operator.sheets import crumbs

_NOT_NOW = "このファイルは取り消せません。登録していないか、もう締めています。"
OBSTACLES = {
    Obstacle.CHANGED_SINCE: "登録のあとで内容が変わっています。その人の画面で直してください。",
    Obstacle.HAS_FAMILY: "あとから家族が登録されています。先に家族を取り消してください。",
    Obstacle.IN_USE: "帳票や廃棄などで使われています。",
    Obstacle.ON_HOLD: "廃棄を保留しています。",
    Obstacle.NUMBER_CHANGED: "個人番号が、あとから変更または廃棄されています。",
}


def undo(request: OperatorRequest, sheet_id: UUID) -> HttpResponse:
    row = get_object_or_404(Sheet.objects, id=sheet_id)
    if request.method == "POST":
        return _undo(request, row)
    if not may_undo(row):
        messages.warning(request, _NOT_NOW)
        return redirect("sheet", sheet_id=sheet_id)
    foreseen = foresee(row)
    context = {
        "page_title": "一括登録の取消",
        "crumbs": crumbs(Link(row.file_name, reverse("sheet", args=[row.id])), Link("取消")),
        "sheet": row,
        "foreseen": foreseen,
        "kept": [
            (person_words.code(person), person.name, OBSTACLES[obstacle])
            for person, obstacle in foreseen.named
        ],
        "back_url": reverse("sheet", args=[row.id]),
    }
    return render(request, "operator/sheets/undo.html", context)


def _undo(request: OperatorRequest, row: Sheet) -> HttpResponse:
    try:
        undo_sheet(row, actor=request.actor)
    except NotApplicable:
        messages.warning(request, _NOT_NOW)
    return redirect("sheet", sheet_id=row.id)


def close(request: OperatorRequest, sheet_id: UUID) -> HttpResponse:
    row = get_object_or_404(Sheet.objects, id=sheet_id)
    try:
        shut_sheet(row, actor=request.actor)
    except NotApplicable:
        messages.warning(request, "いまは締められません。最新の状態を確かめてください。")
    else:
        messages.success(request, "締めました。この登録は、もう取り消せません。")
    return redirect("sheet", sheet_id=sheet_id)
