"""ユーザの一括登録・変更: send a file, see what was found, register once, hand out the links."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.register import spreadsheet
from azukari.register.sheets.templates import Line as Row
from azukari.tenancy import setup_links, user_sheets
from azukari.tenancy import users as verbs
from azukari.tenancy.directory import Listed
from azukari.tenancy.models import User, UserSheet, UserSheetState
from azukari.tenancy.user_sheets import AlreadyDone, Line
from azukari.web.components.parts import Link
from azukari.web.forms.sending import sent
from azukari.web.forms.user_sheet import (
    COLUMNS,
    TOLD_ONLY,
    UserFile,
    columns_open,
    headings,
    in_words,
)
from azukari.web.guard import OperatorRequest
from azukari.web.lists import place_in, ticked, turns
from azukari.web.operator.sheet_files import attachment
from azukari.web.setup_links import links_file
from azukari.web.steward.frame import page

TITLE = "ユーザの一括登録・変更"
STEPS = ["ファイルを送る", "確かめる", "登録する"]
MOST_LINKS = 500
_SHOWN = 200
_TONES = {
    UserSheetState.CHECKED: "warning",
    UserSheetState.APPLIED: "success",
    UserSheetState.DISCARDED: "neutral",
}
_DONE = "このファイルは、登録が済んでいるか、取りやめています。"


def sheets(request: OperatorRequest) -> HttpResponse:
    """The form that sends a file, and the files that were sent."""
    data = sent(request)
    form = UserFile(data, request.FILES if data is not None else None)
    if request.method == "POST" and form.is_valid():
        checked = form.checked(options=request.admission.options, actor=request.actor)
        if checked is not None:
            row = user_sheets.keep(checked, actor=request.actor)
            return redirect("user-sheet", user_sheet_id=row.id)
    found = user_sheets.page_of_sheets(place_in(request))
    context = page(
        TITLE,
        _to_users(),
        form=form,
        steps=STEPS,
        columns=_columns(request),
        rows=[(one, _TONES[UserSheetState(one.state)]) for one in found.rows],
        template_url=reverse("user-template"),
        **turns(request, found),
    )
    return render(request, "steward/users/sheets.html", context)


def sheet(request: OperatorRequest, user_sheet_id: UUID) -> HttpResponse:
    row = get_object_or_404(UserSheet.objects, id=user_sheet_id)
    lines = [Line.of(one) for one in row.lines]
    here = {"user_sheet_id": row.id}
    context = page(
        row.file_name,
        _to_users(),
        Link(TITLE, reverse("user-sheets")),
        sheet=row,
        steps=STEPS,
        step=2 if row.state == UserSheetState.CHECKED else 3,
        tone=_TONES[UserSheetState(row.state)],
        waits=row.state == UserSheetState.CHECKED,
        applied=row.state == UserSheetState.APPLIED,
        refused=len({one["row"] for one in row.problems}),
        lines=[_preview(one) for one in lines[:_SHOWN]],
        more=max(0, len(lines) - _SHOWN),
        without_link=user_sheets.without_password(row),
        hours=int(setup_links.VALID_FOR.total_seconds() // 3600),
        kept_days=user_sheets.KEPT_FOR.days,
        apply_url=reverse("user-sheet-apply", kwargs=here),
        discard_url=reverse("user-sheet-discard", kwargs=here),
        links_url=reverse("user-sheet-links", kwargs=here),
        problems_url=reverse("user-sheet-problems", kwargs=here),
    )
    return render(request, "steward/users/sheet.html", context)


def _preview(line: Line) -> dict[str, Any]:
    return {
        "row": line.row,
        "code": line.facts.user_code,
        "name": line.facts.name,
        "what": "変更" if line.user else "登録",
        "tone": "info" if line.user else "success",
        "changes": line.changes,
    }


def apply(request: OperatorRequest, user_sheet_id: UUID) -> HttpResponse:
    row = get_object_or_404(UserSheet.objects, id=user_sheet_id)
    try:
        row = user_sheets.apply(row, actor=request.actor)
    except AlreadyDone:
        messages.info(request, _DONE)
    else:
        messages.success(request, f"{row.added:,}人を登録し、{row.changed:,}人を変更しました。")
    return redirect("user-sheet", user_sheet_id=user_sheet_id)


def discard(request: OperatorRequest, user_sheet_id: UUID) -> HttpResponse:
    row = get_object_or_404(UserSheet.objects, id=user_sheet_id)
    try:
        user_sheets.discard(row, actor=request.actor)
    except AlreadyDone:
        messages.info(request, _DONE)
    else:
        messages.success(request, "取りやめました。登録・変更したユーザはいません。")
    return redirect("user-sheets")


def problems(request: OperatorRequest, user_sheet_id: UUID) -> HttpResponse:  # noqa: ARG001
    """What was found, row by row."""
    row = get_object_or_404(UserSheet.objects, id=user_sheet_id)
    lines = [
        ["行", "列", "内容と直し方", "値"],
        *([str(one["row"]), one["column"], one["said"], one["value"]] for one in row.problems),
    ]
    return attachment(spreadsheet.as_text(lines), "ユーザの確認結果.csv")


# links ------------------------------------------------------------------------------------------


def sheet_links(request: OperatorRequest, user_sheet_id: UUID) -> HttpResponse:
    """For the users that came with the file and have not set a password yet."""
    row = get_object_or_404(UserSheet.objects, id=user_sheet_id)
    answer = _links(request, user_sheets.made_by(row))
    if answer is None:
        messages.info(request, "全員がパスワードを設定しています。")
        return redirect("user-sheet", user_sheet_id=row.id)
    return answer


def links(request: OperatorRequest) -> HttpResponse:
    """For those marked in the list who have not set a password yet."""
    marked = ticked(request)
    if len(marked) > MOST_LINKS:
        messages.error(request, f"一度に発行できるのは{MOST_LINKS}人までです。")
        return redirect("users")
    answer = _links(request, User.objects.filter(id__in=marked).order_by("user_code"))
    if answer is None:
        messages.error(
            request,
            "パスワードが未設定のユーザを、一覧で選んでください。"
            "設定済みの人のリンクは、その人の画面から発行します。",
        )
        return redirect("users")
    return answer


def _links(request: OperatorRequest, users: Iterable[User]) -> HttpResponse | None:
    """The tokens are in this answer and nowhere else; only their hashes are kept."""
    issued = verbs.issue_links(users, actor=request.actor)
    if not issued:
        return None
    rows = (
        [
            user.user_code,
            user.name,
            user.department,
            request.build_absolute_uri(reverse("set-password", args=[token])),
        ]
        for user, token in issued
    )
    until = timezone.now() + setup_links.VALID_FOR
    return links_file("user-links.csv", ["ユーザID", "氏名", "部署"], rows, until)


# files to take ----------------------------------------------------------------------------------


def template(request: OperatorRequest) -> HttpResponse:
    head = headings(request.admission.options)
    if request.GET.get("format") == "xlsx":
        return attachment(spreadsheet.as_book([Row(head)], "ユーザ"), "ユーザの一括登録.xlsx")
    return attachment(spreadsheet.as_text([head]), "ユーザの一括登録.csv")


def list_file(request: OperatorRequest, found: Iterable[Listed]) -> HttpResponse:
    """Users as the list shows them, under the headings that can be sent back; no secrets.

    That it went out is written down first.
    """
    names = columns_open(request.admission.options)
    rows = [[*(_cell(line, name) for name in names), *_told(line)] for line in found]
    pens.write(
        Record.by(
            request.actor,
            Action.USERS_EXPORTED,
            count=len(rows),
            details={"format": "csv", "company": str(request.actor.company)},
        ),
        request.actor.contract_id,
    )
    head = [*(COLUMNS[name][0] for name in names), *TOLD_ONLY]
    return attachment(spreadsheet.as_text([head, *rows]), "ユーザ一覧.csv")


def _cell(line: Listed, name: str) -> str:
    return line.role if name == "role" else in_words(name, getattr(line.user, name))


def _told(line: Listed) -> list[str]:
    return [
        line.state.label,
        "設定済み" if line.user.totp_cell else "未設定",
        spreadsheet.moment(line.user.last_signed_in_at),
    ]


def _columns(request: OperatorRequest) -> list[tuple[str, str]]:
    """What each column takes, for the page."""
    return [(COLUMNS[name][0], _TAKEN[name]) for name in columns_open(request.admission.options)]


_TAKEN = {
    "user_code": "必須です。登録済みのユーザIDの行は変更、ほかの行は登録になります",
    "name": "登録のときは必須です",
    "mail": "例：hanako@example.co.jp",
    "department": "60文字まで",
    "role": "「権限設定」の権限名。登録のときは必須です。"
    "「なし」にすると、この会社では使えなくなります",
    "valid_from": "例：2026/4/1、令和8年4月1日",
    "valid_to": "この日まで使えます",
    "employee_code": "従業員でもある人の社員番号",
    "mail_kinds": "申請到着・差戻し回答・連携エラーから選び、「・」でつなぎます",
}


def _to_users() -> Link:
    return Link("ユーザ一覧", reverse("users"))
