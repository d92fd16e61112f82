"""ユーザ登録 and ユーザ一覧."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from azukari.collect.announcing import Subscription
from azukari.tenancy import directory, setup_links
from azukari.tenancy import users as verbs
from azukari.tenancy.directory import Listed, UserFilter, UserState
from azukari.tenancy.models import Role, User
from azukari.tenancy.options import has_field
from azukari.web.components.parts import Link
from azukari.web.forms.sending import sent
from azukari.web.forms.users import UserForm, UserSearch
from azukari.web.guard import OperatorRequest
from azukari.web.lists import applied, conditions, place_in, turns
from azukari.web.operator.second_factor import destroy
from azukari.web.steward import user_sheets
from azukari.web.steward.frame import SOMEBODY_WAS_FASTER, page
from azukari.web.steward.waiting import users_not_reached

TONES = {
    UserState.ACTIVE: "success",
    UserState.SUSPENDED: "neutral",
    UserState.LOCKED: "error",
    UserState.UNSET: "warning",
    UserState.OUTSIDE: "neutral",
}
TAKEN = "このユーザIDは、この契約でほかの人が使っています。別のユーザIDにしてください。"
OWN_ACCOUNT = (
    "自分自身の権限・ユーザID・有効期間の変更や、停止・リンクの発行はできません。"
    "必要なときは、ほかの管理担当者に依頼してください。"
)


def users(request: OperatorRequest) -> HttpResponse:
    search, wanted = _searched(request)
    found = directory.page_of_users(wanted, request.actor.company, place_in(request))
    context = page(
        "ユーザ一覧",
        search=search,
        applied=list(applied(request, search, search.fields)),
        total=directory.find_users(wanted).count(),
        lines=[(line, TONES[line.state]) for line in directory.lines_of(found.rows)],
        **turns(request, found),
        may_create=request.actor.may("user:create"),
        file_url=f"{reverse('users-file')}?{conditions(request)}",
    )
    return render(request, "steward/users/list.html", context)


def _searched(request: OperatorRequest) -> tuple[UserSearch, UserFilter]:
    search = UserSearch(request.GET, contract_options=request.admission.options)
    search.is_valid()
    unreached = search.cleaned_data.get("unreached")
    return search, UserFilter(
        words=search.cleaned_data.get("q", ""),
        state=search.cleaned_data.get("state", ""),
        mails=users_not_reached() if unreached else None,
    )


def list_file(request: OperatorRequest) -> HttpResponse:
    """What the list shows, whole."""
    _search, wanted = _searched(request)
    found = directory.everybody(wanted, request.actor.company)
    return user_sheets.list_file(request, found)


def user(request: OperatorRequest, user_id: UUID) -> HttpResponse:
    line = _listed_or_404(request, user_id)
    context = page(
        line.user.name,
        _to_list(),
        line=line,
        tone=TONES[line.state],
        locked=line.locked_until is not None,
        is_self=line.user.id == request.actor.user_id,
        may_change=request.actor.may("user:change"),
        mail_kinds=_mail_kinds(request, line),
    )
    return render(request, "steward/users/user.html", context)


def _mail_kinds(request: OperatorRequest, line: Listed) -> str | None:
    """In words; None where the contract has no such mails."""
    if not has_field("user", "mail_kinds", request.admission.options):
        return None
    chosen = [one.label for one in Subscription if one.value in line.user.mail_kinds]
    return "・".join(chosen) or "受信しない"


def register(request: OperatorRequest) -> HttpResponse:
    form = UserForm(
        sent(request),
        roles=_roles(),
        may_have_none=False,
        contract_options=request.admission.options,
    )
    role = form.chosen_role() if form.is_valid() else None
    if role is not None:
        try:
            made, token = verbs.create_user(
                form.facts(), role, request.actor.company, actor=request.actor
            )
            return _show_link(request, made, token, is_new=True)
        except verbs.UserTaken:
            form.add_error("user_code", TAKEN)
    return render(request, "steward/users/form.html", page("ユーザ登録", _to_list(), form=form))


def change(request: OperatorRequest, user_id: UUID) -> HttpResponse:
    line = _listed_or_404(request, user_id)
    form = UserForm(
        sent(request),
        initial=_initial(line),
        roles=_roles(),
        may_have_none=True,
        contract_options=request.admission.options,
    )
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            verbs.change_user(
                line.user, form.facts(), form.chosen_role(), version=version, actor=request.actor
            )
            messages.success(request, f"{line.user.name}さんの登録内容を変更しました。")
            return redirect("user", user_id=user_id)
        except verbs.UserTaken:
            form.add_error("user_code", TAKEN)
        except verbs.SomebodyWasFaster:
            form.add_error(None, SOMEBODY_WAS_FASTER)
        except verbs.OwnAccount:
            form.add_error(None, OWN_ACCOUNT)
    way = Link(line.user.name, reverse("user", args=[user_id]))
    context = page("ユーザ変更", _to_list(), way, form=form, user_id=user_id)
    return render(request, "steward/users/form.html", context)


def act(request: OperatorRequest, user_id: UUID, act: str) -> HttpResponse:
    """One button of the user's page."""
    row = get_object_or_404(User.objects, id=user_id)
    acts = {"suspend": _suspend, "resume": _resume, "unlock": _unlock, "forget-code": _forget_code}
    try:
        if act == "renew-link":
            return _show_link(request, row, verbs.renew_link(row, actor=request.actor))
        if act not in acts:
            raise Http404
        messages.success(request, acts[act](request, row))
    except verbs.OwnAccount:
        messages.error(request, OWN_ACCOUNT)
    return redirect("user", user_id=user_id)


