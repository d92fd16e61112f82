"""漏えい等対応: whom an incident is about, found by what the ledger remembers."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.oversee.incidents import actions, affected, queries
from azukari.oversee.incidents.models import Incident, IncidentPerson
from azukari.oversee.incidents.queries import PersonFilter
from azukari.oversee.incidents.rules import OPEN, IncidentRefused, Source
from azukari.register.models import Person, PersonKind
from azukari.tenancy.actor import Actor
from azukari.web import words
from azukari.web.components.parts import Link
from azukari.web.forms.incidents import AffectedSearch, FileFind, NamesFind, NotifyForm, UserFind
from azukari.web.forms.reading import mentions_number
from azukari.web.guard import OperatorRequest
from azukari.web.lists import conditions, place_in, ticked, turns
from azukari.web.operator import incident_words, person_words
from azukari.web.operator.incidents import crumbs, found
from azukari.web.operator.people import page_of

_EVERYBODY = "all"


def people(request: OperatorRequest, incident_id: UUID) -> HttpResponse:
    row = found(incident_id)
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect("incident-people", incident_id=row.id)
    return _list(request, row, NotifyForm())


def _list(request: OperatorRequest, row: Incident, form: NotifyForm) -> HttpResponse:
    search = AffectedSearch(request.GET)
    wanted = search.wanted()
    page = queries.page_of_affected(row, wanted, place_in(request))
    here = reverse("incident-people", args=[row.id])
    context = {
        "page_title": "対象者",
        "crumbs": crumbs(Link(row.code, reverse("incident", args=[row.id])), Link("対象者")),
        "incident": row,
        "search": search,
        "clear_url": here,
        "rows": [_affected(one, request.actor) for one in page.rows],
        "total": queries.find_affected(row, wanted).count(),
        "notified": queries.count_notified(row),
        "filtered": wanted != PersonFilter(),
        "may_change": request.actor.may("incident:change") and row.state in OPEN,
        "form": form,
        "act_url": f"{reverse('incident-people-act', args=[row.id])}?{conditions(request)}",
        **turns(request, page),
    }
    return render(request, "operator/incidents/people.html", context)


def _affected(one: IncidentPerson, actor: Actor) -> dict[str, Any]:
    return {"row": one, **_person(one.person, actor), "source": Source(one.source).label}


def _person(person: Person, actor: Actor) -> dict[str, Any]:
    return {
        "person": person,
        "code": person_words.code(person),
        "kind": PersonKind(person.kind).label,
        "url": page_of(person) if actor.may(f"{person.kind}:view") else "",
    }


def act(request: OperatorRequest, incident_id: UUID) -> HttpResponse:
    """That the marked ones, or all who were not told yet, were told; or are taken out."""
    row, form = found(incident_id), NotifyForm(request.POST)
    if not form.is_valid():
        return _list(request, row, form)
    wish, how = request.POST.get("act"), form.cleaned_data["how"]
    on = form.cleaned_data["on"] or timezone.localdate()
    try:
        if wish == "exclude":
            count = actions.exclude_people(row, ticked(request), how, actor=request.actor)
            messages.success(request, f"{count:,}人を対象者から除きました。")
        else:
            chosen = None if wish == "notify-all" else ticked(request)
            count = actions.note_notified(row, chosen, on, how, actor=request.actor)
            messages.success(request, f"{count:,}人への通知を記録しました。")
    except IncidentRefused as refused:
        form.add_error(None, incident_words.say(refused.problem))
        return _list(request, row, form)
    back = reverse("incident-people", args=[row.id])
    return redirect(f"{back}?{conditions(request)}")


# find and add -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Asked:
    """One of the three ways to find people: its form, whom it found, how that is told."""

    source: Source
    form: NamesFind | UserFind | FileFind
    people: QuerySet[Person] | None = None
    known_by: str = ""


def find(request: OperatorRequest, incident_id: UUID) -> HttpResponse:
    row = found(incident_id)
    here = reverse("incident-find", args=[row.id])
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect(here)
    asked = _asked(request)
    nobody = Person.objects.none()
    page = affected.page_of_found(
        nobody if asked.people is None else asked.people, place_in(request)
    )
    context = {
        "page_title": "対象者を探す",
        "crumbs": crumbs(
            Link(row.code, reverse("incident", args=[row.id])),
            Link("対象者", reverse("incident-people", args=[row.id])),
            Link("対象者を探す"),
        ),
        "tabs": [
            Link(one.label, f"{here}?by={one.value}", current=one is asked.source)
            for one in Source
        ],
        "source": asked.source,
        "search": asked.form,
        "clear_url": f"{here}?by={asked.source.value}",
        "is_asked": asked.people is not None,
        "rows": [_person(one, request.actor) for one in page.rows],
        "total": 0 if asked.people is None else asked.people.count(),
        "known_by": asked.known_by,
        "add_url": f"{reverse('incident-add', args=[row.id])}?{conditions(request)}",
        **turns(request, page),
    }  # fmt: skip
    return render(request, "operator/incidents/find.html", context)


def add(request: OperatorRequest, incident_id: UUID) -> HttpResponse:
    """Everybody whom the search of the page found, or the marked ones of them."""
    row, asked = found(incident_id), _asked(request)
    back = f"{reverse('incident-find', args=[row.id])}?{conditions(request)}"
    chosen = Person.objects.none() if asked.people is None else asked.people
    if request.POST.get("act") != _EVERYBODY:
        chosen = chosen.filter(id__in=ticked(request))
    ids = list(chosen.values_list("id", flat=True))
    if not ids:
        messages.error(request, "1人も選ばれていません。一覧で選んでください。")
        return redirect(back)
    try:
        count = actions.add_people(row, ids, asked.source, asked.known_by, actor=request.actor)
    except IncidentRefused as refused:
        messages.error(request, incident_words.say(refused.problem))
        return redirect(back)
    known = f"（{len(ids) - count:,}人は、すでに対象者です）" if count < len(ids) else ""
    messages.success(request, f"{count:,}人を対象者に加えました{known}。")
    return redirect("incident-people", incident_id=row.id)


def _asked(request: OperatorRequest) -> _Asked:
    by, typed = request.GET.get("by"), len(request.GET) > 1
    if by == Source.USER:
        return _by_user(UserFind(request.GET if typed else None))
    if by == Source.FILE:
        return _by_file(FileFind(request.GET if typed else None))
    form = NamesFind(request.GET if typed else None)
    q = form.cleaned_data["q"].strip() if typed and form.is_valid() else ""
    people = affected.people_named(q) if q else None
    return _Asked(Source.PERSON, form, people, "社員番号・氏名で指定")


def _by_user(form: UserFind) -> _Asked:
    if not form.is_bound or not form.is_valid():
        return _Asked(Source.USER, form)
    return _Asked(Source.USER, form, affected.people_of_user(*form.span), form.in_words)


def _by_file(form: FileFind) -> _Asked:
    files = affected.files_with_numbers(*form.span)
    form.offer(
        [
            (str(one.id), f"{person_words.moment(one.made_at)} {one.what}・{one.people:,}人")
            for one in files
        ]
    )
    if not form.is_bound or not form.is_valid() or not form.cleaned_data["file"]:
        return _Asked(Source.FILE, form)
    file = affected.file_named(UUID(form.cleaned_data["file"]))
    if file is None:
        return _Asked(Source.FILE, form)
    told = f"{file.what}（{file.name}）"
    return _Asked(Source.FILE, form, affected.people_of_file(file.id), told)
