"""断った行の訂正: a form per refused row; what is put right is sent as a sheet of its own."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from azukari.register.models import Sheet
from azukari.register.sheets import correcting
from azukari.register.sheets.codes import FileRefused
from azukari.register.sheets.receiving import KeyUsed
from azukari.web.components.parts import Link
from azukari.web.forms.correct import CorrectForm, CorrectPage
from azukari.web.guard import OperatorRequest
from azukari.web.operator.sheets import STEPS, crumbs
from azukari.web.sheet_words import words_of

_NOT_NOW = "このファイルには、画面で直せる行がありません。"
_NOTHING = (
    "直した行がありません。値を直すか、「このままの内容で、もう一度確かめる」を選んでください。"
)
_TWICE = "この画面からは、もう送りました。一覧で確かめてください。"


def correct(request: OperatorRequest, sheet_id: UUID) -> HttpResponse:
    row = get_object_or_404(Sheet.objects, id=sheet_id)
    if not correcting.may_correct(row):
        messages.warning(request, _NOT_NOW)
        return redirect("sheet", sheet_id=sheet_id)
    if request.method == "POST":
        return _send(request, row)
    after = _number(request.GET.get("after", ""))
    return _page(request, row, correcting.rows_to_correct(row, after))


def _page(
    request: OperatorRequest, row: Sheet, rows: list[int], forms: list[CorrectForm] | None = None
) -> HttpResponse:
    if forms is None:
        people = correcting.open_refused(row, rows, actor=request.actor)
        forms = [CorrectForm(person) for person in people]
    if not forms:
        messages.warning(request, _NOT_NOW)
        return redirect("sheet", sheet_id=row.id)
    following = correcting.rows_to_correct(row, max(rows), 1)
    url = reverse("sheet-correct", args=[row.id])
    context = {
        "page_title": "断った行を直す",
        "crumbs": crumbs(Link(row.file_name, reverse("sheet", args=[row.id])), Link("断った行")),
        "steps": STEPS,
        "sheet": row,
        "forms": forms,
        "page": CorrectPage(initial={"rows": ",".join(map(str, rows))}),
        "left": correcting.count_to_correct(row),
        "next_url": f"{url}?after={max(rows)}" if following else "",
        "from_start_url": url if request.GET.get("after") else "",
        "back_url": reverse("sheet", args=[row.id]),
    }
    return render(request, "operator/sheets/correct.html", context)


def _send(request: OperatorRequest, row: Sheet) -> HttpResponse:
    page = CorrectPage(request.POST)
    page.full_clean()
    wanted = page.cleaned_data.get("rows", "").split(",")[: correcting.ROWS_PER_PAGE]
    rows = [number for text in wanted if (number := _number(text))]
    people = correcting.open_refused(row, rows, actor=request.actor)
    forms = [CorrectForm(person, request.POST) for person in people]
    if any(form.errors for form in forms):
        return _page(request, row, rows, forms)
    corrected = [one for form in forms if (one := form.corrected) is not None]
    if not corrected:
        messages.warning(request, _NOTHING)
        url = reverse("sheet-correct", args=[row.id])
        return redirect(f"{url}?after={min(rows, default=1) - 1}")
    key = page.cleaned_data.get("key", "")
    try:
        sent = correcting.send_corrected(row, corrected, key=key, actor=request.actor)
    except FileRefused as refused:
        messages.error(request, words_of(refused))
    except KeyUsed:
        messages.warning(request, _TWICE)
    else:
        messages.success(request, f"{len(corrected)}人分を送りました。確かめてから登録します。")
        return redirect("sheet", sheet_id=sent[0].id)
    return redirect("sheet", sheet_id=row.id)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
