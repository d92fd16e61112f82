"""特定個人情報ファイル管理簿: on screen, on paper, as a file; no number stands in it."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.oversee.holdings import actions, queries
from azukari.oversee.holdings.queries import Line
from azukari.oversee.holdings.rules import HOLDINGS, HoldingKind
from azukari.register import spreadsheet
from azukari.tenancy.users import SomebodyWasFaster
from azukari.web.components.parts import Link
from azukari.web.forms.holdings import HoldingForm
from azukari.web.forms.sending import sent
from azukari.web.guard import OperatorRequest
from azukari.web.operator import person_words
from azukari.web.steward.frame import SOMEBODY_WAS_FASTER

TITLE = "特定個人情報ファイル管理簿"
_NAMES_SHOWN = 10
_HEADS = (
    "ファイルの名称", "記録する項目", "対象者の範囲", "保有している数", "責任者", "取扱部署",
    "利用目的", "アクセス権を有する者", "保管場所・管理の方法", "廃棄の方法", "廃棄の状況", "備考",
)  # fmt: skip


def holdings(request: OperatorRequest) -> HttpResponse:
    rows = [_row(one) for one in queries.lines()]
    missing = sum(1 for row in rows if not (row["officer"] and row["department"]))
    context = {
        "page_title": TITLE,
        "crumbs": [Link("トップ", reverse("top")), Link(TITLE)],
        "rows": rows,
        "missing": missing,
        "may_change": request.actor.may("holding:change"),
        "may_output": request.actor.may("holding:output"),
        "due_url": reverse("due") if request.actor.may("disposal:view") else "",
    }
    return render(request, "operator/holdings/list.html", context)


def printed(request: OperatorRequest) -> HttpResponse:
    actions.write_export("print", actor=request.actor)
    context = {
        "page_title": TITLE,
        "rows": [_row(one) for one in queries.lines()],
        "issued_at": timezone.now(),
        "issued_by": request.actor.name,
        "back_url": reverse("holdings"),
    }
    return render(request, "operator/holdings/print.html", context)


def file(request: OperatorRequest) -> HttpResponse:
    """The register as CSV, one line for each file."""
    actions.write_export("csv", actor=request.actor)
    rows = [_HEADS, *(_cells(_row(one)) for one in queries.lines())]
    name = f"holdings-{timezone.localdate():%Y%m%d}.csv"
    return HttpResponse(
        spreadsheet.as_text(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _row(line: Line) -> dict[str, Any]:
    counted, facts = line.counted, line.facts
    return {
        "holding": line.holding,
        "count": f"{counted.count:,}{counted.unit}",
        "officer": facts.officer if facts else "",
        "department": facts.department if facts else "",
        "place": (facts.place if facts else "") or "このシステムの保管庫（暗号化して保管）",
        "remark": facts.remark if facts else "",
        "purposes": [one.label for one in counted.purposes],
        "holders": list(_holders(line)),
        "due": counted.due,
        "disposed": _disposed(line),
        "change_url": reverse("holding-change", args=[line.holding.kind.value]),
    }


def _holders(line: Line) -> Iterator[str]:
    for role, names in line.holders.items():
        shown = "、".join(names[:_NAMES_SHOWN])
        rest = f" ほか{len(names) - _NAMES_SHOWN}人" if len(names) > _NAMES_SHOWN else ""
        yield f"{role}（{len(names)}人）：{shown}{rest}"


def _disposed(line: Line) -> str:
    counted = line.counted
    if not counted.disposed or counted.disposed_at is None:
        return "廃棄したものはありません"
    day = person_words.day(timezone.localtime(counted.disposed_at).date())
    return f"{counted.disposed:,}件を廃棄済（最後は{day}）"


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    due = f"保存期間を過ぎたもの {row['due']:,}件。" if row["due"] else ""
    holding = row["holding"]
    return (
        holding.kind.label, holding.items, holding.whom, row["count"], row["officer"],
        row["department"], "、".join(row["purposes"]), "、".join(row["holders"]), row["place"],
        holding.ends, due + row["disposed"], row["remark"],
    )  # fmt: skip


def change(request: OperatorRequest, holding: str) -> HttpResponse:
    try:
        kind = HoldingKind(holding)
    except ValueError:
        raise Http404 from None
    facts = queries.facts_of(kind)
    initial = {name: getattr(facts, name) for name in actions.FACTS} if facts else {}
    version = facts.version if facts else 0
    form = HoldingForm(sent(request), initial={**initial, "version": version})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            actions.change_facts(
                kind, typed, version=typed["version"] or 0, everywhere=typed["everywhere"],
                actor=request.actor,
            )  # fmt: skip
        except SomebodyWasFaster:
            form.add_error(None, SOMEBODY_WAS_FASTER)
        else:
            messages.success(request, f"「{kind.label}」の管理簿を変更しました。")
            return redirect("holdings")
    [told] = [one for one in HOLDINGS if one.kind is kind]
    way = [Link("トップ", reverse("top")), Link(TITLE, reverse("holdings")), Link(kind.label)]
    context = {
        "page_title": kind.label,
        "crumbs": way,
        "holding": told,
        "form": form,
        "back_url": reverse("holdings"),
    }
    return render(request, "operator/holdings/change.html", context)
