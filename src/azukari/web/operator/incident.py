"""漏えい等対応: one incident, its deadlines, what was done, and the draft of the report."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.law.incident import Deadlines, Ground
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.oversee.incidents import actions, queries, rules
from azukari.oversee.incidents import report as reports
from azukari.oversee.incidents.models import Incident
from azukari.oversee.incidents.rules import OPEN, Cause, IncidentRefused, Item, Standing, Step
from azukari.tenancy.companies import company_at_work
from azukari.web.components.parts import Link, Moment, Tone
from azukari.web.forms.incidents import StepForm
from azukari.web.forms.sending import sent
from azukari.web.guard import OperatorRequest
from azukari.web.operator import incident_words, ledger_words, person_words
from azukari.web.operator.incidents import crumbs, found, harm_of

_LISTED = (
    Step.CONTAIN, Step.QUICK_REPORT, Step.NOTIFY, Step.ANNOUNCE, Step.PREVENT, Step.FULL_REPORT,
)  # fmt: skip
_TOLD = (
    Action.INCIDENT_RECORDED,
    Action.INCIDENT_CHANGED,
    Action.INCIDENT_STEP_TAKEN,
    Action.INCIDENT_DRAFTED,
)
_SHOWN = 50


def incident(request: OperatorRequest, incident_id: UUID) -> HttpResponse:
    row = found(incident_id)
    standing = queries.standing_of(row)
    may_change = request.actor.may("incident:change")
    context = {
        "page_title": row.title,
        "crumbs": crumbs(Link(row.code)),
        "incident": row,
        "tone": incident_words.TONES[row.state],
        "harm": harm_of(row),
        "happened_on": person_words.day(row.happened_on),
        "noticed_on": person_words.day(row.noticed_on),
        "items": "、".join(Item(one).label for one in row.items),
        "cause": Cause(row.cause).label,
        "grounds": [one.label for one in row.grounds],
        "counts_from_noticed": row.grounds == (Ground.MANY,) and row.many_on is None,
        "deadlines": _deadlines(row, standing),
        "steps": [_step(row, standing, step) for step in _LISTED],
        "notified": queries.count_notified(row),
        "moments": _moments(request, row),
        "is_open": row.state in OPEN,
        "may_change": may_change,
        "may_output": request.actor.may("incident:output"),
        "may_find": may_change and row.state in OPEN,
        "ends": [
            (incident_words.BUTTONS[step], reverse("incident-step", args=[row.id, step.value]))
            for step in (Step.CLOSE, Step.WITHDRAW, Step.REOPEN)
            if may_change and rules.is_possible(step, standing.state)
        ],
    }
    return render(request, "operator/incidents/incident.html", context)


def _deadlines(row: Incident, standing: Standing) -> list[dict[str, Any]]:
    due = row.deadlines
    if due is None:
        return []
    today = timezone.localdate()
    quick = f"{due.quick_from:%-m月%-d日}から{due.quick_until:%-m月%-d日}まで"
    return [
        {
            "what": "速報",
            "until": quick,
            "basis": "規則第3条第1項：速やかに（目安は、知った日を1日目として3日目から5日目）",
            **_left(due.quick_until, today, done=standing.done, by=Step.QUICK_REPORT),
        },
        {
            "what": "確報",
            "until": person_words.day(due.full_until) + "まで",
            "basis": _full_basis(due),
            **_left(due.full_until, today, done=standing.done, by=Step.FULL_REPORT),
        },
    ]


def _full_basis(due: Deadlines) -> str:
    counted = f"規則第3条第2項：{due.since:%-m月%-d日}を1日目として{due.days}日以内"
    if due.full_until == due.counted_to:
        return counted
    return f"{counted}（{due.counted_to:%-m月%-d日}は閉庁日のため、次の開庁日）"


def _left(day: date, today: date, *, done: Any, by: Step) -> dict[str, Any]:
    if by in done or Step.FULL_REPORT in done:
        return {"left": "報告済", "tone": "success"}
    left, tone = incident_words.days_left(day, today)
    return {"left": left, "tone": tone}


def _step(row: Incident, standing: Standing, step: Step) -> dict[str, Any]:
    done = [one for one in queries.steps_of(row) if one.step == step]
    tone: Tone = "success" if done else "neutral"
    return {
        "label": step.label,
        "hint": incident_words.HINTS[step],
        "done": done,
        "tag": "記録済" if done else "未記録",
        "tone": tone,
        "url": reverse("incident-step", args=[row.id, step.value])
        if rules.is_possible(step, standing.state)
        else "",
    }


def _moments(request: OperatorRequest, row: Incident) -> list[Moment]:
    asked = ledger.Filter(actions=_TOLD, target=row.id, since=row.recorded_at)
    page = ledger.records(request.actor.company, asked, limit=_SHOWN)
    return [
        Moment(
            when=entry.record.at,
            what=" ".join(
                part for part in (entry.record.action.label, ledger_words.details(entry.record))
                if part
            ),
            who=entry.record.actor_name,
            why=entry.record.reason,
        )
        for entry in page.entries
    ]  # fmt: skip


# what was done ----------------------------------------------------------------------------------


def take_step(request: OperatorRequest, incident_id: UUID, step: str) -> HttpResponse:
    row = found(incident_id)
    try:
        taken = Step(step)
    except ValueError:
        raise Http404 from None
    back = reverse("incident", args=[row.id])
    form = StepForm(sent(request), hint=incident_words.HINTS[taken])
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            actions.take_step(row, taken, facts["on"], facts["note"], actor=request.actor)
        except IncidentRefused as refused:
            form.refuse(refused.problem)
        else:
            messages.success(request, f"「{taken.label}」を記録しました。")
            return redirect(back)
    context = {
        "page_title": taken.label,
        "crumbs": crumbs(Link(row.code, back), Link(taken.label)),
        "incident": row,
        "form": form,
        "button": incident_words.BUTTONS.get(taken, "記録する"),
        "back_url": back,
    }
    return render(request, "operator/incidents/step.html", context)


# the draft of the report ------------------------------------------------------------------------


def report(request: OperatorRequest, incident_id: UUID) -> HttpResponse:
    """The nine items as PDF, or as text to copy from; written down before it is given."""
    row = found(incident_id)
    as_pdf = request.POST.get("as") == "pdf"
    actions.write_draft(row, "pdf" if as_pdf else "text", actor=request.actor)
    company, now = company_at_work(request.actor.company), timezone.now()
    if as_pdf:
        return _file(reports.as_paper(row, company, now), "application/pdf", f"{row.code}.pdf")
    text = reports.as_text(row, company, now).encode("utf-8-sig")
    return _file(text, "text/plain; charset=utf-8", f"{row.code}.txt")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="incident-{name}"'
    return response
