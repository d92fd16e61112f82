"""個人番号の表示 and 照合.  A number goes out by one answer, or only yes or no does."""

import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render

from azukari.law.number import MyNumber
from azukari.law.purpose import PURPOSES
from azukari.register import actions, approvals, queries
from azukari.register.actions import viewing
from azukari.register.models import NumberRecord, Person, PersonKind
from azukari.register.rules import Refused, RegisterProblem
from azukari.tenancy.companies import company_at_work
from azukari.web import words
from azukari.web.components.parts import Link
from azukari.web.forms.sending import sent
from azukari.web.forms.viewing import CompareForm, OnceForm, RevealForm
from azukari.web.guard import OperatorRequest
from azukari.web.operator import person_words
from azukari.web.operator.people import crumbs_to, find_person, page_of

SHOWN_SECONDS = 60
_TICKETS = 10  # open 表示 pages of one session; older ones have to be opened again


# 表示 -------------------------------------------------------------------------------------------


def show(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _show(request, find_person(PersonKind.EMPLOYEE, person_id))


def show_family(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _show(request, find_person(PersonKind.FAMILY, person_id))


def show_payee(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _show(request, find_person(PersonKind.PAYEE, person_id))


def _show(request: OperatorRequest, person: Person) -> HttpResponse:
    kept = queries.active_record(person)
    refusal = _why_shut(kept)
    if kept is None or refusal:
        messages.error(request, refusal)
        return redirect(page_of(person))
    if request.method == "POST" and not _is_open(request):
        messages.info(request, words.NUMBER_HIDDEN)
        return redirect(request.path)
    if company_at_work(request.actor.company).second_person_viewing:
        return _show_with_leave(request, person, kept)
    if request.method != "POST":
        return _ask(request, person, RevealForm(kept.purposes, initial={"once": _open(request)}))
    form = RevealForm(kept.purposes, request.POST)
    if form.is_valid():
        purpose, reason = form.purpose_chosen, form.cleaned_data["reason"]
        try:
            number = actions.reveal_number(person, purpose, reason, actor=request.actor)
        except Refused as refused:
            form.add_error(None, words.say(refused.problem))
        else:
            _close(request)
            return _shown(request, person, number, purpose.label, reason)
    return _ask(request, person, form)


def _why_shut(kept: NumberRecord | None) -> str:
    if kept is None:
        return words.say(RegisterProblem.NOTHING_TO_REVEAL)
    return words.say(RegisterProblem.AWAITS_SECOND_CHECK) if kept.awaits_second_check else ""


# 表示 that a second person allows ---------------------------------------------------------------


def _show_with_leave(request: OperatorRequest, person: Person, kept: NumberRecord) -> HttpResponse:
    """Asks for leave first; once it is given, shows the number one time."""
    asked = approvals.open_viewings(person, request.actor).first()
    if asked is None:
        return _ask_for_leave(request, person, kept)
    if request.method == "POST" and asked.approved:
        try:
            number = viewing.view_approved(asked, actor=request.actor)
        except Refused as refused:
            messages.error(request, words.say(refused.problem))
            return redirect(page_of(person))
        _close(request)
        return _shown(request, person, number, PURPOSES[asked.purpose].label, asked.reason)
    form = OnceForm(initial={"once": _open(request)})
    context = {
        **_page(request, person, form, "個人番号の表示"),
        "asked": asked,
        "purpose": PURPOSES[asked.purpose].label,
        "seconds": SHOWN_SECONDS,
    }
    return render(request, "operator/number/asked.html", context)


def _ask_for_leave(request: OperatorRequest, person: Person, kept: NumberRecord) -> HttpResponse:
    if request.method != "POST":
        form = RevealForm(kept.purposes, initial={"once": _open(request)})
        return _ask(request, person, form, with_leave=True)
    form = RevealForm(kept.purposes, request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            viewing.ask_to_view(person, form.purpose_chosen, reason, actor=request.actor)
        except Refused as refused:
            form.add_error(None, words.say(refused.problem))
        else:
            _close(request)
            messages.success(
                request, "番号表示の承認を依頼しました。承認されると、この画面から1回表示できます。"
            )
            return redirect(page_of(person))
    return _ask(request, person, form, with_leave=True)


# 照合 -------------------------------------------------------------------------------------------


def compare(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _compare(request, find_person(PersonKind.EMPLOYEE, person_id))


def compare_family(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _compare(request, find_person(PersonKind.FAMILY, person_id))


def compare_payee(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _compare(request, find_person(PersonKind.PAYEE, person_id))


def _compare(request: OperatorRequest, person: Person) -> HttpResponse:
    """Yes or no; the typed number goes nowhere."""
    kept = queries.active_record(person)
    refusal = _why_shut(kept)
    if kept is None or refusal:
        messages.error(request, refusal)
        return redirect(page_of(person))
    form = CompareForm(kept.purposes, sent(request))
    said: bool | None = None
    if request.method == "POST" and form.is_valid():
        try:
            said = actions.compare_number(
                person,
                form.cleaned_data["number"],
                form.purpose_chosen,
                form.cleaned_data["reason"],
                actor=request.actor,
            )
        except Refused as refused:
            form.add_error(None, words.say(refused.problem))
    context = {**_page(request, person, form, "個人番号の照合"), "answered": said is not None,
               "same": said}  # fmt: skip
    response = render(request, "operator/number/compare.html", context)
    response["Cache-Control"] = "no-store"
    return response


# pages ------------------------------------------------------------------------------------------


def _page(request: OperatorRequest, person: Person, form: Form, title: str) -> dict[str, Any]:
    return {
        "page_title": title,
        "crumbs": [*crumbs_to(person, request.actor), Link(title)],
        "person": person,
        "code": person_words.code(person),
        "form": form,
        "back_url": page_of(person),
    }


def _ask(
    request: OperatorRequest, person: Person, form: RevealForm, *, with_leave: bool = False
) -> HttpResponse:
    context = {
        **_page(request, person, form, "個人番号の表示"),
        "seconds": SHOWN_SECONDS,
        "with_leave": with_leave,
    }
    return render(request, "operator/number/show.html", context)


def _shown(
    request: OperatorRequest, person: Person, number: MyNumber, purpose: str, reason: str
) -> HttpResponse:
    back_url = page_of(person)
    context = {
        "page_title": "個人番号の表示",
        "crumbs": [*crumbs_to(person, request.actor), Link("個人番号の表示")],
        "person": person,
        "code": person_words.code(person),
        "digits": number.reveal_digits(),
        "purpose": purpose,
        "reason": reason,
        "seconds": SHOWN_SECONDS,
        "back_url": back_url,
    }
    response = render(request, "operator/number/shown.html", context)
    response["Cache-Control"] = "no-store"
    # Hides without script, too.
    response["Refresh"] = f"{SHOWN_SECONDS}; url={back_url}"
    return response


# A page that asks for a number may be answered once: going back and sending it again, which
# browsers offer, finds its ticket spent.


def _open(request: OperatorRequest) -> str:
    ticket = secrets.token_urlsafe(12)
    request.session["reveals"] = [*request.session.get("reveals", []), ticket][-_TICKETS:]
    return ticket


def _is_open(request: OperatorRequest) -> bool:
    return request.POST.get("once", "") in request.session.get("reveals", [])


def _close(request: OperatorRequest) -> None:
    spent = request.POST["once"]
    request.session["reveals"] = [one for one in request.session["reveals"] if one != spent]
