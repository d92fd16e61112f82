"""Employees, families and payees one by one: registration, one person, change."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from azukari.register import actions, notices, queries
from azukari.register.actions import SomebodyWasFaster
from azukari.register.actions.changes import ENDINGS
from azukari.register.models import NumberRecord, NumberState, Person, PersonKind
from azukari.register.rules import Refused
from azukari.tenancy.actor import Actor
from azukari.web import words
from azukari.web.components.parts import Link
from azukari.web.forms.person import (
    CHANGES,
    AnyChange,
    EmployeeForm,
    FamilyChange,
    FamilyForm,
    PayeeForm,
    initial_of,
)
from azukari.web.guard import OperatorRequest
from azukari.web.operator import address_filling, history, keeping_words, person_words

TITLES = {
    PersonKind.EMPLOYEE: "個人番号（本人）",
    PersonKind.FAMILY: "個人番号（家族）",
    PersonKind.PAYEE: "個人番号（支払先）",
}
LISTS = {PersonKind.EMPLOYEE: "people", PersonKind.FAMILY: "family", PersonKind.PAYEE: "payees"}
# What stands before the names of routes about numbers.
_NUMBER = {PersonKind.EMPLOYEE: "", PersonKind.FAMILY: "family-", PersonKind.PAYEE: "payee-"}


# registration -----------------------------------------------------------------------------------


def register_employee(request: OperatorRequest) -> HttpResponse:
    if address_filling.is_asked(request):
        form = address_filling.filled(EmployeeForm, request)
    else:
        form = EmployeeForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            person = actions.register_employee(form.facts, actor=request.actor)
        except Refused as refused:
            form.refuse(refused.problem)
        else:
            messages.success(request, "社員を登録しました。続けて個人番号を登録できます。")
            return redirect("number-new", person_id=person.id)
    context = {
        "page_title": "社員の登録",
        "crumbs": [*crumbs_to_list(PersonKind.EMPLOYEE), Link("社員の登録")],
        "form": form,
        "fields": "operator/people/_employee_fields.html",
        "back_url": reverse("people"),
    }
    return render(request, "operator/people/register.html", context)


def register_payee(request: OperatorRequest) -> HttpResponse:
    if address_filling.is_asked(request):
        form = address_filling.filled(PayeeForm, request)
    else:
        form = PayeeForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            person = actions.register_payee(form.facts, actor=request.actor)
        except Refused as refused:
            form.refuse(refused.problem)
        else:
            messages.success(request, "支払先を登録しました。続けて個人番号を登録できます。")
            return redirect("payee-number-new", person_id=person.id)
    context = {
        "page_title": "支払先の登録",
        "crumbs": [*crumbs_to_list(PersonKind.PAYEE), Link("支払先の登録")],
        "form": form,
        "fields": "operator/people/_payee_fields.html",
        "back_url": reverse("payees"),
    }
    return render(request, "operator/people/register.html", context)


def register_family_member(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    employee = find_person(PersonKind.EMPLOYEE, person_id)
    if address_filling.is_asked(request):
        form = address_filling.filled(FamilyForm, request)
    else:
        home = {name: getattr(employee, name) for name in ("postcode", "address", "address_kana")}
        form = FamilyForm(request.POST or None, initial=home)
    if form.is_bound and form.is_valid():
        try:
            person = actions.register_family_member(
                employee, form.facts, number_needed=form.number_needed, actor=request.actor
            )
        except Refused as refused:
            form.refuse(refused.problem)
        else:
            return _after_family(request, person)
    context = {
        "page_title": "家族の登録",
        "crumbs": [*crumbs_to(employee, request.actor), Link("家族の登録")],
        "employee": employee,
        "form": form,
        "fields": "operator/people/_family_fields.html",
        "back_url": page_of(employee),
    }
    return render(request, "operator/people/register.html", context)


def _after_family(request: OperatorRequest, person: Person) -> HttpResponseRedirect:
    if person.number_state == NumberState.NOT_NEEDED:
        messages.success(request, "家族を登録しました。個人番号は登録不要です。")
        return redirect("family-member", person_id=person.id)
    messages.success(request, "家族を登録しました。続けて個人番号を登録できます。")
    return redirect("family-number-new", person_id=person.id)


# one person -------------------------------------------------------------------------------------


def person(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _person_page(request, find_person(PersonKind.EMPLOYEE, person_id))


def family_member(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _person_page(request, find_person(PersonKind.FAMILY, person_id))


def payee(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _person_page(request, find_person(PersonKind.PAYEE, person_id))


def _person_page(request: OperatorRequest, person: Person) -> HttpResponse:
    actor, record = request.actor, queries.active_record(person)
    leave_label, return_label = person_words.ACTS[person.kind]
    may_see_family = person.is_employee and actor.may("family:view")
    context: dict[str, Any] = {
        "page_title": person.name,
        "crumbs": crumbs_to(person, actor),
        "person": person,
        "code": person_words.code(person),
        "ended": person_words.ended(person),
        "state": person_words.state(person),
        "facts": person_words.facts(person),
        "filing_notes": person_words.filing_notes(person),
        "record": record,
        "number": person_words.number(record) if record else None,
        "told": notices.notified_of(person),
        "earlier": [person_words.earlier(one) for one in queries.superseded_of(person)],
        "acts": _acts_on(person, record, actor),
        "leave_label": leave_label,
        "return_label": return_label,
        "host": person.host,
        "host_url": page_of(person.host) if person.host and actor.may("employee:view") else "",
        "family": [person_words.row(one, person) for one in queries.family_of(person)]
        if may_see_family
        else None,
        "keeping": keeping_words.of_person(person, actor),
        "moments": history.of_person(person),
        "history_url": person_words.url_of(person, "history"),
    }
    return render(request, "operator/people/person.html", context)


def _acts_on(person: Person, record: NumberRecord | None, actor: Actor) -> dict[str, str]:
    """What may be done now; a number that waits for the second check is shut."""
    offered = acts(person, actor)
    if record is not None and record.awaits_second_check:
        for shut in ("reveal", "compare"):
            offered.pop(shut, None)
    return offered


def acts(person: Person, actor: Actor) -> dict[str, str]:
    """Addresses of what this actor may do with this person now."""
    number = _NUMBER[PersonKind(person.kind)]
    held = person.number_state == NumberState.ACTIVE
    empty = person.number_state in {NumberState.NONE, NumberState.DISPOSED}
    names = {
        "record": (f"{number}number-new", "create", empty),
        "reveal": (f"{number}number-show", "reveal", held),
        "compare": (f"{number}number-compare", "compare", held),
        "change_number": (f"{number}number-change", "change", held),
        "change_purposes": (f"{number}number-purposes", "change", held),
        "dispose": (f"{number}number-dispose", "delete", held),
    }
    offered = {
        act: reverse(name, kwargs={"person_id": person.id})
        for act, (name, right, fits) in names.items()
        if fits and actor.may(f"{person.kind}:{right}")
    }
    if held and person.kind != PersonKind.PAYEE and actor.may("number_ledger:create"):
        offered["enter_in_book"] = reverse("number-ledger-new", kwargs={"person_id": person.id})
    if empty and not person_words.ended(person) and actor.may("application:create"):
        kind, asked = PersonKind(person.kind), person.host or person
        offered["ask"] = person_words.asking_url(kind, codes=[asked.employee_code])
    if person.is_employee and actor.may("family:create"):
        offered["add_family"] = reverse("family-new", kwargs={"person_id": person.id})
    return {**offered, **_changes(person, actor)}


def _changes(person: Person, actor: Actor) -> dict[str, str]:
    if not actor.may(f"{person.kind}:change"):
        return {}
    ended = getattr(person, ENDINGS[person.kind].field) is not None
    way = {"bring_back": "return"} if ended else {"leave": "leave"}
    return {
        act: person_words.url_of(person, name) for act, name in {"change": "change", **way}.items()
    }


# change -----------------------------------------------------------------------------------------


def change_person(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _change(request, find_person(PersonKind.EMPLOYEE, person_id))


def change_family_member(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _change(request, find_person(PersonKind.FAMILY, person_id))


def change_payee(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _change(request, find_person(PersonKind.PAYEE, person_id))


def _change(request: OperatorRequest, person: Person) -> HttpResponse:
    kind = PersonKind(person.kind)
    if address_filling.is_asked(request):
        form = address_filling.filled(CHANGES[kind], request)
    else:
        form = CHANGES[kind](request.POST or None, initial=initial_of(person))
    differences: list[person_words.Difference] = []
    if form.is_bound and form.is_valid():
        try:
            actions.change_person(
                person,
                form.facts,
                version=form.cleaned_data["version"],
                number_needed=form.number_needed if isinstance(form, FamilyChange) else None,
                actor=request.actor,
            )
        except Refused as refused:
            form.refuse(refused.problem)
        except SomebodyWasFaster:
            person.refresh_from_db()
            form = _again(request, person, form)
            differences = person_words.differences(person, form.facts)
            if not differences:
                messages.info(request, "ほかの担当者が、すでに同じ内容に変更していました。")
                return redirect(page_of(person))
        else:
            messages.success(request, "基本情報を変更しました。")
            return redirect(page_of(person))
    context = {
        "page_title": "基本情報の変更",
        "crumbs": [*crumbs_to(person, request.actor), Link("基本情報の変更")],
        "person": person,
        "form": form,
        "fields": f"operator/people/_{kind.value}_fields.html",
        "differences": differences,
        "somebody_was_faster": words.SOMEBODY_WAS_FASTER if differences else "",
        "back_url": page_of(person),
    }
    return render(request, "operator/people/change.html", context)


def _again(request: OperatorRequest, person: Person, form: AnyChange) -> AnyChange:
    """What this user changed, on top of what is current.

    Fields they had left as they were take the other's value, so that saving undoes nothing.
    """
    before = queries.values_at(person, form.cleaned_data["version"])
    facts, current = form.facts, initial_of(person)
    typed = request.POST.copy()
    typed["version"] = str(person.version)
    for name, value in before.items():
        if name in facts and actions.plain(facts[name]) == value:
            _put(typed, name, current[name])
    again = type(form)(typed, initial=current)
    again.full_clean()
    return again


def _put(typed: QueryDict, name: str, value: Any) -> None:
    """A value as a browser would have sent it; an empty box is not sent at all."""
    if value in {None, False}:
        typed.pop(name, None)
    else:
        typed[name] = "on" if value is True else str(value)


# ways -------------------------------------------------------------------------------------------


def find_person(kind: PersonKind, person_id: UUID) -> Person:
    found = Person.objects.select_related("host").filter(kind=kind)
    return get_object_or_404(found, id=person_id)


def page_of(person: Person) -> str:
    return person_words.page_url(person)


def crumbs_to_list(kind: PersonKind) -> list[Link]:
    return [Link("トップ", reverse("top")), Link(TITLES[kind], reverse(LISTS[kind]))]


def crumbs_to(person: Person, actor: Actor) -> list[Link]:
    """By way of the list that the actor may see."""
    way = crumbs_to_list(PersonKind(person.kind))
    shown = way if actor.may(f"{person.kind}:view") else way[:1]
    return [*shown, Link(person.name, page_of(person))]
