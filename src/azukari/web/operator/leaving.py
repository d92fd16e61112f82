"""退職, 扶養から外れた, 契約終了, and their taking back: acts of their own, with a day."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from azukari.register import actions, queries
from azukari.register.actions import SomebodyWasFaster
from azukari.register.actions.changes import ENDINGS
from azukari.register.models import Person, PersonKind
from azukari.register.rules import Refused
from azukari.web import words
from azukari.web.components.parts import Link
from azukari.web.forms.leaving import LeaveForm, ReturnForm
from azukari.web.guard import OperatorRequest
from azukari.web.operator import person_words
from azukari.web.operator.people import crumbs_to, find_person, page_of


@dataclass(frozen=True, slots=True)
class Words:
    leave: str
    left: str
    comes_back: str
    came_back: str
    what: str  # the day whose recording may be taken back


_WORDS = {
    PersonKind.EMPLOYEE: Words(
        "退職の記録",
        "退職を記録しました。",
        "退職の取消・再入社",
        "退職の記録を取り消しました。在職として扱います。",
        "退職年月日",
    ),
    PersonKind.FAMILY: Words(
        "扶養から外れた記録",
        "扶養から外れたことを記録しました。",
        "扶養から外れたことの取消",
        "扶養から外れた記録を取り消しました。扶養家族として扱います。",
        "扶養から外れた日",
    ),
    PersonKind.PAYEE: Words(
        "契約終了の記録",
        "契約の終了を記録しました。",
        "契約終了の取消・再契約",
        "契約終了の記録を取り消しました。契約中として扱います。",
        "契約終了日",
    ),
}


# leaving ----------------------------------------------------------------------------------------


def leave_employee(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _leave(request, find_person(PersonKind.EMPLOYEE, person_id))


def leave_family(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _leave(request, find_person(PersonKind.FAMILY, person_id))


def leave_payee(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _leave(request, find_person(PersonKind.PAYEE, person_id))


def _leave(request: OperatorRequest, person: Person) -> HttpResponse:
    kind = PersonKind(person.kind)
    told = _WORDS[kind]
    form = LeaveForm(kind, request.POST or None, initial={"version": person.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.leave(
                person,
                form.day,
                version=form.cleaned_data["version"],
                last_paid_on=form.paid_until,
                actor=request.actor,
            )
        except Refused as refused:
            form.refuse(refused.problem)
        except SomebodyWasFaster:
            return _start_again(request, person)
        else:
            messages.success(request, told.left)
            return redirect(page_of(person))
    context = {
        "page_title": told.leave,
        "crumbs": [*crumbs_to(person, request.actor), Link(told.leave)],
        "person": person,
        "code": person_words.code(person),
        "code_label": person_words.label("employee_code", person.kind),
        "family": queries.family_of(person).filter(dependent_until__isnull=True)
        if person.is_employee and request.actor.may("family:view")
        else [],
        "form": form,
        "back_url": page_of(person),
    }
    return render(request, "operator/people/leave.html", context)


# coming back ------------------------------------------------------------------------------------


def return_employee(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _return(request, find_person(PersonKind.EMPLOYEE, person_id))


def return_family(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _return(request, find_person(PersonKind.FAMILY, person_id))


def return_payee(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _return(request, find_person(PersonKind.PAYEE, person_id))


def _return(request: OperatorRequest, person: Person) -> HttpResponse:
    kind = PersonKind(person.kind)
    told = _WORDS[kind]
    form = ReturnForm(kind, request.POST or None, initial={"version": person.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.bring_back(
                person,
                again=form.again,
                version=form.cleaned_data["version"],
                actor=request.actor,
            )
        except Refused as refused:
            form.refuse(refused.problem)
        except SomebodyWasFaster:
            return _start_again(request, person)
        else:
            messages.success(request, told.came_back)
            return redirect(page_of(person))
    context = {
        "page_title": told.comes_back,
        "crumbs": [*crumbs_to(person, request.actor), Link(told.comes_back)],
        "person": person,
        "code": person_words.code(person),
        "code_label": person_words.label("employee_code", person.kind),
        "what": told.what,
        "ended": person_words.day(getattr(person, ENDINGS[person.kind].field)),
        "form": form,
        "has_day": "on" in form.fields,
        "back_url": page_of(person),
    }
    return render(request, "operator/people/return.html", context)


def _start_again(request: OperatorRequest, person: Person) -> HttpResponse:
    messages.warning(request, words.SOMEBODY_WAS_FASTER_ON_PAGE)
    return redirect(page_of(person))
