"""止まった処理: long work that could not be ended and that nobody has begun anew."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from azukari.progress import queries
from azukari.tenancy.actor import Actor
from azukari.web.components.parts import Link
from azukari.web.guard import OperatorRequest
from azukari.web.lists import place_in, turns
from azukari.web.operator.progress import WORKS, shown, work_of

TITLE = "止まった処理"


def stopped(request: OperatorRequest) -> HttpResponse:
    _ = request.actor.company  # nobody's work is shown to a user of no company
    found = queries.stopped(_kinds(request.actor))
    page = queries.page_of_stopped(found, place_in(request))
    context = {
        "page_title": TITLE,
        "crumbs": [Link("トップ", reverse("top")), Link(TITLE)],
        "rows": [
            {**shown(one, request.actor), "may_open": request.actor.may(work_of(one).need)}
            for one in page.rows
        ],
        "total": found.count(),
        "days": queries.TOLD_FOR.days,
        "top_url": reverse("top"),
        **turns(request, page),
    }
    return render(request, "operator/progress/stopped.html", context)


def waiting(actor: Actor) -> Iterator[Link]:
    """For the top screen."""
    count = queries.stopped(_kinds(actor)).count()
    if count:
        note = "理由を確かめ、もう一度始めてください"
        yield Link(TITLE, reverse("stopped"), "warning", note, count, tone="error", tag="中断")


def _kinds(actor: Actor) -> list[str]:
    """Of what the actor may see; whoever oversees is told of everything, without ways to it."""
    oversees = actor.may("record:view")
    return [word for word, work in WORKS.items() if oversees or actor.may(work.need)]