def _suspend(request: OperatorRequest, row: User) -> str:
    verbs.suspend_user(row, actor=request.actor)
    return f"{row.name}さんの利用を停止しました。ログイン中でも、次の操作からは使えません。"


def _resume(request: OperatorRequest, row: User) -> str:
    verbs.resume_user(row, actor=request.actor)
    return f"{row.name}さんの利用を再開しました。"


def _unlock(request: OperatorRequest, row: User) -> str:
    verbs.unlock_user(row, actor=request.actor)
    return f"{row.name}さんのロックを解除しました。"


def _forget_code(request: OperatorRequest, row: User) -> str:
    cell = verbs.forget_second_factor(row, actor=request.actor)
    if cell is not None:
        destroy(request.actor.contract_id, cell)
    return f"{row.name}さんのワンタイムコードの設定を解除しました。"


def _show_link(
    request: OperatorRequest, row: User, token: str, *, is_new: bool = False
) -> HttpResponse:
    """The link is in this answer and nowhere else; only its hash is kept."""
    context = page(
        "パスワード設定用リンク",
        _to_list(),
        row=row,
        link=request.build_absolute_uri(reverse("set-password", args=[token])),
        hours=int(setup_links.VALID_FOR.total_seconds() // 3600),
        is_new=is_new,
    )
    return render(request, "steward/users/link.html", context)


def _listed_or_404(request: OperatorRequest, user_id: UUID) -> Listed:
    line = directory.listed(user_id, request.actor.company)
    if line is None:
        raise Http404
    return line


def _initial(line: Listed) -> dict[str, Any]:
    row = line.user
    names = (
        "user_code", "name", "mail", "department", "valid_from", "valid_to", "version",
        "employee_code", "mail_kinds",
    )  # fmt: skip
    role = next((str(r.id) for r in _roles() if r.name == line.role), "")
    return {**{name: getattr(row, name) for name in names}, "role": role}


def _roles() -> list[Role]:
    return list(Role.objects.order_by("kind", "name"))


def _to_list() -> Link:
    return Link("ユーザ一覧", reverse("users"))
