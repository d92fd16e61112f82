"""個人番号の登録 and 表示.  A number comes in by one POST and goes out by one answer."""

import secrets
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from azukari.law.number import MyNumber
from azukari.register import actions, queries
from azukari.register.models import NumberState, Person, PersonKind
from azukari.register.rules import Refused, RegisterProblem
from azukari.web import words
from azukari.web.components.parts import Link
from azukari.web.forms.number import NumberForm, RevealForm
from azukari.web.guard import OperatorRequest
from azukari.web.operator import person_words
from azukari.web.operator.people import crumbs_to, find_person, page_of

SHOWN_SECONDS = 60
_TICKETS = 10  # open 表示 pages of one session; older ones have to be opened again


# 登録 -------------------------------------------------------------------------------------------


def record(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _record(request, find_person(PersonKind.EMPLOYEE, person_id))


def record_family(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _record(request, find_person(PersonKind.FAMILY, person_id))


def _record(request: OperatorRequest, person: Person) -> HttpResponse:
    form = NumberForm(person, request.POST or None)
    others: list[Person] = []
    if request.method == "POST" and form.is_valid():
        number: MyNumber = form.cleaned_data["number"]
        try:
            actions.record_number(
                person,
                number,
                form.purposes_chosen,
                form.verification,
                actor=request.actor,
                accept_same=form.same_was_accepted,
            )
        except Refused as refused:
            form.add_error(None, words.say(refused.problem))
            if refused.problem is RegisterProblem.HELD_FOR_SOMEBODY_ELSE:
                others = actions.others_with(number, person)
                form.ask_about_same()
        else:
            messages.success(request, "個人番号を登録しました。番号は暗号化して保管しています。")
            return redirect(page_of(person))
    context = {
        "page_title": "個人番号の登録",
        "crumbs": [*crumbs_to(person, request.actor), Link("個人番号の登録")],
        "person": person,
        "code": person_words.code(person),
        "form": form,
        "others": [person_words.row(one, one.host) for one in others],
        "blocked": _blocked(person),
        "back_url": page_of(person),
    }
    return render(request, "operator/number/record.html", context)


def _blocked(person: Person) -> str:
    """Why there is nothing to fill in."""
    if person.number_state == NumberState.ACTIVE:
        return words.say(RegisterProblem.ALREADY_REGISTERED)
    if person.number_state == NumberState.NOT_NEEDED:
        return words.say(RegisterProblem.NOT_NEEDED)
    return ""


# 表示 -------------------------------------------------------------------------------------------


def show(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _show(request, find_person(PersonKind.EMPLOYEE, person_id))


def show_family(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _show(request, find_person(PersonKind.FAMILY, person_id))


def _show(request: OperatorRequest, person: Person) -> HttpResponse:
    kept = queries.active_record(person)
    if kept is None:
        messages.error(request, words.say(RegisterProblem.NOTHING_TO_REVEAL))
        return redirect(page_of(person))
    if request.method == "POST" and not _is_open(request):
        messages.info(request, words.NUMBER_HIDDEN)
        return redirect(request.path)
    if request.method != "POST":
        return _ask(request, person, RevealForm(kept.purposes, initial={"once": _open(request)}))
    form = RevealForm(kept.purposes, request.POST)
    if form.is_valid():
        try:
            number = actions.reveal_number(
                person,
                form.purpose_chosen,
                form.cleaned_data["reason"],
                actor=request.actor,
            )
        except Refused as refused:
            form.add_error(None, words.say(refused.problem))
        else:
            _close(request)
            return _shown(request, person, number, form)
    return _ask(request, person, form)


def _ask(request: OperatorRequest, person: Person, form: RevealForm) -> HttpResponse:
    context = {
        "page_title": "個人番号の表示",
        "crumbs": [*crumbs_to(person, request.actor), Link("個人番号の表示")],
        "person": person,
        "code": person_words.code(person),
        "form": form,
        "seconds": SHOWN_SECONDS,
        "back_url": page_of(person),
    }
    return render(request, "operator/number/show.html", context)


def _shown(
    request: OperatorRequest, person: Person, number: MyNumber, form: RevealForm
) -> HttpResponse:
    back_url = page_of(person)
    context = {
        "page_title": "個人番号の表示",
        "crumbs": [*crumbs_to(person, request.actor), Link("個人番号の表示")],
        "person": person,
        "code": person_words.code(person),
        "digits": number.reveal_digits(),
        "purpose": form.purpose_chosen.label,
        "reason": form.cleaned_data["reason"],
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
