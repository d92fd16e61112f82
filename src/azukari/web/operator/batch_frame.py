"""What the pages of one 廃棄案 share."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.dispose import batch_queries
from azukari.dispose import batches as acts
from azukari.dispose.models import BatchState, DisposalBatch
from azukari.dispose.rules import DisposeRefused
from azukari.web.components.parts import Link
from azukari.web.forms.batches import CountForm
from azukari.web.guard import OperatorRequest
from azukari.web.operator import dispose_words, person_words

TITLE = "廃棄案"


def batch_or_404(batch_id: UUID) -> DisposalBatch:
    return get_object_or_404(DisposalBatch.objects, id=batch_id)


def crumbs(*further: str) -> list[Link]:
    return [
        Link("トップ", reverse("top")),
        Link(TITLE, reverse("batches")),
        *(Link(label) for label in further),
    ]


def what(batch: DisposalBatch) -> str:
    if batch.is_single:
        return dispose_words.REASONS.get(batch.reason, batch.reason)
    return f"{person_words.day(batch.due_until)}までに廃棄できるもの"


def facts(found: DisposalBatch) -> dict[str, Any]:
    return {
        "batch": found,
        "what": what(found),
        "tone": dispose_words.BATCH_TONES[found.state],
        "steps": dispose_words.STEPS,
        "step": dispose_words.step(found.state),
        "is_cancelled": found.state == BatchState.CANCELLED,
        "pending": acts.pending(found),
        "rules": [
            (dispose_words.rule(rule) or "まだ使う目的があるもの", count)
            for rule, count in batch_queries.counts_by_rule(found).items()
        ],
    }


def answer(request: OperatorRequest, found: DisposalBatch, act: Callable[[], str]) -> HttpResponse:
    """Does it, says what came of it, and goes back to the batch."""
    try:
        messages.success(request, act())
    except DisposeRefused as refused:
        messages.error(request, dispose_words.say(refused.problem))
    return redirect("batch", batch_id=found.id)


def confirm(
    request: OperatorRequest,
    found: DisposalBatch,
    form: CountForm,
    title: str,
    label: str,
    act: str,
) -> HttpResponse:
    item = batch_queries.only_item(found)
    context = {
        "page_title": title,
        "crumbs": crumbs(found.code, title),
        **facts(found),
        "person": item.person if item else None,
        "code": person_words.code(item.person) if item else "",
        "form": form,
        "label": label,
        "act": act,
        "is_early": found.due_until > timezone.localdate(),
        "back_url": reverse("batch", args=[found.id]),
    }
    return render(request, "operator/dispose/confirm.html", context)
