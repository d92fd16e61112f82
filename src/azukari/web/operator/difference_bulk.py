"""差分チェック: one act for everything the list of a run shows."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from azukari.check.bulk.models import Act
from azukari.check.difference import queries
from azukari.check.difference.models import DifferenceRow, DifferenceRun, Handling, RunState
from azukari.web.components.parts import Link
from azukari.web.forms.difference import DifferenceSearch
from azukari.web.guard import OperatorRequest
from azukari.web.lists import address_with, applied
from azukari.web.operator import difference_others as others
from azukari.web.operator.bulk import Asked, Special
from azukari.web.operator.bulk import bulk as ask
from azukari.web.operator.differences import crumbs, name_of


def acts_of(request: OperatorRequest, *, aside: bool) -> list[str]:
    """What can be done to all rows that are open, or to those that were set aside."""
    if aside:
        return [Act.REOPEN]
    more = {"ask": "application:create", Act.DISPOSE: "disposal:create"}
    return [Act.TAKE, Act.ASIDE, *(act for act, need in more.items() if request.actor.may(need))]


def bulk(request: OperatorRequest, run_id: UUID) -> HttpResponse:
    run = get_object_or_404(DifferenceRun.objects, id=run_id)
    if run.state != RunState.COMPARED:
        return redirect("difference", run_id=run.id)
    search = DifferenceSearch(request.GET)
    wanted = search.wanted()
    act = request.GET.get("act", "")
    list_url = reverse("difference", args=[run.id]) + address_with(request, act="")
    if act not in acts_of(request, aside=wanted.handling == Handling.ASIDE):
        messages.error(request, "することを選んでください。")
        return redirect(list_url)
    found = queries.find(run, wanted).order_by("employee_code", "family_code", "id")
    special: Special | None = None
    if act == "ask":
        special = partial(others.ask_all_for_numbers, request, run)
    elif act == Act.DISPOSE:
        special = partial(_dispose, request, list(found), list_url)
    return ask(
        request,
        Asked(
            act=act,
            found=found,
            applied=list(applied(request, search, search.fields)),
            list_url=list_url,
            crumbs=crumbs(Link(name_of(run), list_url), Link("まとめて対応")),
            subject=run.id,
            special=special,
            refused_url=reverse("difference", args=[run.id])
            + address_with(request, act="", refused="on"),
        ),
    )


def _dispose(request: OperatorRequest, rows: list[DifferenceRow], list_url: str) -> HttpResponse:
    return others.dispose(request, rows) or redirect(list_url)
