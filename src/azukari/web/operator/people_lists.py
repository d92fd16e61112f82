"""Lists of employees, families and payees: search, saved searches, CSV."""

from collections.abc import Iterator
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.register import actions, queries
from azukari.register.actions.searches import LONGEST
from azukari.register.models import PersonKind, SavedSearch
from azukari.register.queries import PeopleFilter
from azukari.web import words
from azukari.web.components.parts import Link
from azukari.web.forms.person import AnySearch, SearchName, search_of
from azukari.web.forms.reading import mentions_number
from azukari.web.guard import OperatorRequest
from azukari.web.lists import applied, turns
from azukari.web.operator import people_cells, person_words
from azukari.web.operator.people import LISTS, TITLES
from azukari.web.streaming import csv_in_parts

_FILE_PAGE = 1000


# the list ---------------------------------------------------------------------------------------


def employees(request: OperatorRequest) -> HttpResponse:
    return _list(request, PersonKind.EMPLOYEE)


def families(request: OperatorRequest) -> HttpResponse:
    return _list(request, PersonKind.FAMILY)


def payees(request: OperatorRequest) -> HttpResponse:
    return _list(request, PersonKind.PAYEE)


def _list(request: OperatorRequest, kind: PersonKind) -> HttpResponse:
    if mentions_number(request.GET.get("q", "")):
        return _refuse_number(request, kind)
    search = search_of(kind, request.GET)
    wanted = search.wanted(kind)
    page = queries.page_of_people(
        wanted,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        sort=request.GET.get("sort", ""),
    )
    hosts = queries.hosts_of(page.people)
    used = list(applied(request, search, search.fields))
    query = _query(search, request.GET)
    context = {
        "page_title": TITLES[kind],
        "crumbs": [Link("トップ", reverse("top")), Link(TITLES[kind])],
        "kind": kind.value,
        "search": search,
        "applied": used,
        "clear_url": reverse(LISTS[kind]),
        "saved": list(_saved(request, kind, query)),
        "save_url": reverse(f"{LISTS[kind]}-searches") if used else "",
        "name_form": SearchName(initial={"query": query}),
        "rows": [person_words.row(one, hosts.get(one.host_id or one.id)) for one in page.people],
        "total": page.tally.number,
        "unit": "人" if page.tally.exact else "人以上",
        "anybody": bool(page.people) or wanted != PeopleFilter(kind),
        **turns(request, page),
        "may_create": request.actor.may(f"{kind.value}:create"),
        "file_url": f"{reverse(f'{LISTS[kind]}-file')}?{query}",
    }
    return render(request, "operator/people/list.html", context)


def _refuse_number(request: OperatorRequest, kind: PersonKind) -> HttpResponse:
    messages.error(request, words.NUMBER_IN_SEARCH)
    return redirect(LISTS[kind])


def _query(search: AnySearch, asked: QueryDict) -> str:
    """Conditions and order as in an address; what the list does not know is left out."""
    known = {name: search.cleaned_data.get(name) for name in search.fields}
    known["sort"] = asked.get("sort")
    return urlencode({name: value for name, value in known.items() if value})


# saved searches ---------------------------------------------------------------------------------


def _saved(request: OperatorRequest, kind: PersonKind, query: str) -> Iterator[tuple[Link, str]]:
    """Each with the address that forgets it."""
    for one in queries.saved_searches(request.signed_in.id, LISTS[kind]):
        url = f"{reverse(LISTS[kind])}?{one.query}"
        forget = reverse(f"{LISTS[kind]}-search-forget", kwargs={"search_id": one.id})
        yield Link(one.name, url, current=one.query == query), forget


def save_employee_search(request: OperatorRequest) -> HttpResponse:
    return _save(request, PersonKind.EMPLOYEE)


def save_family_search(request: OperatorRequest) -> HttpResponse:
    return _save(request, PersonKind.FAMILY)


def save_payee_search(request: OperatorRequest) -> HttpResponse:
    return _save(request, PersonKind.PAYEE)


def _save(request: OperatorRequest, kind: PersonKind) -> HttpResponse:
    form = SearchName(request.POST)
    conditions = QueryDict(request.POST.get("query", ""))
    if mentions_number(conditions.get("q", "")):
        return _refuse_number(request, kind)
    search = search_of(kind, conditions)
    search.is_valid()
    query = _query(search, conditions)
    problem = _problem_of(form, query)
    if not problem:
        try:
            actions.save_search(
                request.signed_in.id,
                LISTS[kind],
                form.cleaned_data["name"],
                query,
                actor=request.actor,
            )
        except actions.TooMany:
            problem = words.TOO_MANY_SEARCHES
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, f"検索条件「{form.cleaned_data['name']}」を保存しました。")
    return redirect(f"{reverse(LISTS[kind])}?{query}")


def _problem_of(form: SearchName, query: str) -> str:
    if not form.is_valid():
        told = form.errors.get("name")
        return f"{form.fields['name'].label}：{told[0]}" if told else words.SEARCH_TOO_LONG
    if not query or query.startswith("sort="):
        return words.SEARCH_WITHOUT_CONDITIONS
    return words.SEARCH_TOO_LONG if len(query) > LONGEST else ""


def forget_employee_search(request: OperatorRequest, search_id: UUID) -> HttpResponse:
    return _forget(request, PersonKind.EMPLOYEE, search_id)


def forget_family_search(request: OperatorRequest, search_id: UUID) -> HttpResponse:
    return _forget(request, PersonKind.FAMILY, search_id)


def forget_payee_search(request: OperatorRequest, search_id: UUID) -> HttpResponse:
    return _forget(request, PersonKind.PAYEE, search_id)


def _forget(request: OperatorRequest, kind: PersonKind, search_id: UUID) -> HttpResponse:
    mine = queries.saved_searches(request.signed_in.id, LISTS[kind])
    saved: SavedSearch = get_object_or_404(mine, id=search_id)
    actions.forget_search(saved)
    messages.success(request, f"検索条件「{saved.name}」を削除しました。")
    return redirect(LISTS[kind])


# CSV --------------------------------------------------------------------------------------------


def employee_file(request: OperatorRequest) -> HttpResponseBase:
    return _file(request, PersonKind.EMPLOYEE)


def family_file(request: OperatorRequest) -> HttpResponseBase:
    return _file(request, PersonKind.FAMILY)


def payee_file(request: OperatorRequest) -> HttpResponseBase:
    return _file(request, PersonKind.PAYEE)


def _file(request: OperatorRequest, kind: PersonKind) -> HttpResponseBase:
    """What the list shows, whole and without numbers; that it went out is written down first."""
    if mentions_number(request.GET.get("q", "")):
        return _refuse_number(request, kind)
    search = search_of(kind, request.GET)
    wanted = search.wanted(kind)
    asked = [name for name in search.fields if search.cleaned_data.get(name)]
    pens.write(
        Record.by(
            request.actor,
            Action.STATUS_EXPORTED,
            count=queries.find_people(wanted).count(),
            details={"format": "csv", "kind": kind.value, "target": " ".join(asked)}
            if asked
            else {"format": "csv", "kind": kind.value},
        ),
        request.actor.company,
    )
    parts = (
        people_cells.cells(kind, people, queries.hosts_of(people))
        for people in queries.parts_of_people(
            wanted, sort=request.GET.get("sort", ""), size=_FILE_PAGE
        )
    )
    today = timezone.localdate().strftime("%Y%m%d")
    name = f"{LISTS[kind]}-{today}.csv"
    return csv_in_parts(name, people_cells.heads(kind), parts, actor=request.actor)
