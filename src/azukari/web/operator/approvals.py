"""承認・再確認: what waits for a second person, and what oneself has asked for."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from azukari.law.purpose import PURPOSES
from azukari.register import approvals, queries
from azukari.register.actions import second_check, viewing
from azukari.register.models import NumberRecord, PersonKind, ViewingRequest
from azukari.register.rules import Refused
from azukari.web import words
from azukari.web.components.parts import Link
from azukari.web.forms.second_check import ReturnForm, SecondCheckForm
from azukari.web.forms.sending import sent
from azukari.web.guard import OperatorRequest
from azukari.web.lists import place_in, ticked, turns
from azukari.web.operator import person_words
from azukari.web.operator.people import page_of

_TITLE = "承認・再確認"
_MINE = 10


def approvals_page(request: OperatorRequest) -> HttpResponse:
    """Everything that waits; checks may be confirmed together by their ticks."""
    if request.workplace is None:
        return redirect("top")
    if request.method == "POST":
        return _confirm_marked(request)
    actor = request.actor
    page = approvals.page_of_checks(actor, place_in(request))
    to_enter = [kind for kind in PersonKind if actor.may(f"{kind.value}:change")]
    context = {
        "page_title": _TITLE,
        "crumbs": [Link("トップ", reverse("top")), Link(_TITLE)],
        "may_approve": bool(approvals.kinds_to_approve(actor)),
        "viewings": [_viewing(one) for one in approvals.viewings_to_decide(actor)[:100]],
        "mine": [_viewing(one) for one in approvals.viewings_of(actor)[:_MINE]],
        "checks": [_check(one) for one in page.rows],
        "total_checks": approvals.checks_to_do(actor).count(),
        "sent_back": [_check(one) for one in approvals.checks_sent_back(to_enter)[:100]],
        **turns(request, page),
    }
    return render(request, "operator/approvals/list.html", context)


def _confirm_marked(request: OperatorRequest) -> HttpResponse:
    marked = ticked(request)
    records = list(approvals.checks_to_do(request.actor).filter(id__in=marked))
    done = second_check.confirm_checks(records, actor=request.actor)
    if done:
        messages.success(
            request, f"{done}件の本人確認を再確認しました。番号を使えるようになりました。"
        )
    else:
        messages.info(request, "再確認するものを選んでください。")
    return redirect("approvals")


# 番号表示の承認 ---------------------------------------------------------------------------------


def decide(request: OperatorRequest, viewing_id: UUID) -> HttpResponse:
    if request.workplace is None:
        raise Http404
    kinds = approvals.kinds_to_approve(request.actor)
    found = ViewingRequest.objects.select_related("person").filter(person__kind__in=kinds)
    asked = get_object_or_404(found, id=viewing_id)
    act = request.POST.get("act")
    if act not in {"allow", "refuse"}:
        messages.info(request, "「承認する」か「承認しない」を選んでください。")
        return redirect("approvals")
    try:
        viewing.decide_viewing(asked, approved=act == "allow", actor=request.actor)
    except Refused as refused:
        messages.error(request, words.say(refused.problem))
    else:
        said = "承認しました。" if act == "allow" else "承認しないことを記録しました。"
        messages.success(request, f"{asked.person.name}さんの番号表示を{said}")
    return redirect("approvals")


# 本人確認の再確認 -------------------------------------------------------------------------------


def check(request: OperatorRequest, record_id: UUID) -> HttpResponse:
    """One number: how it was verified; confirm it or send it back."""
    if request.workplace is None:
        raise Http404
    found = queries.awaiting_second_check().select_related("person", "person__host")
    record = get_object_or_404(found, id=record_id)
    if record.person.kind not in approvals.kinds_to_approve(request.actor):
        messages.info(request, "この人の本人確認を再確認する権限がありません。")
        return redirect("approvals")
    returning = request.POST.get("act") == "return"
    form = SecondCheckForm(None if returning else sent(request))
    return_form = ReturnForm(request.POST if returning else None)
    answer = _return(request, record, return_form) if returning else None
    if request.method == "POST" and not returning:
        answer = _confirm(request, record, form)
    if answer is not None:
        return answer
    context = {
        "page_title": "本人確認の再確認",
        "crumbs": [
            Link("トップ", reverse("top")),
            Link(_TITLE, reverse("approvals")),
            Link("本人確認の再確認"),
        ],
        "record": record,
        "person": record.person,
        "code": person_words.code(record.person),
        "number": person_words.number(record),
        "form": form,
        "return_form": return_form,
        "is_own": record.recorded_by == request.actor.user_id,
        "back_url": reverse("approvals"),
    }
    return render(request, "operator/approvals/check.html", context)


def _confirm(
    request: OperatorRequest, record: NumberRecord, form: SecondCheckForm
) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        second_check.confirm_check(record, number=form.cleaned_data["number"], actor=request.actor)
    except Refused as refused:
        form.add_error(None, words.say(refused.problem))
        return None
    messages.success(request, "本人確認を再確認しました。番号を使えるようになりました。")
    return redirect("approvals")


def _return(
    request: OperatorRequest, record: NumberRecord, form: ReturnForm
) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        second_check.return_check(record, form.cleaned_data["because"], actor=request.actor)
    except Refused as refused:
        form.add_error(None, words.say(refused.problem))
        return None
    messages.success(request, "差し戻しました。番号は、入力し直されるまで使えません。")
    return redirect("approvals")


# rows -------------------------------------------------------------------------------------------


def _viewing(asked: ViewingRequest) -> dict[str, Any]:
    purpose = PURPOSES.get(asked.purpose)
    return {
        "asked": asked,
        "person": asked.person,
        "code": person_words.code(asked.person),
        "url": page_of(asked.person),
        "purpose": purpose.label if purpose else asked.purpose,
        "state": person_words.viewing_state(asked),
    }


def _check(record: NumberRecord) -> dict[str, Any]:
    return {
        "record": record,
        "person": record.person,
        "code": person_words.code(record.person),
        "url": page_of(record.person),
        "number": person_words.number(record),
    }
