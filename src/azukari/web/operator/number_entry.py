"""個人番号の登録 and 番号変更.  A number comes in by one POST and never goes back into a page."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from azukari.law.number import MyNumber
from azukari.register import actions, queries
from azukari.register.actions import NotVerified
from azukari.register.models import NumberState, Person, PersonKind
from azukari.register.rules import Refused, RegisterProblem
from azukari.web import words
from azukari.web.components.parts import Link
from azukari.web.forms.number import ChangeNumberForm, NumberForm, VerifiedForm
from azukari.web.forms.sending import sent
from azukari.web.guard import OperatorRequest
from azukari.web.operator import person_words
from azukari.web.operator.people import crumbs_to, find_person, page_of

_STORED = "番号は暗号化して保管しています。"
_SECOND = "もう一人の担当者が本人確認を確かめるまで、表示や届出には使えません。"


# 登録 -------------------------------------------------------------------------------------------


def record(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _record(request, find_person(PersonKind.EMPLOYEE, person_id))


def record_family(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _record(request, find_person(PersonKind.FAMILY, person_id))


def record_payee(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _record(request, find_person(PersonKind.PAYEE, person_id))


def _record(request: OperatorRequest, person: Person) -> HttpResponse:
    form = NumberForm(person, request.POST or None)
    others: list[Person] = []
    if request.method == "POST" and form.is_valid():
        try:
            kept = actions.record_number(
                person,
                form.cleaned_data["number"],
                form.purposes_chosen,
                form.verification,
                actor=request.actor,
                accept_same=form.same_was_accepted,
            )
        except (Refused, NotVerified) as refused:
            others = _refuse(form, person, refused)
        else:
            waits = kept.record.awaits_second_check
            said = f"個人番号を登録しました。{_STORED}"
            messages.success(request, said + (_SECOND if waits else ""))
            return redirect(page_of(person))
    context = _page(request, person, form, others, "個人番号の登録")
    context["blocked"] = _blocked(person)
    return render(request, "operator/number/record.html", context)


def _blocked(person: Person) -> str:
    """Why there is nothing to fill in."""
    if person.number_state == NumberState.ACTIVE:
        return words.say(RegisterProblem.ALREADY_REGISTERED)
    if person.number_state == NumberState.NOT_NEEDED:
        return words.say(RegisterProblem.NOT_NEEDED)
    return ""


# 番号変更 ---------------------------------------------------------------------------------------


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
    form = ChangeNumberForm(person, kept, sent(request))
    others: list[Person] = []
    if request.method == "POST" and form.is_valid():
        try:
            new = actions.change_number(
                person,
                form.cleaned_data["number"],
                form.why_chosen,
                form.verification,
                actor=request.actor,
                accept_same=form.same_was_accepted,
            )
        except (Refused, NotVerified) as refused:
            others = _refuse(form, person, refused)
        else:
            said = "個人番号を変更しました。前の番号は、保存期間が過ぎると廃棄の対象になります。"
            messages.success(request, said + (_SECOND if new.record.awaits_second_check else ""))
            return redirect(page_of(person))
    context = _page(request, person, form, others, "個人番号の変更")
    context |= {
        "purposes": person_words.number(kept).purposes,
        "returned_because": kept.returned_because,
        "returned_by": kept.returned_by_name,
    }
    return render(request, "operator/number/change.html", context)


# both -------------------------------------------------------------------------------------------


def _refuse(form: VerifiedForm, person: Person, refused: Refused | NotVerified) -> list[Person]:
    """Puts the problem into words; who else holds the same number, if that is the problem."""
    if isinstance(refused, NotVerified):
        form.refuse_verification(refused.problems)
        return []
    form.add_error(None, words.say(refused.problem))
    if refused.problem is not RegisterProblem.HELD_FOR_SOMEBODY_ELSE:
        return []
    form.ask_about_same()
    number: MyNumber = form.cleaned_data["number"]
    return actions.others_with(number, person)


def _page(
    request: OperatorRequest,
    person: Person,
    form: VerifiedForm,
    others: list[Person],
    title: str,
) -> dict[str, Any]:
    return {
        "page_title": title,
        "crumbs": [*crumbs_to(person, request.actor), Link(title)],
        "person": person,
        "code": person_words.code(person),
        "form": form,
        "others": [person_words.row(one, one.host) for one in others],
        "back_url": page_of(person),
    }
