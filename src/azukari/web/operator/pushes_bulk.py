"""連携状況: one act for everything the list shows."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from azukari.check.bulk.models import Act
from azukari.check.link import queries
from azukari.check.link.events import State
from azukari.web.components.parts import Link
from azukari.web.forms.link import PushedSearch
from azukari.web.guard import OperatorRequest
from azukari.web.lists import address_with, applied
from azukari.web.operator.bulk import Asked
from azukari.web.operator.bulk import bulk as ask
from azukari.web.operator.pushes import SEARCHED, crumbs

ACTS = (Act.REFLECT, Act.HOLD, Act.DISCARD)


def bulk(request: OperatorRequest) -> HttpResponse:
    act = request.GET.get("act", "")
    list_url = reverse("pushes") + address_with(request, act="")
    if act not in set(ACTS):
        messages.error(request, "することを選んでください。")
        return redirect(list_url)
    search = PushedSearch(request.GET)
    return ask(
        request,
        Asked(
            act=act,
            found=queries.find(search.wanted()).order_by("id"),
            applied=list(applied(request, search, SEARCHED)),
            list_url=list_url,
            crumbs=crumbs(Link("まとめて対応")),
            refused_url=reverse("pushes") + address_with(request, act="", state=State.ERROR.value),
        ),
    )
