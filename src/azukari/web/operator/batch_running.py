"""A 廃棄案 that is approved: 実行, stopped and gone on with, 廃棄証明書."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from azukari.dispose import batches as acts
from azukari.dispose import running
from azukari.dispose.certificates import KeysWait
from azukari.dispose.models import BatchState, DisposalBatch
from azukari.tenancy.actor import Actor
from azukari.web.forms.batches import CountForm
from azukari.web.guard import OperatorRequest
from azukari.web.operator.batch_frame import answer, batch_or_404, confirm
from azukari.web.operator.certificates import issue_for


def run(request: OperatorRequest, batch_id: UUID) -> HttpResponse:
    found = batch_or_404(batch_id)
    if found.state not in {BatchState.APPROVED, BatchState.RUNNING}:
        return redirect("batch", batch_id=batch_id)
    form = CountForm(acts.pending(found), request.POST or None)
    if request.method == "POST" and form.is_valid():
        return answer(request, found, lambda: _started(found, request.actor))
    return confirm(request, found, form, "個人番号を廃棄します", "廃棄する", "run")


def _started(found: DisposalBatch, actor: Actor) -> str:
    running.start(found, actor=actor)
    return "廃棄を始めました。この画面を離れても続きます。"


def stop(request: OperatorRequest, batch_id: UUID) -> HttpResponse:
    found = batch_or_404(batch_id)

    def act() -> str:
        running.stop(found, actor=request.actor)
        return "切りのよいところで止めます。そこまでの廃棄は取り消せません。"

    return answer(request, found, act)


def retry(request: OperatorRequest, batch_id: UUID) -> HttpResponse:
    found = batch_or_404(batch_id)

    def act() -> str:
        running.retry(found, actor=request.actor)
        return "廃棄できなかったものを、もう一度実行しています。"

    return answer(request, found, act)


def certify(request: OperatorRequest, batch_id: UUID) -> HttpResponse:
    """The first certificate closes the batch; later ones are copies with numbers of their own."""
    found = batch_or_404(batch_id)
    if found.state == BatchState.CERTIFIED:
        return issue_for(request, found, reverse("batch", args=[found.id]))

    def act() -> str:
        try:
            copy = running.certify(found, actor=request.actor)
        except KeysWait:
            return "鍵の消去がまだ終わっていません。数分後にもう一度お試しください。"
        return f"廃棄証明書 {copy.code} を発行しました。"

    return answer(request, found, act)
