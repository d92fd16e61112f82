"""個人番号(本人) and 個人番号(家族): lists, registration, one person, change."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from azukari.register import actions, notices, queries
from azukari.register.actions import SomebodyWasFaster
from azukari.register.models import NumberRecord, NumberState, Person, PersonKind
from azukari.register.queries import PeopleFilter
from azukari.register.rules import Refused
from azukari.tenancy.actor import Actor
from azukari.web import words
from azukari.web.components.parts import Link
from azukari.web.forms.person import (
    EmployeeChange,
    EmployeeForm,
    FamilyChange,
    FamilyForm,
    PeopleSearch,
    initial_of,
)
from azukari.web.forms.reading import mentions_number
from azukari.web.guard import OperatorRequest
from azukari.web.operator import history, keeping_words, person_words

_TITLES = {PersonKind.EMPLOYEE: "個人番号（本人）", PersonKind.FAMILY: "個人番号（家族）"}
_LISTS = {PersonKind.EMPLOYEE: "people", PersonKind.FAMILY: "family"}
_PAGES = {PersonKind.EMPLOYEE: "person", PersonKind.FAMILY: "family-member"}


# lists ------------------------------------------------------------------------------------------


def people(request: OperatorRequest) -> HttpResponse:
    return _list(request, PersonKind.EMPLOYEE)


def families(request: OperatorRequest) -> HttpResponse:
    return _list(request, PersonKind.FAMILY)


def _list(request: OperatorRequest, kind: PersonKind) -> HttpResponse:
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect(_LISTS[kind])
    search = PeopleSearch(request.GET)
    wanted = search.wanted(kind)
    page = queries.page_of_people(
        wanted,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        sort=request.GET.get("sort", ""),
    )
    hosts = queries.named(one.host_id for one in page.people if one.host_id)
    rows = [person_words.row(one, hosts.get(one.host_id or one.id)) for one in page.people]
    context = {
        "page_title": _TITLES[kind],
        "crumbs": [Link("トップ", reverse("top")), Link(_TITLES[kind])],
        "kind": kind.value,
        "search": search,
        "applied": list(_applied(request, search)),
        "clear_url": reverse(_LISTS[kind]),
        "rows": rows,
        "total": page.tally.number,
        "unit": "人" if page.tally.exact else "人以上",
        "anybody": bool(page.people) or wanted != PeopleFilter(kind),
        "previous_url": _with(request, before=page.before) if page.before else "",
        "next_url": _with(request, after=page.after) if page.after else "",
        "may_create": request.actor.may("employee:create"),
    }
    return render(request, "operator/people/list.html", context)


def _with(request: OperatorRequest, **changes: str) -> str:
    """The address of this list with other conditions; cursors never survive."""
    kept = {key: value for key, value in request.GET.items() if key not in {"after", "before"}}
    return "?" + urlencode({key: value for key, value in {**kept, **changes}.items() if value})


def _applied(request: OperatorRequest, search: PeopleSearch) -> Iterator[Link]:
    for name in ("q", "department", "state", "employment"):
        value = search.cleaned_data.get(name)
        if value:
            field = search.fields[name]
            shown = dict(getattr(field, "choices", [])).get(value, value)
            yield Link(f"{field.label}：{shown}", _with(request, **{name: ""}))


# registration -----------------------------------------------------------------------------------


def register_employee(request: OperatorRequest) -> HttpResponse:
    form = EmployeeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.register_employee(form.facts, actor=request.actor)
        except Refused as refused:
            form.refuse(refused.problem)
        else:
            messages.success(request, "社員を登録しました。続けて個人番号を登録できます。")
            return redirect("number-new", person_id=person.id)
    context = {
        "page_title": "社員の登録",
        "crumbs": [*_crumbs(PersonKind.EMPLOYEE), Link("社員の登録")],
        "form": form,
        "back_url": reverse("people"),
    }
    return render(request, "operator/people/register_employee.html", context)


def register_family_member(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    employee = find_person(PersonKind.EMPLOYEE, person_id)
    initial = {"postcode": employee.postcode, "address": employee.address}
    form = FamilyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
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
        "back_url": page_of(employee),
    }
    return render(request, "operator/people/register_family.html", context)


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


def _person_page(request: OperatorRequest, person: Person) -> HttpResponse:
    actor, record = request.actor, queries.active_record(person)
    may_see_family = person.is_employee and actor.may("family:view")
    context: dict[str, Any] = {
        "page_title": person.name,
        "crumbs": crumbs_to(person, actor),
        "person": person,
        "state": person_words.state(person),
        "facts": person_words.facts(person),
        "record": record,
        "number": person_words.number(record) if record else None,
        "told": notices.notified_of(person),
        "earlier": [person_words.earlier(one) for one in queries.superseded_of(person)],
        "acts": _acts_on(person, record, actor),
        "host": person.host,
        "host_url": page_of(person.host) if person.host and actor.may("employee:view") else "",
        "family": [person_words.row(one, person) for one in queries.family_of(person)]
        if may_see_family
        else None,
        "keeping": keeping_words.of_person(person, actor),
        "moments": history.of_person(person),
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
    function, prefix = ("employee", "") if person.is_employee else ("family", "family-")
    held = person.number_state == NumberState.ACTIVE
    empty = person.number_state in {NumberState.NONE, NumberState.DISPOSED}
    names = {
        "record": (f"{prefix}number-new", "create", empty),
        "reveal": (f"{prefix}number-show", "reveal", held),
        "compare": (f"{prefix}number-compare", "compare", held),
        "change_number": (f"{prefix}number-change", "change", held),
        "dispose": (f"{prefix}number-dispose", "delete", held),
        "change": ("person-change" if person.is_employee else "family-change", "change", True),
    }
    offered = {
        act: reverse(name, kwargs={"person_id": person.id})
        for act, (name, right, fits) in names.items()
        if fits and actor.may(f"{function}:{right}")
    }
    if held and person.kind != PersonKind.PAYEE and actor.may("number_ledger:create"):
        offered["enter_in_book"] = reverse("number-ledger-new", kwargs={"person_id": person.id})
    if person.is_employee and actor.may("family:create"):
        offered["add_family"] = reverse("family-new", kwargs={"person_id": person.id})
    return offered


# change -----------------------------------------------------------------------------------------


def change_person(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _change(request, find_person(PersonKind.EMPLOYEE, person_id), EmployeeChange)


def change_family_member(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _change(request, find_person(PersonKind.FAMILY, person_id), FamilyChange)


def _change(
    request: OperatorRequest, person: Person, kind: type[EmployeeChange | FamilyChange]
) -> HttpResponse:
    form = kind(request.POST or None, initial=initial_of(person))
    differences: list[person_words.Difference] = []
    if request.method == "POST" and form.is_valid():
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
        "differences": differences,
        "somebody_was_faster": words.SOMEBODY_WAS_FASTER if differences else "",
        "back_url": page_of(person),
    }
    return render(request, "operator/people/change.html", context)


def _again(
    request: OperatorRequest, person: Person, form: EmployeeChange | FamilyChange
) -> EmployeeChange | FamilyChange:
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
    return reverse(_PAGES[PersonKind(person.kind)], kwargs={"person_id": person.id})


def _crumbs(kind: PersonKind) -> list[Link]:
    return [Link("トップ", reverse("top")), Link(_TITLES[kind], reverse(_LISTS[kind]))]


def crumbs_to(person: Person, actor: Actor) -> list[Link]:
    """By way of the list that the actor may see."""
    kind = PersonKind(person.kind)
    function = "employee" if person.is_employee else "family"
    way = _crumbs(kind) if actor.may(f"{function}:view") else _crumbs(kind)[:1]
    return [*way, Link(person.name, page_of(person))]
