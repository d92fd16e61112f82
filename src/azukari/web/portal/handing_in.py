"""The end of the way: review and submit, take back, leave somebody out, decline."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from azukari.collect import applying, own, setting
from azukari.collect.models import Application
from azukari.collect.papers import PaperKind
from azukari.collect.rules import ApplicationState, CollectProblem, may_turn
from azukari.web.forms.sending import sent
from azukari.web.portal import steps, words
from azukari.web.portal.filling_in import go_on, item_or_404
from azukari.web.portal.forms import DeclineForm, LeaveOutForm
from azukari.web.portal.guard import PortalRequest, application_or_404, request_or_404
from azukari.web.portal.steps import Pass


def review(request: PortalRequest, application_id: UUID) -> HttpResponse:
    application = application_or_404(request, application_id)
    if not steps.is_editable(application):
        messages.info(request, gettext("この申請は、すでに提出されています。"))
        return redirect("application", application_id=application.id)
    missing = applying.what_is_missing(application)
    if request.method == "POST":
        problem = steps.attempt(lambda: applying.submit(application, actor=request.actor))
        if problem is None:
            messages.success(
                request,
                gettext("提出しました。会社の担当者が確認します。結果はこの画面で分かります。"),
            )
            return redirect("application", application_id=application.id)
        messages.error(request, words.of_collect(problem))
        if problem is CollectProblem.NOT_EDITABLE:
            return redirect("application", application_id=application.id)
        return redirect("review", application_id=application.id)
    context = {
        "page_title": gettext("確認と提出"),
        "application": application,
        "passes": [(one, _papers_of(one)) for one in steps.passes_of(application)],
        "lacking": bool(missing),
        "next_url": steps.next_url(application),
        "again": application.state == ApplicationState.RETURNED,
    }
    return render(request, "portal/review.html", context)


def withdraw(request: PortalRequest, application_id: UUID) -> HttpResponse:
    application = application_or_404(request, application_id)
    if request.method == "POST":
        problem = steps.attempt(lambda: applying.withdraw(application, actor=request.actor))
        if problem is None:
            messages.success(request, gettext("取り下げました。入力した番号と書類は廃棄しました。"))
        else:
            messages.error(request, words.of_collect(problem))
        return redirect("application", application_id=application.id)
    if not may_turn(ApplicationState(application.state), ApplicationState.WITHDRAWN):
        messages.error(request, words.of_collect(CollectProblem.CANNOT_WITHDRAW))
        return redirect("application", application_id=application.id)
    context = {"page_title": gettext("取り下げますか"), "application": application}
    return render(request, "portal/withdraw.html", context)


def leave_out(request: PortalRequest, application_id: UUID, item_id: UUID) -> HttpResponse:
    item = item_or_404(request, application_id, item_id)
    if not steps.may_edit(item.application, item):
        return go_on(request, item, CollectProblem.NOT_EDITABLE)
    if _is_last(item.application):
        if item.application.request_id is not None:
            return redirect("decline", request_id=item.application.request_id)
        return redirect("withdraw", application_id=item.application_id)
    form = LeaveOutForm(sent(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        problem = steps.attempt(lambda: applying.leave_out(item, reason, actor=request.actor))
        return go_on(request, item, problem)
    context = {
        **steps.frame(request, item, "number"),
        "page_title": gettext("この人の番号は提出しない"),
        "form": form,
    }
    return render(request, "portal/leave_out.html", context)


def decline(request: PortalRequest, request_id: UUID) -> HttpResponse:
    asked = request_or_404(request, request_id)
    if not setting.terms_on(timezone.localdate()).declining:
        messages.error(request, words.of_collect(CollectProblem.DECLINING_NOT_ALLOWED))
        return redirect("request", request_id=asked.id)
    form = DeclineForm(sent(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        problem = steps.attempt(
            lambda: applying.decline(asked, data["reason"], data["comment"], actor=request.actor)
        )
        if problem is None:
            messages.success(request, gettext("提出しないことを、会社の担当者に伝えました。"))
            return redirect("request", request_id=asked.id)
        form.add_error("comment" if problem in _OF_COMMENT else None, words.of_collect(problem))
    context = {"page_title": gettext("提出しない"), "form": form, "asked": asked}
    return render(request, "portal/decline.html", context)


_OF_COMMENT = {CollectProblem.REASON_MISSING, CollectProblem.NUMBER_IN_TEXT}


def _papers_of(one: Pass) -> list[tuple[object, str]]:
    return [
        (document, gettext(PaperKind[document.kind].label))
        for document in own.documents_of(one.item)
    ]


def _is_last(application: Application) -> bool:
    return sum(not item.left_out for item in own.items_of(application)) == 1
