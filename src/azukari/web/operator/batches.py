"""廃棄案: the list of batches, and each from the list of its rows to its certificates."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.dispose import batch_queries, certificates, due, running
from azukari.dispose import batches as acts
from azukari.dispose.certificates import KeysWait
from azukari.dispose.models import BatchState, DisposalBatch, DisposalItem, ItemState
from azukari.dispose.rules import DisposeRefused
from azukari.progress.actions import of_subject
from azukari.register.models import PersonKind
from azukari.tenancy import four_eyes
from azukari.tenancy.actor import Actor
from azukari.web import words
from azukari.web.components.parts import Link
from azukari.web.forms.batches import BatchSearch, BecauseForm, CancelForm, CountForm, ItemSearch
from azukari.web.forms.reading import mentions_number
from azukari.web.guard import OperatorRequest
from azukari.web.lists import place_in, ticked, turns
from azukari.web.operator import dispose_words, person_words
from azukari.web.operator.certificates import issue_for
from azukari.web.operator.progress import shown

_TITLE = "廃棄案"
_FAILURES_SHOWN = 100
_CANCELLABLE = {BatchState.PROPOSED, BatchState.REVIEWED, BatchState.APPROVED}


# list -------------------------------------------------------------------------------------------


def batches(request: OperatorRequest) -> HttpResponse:
    search = BatchSearch(request.GET)
    wanted = search.wanted()
    page = batch_queries.page_of_batches(wanted, place_in(request))
    context = {
        "page_title": _TITLE,
        "crumbs": _crumbs(),
        "search": search,
        "clear_url": reverse("batches"),
        "rows": [
            {"batch": one, "tone": dispose_words.BATCH_TONES[one.state], "what": _what(one)}
            for one in page.rows
        ],
        "total": batch_queries.find_batches(wanted).count(),
        "filtered": bool(wanted.code or wanted.state),
        "due_url": reverse("due"),
        **turns(request, page),
    }
    return render(request, "operator/dispose/batches.html", context)


def _what(batch: DisposalBatch) -> str:
    if batch.is_single:
        return dispose_words.REASONS.get(batch.reason, batch.reason)
    return f"{person_words.day(batch.due_until)}までに廃棄できるもの"


# one batch --------------------------------------------------------------------------------------


def batch(request: OperatorRequest, batch_id: UUID) -> HttpResponse:
    found = _batch(batch_id)
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect("batch", batch_id=batch_id)
    return render(request, "operator/dispose/batch.html", _page(request, found, BecauseForm()))


def _page(request: OperatorRequest, found: DisposalBatch, form: BecauseForm) -> dict[str, Any]:
    search = ItemSearch(request.GET)
    wanted = search.wanted()
    page = batch_queries.page_of_items(found, wanted, place_in(request))
    return {
        "page_title": f"廃棄案 {found.code}",
        "crumbs": _crumbs(found.code),
        **_facts(found),
        **_turn(found, request.actor),
        **_at_work(found, request.actor),
        "failures": _failures(found) if found.failed else [],
        "copies": certificates.copies_of(found) if found.done else [],
        "search": search,
        "form": form,
        "clear_url": reverse("batch", args=[found.id]),
        "exclude_url": _url("batch-exclude", found) + _query(request),
        "rows": [_row(item) for item in page.rows],
        "total": batch_queries.find_items(found, wanted).count(),
        **turns(request, page),
    }


def _facts(found: DisposalBatch) -> dict[str, Any]:
    return {
        "batch": found,
        "what": _what(found),
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


def _turn(found: DisposalBatch, actor: Actor) -> dict[str, Any]:
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


# acts -------------------------------------------------------------------------------------------


def exclude(request: OperatorRequest, batch_id: UUID) -> HttpResponse:
    """Ticked rows, or all that fit the search, out of the batch or back into it."""
    found = _batch(batch_id)
    act = request.POST.get("act", "")
    items = batch_queries.find_items(found, ItemSearch(request.GET).wanted())
    if not act.endswith("all"):
        items = items.filter(id__in=ticked(request))
    form = BecauseForm(request.POST)
    if not form.is_valid():
        return render(request, "operator/dispose/batch.html", _page(request, found, form))
    if act.startswith("include"):
        return _act(
            request,
            found,
            lambda: (
                f"{acts.include_again(found, items, actor=request.actor):,}件を対象に戻しました。"
            ),
        )
    because = form.cleaned_data["because"]
    return _act(
        request,
        found,
        lambda: f"{acts.exclude(found, items, because, actor=request.actor):,}件を除外しました。",
    )


def review(request: OperatorRequest, batch_id: UUID) -> HttpResponse:
    found = _batch(batch_id)

    def act() -> str:
        after = acts.review(found, actor=request.actor)
        if after.state == BatchState.REVIEWED:
            return "一覧を確定しました。責任者の承認を待っています。"
        return "一覧を確定しました。実行できます。"

    return _act(request, found, act)


def approve(request: OperatorRequest, batch_id: UUID) -> HttpResponse:
    found = _batch(batch_id)
    if not _turn(found, request.actor)["may_approve"] and request.method == "GET":
        return redirect("batch", batch_id=batch_id)
    form = CountForm(acts.pending(found), request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _act(request, found, lambda: _approved(found, request.actor))
    return _confirm(request, found, form, "廃棄を承認します", "承認する", "approve")


def _approved(found: DisposalBatch, actor: Actor) -> str:
    """One number that somebody asked for is destroyed at once; a batch is run by its side."""
    after = acts.approve(found, actor=actor)
    if not (after.is_single and actor.may("disposal:delete")):
        return "廃棄を承認しました。"
    running.start(after, actor=actor)
    return "廃棄を承認しました。廃棄を実行しています。"


def run(request: OperatorRequest, batch_id: UUID) -> HttpResponse:
    found = _batch(batch_id)
    if found.state not in {BatchState.APPROVED, BatchState.RUNNING}:
        return redirect("batch", batch_id=batch_id)
    form = CountForm(acts.pending(found), request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _act(request, found, lambda: _started(found, request.actor))
    return _confirm(request, found, form, "個人番号を廃棄します", "廃棄する", "run")


def _started(found: DisposalBatch, actor: Actor) -> str:
    running.start(found, actor=actor)
    return "廃棄を始めました。この画面を離れても続きます。"


def _confirm(
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
        "crumbs": _crumbs(found.code, title),
        **_facts(found),
        "person": item.person if item else None,
        "code": person_words.code(item.person) if item else "",
        "form": form,
        "label": label,
        "act": act,
        "is_early": found.due_until > timezone.localdate(),
        "back_url": reverse("batch", args=[found.id]),
    }
    return render(request, "operator/dispose/confirm.html", context)


def stop(request: OperatorRequest, batch_id: UUID) -> HttpResponse:
    found = _batch(batch_id)

    def act() -> str:
        running.stop(found, actor=request.actor)
        return "切りのよいところで止めます。そこまでの廃棄は取り消せません。"

    return _act(request, found, act)


def retry(request: OperatorRequest, batch_id: UUID) -> HttpResponse:
    found = _batch(batch_id)

    def act() -> str:
        running.retry(found, actor=request.actor)
        return "廃棄できなかったものを、もう一度実行しています。"

    return _act(request, found, act)


def certify(request: OperatorRequest, batch_id: UUID) -> HttpResponse:
    """The first certificate closes the batch; later ones are copies with numbers of their own."""
    found = _batch(batch_id)
    if found.state == BatchState.CERTIFIED:
        return issue_for(request, found, reverse("batch", args=[found.id]))

    def act() -> str:
        try:
            copy = running.certify(found, actor=request.actor)
        except KeysWait:
            return "鍵の消去がまだ終わっていません。数分後にもう一度お試しください。"
        return f"廃棄証明書 {copy.code} を発行しました。"

    return _act(request, found, act)


def cancel(request: OperatorRequest, batch_id: UUID) -> HttpResponse:
    found = _batch(batch_id)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        because = form.cleaned_data["because"]

        def act() -> str:
            acts.cancel(found, because, actor=request.actor)
            return "廃棄案を取りやめました。個人番号は保管されたままです。"

        return _act(request, found, act)
    context = {
        "page_title": "廃棄案の取りやめ",
        "crumbs": _crumbs(found.code, "取りやめ"),
        **_facts(found),
        "form": form,
        "back_url": reverse("batch", args=[found.id]),
    }
    return render(request, "operator/dispose/cancel.html", context)


def _act(request: OperatorRequest, found: DisposalBatch, act: Callable[[], str]) -> HttpResponse:
    """Does it, says what came of it, and goes back to the batch."""
    try:
        messages.success(request, act())
    except DisposeRefused as refused:
        messages.error(request, dispose_words.say(refused.problem))
    return redirect("batch", batch_id=found.id)


# what waits -------------------------------------------------------------------------------------


def waiting(actor: Actor) -> Iterator[Link]:
    """For the top screen: what may go, and batches that wait for this user."""
    today = timezone.localdate()
    if actor.may("disposal:create"):
        note = "保存期間が終わり、廃棄案に入っていないものです"
        yield from _some("廃棄できる個人番号", reverse("due"), note, due.count_due(today))
        open_ = DisposalBatch.objects.filter(state=BatchState.PROPOSED, proposed_by=actor.user_id)
        note = "対象を確かめ、一覧を確定してください"
        yield from _some("確認を待っている廃棄案", _list(BatchState.PROPOSED), note, open_.count())
    if actor.may("disposal:approve"):
        found = batch_queries.waiting_for_approval(actor)
        note = "内容を確かめ、承認するか取りやめてください"
        yield from _some("承認を待っている廃棄案", _list(BatchState.REVIEWED), note, found.count())
    if actor.may("disposal:delete"):
        ready = DisposalBatch.objects.filter(state=BatchState.APPROVED, due_until__lte=today)
        note = "承認が済み、実行できます"
        yield from _some("実行を待っている廃棄案", _list(BatchState.APPROVED), note, ready.count())
        failed = DisposalBatch.objects.filter(state=BatchState.EXECUTED, failed__gt=0)
        note = "廃棄できなかったものを確かめてください"
        yield from _some("失敗のある廃棄案", _list(BatchState.EXECUTED), note, failed.count())


def _list(state: BatchState) -> str:
    return f"{reverse('batches')}?{urlencode({'state': state.value})}"


def _some(label: str, url: str, note: str, count: int) -> Iterator[Link]:
    if count:
        yield Link(label, url, "trash", note, count)


# ways -------------------------------------------------------------------------------------------


def _batch(batch_id: UUID) -> DisposalBatch:
    return get_object_or_404(DisposalBatch.objects, id=batch_id)


def _crumbs(*further: str) -> list[Link]:
    crumbs = [Link("トップ", reverse("top")), Link(_TITLE, reverse("batches"))]
    return [*crumbs, *(Link(label) for label in further)]


def _url(route: str, found: DisposalBatch) -> str:
    return reverse(route, args=[found.id])


def _query(request: HttpRequest) -> str:
    return f"?{request.GET.urlencode()}" if request.GET else ""
