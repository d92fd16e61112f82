"""Files to take away: templates, and a sent file with what was found in it."""

from collections.abc import Iterable
from itertools import chain
from typing import TypeVar
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect

from azukari.register import queries as people
from azukari.register.models import Sheet
from azukari.register.sheets import actions, queries, results, templates
from azukari.register.sheets.codes import Weight
from azukari.register.sheets.headings import OWN_KINDS, SheetKind
from azukari.register.sheets.limits import MAX_COLOURED_ROWS
from azukari.register.sheets.packed import Packed
from azukari.register.spreadsheet import BOOK_TYPE, as_text_pieces
from azukari.web.forms.sheet import TemplateForm
from azukari.web.guard import OperatorRequest
from azukari.web.sheet_words import WEIGHT_WORDS, say

_TEXT_TYPE = "text/csv; charset=utf-8"
TOO_LONG_FOR_BOOK = (
    f"色を付けたXLSXは{MAX_COLOURED_ROWS:,}行までです。"
    "「元の表に結果を添えて（CSV）」を使ってください。"
)
_GONE = "このファイルはもう廃棄したため、結果は作れません。確認結果の一覧は残っています。"


Response = TypeVar("Response", bound=HttpResponseBase)


def template_form(data: object = None) -> TemplateForm:
    return TemplateForm(people.departments(), data)


def template(request: OperatorRequest, kind: str) -> HttpResponse:
    """Which one is said by the form of the page, or by the address alone."""
    if kind != "any" and kind not in OWN_KINDS:
        raise Http404
    form = template_form(request.GET if "kind" in request.GET else {"kind": kind})
    if not form.is_valid():
        messages.warning(request, "ひな形の種類を選んでください。")
        return redirect("sheet-new")
    wanted = form.cleaned_data
    chosen, book = SheetKind(wanted["kind"]), wanted["format"] == "xlsx"
    ending = "xlsx" if book else "csv"
    if wanted["people"] != "missing":
        content = templates.empty_template(chosen, book=book, of_the_number=wanted["of_the_number"])
        return attachment(content, f"一括登録_{chosen.label}.{ending}")
    content = templates.missing_template(
        chosen,
        department=wanted["department"],
        book=book,
        of_the_number=wanted["of_the_number"],
        actor=request.actor,
    )
    return attachment(content, f"一括登録_{chosen.label}_番号未登録.{ending}")


def problems_file(request: OperatorRequest, sheet_id: UUID) -> HttpResponseBase:  # noqa: ARG001
    row = get_object_or_404(Sheet.objects, id=sheet_id)
    head = [
        "表計算ソフトの行", "データの行", "列", "種類", "コード", "内容と直し方", "読み取った値",
        "直した値",
    ]  # fmt: skip
    lines = (
        [
            str(one.row + 1), str(one.row), one.column, WEIGHT_WORDS[Weight(one.weight)][0],
            one.code, say(one.code), one.shown, one.became,
        ]
        for one in queries.problems_of(row)
    )  # fmt: skip
    return _long(as_text_pieces(chain([head], lines)), "確認結果.csv")


def result_book(request: OperatorRequest, sheet_id: UUID) -> HttpResponseBase:
    """The file as it was sent, coloured, without numbers."""
    row = get_object_or_404(Sheet.objects, id=sheet_id)
    if not results.fits_book(row):
        messages.warning(request, TOO_LONG_FOR_BOOK)
        return redirect("sheet", sheet_id=row.id)
    content = actions.open_sent(row, "一括登録の結果ファイル", actor=request.actor)
    if content is None:
        return _gone(request, row)
    return attachment(results.result_book(row, content, say), "確認結果.xlsx")


def result_text(request: OperatorRequest, sheet_id: UUID) -> HttpResponseBase:
    row = get_object_or_404(Sheet.objects, id=sheet_id)
    content = actions.open_sent(row, "一括登録の結果ファイル", actor=request.actor)
    if content is None:
        return _gone(request, row)
    return _long(results.result_text(row, content, say), "確認結果_元の表.csv")


def refused(request: OperatorRequest, sheet_id: UUID) -> HttpResponseBase:
    """Only the refused rows, to be corrected and sent again alone."""
    row = get_object_or_404(Sheet.objects, id=sheet_id)
    rest = actions.open_rest(row, actor=request.actor)
    if rest is None:
        content = actions.open_sent(row, "断った行のファイル", actor=request.actor)
        if content is None:
            return _gone(request, row)
        return _long(results.refused_rows(row, content), "断った行.csv")
    return _streamed(rest, "断った行.csv")


def attachment(content: bytes, name: str) -> HttpResponse:
    kind = BOOK_TYPE if name.endswith(".xlsx") else _TEXT_TYPE
    return _named(HttpResponse(content, content_type=kind), name)


def _long(pieces: Iterable[bytes], name: str) -> HttpResponseBase:
    """Made while the request is in its scope, kept packed, and unpacked as the client reads."""
    return _streamed(Packed.of(pieces), name)


def _streamed(content: Packed, name: str) -> HttpResponseBase:
    return _named(StreamingHttpResponse(content.pieces(), content_type=_TEXT_TYPE), name)


def _named(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def _gone(request: OperatorRequest, row: Sheet) -> HttpResponse:
    messages.warning(request, _GONE)
    return redirect("sheet", sheet_id=row.id)
