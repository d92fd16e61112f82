"""廃棄案: the list of batches, and what of them waits for whom."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from azukari.dispose import batch_queries, due
from azukari.dispose.models import BatchState, DisposalBatch
from azukari.tenancy.actor import Actor
from azukari.web.components.parts import Link
from azukari.web.forms.batches import BatchSearch
from azukari.web.guard import OperatorRequest
from azukari.web.lists import place_in, turns
from azukari.web.operator import dispose_words
from azukari.web.operator.batch_frame import TITLE, crumbs, what


def batches(request: OperatorRequest) -> HttpResponse:
    search = BatchSearch(request.GET)
    wanted = search.wanted()
    page = batch_queries.page_of_batches(wanted, place_in(request))
    context = {
        "page_title": TITLE,
        "crumbs": crumbs(),
        "search": search,
        "clear_url": reverse("batches"),
        "rows": [
            {"batch": one, "tone": dispose_words.BATCH_TONES[one.state], "what": what(one)}
            for one in page.rows
        ],
        "total": batch_queries.find_batches(wanted).count(),
        "filtered": bool(wanted.code or wanted.state),
        "due_url": reverse("due"),
        **turns(request, page),
    }
    return render(request, "operator/dispose/batches.html", context)


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
