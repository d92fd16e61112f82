"""廃棄: the act, and the list of what was disposed of."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.dispose import actions, batches, queries
from azukari.dispose.rules import DisposeProblem, DisposeRefused
from azukari.register import queries as register
from azukari.register.models import NumberRecord, Person, PersonKind
from azukari.web import words
from azukari.web.components.parts import Link
from azukari.web.forms.dispose import DisposalSearch, DisposeForm
from azukari.web.forms.reading import mentions_number
from azukari.web.guard import OperatorRequest
from azukari.web.lists import place_in, turns
from azukari.web.operator import dispose_words, person_words
from azukari.web.operator.people import crumbs_to, find_person, page_of

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
        messages.error(request, dispose_words.say(DisposeProblem.NOTHING_TO_DISPOSE))
        return redirect(page_of(person))
    form = DisposeForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _carry_out(request, person, form)
        except DisposeRefused as refused:
            form.add_error(None, dispose_words.say(refused.problem))
    context = {
        "page_title": "個人番号の廃棄",
        "crumbs": [*crumbs_to(person, request.actor), Link("個人番号の廃棄")],
        "person": person,
        "code": person_words.code(person),
        "number": person_words.number(record),
        "kept": _kept(record),
        "second_person": batches.second_person_wanted(),
        "form": form,
        "back_url": page_of(person),
    }
    return render(request, "operator/dispose/dispose.html", context)


def _kept(record: NumberRecord) -> str:
    """Which rule still keeps the number, and until when; nothing for one that may go."""
    if record.due_on is not None and record.due_on <= timezone.localdate():
        return ""
    if record.due_on is None:
        return "利用目的がまだ続いています。"
    rule, day = dispose_words.rule(record.kept_by), person_words.day(record.due_on)
    return f"{rule}により、{day}の前日まで保存するものです。"


def _carry_out(request: OperatorRequest, person: Person, form: DisposeForm) -> HttpResponse:
    """Destroys it, or asks a second person to approve that."""
    reason, note = form.reason_chosen, form.cleaned_data["note"]
    if batches.second_person_wanted():
        batch = actions.ask_for_disposal(person, reason, note, actor=request.actor)
        messages.success(
            request, f"廃棄の承認を依頼しました（廃棄案 {batch.code}）。承認されると廃棄されます。"
        )
        return redirect(page_of(person))
    done = actions.dispose_number(person, reason, note, actor=request.actor)
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
    page = queries.page_of_disposals(wanted, place_in(request))
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
                "reason": dispose_words.REASONS.get(one.reason, one.reason),
            }
            for one in page.rows
        ],
        "total": queries.find_disposals(wanted).count(),
        "filtered": bool(wanted.words or wanted.reason),
        **turns(request, page),
    }
    return render(request, "operator/dispose/list.html", context)
