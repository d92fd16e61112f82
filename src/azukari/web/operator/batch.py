"""One 廃棄案: how far it is, its rows, and what may be done next."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.dispose import batch_queries, certificates
from azukari.dispose.models import BatchState, DisposalBatch, DisposalItem, ItemState
from azukari.progress.actions import of_subject
from azukari.register.models import PersonKind
from azukari.tenancy import four_eyes
from azukari.tenancy.actor import Actor
from azukari.web import words
from azukari.web.forms.batches import BecauseForm, ItemSearch
from azukari.web.forms.reading import mentions_number
from azukari.web.guard import OperatorRequest
from azukari.web.lists import place_in, turns
from azukari.web.operator import dispose_words, person_words
from azukari.web.operator.batch_frame import batch_or_404, crumbs, facts
from azukari.web.operator.progress import shown

_FAILURES_SHOWN = 100
_CANCELLABLE = {BatchState.PROPOSED, BatchState.REVIEWED, BatchState.APPROVED}


def batch(request: OperatorRequest, batch_id: UUID) -> HttpResponse:
    found = batch_or_404(batch_id)
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect("batch", batch_id=batch_id)
    return render(
        request, "operator/dispose/batch.html", page_of_batch(request, found, BecauseForm())
    )


def page_of_batch(
    request: OperatorRequest, found: DisposalBatch, form: BecauseForm
) -> dict[str, Any]:
    search = ItemSearch(request.GET)
    wanted = search.wanted()
    page = batch_queries.page_of_items(found, wanted, place_in(request))
    return {
        "page_title": f"廃棄案 {found.code}",
        "crumbs": crumbs(found.code),
        **facts(found),
        **turn(found, request.actor),
        **_at_work(found, request.actor),
        "failures": _failures(found) if found.failed else [],
        "copies": certificates.copies_of(found) if found.done else [],
        "search": search,
        "form": form,
        "clear_url": reverse("batch", args=[found.id]),
        "exclude_url": reverse("batch-exclude", args=[found.id]) + _query(request),
        "rows": [_row(item) for item in page.rows],
        "total": batch_queries.find_items(found, wanted).count(),
        **turns(request, page),
    }


def turn(found: DisposalBatch, actor: Actor) -> dict[str, Any]:
    """What this user may do next; the page offers nothing else."""
    state, runs = found.state, actor.may("disposal:delete")
    side = "disposal:create" if state == BatchState.PROPOSED else "disposal:approve"
    is_open = state in {BatchState.PROPOSED, BatchState.REVIEWED}
    is_own = found.proposed_by == actor.user_id
    alone_until = _alone_until(found, actor)
    is_over = four_eyes.is_over(found.approved_at, now=timezone.now())
    wants_word = state == BatchState.REVIEWED or (state == BatchState.APPROVED and is_over)
    approves = actor.may("disposal:approve") and (
        not is_own or (alone_until is not None and alone_until <= timezone.now())
    )
    may_cancel = actor.may("disposal:create") or actor.may("disposal:approve")
    return {
        "may_exclude": is_open and actor.may(side) and not found.is_single,
        "may_include": state == BatchState.PROPOSED and actor.may(side),
        "may_review": state == BatchState.PROPOSED and actor.may("disposal:create"),
        "may_approve": wants_word and approves,
        "waits_for_other": wants_word and not approves and alone_until is None,
        "alone_until": alone_until if wants_word and not approves else None,
        "approval_over": wants_word and is_over,
        "may_run": state == BatchState.APPROVED and runs and not is_over,
        "is_early": found.due_until > timezone.localdate(),
        "may_retry": state == BatchState.EXECUTED and runs and found.failed > 0,
        "may_certify": state == BatchState.EXECUTED and runs and found.done > 0,
        "may_copy": state == BatchState.CERTIFIED and runs,
        "may_cancel": state in _CANCELLABLE and may_cancel,
    }


def _alone_until(found: DisposalBatch, actor: Actor) -> datetime | None:
    asked_at = found.reviewed_at or found.proposed_at
    return four_eyes.alone_until(
        found.proposed_by, "disposal:approve", asked_at=asked_at, actor=actor
    )


def _at_work(found: DisposalBatch, actor: Actor) -> dict[str, Any]:
    if found.state != BatchState.RUNNING:
        return {}
    task = of_subject(found.id)
    if task is None:
        return {}
    runs = actor.may("disposal:delete")
    return {
        "broken_off": task.is_over and runs,
        "may_stop": runs and not task.is_over and not task.cancel_asked,
        "stopping": task.cancel_asked and not task.is_over,
        **shown(task, actor),
    }


def _row(item: DisposalItem) -> dict[str, Any]:
    happened, _ = dispose_words.say_item(item.problem)
    return {
        "item": item,
        "person": item.person,
        "code": person_words.code(item.person),
        "kind": PersonKind(item.person.kind).label,
        "rule": dispose_words.paper(item.rule),
        "tone": dispose_words.ITEM_TONES[item.state],
        "why": item.excluded_because or happened,
        "open": item.state in {ItemState.PENDING, ItemState.EXCLUDED},
    }


def _failures(found: DisposalBatch) -> list[tuple[str, str, str, str]]:
    failed = DisposalItem.objects.filter(batch=found, state=ItemState.FAILED)
    rows = failed.select_related("person").order_by("id")[:_FAILURES_SHOWN]
    return [
        (
            person_words.code(item.person),
            item.person.name,
            *dispose_words.say_item(item.problem),
        )
        for item in rows
    ]


def _query(request: HttpRequest) -> str:
    return f"?{request.GET.urlencode()}" if request.GET else ""
