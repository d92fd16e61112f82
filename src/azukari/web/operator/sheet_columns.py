"""列の対応: what each column of a file is, said once by the company and kept for the next file."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from azukari.register.models import Sheet
from azukari.register.sheets import mappings
from azukari.register.sheets.actions import NotApplicable
from azukari.register.sheets.codes import FileCode, FileRefused
from azukari.register.sheets.receiving import map_columns, may_map
from azukari.web.components.parts import Link
from azukari.web.forms.sending import sent
from azukari.web.forms.sheet import ColumnsForm
from azukari.web.guard import OperatorRequest
from azukari.web.operator.sheets import STEPS, crumbs
from azukari.web.sheet_words import words_of

_NOT_NOW = "いまは列の対応を変えられません。最新の状態を確かめてください。"
_AGAIN = {FileCode.NO_PURPOSE, FileCode.NO_VERIFICATION}


def columns(request: OperatorRequest, sheet_id: UUID) -> HttpResponse:
    row = get_object_or_404(Sheet.objects, id=sheet_id)
    if not may_map(row):
        messages.warning(request, _NOT_NOW)
        return redirect("sheet", sheet_id=sheet_id)
    every = mappings.from_stored(row.columns)
    shown = [column for column in every if not column.member]
    form = ColumnsForm(shown, sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            map_columns(row, form.said, actor=request.actor)
        except FileRefused as refused:
            hint = "ファイルを送り直し、そこで選んでください。" if refused.code in _AGAIN else ""
            form.add_error(None, words_of(refused) + hint)
        except NotApplicable:
            messages.warning(request, _NOT_NOW)
            return redirect("sheet", sheet_id=sheet_id)
        else:
            messages.success(
                request, "列の対応を保存しました。次からは、同じ見出しのファイルに使います。"
            )
            return redirect("sheet", sheet_id=sheet_id)
    context = {
        "page_title": "列の対応",
        "crumbs": crumbs(Link(row.file_name, reverse("sheet", args=[row.id])), Link("列の対応")),
        "steps": STEPS,
        "form": form,
        "sheet": row,
        "columns": [(form[f"column_{one.place}"], one) for one in shown],
        "blocks": [one for one in every if one.member],
        "back_url": reverse("sheet", args=[row.id]),
    }
    return render(request, "operator/sheets/columns.html", context)
