"""月次確認: one month, its anomalies, what was found out about them, and the sign-off."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.oversee.months import actions, queries, rules
from azukari.oversee.months.models import AnomalyNote
from azukari.oversee.months.queries import AnomalyFilter, MonthLine
from azukari.oversee.months.rules import Anomaly, AnomalyKind, Month, MonthRefused
from azukari.tenancy.models import User
from azukari.web.components.parts import Link
from azukari.web.forms.months import AnomalyNoteForm, AnomalySearch, SignOffForm
from azukari.web.guard import OperatorRequest
from azukari.web.lists import conditions, place_in, turns
from azukari.web.operator import month_words
from azukari.web.operator.months import crumbs, state_of

_NOBODY = "（登録のないユーザID）"


def month(request: OperatorRequest, month: str) -> HttpResponse:
    return _page(request, _month(month), AnomalyNoteForm(), None)


def _month(text: str) -> Month:
    try:
        found = Month.parse(text)
    except ValueError:
        raise Http404 from None
    if found not in queries.months(timezone.localdate()):
        raise Http404
    return found


def _page(
    request: OperatorRequest,
    asked: Month,
    form: AnomalyNoteForm,
    sign_form: SignOffForm | None,
) -> HttpResponse:
    line, notes = queries.line_of(asked), queries.notes_of(asked)
    search = AnomalySearch(request.GET)
    wanted = search.wanted()
    found = queries.find_anomalies(line, wanted, notes)
    page = queries.page_of_anomalies(found, place_in(request))
    here = reverse("month", args=[line.name])
    tag, tone = state_of(line)
    shown = rules.digest(line.found)
    context = {
        "page_title": f"{month_words.name(asked)}の確認",
        "crumbs": crumbs(Link(month_words.name(asked))),
        "line": line,
        "tag": tag,
        "tone": tone,
        "last_day": month_words.last_day(asked),
        "is_over": not asked.holds(timezone.localdate()),
        "figures": [
            Link(kind.label, f"{here}?kind={kind.value}", "warning", count=count)
            for kind, count in queries.counts_by_kind(line.found).items()
        ],
        "search": search,
        "clear_url": here,
        "filtered": wanted != AnomalyFilter(),
        "rows": _rows(request, line, page.rows, notes),
        "total": len(found),
        "without_note": len(line.found) - line.noted,
        "sign_offs": queries.sign_offs(asked),
        "digest": shown,
        "may_note": request.actor.may("review:change"),
        "may_sign": request.actor.may("review:approve") and _can_be_signed(line),
        "form": form,
        "sign_form": sign_form or SignOffForm(initial={"shown": shown}),
        "note_url": f"{reverse('month-note', args=[line.name])}?{conditions(request)}",
        "sign_url": reverse("month-sign", args=[line.name]),
        **turns(request, page),
    }
    return render(request, "operator/months/month.html", context)


def _can_be_signed(line: MonthLine) -> bool:
    over = not line.month.holds(timezone.localdate())
    return over and (line.signed is None or bool(line.later))


def _rows(
    request: OperatorRequest,
    line: MonthLine,
    shown: list[Anomaly],
    notes: dict[str, AnomalyNote],
) -> list[dict[str, Any]]:
    names = _names({one.actor for one in shown if one.actor})
    may_look = request.actor.may("record:view")
    with_contract = request.actor.may("user:view")
    later = {one.key for one in line.later}
    return [
        {
            "anomaly": one,
            "tone": month_words.TONES[one.kind],
            "who": _who(one, names),
            "is_own": one.actor == request.actor.user_id,
            "what": month_words.what(one),
            "is_later": one.key in later,
            "note": notes.get(one.key),
            "records_url": month_words.records_of(one, with_contract=with_contract)
            if may_look
            else "",
        }
        for one in shown
    ]  # fmt: skip


def _who(one: Anomaly, names: dict[UUID, str]) -> str:
    if one.kind is AnomalyKind.PORTAL:
        return "（従業員）"
    return names.get(one.actor, _NOBODY) if one.actor else _NOBODY


def _names(ids: set[UUID]) -> dict[UUID, str]:
    return dict(User.objects.filter(id__in=ids).values_list("id", "name"))


def note(request: OperatorRequest, month: str) -> HttpResponse:
    """What was found out about the marked ones."""
    asked, form = _month(month), AnomalyNoteForm(request.POST)
    if not form.is_valid():
        return _page(request, asked, form, None)
    keys = request.POST.getlist("selected")
    try:
        count = actions.note_anomalies(asked, keys, form.cleaned_data["note"], actor=request.actor)
    except MonthRefused as refused:
        form.add_error(None, month_words.say(refused.problem))
        return _page(request, asked, form, None)
    messages.success(request, f"{count:,}件に、確認した内容を記録しました。")
    return redirect(f"{reverse('month', args=[str(asked)])}?{conditions(request)}")


def sign(request: OperatorRequest, month: str) -> HttpResponse:
    """The officer closes the month by the list they were shown."""
    asked, form = _month(month), SignOffForm(request.POST)
    if not form.is_valid():
        return _page(request, asked, AnomalyNoteForm(), form)
    facts = form.cleaned_data
    try:
        actions.sign_off(asked, facts["opinion"], shown=facts["shown"], actor=request.actor)
    except MonthRefused as refused:
        # With the digest of the list as it is now, which the officer is about to see.
        fresh = {**request.POST.dict(), "shown": rules.digest(queries.line_of(asked).found)}
        again = SignOffForm(fresh)
        again.add_error(None, month_words.say(refused.problem))
        return _page(request, asked, AnomalyNoteForm(), again)
    messages.success(request, f"{month_words.name(asked)}を確認済にしました。")
    return redirect("month", month=str(asked))
