"""漏えい等対応: the list of incidents, recording one, changing what is known of it."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.law.incident import Harm
from azukari.oversee.incidents import actions, queries
from azukari.oversee.incidents.models import Incident
from azukari.oversee.incidents.queries import IncidentFilter
from azukari.oversee.incidents.rules import OPEN, IncidentRefused
from azukari.tenancy.actor import Actor
from azukari.web import words
from azukari.web.components.parts import Link
from azukari.web.forms.incidents import IncidentForm, IncidentSearch
from azukari.web.forms.reading import mentions_number
from azukari.web.forms.sending import sent
from azukari.web.guard import OperatorRequest
from azukari.web.lists import applied, place_in, turns
from azukari.web.operator import incident_words

TITLE = "漏えい等対応"


def incidents(request: OperatorRequest) -> HttpResponse:
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect("incidents")
    search = IncidentSearch(request.GET)
    wanted = search.wanted()
    page = queries.page_of_incidents(wanted, place_in(request))
    today = timezone.localdate()
    context = {
        "page_title": TITLE,
        "crumbs": crumbs(),
        "search": search,
        "clear_url": reverse("incidents"),
        "applied": list(applied(request, search, ("q", "state", "harm"))),
        "rows": [_row(one, today) for one in page.rows],
        "total": queries.find_incidents(wanted).count(),
        "filtered": wanted != IncidentFilter(),
        "may_create": request.actor.may("incident:create"),
        **turns(request, page),
    }
    return render(request, "operator/incidents/list.html", context)


def _row(one: Incident, today: date) -> dict[str, Any]:
    due = queries.next_deadline(one)
    left, tone = incident_words.days_left(due, today) if due else ("", "neutral")
    return {
        "incident": one,
        "tone": incident_words.TONES[one.state],
        "harm": harm_of(one),
        "due": due,
        "left": left,
        "left_tone": tone,
    }


def harm_of(one: Incident) -> str:
    return Harm(one.harm).label + ("のおそれ" if one.suspected else "")


def waiting(actor: Actor) -> Iterator[Link]:
    """For the top screen: incidents on which work goes on, and how near a report is due."""
    if not actor.may("incident:change"):
        return
    found = list(queries.open_incidents())
    days = sorted(day for one in found if (day := queries.next_deadline(one)))
    if not found:
        return
    note = f"いちばん早い報告の期限は{days[0].month}月{days[0].day}日です" if days else ""
    near = bool(days) and days[0] <= timezone.localdate() + queries.SOON
    yield Link(
        "対応中の漏えい等の事案", reverse("incidents"), "warning",
        note or "対応を記録し、終わったら完了にしてください", len(found),
        tone="error" if near else "warning", tag="報告の期限が近い" if near else "",
    )  # fmt: skip


# record and change ------------------------------------------------------------------------------


def record(request: OperatorRequest) -> HttpResponse:
    form = IncidentForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.record_incident(form.cleaned_data, actor=request.actor)
        except IncidentRefused as refused:
            form.refuse(refused.problem)
        else:
            messages.success(
                request,
                f"事案 {made.code} を記録しました。期限と、これから行うことを確かめてください。",
            )
            return redirect("incident", incident_id=made.id)
    context = {
        "page_title": "事案の記録",
        "crumbs": crumbs(Link("事案の記録")),
        "form": form,
        "is_new": True,
        "back_url": reverse("incidents"),
    }
    return render(request, "operator/incidents/form.html", context)


def change(request: OperatorRequest, incident_id: UUID) -> HttpResponse:
    row = found(incident_id)
    back = reverse("incident", args=[row.id])
    if row.state not in OPEN:
        messages.info(
            request, "対応が終わった事案です。変更するときは、先に対応を再開してください。"
        )
        return redirect(back)
    initial = {name: getattr(row, name) for name in (*actions.FACTS, "version")}
    form = IncidentForm(sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            actions.change_incident(row, form.cleaned_data, version=version, actor=request.actor)
        except IncidentRefused as refused:
            form.refuse(refused.problem)
        else:
            messages.success(request, "事案の内容を変更しました。")
            return redirect(back)
    context = {
        "page_title": "事案の変更",
        "crumbs": crumbs(Link(row.code, back), Link("事案の変更")),
        "form": form,
        "back_url": back,
    }
    return render(request, "operator/incidents/form.html", context)


def found(incident_id: UUID) -> Incident:
    return get_object_or_404(Incident.objects, id=incident_id)


def crumbs(*way: Link) -> list[Link]:
    here = Link(TITLE, reverse("incidents")) if way else Link(TITLE)
    return [Link("トップ", reverse("top")), here, *way]
