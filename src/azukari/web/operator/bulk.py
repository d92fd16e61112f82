"""One act for everything a list shows: the question with the count, at once or by a worker."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from azukari.check.bulk import actions
from azukari.check.bulk.models import Act
from azukari.web.components.parts import Link
from azukari.web.forms.bulk import BulkForm
from azukari.web.forms.sending import sent
from azukari.web.guard import OperatorRequest
from azukari.web.lists import address_with

Special = Callable[[], HttpResponse]
"""What another room does about all of them; it answers with where to go on."""

_SENTENCES: Final[Mapping[str, str]] = {
    Act.TAKE: "給与の値を登録に反映します。反映できない行は、未対応のまま残ります。",
    Act.ASIDE: "内容が変わるまで、一覧に出さないようにします。次に比べたときも出ません。",
    Act.REOPEN: "もう一度、未対応として一覧に出します。",
    Act.REFLECT: "登録に反映します。同じ人の中では届いた順です。反映できないものは理由が付きます。",
    Act.HOLD: "保留にします。同じ人の後の連携も待ちます。",
    Act.DISCARD: "登録せずに取りやめます。届いた個人番号は廃棄し、元に戻せません。",
    "ask": "個人番号の提出を依頼する画面に進みます。",
    Act.DISPOSE: "保存期間が過ぎた番号を、1つの廃棄案にします。まだ過ぎていない番号は入れません。",
}
LABELS: Final[Mapping[str, str]] = {
    **{act.value: act.label for act in Act},
    "ask": "番号を依頼",
}
"""What can be done to all rows, as buttons call it."""


@dataclass(frozen=True)
class Asked:
    """`act`: of `LABELS`; `found`: the rows in the order they are dealt with.

    `special`: done in place of the act; `refused_url`: the list of what could not be done.
    """

    act: str
    found: QuerySet[Any, Model]
    applied: list[Link]
    list_url: str
    crumbs: list[Link]
    subject: UUID | None = None
    special: Special | None = None
    refused_url: str = ""

    def by_worker(self, count: int) -> bool:
        return count > actions.AT_ONCE and (self.special is None or self.act == Act.DISPOSE)


def ways(request: OperatorRequest, url: str, acts: list[str]) -> list[Link]:
    """Buttons of a list: each leads to the question about everything the list shows."""
    return [Link(LABELS[act], url + address_with(request, act=act)) for act in acts]


def bulk(request: OperatorRequest, asked: Asked) -> HttpResponse:
    count = asked.found.count()
    form = BulkForm(sent(request), initial={"count": count})
    if asked.act in actions.WANTS_REASON:
        form.want_reason()
    if not count:
        messages.warning(request, "条件に合うものはありません。")
        return redirect(asked.list_url)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["count"] == count:
            return _done(request, asked, form.cleaned_data["because"])
        messages.warning(request, "その間に件数が変わりました。もう一度確かめてください。")
        form = BulkForm(initial={"count": count, "because": form.cleaned_data["because"]})
    context = {
        "page_title": f"条件に合うすべて：{LABELS[asked.act]}",
        "crumbs": asked.crumbs,
        "form": form,
        "count": count,
        "sentence": _SENTENCES[asked.act],
        "applied": asked.applied,
        "label": LABELS[asked.act],
        "has_reason": asked.act in {*actions.WANTS_REASON, Act.HOLD},
        "is_final": asked.act == Act.DISCARD,
        "in_background": asked.by_worker(count),
        "back_url": asked.list_url,
    }
    return render(request, "operator/bulk/confirm.html", context)


def _done(request: OperatorRequest, asked: Asked, because: str) -> HttpResponse:
    by_worker = asked.by_worker(asked.found.count())
    if asked.special is not None and not by_worker:
        return asked.special()
    act, rows = Act(asked.act), list(asked.found.values_list("pk", flat=True))
    if by_worker:
        task = actions.order(act, rows, because, subject=asked.subject, actor=request.actor)
        messages.success(request, f"{len(rows):,}件の処理を始めました。")
        return redirect(reverse("progress", args=[task.id]))
    outcome = actions.do_at_once(act, rows, because, actor=request.actor)
    if outcome.done:
        messages.success(request, f"{outcome.done:,}件：{act.label}にしました。")
    if outcome.refused:
        messages.warning(
            request,
            f"{outcome.refused:,}件はできず、そのまま残っています。理由は次の一覧の各行にあります。",
        )
        return redirect(asked.refused_url or asked.list_url)
    if not outcome.done and not outcome.refused:
        messages.warning(request, "できるものがありませんでした。")
    return redirect(asked.list_url)
