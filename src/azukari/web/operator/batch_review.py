"""A 廃棄案 before anything is destroyed: rows left out, 確認, 承認, 取りやめ."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from azukari.dispose import batch_queries, running
from azukari.dispose import batches as acts
from azukari.dispose.models import BatchState, DisposalBatch
from azukari.tenancy.actor import Actor
from azukari.web.forms.batches import BecauseForm, CancelForm, CountForm, ItemSearch
from azukari.web.guard import OperatorRequest
from azukari.web.lists import ticked
from azukari.web.operator.batch import page_of_batch, turn
from azukari.web.operator.batch_frame import answer, batch_or_404, confirm, crumbs, facts


def exclude(request: OperatorRequest, batch_id: UUID) -> HttpResponse:
    """Ticked rows, or all that fit the search, out of the batch or back into it."""
    found = batch_or_404(batch_id)
    act = request.POST.get("act", "")
    items = batch_queries.find_items(found, ItemSearch(request.GET).wanted())
    if not act.endswith("all"):
        items = items.filter(id__in=ticked(request))
    form = BecauseForm(request.POST)
    if not form.is_valid():
        return render(request, "operator/dispose/batch.html", page_of_batch(request, found, form))
    if act.startswith("include"):
        return answer(
            request,
            found,
            lambda: (
                f"{acts.include_again(found, items, actor=request.actor):,}件を対象に戻しました。"
            ),
        )
    because = form.cleaned_data["because"]
    return answer(
        request,
        found,
        lambda: f"{acts.exclude(found, items, because, actor=request.actor):,}件を除外しました。",
    )


def review(request: OperatorRequest, batch_id: UUID) -> HttpResponse:
    found = batch_or_404(batch_id)

    def act() -> str:
        after = acts.review(found, actor=request.actor)
        if after.state == BatchState.REVIEWED:
            return "一覧を確定しました。責任者の承認を待っています。"
        return "一覧を確定しました。実行できます。"

    return answer(request, found, act)


def approve(request: OperatorRequest, batch_id: UUID) -> HttpResponse:
    found = batch_or_404(batch_id)
    if not turn(found, request.actor)["may_approve"] and request.method == "GET":
        return redirect("batch", batch_id=batch_id)
    form = CountForm(acts.pending(found), request.POST or None)
    if request.method == "POST" and form.is_valid():
        return answer(request, found, lambda: _approved(found, request.actor))
    return confirm(request, found, form, "廃棄を承認します", "承認する", "approve")


def _approved(found: DisposalBatch, actor: Actor) -> str:
    """One number that somebody asked for is destroyed at once; a batch is run by its side."""
    after = acts.approve(found, actor=actor)
    if not (after.is_single and actor.may("disposal:delete")):
        return "廃棄を承認しました。"
    running.start(after, actor=actor)
    return "廃棄を承認しました。廃棄を実行しています。"


def cancel(request: OperatorRequest, batch_id: UUID) -> HttpResponse:
    found = batch_or_404(batch_id)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        because = form.cleaned_data["because"]

        def act() -> str:
            acts.cancel(found, because, actor=request.actor)
            return "廃棄案を取りやめました。個人番号は保管されたままです。"

        return answer(request, found, act)
    context = {
        "page_title": "廃棄案の取りやめ",
        "crumbs": crumbs(found.code, "取りやめ"),
        **facts(found),
        "form": form,
        "back_url": reverse("batch", args=[found.id]),
    }
    return render(request, "operator/dispose/cancel.html", context)
