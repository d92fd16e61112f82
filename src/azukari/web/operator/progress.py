"""How far a piece of long work is: the part a page polls, or a page of its own."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from azukari.progress import queue
from azukari.progress.models import Progress, State
from azukari.tenancy.actor import Actor
from azukari.web import errors
from azukari.web.components.parts import Link
from azukari.web.guard import OperatorRequest


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of work: its name, what is counted, and where its subject is shown.

    `argument` is empty where one page shows every subject; `again` is what starting the work anew
    takes, empty where it is not offered.
    """

    label: str
    unit: str
    route: str
    argument: str
    need: str
    again: str = ""


# By the first word of the kind: `sheet.check` and `sheet.apply` both are about a sheet.
WORKS = {
    "sheet": Work(
        "一括登録ファイルの処理", "行", "sheet", "sheet_id", "sheet:view", "sheet:create"
    ),
    "keeping": Work("廃棄できる日の計算", "人", "periods", "", "disposal:view", "disposal:change"),
    "export": Work("ファイルの出力", "人", "export", "export_id", "export:view", "export:create"),
    "bulk.difference": Work(
        "違いへの対応", "件", "difference", "run_id", "difference:view", "difference:change"
    ),
    "bulk.link": Work("届いた連携への対応", "件", "pushes", "", "link:view", "link:change"),
    "link": Work("連携の反映", "件", "pushes", "", "link:view", "link:change"),
    "difference": Work(
        "給与との比較", "行", "difference", "run_id", "difference:view", "difference:create"
    ),
    "requests": Work(
        "提出依頼", "人", "request-wave", "wave_id", "application:view", "application:create"
    ),
    "approvals": Work(
        "承認した申請の登録", "件", "applications", "", "application:view", "application:approve"
    ),
    "disposal": Work("廃棄の実行", "件", "batch", "batch_id", "disposal:view", "disposal:delete"),
    "filing.prepare": Work(
        "帳票の内容の準備", "人", "filing", "filing_id", "filing:view", "filing:create"
    ),
    "filing.told": Work(
        "届いた金額の記入", "人", "filing-facts", "filing_id", "filing:create", "filing:create"
    ),
    "filing.figures": Work(
        "金額などのファイルの読み込み",
        "行",
        "filing-figures",
        "filing_id",
        "filing:create",
        "filing:create",
    ),
    "filing": Work("帳票の作成", "人", "filing", "filing_id", "filing:view", "filing:create"),
}


def work_of(task: Progress) -> Work:
    for word, work in WORKS.items():
        if task.kind.startswith(word):
            return work
    raise KeyError(task.kind)


def progress(request: OperatorRequest, progress_id: UUID) -> HttpResponse:
    task = get_object_or_404(Progress.objects, id=progress_id)
    work = work_of(task)
    if not request.actor.may(work.need):
        return errors.forbidden(request)
    context = {
        "page_title": work.label,
        "crumbs": [Link("トップ", reverse("top")), Link(work.label)],
        **shown(task, request.actor),
    }
    if request.headers.get("HX-Request"):
        return render(request, "operator/progress/part.html", context)
    return render(request, "operator/progress/page.html", context)


def start_again(request: OperatorRequest, progress_id: UUID) -> HttpResponse:
    """Work that broke off goes on where it stopped, in the name of who asks now."""
    task = get_object_or_404(Progress.objects, id=progress_id)
    work = work_of(task)
    if not (work.again and request.actor.may(work.again)):
        messages.info(request, f"{work.label}を始め直す権限がありません。")
        return redirect("top")
    if queue.start_again(task.id, actor=request.actor):
        messages.success(request, f"{work.label}をもう一度始めました。止まったところから続けます。")
    else:
        messages.info(request, "この処理は、すでに動いているか、終わっています。")
    return redirect("progress", progress_id=task.id)


def shown(task: Progress, actor: Actor) -> dict[str, object]:
    """What `operator/progress/part.html` needs; other pages include that part with it."""
    work = work_of(task)
    subject = reverse(work.route, kwargs={work.argument: task.subject} if work.argument else {})
    return {
        "task": task,
        "label": work.label,
        "unit": work.unit,
        "poll_url": reverse("progress", kwargs={"progress_id": task.id}),
        "result_url": subject if actor.may(work.need) else "",
        "again_url": _again_url(task, work, actor),
    }


def _again_url(task: Progress, work: Work, actor: Actor) -> str:
    offered = task.state == State.FAILED and work.again and actor.may(work.again)
    if not (offered and queue.may_start_again(task.id, actor=actor)):
        return ""
    return reverse("progress-again", kwargs={"progress_id": task.id})
