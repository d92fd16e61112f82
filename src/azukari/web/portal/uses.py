"""だれが、いつ、何のために使ったか: every handling of one's own number and of the family's.

特定個人情報ガイドライン(事業者編) 第4-3-(2)C.  Read from the ledger; no number stands in it.
"""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from azukari.collect import own
from azukari.collect.own import Use
from azukari.law.purpose import Purpose
from azukari.register.models import Person
from azukari.web.components.parts import Link, Moment
from azukari.web.portal import steps
from azukari.web.portal.application import said
from azukari.web.portal.guard import PortalRequest

PAGE = 30


def uses(request: PortalRequest) -> HttpResponse:
    people = own.family_of(request.person)
    whose = _chosen(request, people)
    try:
        found = own.uses_of(whose, after=request.GET.get("after", ""), limit=PAGE)
    except ValueError:
        found = own.uses_of(whose, limit=PAGE)
    here = reverse("uses")
    context = {
        "page_title": gettext("使われた記録"),
        "whose": steps.who_of(whose),
        "people": [
            Link(steps.who_of(one), f"{here}?who={one.id}", current=one.id == whose.id)
            for one in people
        ],
        "moments": [_moment(use) for use in found.uses],
        "later_url": f"{here}?who={whose.id}" if request.GET.get("after") else "",
        "earlier_url": f"{here}?who={whose.id}&after={found.next}" if found.next else "",
    }
    return render(request, "portal/uses.html", context)


def _chosen(request: PortalRequest, people: list[Person]) -> Person:
    try:
        wanted = UUID(request.GET.get("who", ""))
    except ValueError:
        return request.person
    return next((one for one in people if one.id == wanted), request.person)


def _moment(use: Use) -> Moment:
    purposes = [
        gettext(Purpose[code].label)
        for code in use.purpose.split(",")
        if code in Purpose.__members__
    ]
    who = f"{use.actor_name}（{gettext(use.role)}）" if use.role else use.actor_name
    why = " ".join(part for part in ("、".join(purposes), said(use.reason)) if part)
    return Moment(use.at, gettext(use.action.label), who, why)
