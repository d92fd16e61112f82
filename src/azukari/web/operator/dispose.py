"""廃棄: the act, and the list of what was disposed of."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from azukari.dispose import actions, queries
from azukari.dispose.actions import NothingToDispose, OnHold
from azukari.dispose.models import Disposal
from azukari.dispose.rules import Reason
from azukari.register import queries as register
from azukari.register.models import Person, PersonKind
from azukari.web import words
from azukari.web.components.parts import Link
from azukari.web.forms.dispose import DisposalSearch, DisposeForm
from azukari.web.forms.reading import mentions_number
from azukari.web.guard import OperatorRequest
from azukari.web.operator import person_words
from azukari.web.operator.people import crumbs_to, find_person, page_of

_LABELS = {reason.value: reason.label for reason in Reason}


# the act ----------------------------------------------------------------------------------------


def dispose(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _dispose(request, find_person(PersonKind.EMPLOYEE, person_id))


def dispose_family(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _dispose(request, find_person(PersonKind.FAMILY, person_id))


def dispose_payee(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _dispose(request, find_person(PersonKind.PAYEE, person_id))


def _dispose(request: OperatorRequest, person: Person) -> HttpResponse:
    record = register.active_record(person)
    if record is None:
        messages.error(request, "廃棄する個人番号がありません。すでに廃棄された可能性があります。")
        return redirect(page_of(person))
    form = DisposeForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.dispose_number(
                person, form.reason_chosen, form.cleaned_data["note"], actor=request.actor
            )
        except OnHold:
            messages.error(request, words.DISPOSAL_ON_HOLD)
            return redirect(page_of(person))
        except NothingToDispose:
            messages.info(request, "ほかの担当者が、先に廃棄していました。")
            return redirect(page_of(person))
        return _after(request, person, done)
    context = {
        "page_title": "個人番号の廃棄",
        "crumbs": [*crumbs_to(person, request.actor), Link("個人番号の廃棄")],
        "person": person,
        "code": person_words.code(person),
        "number": person_words.number(record),
        "form": form,
        "back_url": page_of(person),
    }
    return render(request, "operator/dispose/dispose.html", context)


def _after(request: OperatorRequest, person: Person, done: Disposal) -> HttpResponse:
    messages.success(request, "個人番号を廃棄しました。")
    if request.actor.may("disposal:view"):
        return redirect("disposal", disposal_id=done.id)
    return redirect(page_of(person))


# the list ---------------------------------------------------------------------------------------


def disposals(request: OperatorRequest) -> HttpResponse:
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect("disposals")
    search = DisposalSearch(request.GET)
    wanted = search.wanted()
    page = queries.page_of_disposals(
        wanted, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {
        "page_title": "廃棄の記録",
        "crumbs": [Link("トップ", reverse("top")), Link("廃棄の記録")],
        "search": search,
        "clear_url": reverse("disposals"),
        "rows": [
            {
                "disposal": one,
                "person": one.person,
                "code": person_words.code(one.person),
                "kind": PersonKind(one.person.kind).label,
                "reason": _LABELS.get(one.reason, one.reason),
            }
            for one in page.disposals
        ],
        "total": queries.find_disposals(wanted).count(),
        "filtered": bool(wanted.words or wanted.reason),
        "previous_url": _with(request, before=page.before),
        "next_url": _with(request, after=page.after),
    }
    return render(request, "operator/dispose/list.html", context)


def _with(request: OperatorRequest, **cursor: str) -> str:
    if not any(cursor.values()):
        return ""
    kept = {key: value for key, value in request.GET.items() if key not in {"after", "before"}}
    return "?" + urlencode({**kept, **cursor})
