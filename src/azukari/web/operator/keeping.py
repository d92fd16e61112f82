"""廃棄の保留: placing a hold, looking at it again, and the list of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.register import holds, queries
from azukari.register.actions import holds as actions
from azukari.register.actions.holds import HoldRefused
from azukari.register.keeping_facts import kept_numbers
from azukari.register.models import Hold, Person, PersonKind
from azukari.tenancy.actor import Actor
from azukari.web.components.parts import Link
from azukari.web.forms.keeping import PUT_OFF, HoldForm, ReviewForm
from azukari.web.forms.sending import sent
from azukari.web.guard import OperatorRequest
from azukari.web.lists import place_in, turns
from azukari.web.operator import person_words
from azukari.web.operator.keeping_words import explain
from azukari.web.operator.people import crumbs_to, page_of

_HOLDS = "廃棄の保留"


# placing ----------------------------------------------------------------------------------------


def place(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    person = get_object_or_404(Person.objects.select_related("host"), id=person_id)
    has_family = person.is_employee and queries.family_of(person).exists()
    form = HoldForm(sent(request), has_family=has_family)
    if request.method == "POST" and form.is_valid():
        try:
            placed = actions.place_hold(
                person,
                form.cleaned_data["reason"],
                form.cleaned_data["review_on"],
                with_family=form.cleaned_data.get("with_family", False),
                actor=request.actor,
            )
        except HoldRefused as refused:
            form.refuse(refused.problem)
        else:
            messages.success(request, f"{len(placed)}人の個人番号の廃棄を保留しました。")
            return redirect(_back(person, request.actor))
    context = {
        "page_title": "廃棄を保留する",
        "crumbs": [*_way(person, request.actor), Link("廃棄を保留する")],
        "person": person,
        "code": person_words.code(person),
        "form": form,
        "back_url": _back(person, request.actor),
    }
    return render(request, "operator/keeping/place.html", context)


def _back(person: Person, actor: Actor) -> str:
    """A steward may hold back disposals without seeing pages of people."""
    return page_of(person) if actor.may(f"{person.kind}:view") else reverse("holds")


def _way(person: Person, actor: Actor) -> list[Link]:
    return crumbs_to(person, actor) if actor.may(f"{person.kind}:view") else _crumbs()


# looking again ----------------------------------------------------------------------------------


def hold(request: OperatorRequest, hold_id: UUID) -> HttpResponse:
    found = get_object_or_404(Hold.objects.select_related("person", "person__host"), id=hold_id)
    if found.released_at is not None:
        messages.info(request, "この保留は、すでに解除されています。")
        return redirect("holds")
    form = ReviewForm(sent(request))
    if request.method == "POST" and form.is_valid() and _review(request, found, form):
        return redirect("holds")
    context = {
        "page_title": "保留の見直し",
        "crumbs": [*_crumbs(), Link("保留の見直し")],
        "row": _row(found, request.actor),
        "numbers": [
            explain(kept, timezone.localdate()) for kept in kept_numbers([found.person_id])
        ],
        "form": form,
        "back_url": reverse("holds"),
    }
    return render(request, "operator/keeping/review.html", context)


def _review(request: OperatorRequest, found: Hold, form: ReviewForm) -> bool:
    facts = form.cleaned_data
    try:
        if facts["act"] == PUT_OFF:
            actions.put_off_review(found, facts["reason"], facts["review_on"], actor=request.actor)
            messages.success(request, "保留を続けます。見直し日を変更しました。")
        else:
            actions.release_hold(found, facts["reason"], actor=request.actor)
            messages.success(request, "保留を解除しました。")
    except HoldRefused as refused:
        form.refuse(refused.problem)
        return False
    return True


# the list ---------------------------------------------------------------------------------------


def list_holds(request: OperatorRequest) -> HttpResponse:
    page = holds.page_of_holds(place_in(request))
    context = {
        "page_title": _HOLDS,
        "crumbs": [*_crumbs()[:1], Link(_HOLDS)],
        "rows": [_row(one, request.actor) for one in page.rows],
        "total": holds.open_holds().count(),
        "past": holds.past_review(timezone.localdate()).count(),
        "may_change": request.actor.may("disposal:change"),
        **turns(request, page),
    }
    return render(request, "operator/keeping/list.html", context)


def _row(one: Hold, actor: Actor) -> dict[str, Any]:
    person = one.person
    return {
        "hold": one,
        "person": person,
        "code": person_words.code(person),
        "kind": PersonKind(person.kind).label,
        "url": page_of(person) if actor.may(f"{person.kind}:view") else "",
        "due_on": person_words.day(person.number_due_on),
        "review_on": person_words.day(one.review_on),
        "is_past": one.review_on <= timezone.localdate(),
    }


def _crumbs() -> list[Link]:
    return [Link("トップ", reverse("top")), Link(_HOLDS, reverse("holds"))]
