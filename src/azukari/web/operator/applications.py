"""申請管理一覧: what employees and payees have handed in."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from azukari.collect import queries, reviewing
from azukari.collect.models import Application, ApplicationItem
from azukari.collect.queries import ApplicationFilter
from azukari.collect.rules import (
    WAITING,
    ApplicationState,
    Occasion,
    ReturnReason,
)
from azukari.ledger.number_in_text import mentions_number
from azukari.register import spreadsheet
from azukari.register.models import PersonKind
from azukari.tenancy.actor import Actor
from azukari.web import collect_words, words
from azukari.web.components.parts import Link
from azukari.web.forms.collect import (
    ApplicationSearch,
)
from azukari.web.guard import OperatorRequest
from azukari.web.lists import address_with, applied, conditions, place_in, ticked, turns
from azukari.web.operator import person_words
from azukari.web.streaming import csv_in_parts

TITLE = "申請管理一覧"
_HEADS = (
    "申請番号", "社員番号", "氏名", "部署", "きっかけ", "提出申告書名", "状態", "申請日時",
    "回答期限", "確認した人", "確認日時", "差戻しの理由",
)  # fmt: skip
_CSV_PART = 1000


def applications(request: OperatorRequest) -> HttpResponse:
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect("applications")
    search = ApplicationSearch(request.GET)
    wanted = search.wanted()
    page = queries.page_of_applications(wanted, place_in(request))
    people = queries.people_in(page.rows)
    context = {
        "page_title": TITLE,
        "crumbs": crumbs(),
        "search": search,
        "clear_url": reverse("applications"),
        "applied": [*applied(request, search, ("q", "state", "department", "occasion", "overdue"))],
        "rows": [row(one, people[one.id]) for one in page.rows],
        "total": queries.find_applications(wanted).count(),
        "may_approve": request.actor.may("application:approve"),
        "csv_url": f"{reverse('applications-csv')}?{conditions(request)}",
        "may_output": request.actor.may("application:output"),
        "all_url": address_with(request, state="every"),
        **turns(request, page),
    }
    return render(request, "operator/applications/list.html", context)


def row(one: Application, items: list[ApplicationItem]) -> dict[str, Any]:
    return {
        "application": one,
        "applicant": one.applicant,
        "code": person_words.code(one.applicant),
        "whom": _whom(items),
        "occasion": Occasion(one.occasion).label,
        "state": ApplicationState(one.state).label,
        "tone": collect_words.APPLICATION_TONES[one.state],
        "deadline": one.request.deadline if one.request else None,
        "waits": one.state in WAITING,
    }


def _whom(items: list[ApplicationItem]) -> str:
    own_number = any(item.person.kind != PersonKind.FAMILY for item in items)
    family = sum(item.person.kind == PersonKind.FAMILY for item in items)
    changed = "（番号変更）" if any(item.changed for item in items) else ""
    said = ["本人"] if own_number else []
    said += [f"家族{family}人"] if family else []
    return "・".join(said) + changed


def as_csv(request: OperatorRequest) -> StreamingHttpResponse:
    """All that the search finds, the newest first."""
    found = queries.parts_of_applications(ApplicationSearch(request.GET).wanted(), _CSV_PART)
    parts = (map(_cells, some) for some in found)
    return csv_in_parts("applications.csv", _HEADS, parts, actor=request.actor)


def _cells(one: Application) -> tuple[str, ...]:
    applicant = one.applicant
    return (
        one.code, applicant.employee_code, applicant.name, applicant.department,
        Occasion(one.occasion).label, one.declaration_name, ApplicationState(one.state).label,
        spreadsheet.moment(one.submitted_at),
        one.request.deadline.isoformat() if one.request else "",
        one.decided_by_name, spreadsheet.moment(one.decided_at),
        ReturnReason(one.return_reason).label if one.return_reason else "",
    )  # fmt: skip


def approve_marked(request: OperatorRequest) -> HttpResponse:
    """Those of the marked where nothing needs an eye."""
    found = list(Application.objects.filter(id__in=ticked(request)))
    if not found:
        messages.info(request, "承認するものを選んでください。")
        return redirect("applications")
    bulk = reviewing.approve_many(found, actor=request.actor)
    if bulk.taken:
        messages.success(request, f"{bulk.taken}件を承認しました。登録は順に進みます。")
    for problem, count in bulk.passed.items():
        messages.warning(request, f"{count}件は承認していません。{collect_words.say(problem)}")
    return redirect("applications")


def waiting(actor: Actor) -> Iterator[Link]:
    """For the top screen."""
    if actor.may("application:approve"):
        count = queries.count_waiting()
        if count:
            note = "書類を開いて確かめ、承認するか差し戻してください"
            yield Link("確認を待っている申請", reverse("applications"), "inbox", note, count)
        overdue = queries.find_applications(ApplicationFilter(overdue=True)).count()
        if overdue:
            note = "回答期限を過ぎて、まだ終わっていません"
            url = reverse("applications") + "?state=every&overdue=1"
            yield Link(
                "期限を過ぎた申請", url, "clock", note, overdue, tone="warning", tag="期限切れ"
            )
    if actor.may("application:create"):
        letters = queries.letters_to_print().count()
        if letters:
            note = "QRコード付きの依頼状を印刷して渡してください"
            url = reverse("requests") + "?state=created&channel=letter"
            yield Link("印刷を待っている依頼状", url, "print", note, letters)
        troubles = queries.count_troubles()
        if troubles:
            note = "宛先を確かめて、もう一度送ってください"
            url = reverse("mails") + "?state=trouble"
            yield Link(
                "送れなかったメール", url, "mail", note, troubles, tone="error", tag="エラー"
            )


def crumbs(code: str = "", last: str = "", *, code_url: str = "") -> list[Link]:
    crumbs = [Link("トップ", reverse("top")), Link(TITLE, reverse("applications") if code else "")]
    crumbs += [Link(f"申請 {code}", code_url)] if code else []
    return [*crumbs, Link(last)] if last else crumbs
