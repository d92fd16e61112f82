"""保存期間: every rule with its article, and the few periods a company may choose."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from azukari.law.retention import RULES, RULES_OF_PURPOSE, Certainty, Rule, Start
from azukari.progress import actions as progress
from azukari.progress.models import Progress
from azukari.register.actions import periods as actions
from azukari.register.keeping_facts import chosen_periods
from azukari.register.models import RetentionChoice
from azukari.web.components.parts import Link, Tone
from azukari.web.forms.keeping import PeriodForm
from azukari.web.guard import OperatorRequest
from azukari.web.operator import progress as progress_page
from azukari.web.steward.frame import page

_CERTAIN: dict[Certainty, tuple[str, Tone]] = {
    Certainty.STATUTE: ("条文で確認", "success"),
    Certainty.SECONDARY: ("解説資料による", "info"),
    Certainty.CONFIRM: ("要確認", "warning"),
}
_STARTS = {
    Start.TAX_DUE: "提出期限の属する年の翌年1月11日",
    Start.REPORT_DUE: "税務署への提出期限（翌年1月31日）の翌日",
    Start.COMPLETION: "完結の日（手続きが終わった日）の翌日",
}


def periods(request: OperatorRequest) -> HttpResponse:
    chosen = chosen_periods()
    task = _task()
    context = page(
        "保存期間",
        rows=[_row(rule, chosen) for rule in RULES.values()],
        may_change=request.actor.may("disposal:change"),
        **(progress_page.shown(task, request.actor) if task and not task.is_over else {}),
    )
    return render(request, "steward/periods/periods.html", context)


def change_period(request: OperatorRequest, rule_id: str) -> HttpResponse:
    """Asked first without `sure`: shows how many days would move; then sets it."""
    rule = RULES.get(rule_id)
    if rule is None or rule.choice is None:
        raise Http404
    before = chosen_periods().get(rule_id, 0)
    form = PeriodForm(rule, request.POST or None, initial={"length": before})
    moved = None
    if request.method == "POST" and form.is_valid():
        length = form.cleaned_data["length"]
        if "sure" in request.POST:
            return _set(request, rule, length)
        moved = actions.would_move(rule_id, length)
    context = page(
        "保存期間の変更",
        Link("保存期間", reverse("periods")),
        row=_row(rule, chosen_periods()),
        form=form,
        moved=moved,
        wanted=_period(rule, form.cleaned_data["length"]) if moved else "",
        back_url=reverse("periods"),
    )
    return render(request, "steward/periods/change.html", context)


def _set(request: OperatorRequest, rule: Rule, length: int) -> HttpResponse:
    task = actions.choose_period(rule.id, length, actor=request.actor)
    messages.success(request, f"保存期間を{_period(rule, length)}にしました。")
    if task is None:
        return redirect("periods")
    return redirect("progress", progress_id=task.id)


def _row(rule: Rule, chosen: dict[str, int]) -> dict[str, Any]:
    label, tone = _CERTAIN[rule.certainty]
    return {
        "rule": rule,
        "start": _STARTS[rule.start],
        "period": _period(rule, chosen.get(rule.id, 0) if rule.choice else rule.years),
        "range": _range(rule),
        "certainty": label,
        "tone": tone,
        "purposes": [one.label for one, rules in RULES_OF_PURPOSE.items() if rule.id in rules],
        "url": reverse("period-change", kwargs={"rule_id": rule.id}) if rule.choice else "",
    }


def _period(rule: Rule, length: int) -> str:
    if not length:
        return "期間なし"
    return f"{length}{'日' if rule.choice_in_days else '年'}"


def _range(rule: Rule) -> str:
    if rule.choice is None:
        return ""
    unit = "日" if rule.choice_in_days else "年"
    return f"{rule.choice[0]}から{rule.choice[-1]}{unit}まで選べます"


def _task() -> Progress | None:
    """The counting that the last choice set going."""
    last = RetentionChoice.objects.order_by("-changed_at").first()
    return progress.of_subject(last.id) if last else None
