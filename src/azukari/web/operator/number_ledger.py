"""記載省略の帳簿: the list, its print and its file, and the lines of one person.

No number stands on these pages.  The law wants it in the book: whoever has to show the book with
its numbers asks for it as a sealed file (`check.number_book`), with reason and second person.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.check import number_book
from azukari.check.rules import SECOND_PERSON_FROM, OutputRefused
from azukari.register import book
from azukari.register.actions import number_book as verbs
from azukari.register.book import BookFilter
from azukari.register.models import NumberLedgerEntry, Person, PersonKind, RecordState
from azukari.register.rules import Refused
from azukari.tenancy.actor import Actor
from azukari.tenancy.companies import company_at_work
from azukari.web import words
from azukari.web.components.parts import Link
from azukari.web.export_words import PROBLEMS
from azukari.web.forms.number_ledger import BookForm, BookOutputForm, BookSearch
from azukari.web.forms.reading import mentions_number
from azukari.web.forms.sending import sent
from azukari.web.guard import OperatorRequest
from azukari.web.lists import conditions, place_in, turns
from azukari.web.operator import person_words
from azukari.web.operator.people import crumbs_to, page_of
from azukari.web.streaming import csv_in_parts

TITLE = "記載省略の帳簿"
_PRINTED = 500
_HEADS = (
    "社員番号", "氏名", "住所", "個人番号", "提出申告書名", "提出を受けた年月",
    "記載を省略した最後の年分", "変更の届出",
)  # fmt: skip


# the list ---------------------------------------------------------------------------------------


def entries(request: OperatorRequest) -> HttpResponse:
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect("number-ledger")
    search = BookSearch(request.GET)
    wanted = search.wanted()
    page = book.page_of_entries(wanted, place_in(request))
    context = {
        "page_title": TITLE,
        "crumbs": [Link("トップ", reverse("top")), Link(TITLE)],
        "search": search,
        "clear_url": reverse("number-ledger"),
        "rows": [_row(one, request.actor) for one in page.rows],
        "total": book.find_entries(wanted).count(),
        "filtered": wanted != BookFilter(),
        **turns(request, page),
        "may_output": request.actor.may("number_ledger:output"),
        "print_url": f"{reverse('number-ledger-print')}?{conditions(request)}",
        "file_form": BookSearch(request.GET),
        "numbers_url": f"{reverse('number-ledger-numbers')}?{conditions(request)}"
        if request.actor.may("export:reveal")
        else "",
    }
    return render(request, "operator/number_ledger/list.html", context)


def printed(request: OperatorRequest) -> HttpResponse:
    """The same on paper, at most 500 lines a sheaf."""
    wanted = BookSearch(request.GET).wanted()
    page = book.page_of_entries(wanted, place_in(request, _PRINTED))
    verbs.write_export(len(page.rows), form="print", actor=request.actor)
    context = {
        "page_title": "個人番号の記載を省略するための帳簿",
        "rows": [_row(one, request.actor) for one in page.rows],
        "next_url": turns(request, page)["next_url"],
        "issued_at": timezone.now(),
        "issued_by": request.actor.name,
        "back_url": f"{reverse('number-ledger')}?{conditions(request)}",
    }
    return render(request, "operator/number_ledger/print.html", context)


def file(request: OperatorRequest) -> StreamingHttpResponse:
    """CSV of what the list shows."""
    wanted = BookSearch(request.POST).wanted()
    count = book.find_entries(wanted).count()
    verbs.write_export(count, form="csv", actor=request.actor)
    today = timezone.localdate().strftime("%Y%m%d")
    parts = (map(_cells, some) for some in book.parts_of_entries(wanted, 1000))
    return csv_in_parts(f"number-ledger-{today}.csv", _HEADS, parts, actor=request.actor)


def with_numbers(request: OperatorRequest) -> HttpResponse:
    """Asks for the book as a sealed file with the numbers; what becomes of it is ファイル出力."""
    if mentions_number(request.GET.get("q", "")) or not request.actor.may("number_ledger:output"):
        return redirect("number-ledger")
    search = BookSearch(request.GET)
    wanted, form = search.wanted(), BookOutputForm(sent(request))
    if request.method == "POST" and form.is_valid():
        how, reason = form.format_chosen, form.cleaned_data["reason"]
        try:
            output = number_book.ask_book(wanted, how, reason, search.in_words, actor=request.actor)
        except OutputRefused as refused:
            form.add_error(None, PROBLEMS[refused.problem])
        else:
            return redirect("export", export_id=output.id)
    title = "個人番号入りで出力する"
    count = book.find_entries(wanted).count()
    context = {
        "page_title": title,
        "crumbs": [
            Link("トップ", reverse("top")), Link(TITLE, reverse("number-ledger")), Link(title),
        ],
        "form": form,
        "whom": search.in_words,
        "count": count,
        "purpose": number_book.PURPOSE.label,
        "second_person": count >= SECOND_PERSON_FROM,
        "back_url": f"{reverse('number-ledger')}?{conditions(request)}",
    }  # fmt: skip
    return render(request, "operator/number_ledger/numbers.html", context)


def _cells(entry: NumberLedgerEntry) -> tuple[str, ...]:
    return (
        person_words.code(entry.person),
        entry.name,
        entry.address,
        _number(entry)[0],
        entry.declaration,
        _month(entry),
        str(entry.omitted_year or ""),
        entry.note.strip(),
    )


# one line ---------------------------------------------------------------------------------------


def enter(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    people = Person.objects.select_related("host").exclude(kind=PersonKind.PAYEE)
    person = get_object_or_404(people, id=person_id)
    company = company_at_work(request.actor.company)
    form = BookForm(sent(request), initial={"declaration": company.declaration_name})
    if request.method == "POST" and form.is_valid():
        try:
            verbs.enter_in_book(person, form.facts, actor=request.actor)
        except Refused as refused:
            form.add_error(None, words.say(refused.problem))
        else:
            messages.success(request, "帳簿に記入しました。")
            return redirect(page_of(person))
    context = {
        "page_title": "帳簿への記入",
        "crumbs": [*crumbs_to(person, request.actor), Link("帳簿への記入")],
        "person": person,
        "code": person_words.code(person),
        "form": form,
        "entries": [_row(one, request.actor) for one in book.entries_of(person)],
        "back_url": page_of(person),
    }
    return render(request, "operator/number_ledger/enter.html", context)


def change(request: OperatorRequest, entry_id: UUID) -> HttpResponse:
    found = NumberLedgerEntry.objects.select_related("person", "person__host", "record")
    entry = get_object_or_404(found, id=entry_id)
    initial = {
        "declaration": entry.declaration,
        "received_on": entry.received_on,
        "omitted_year": entry.omitted_year,
    }
    form = BookForm(sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        verbs.change_entry(entry, form.facts, actor=request.actor)
        messages.success(request, "帳簿を変更しました。")
        return redirect("number-ledger")
    context = {
        "page_title": "帳簿の変更",
        "crumbs": [
            Link("トップ", reverse("top")),
            Link(TITLE, reverse("number-ledger")),
            Link("帳簿の変更"),
        ],
        "row": _row(entry, request.actor),
        "form": form,
        "back_url": reverse("number-ledger"),
    }
    return render(request, "operator/number_ledger/change.html", context)


# rows -------------------------------------------------------------------------------------------


def _row(entry: NumberLedgerEntry, actor: Actor) -> dict[str, Any]:
    number, tone = _number(entry)
    may_see = actor.may(f"{entry.person.kind}:view")
    return {
        "entry": entry,
        "code": person_words.code(entry.person),
        "url": page_of(entry.person) if may_see else "",
        "change_url": reverse("number-ledger-entry", kwargs={"entry_id": entry.id})
        if actor.may("number_ledger:change")
        else "",
        "number": number,
        "tone": tone,
        "month": _month(entry),
        "notes": entry.note.splitlines(),
    }


def _number(entry: NumberLedgerEntry) -> tuple[str, str]:
    """Whether the number is there; the digits are read by 表示 only."""
    if entry.record.state == RecordState.DISPOSED:
        return "廃棄済", "neutral"
    if entry.record.state == RecordState.SUPERSEDED:
        return "登録済（番号変更あり）", "success"
    return "登録済", "success"


def _month(entry: NumberLedgerEntry) -> str:
    return f"{entry.received_on.year}年{entry.received_on.month}月"
