"""利用目的の変更: what a number that is held serves from now on.  No number is touched."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from azukari.law.purpose import PersonKind as LawKind
from azukari.register import actions, notices, queries
from azukari.register.actions import NotVerified
from azukari.register.models import Person, PersonKind
from azukari.register.rules import Refused, RegisterProblem
from azukari.web import words
from azukari.web.components.parts import Link
from azukari.web.forms.number import ServingForm
from azukari.web.forms.sending import sent
from azukari.web.guard import OperatorRequest
from azukari.web.operator import person_words
from azukari.web.operator.people import crumbs_to, find_person, page_of

_TITLE = "利用目的の変更"


def change(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _change(request, find_person(PersonKind.EMPLOYEE, person_id))


def change_family(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _change(request, find_person(PersonKind.FAMILY, person_id))


def change_payee(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _change(request, find_person(PersonKind.PAYEE, person_id))


def _change(request: OperatorRequest, person: Person) -> HttpResponse:
    kept = queries.active_record(person)
    if kept is None:
        messages.error(request, words.say(RegisterProblem.NOTHING_TO_CHANGE))
        return redirect(page_of(person))
    form = ServingForm(person, kept, sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_purposes(
                person,
                form.purposes_chosen,
                form.cleaned_data["reason"],
                actor=request.actor,
                verification=form.verification if form.asks_check else None,
            )
        except Refused as refused:
            form.add_error("purposes", words.say(refused.problem))
        except NotVerified as refused:
            form.refuse_verification(refused.problems)
        else:
            messages.success(request, "利用目的を変更しました。廃棄できる日も数え直しました。")
            return redirect(page_of(person))
    told = notices.purposes_told(person)
    context = {
        "page_title": _TITLE,
        "crumbs": [*crumbs_to(person, request.actor), Link(_TITLE)],
        "person": person,
        "code": person_words.code(person),
        "form": form,
        "not_told": [
            one.label for one in notices.open_purposes(LawKind(person.kind))
            if one not in told and one.code not in kept.purposes
        ],
        "notices_url": reverse("purposes") if request.actor.may("purpose:view") else "",
        "back_url": page_of(person),
    }  # fmt: skip
    return render(request, "operator/number/purposes.html", context)
