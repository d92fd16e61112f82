"""従業員アカウント: handing out ways into the portal, stopping and resetting them."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.register.accounts import actions, links, listing, passkeys
from azukari.register.accounts.listing import AccountFilter
from azukari.register.accounts.rules import AccountState
from azukari.register.models import EmployeeAccount, Person, PersonKind
from azukari.web.components.parts import Link
from azukari.web.forms.accounts import AccountSearch
from azukari.web.guard import OperatorRequest
from azukari.web.lists import applied, place_in, ticked, turns
from azukari.web.portal import codes
from azukari.web.setup_links import links_file
from azukari.web.steward.frame import page

TONES = {
    AccountState.ACTIVE: "success",
    AccountState.UNSET: "warning",
    AccountState.LOCKED: "error",
    AccountState.SUSPENDED: "neutral",
    AccountState.ENDED: "neutral",
}
MOST_AT_ONCE = 500


def accounts(request: OperatorRequest) -> HttpResponse:
    search = AccountSearch(request.GET)
    search.is_valid()
    wanted = AccountFilter(search.cleaned_data.get("q", ""), search.cleaned_data.get("state", ""))
    found = listing.page(wanted, place_in(request))
    context = page(
        "従業員アカウント",
        search=search,
        applied=list(applied(request, search, ("q", "state"))),
        total=listing.find(wanted).count(),
        lines=[
            (line, TONES.get(line.state, "neutral") if line.state else "neutral")
            for line in listing.lines_of(found.rows)
        ],
        **turns(request, found),
        may_open=request.actor.may("account:create"),
    )
    return render(request, "operator/accounts/list.html", context)


def account(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    [line] = listing.lines_of([_employee(person_id)])
    context = page(
        line.person.name,
        _to_list(),
        line=line,
        tone=TONES.get(line.state, "neutral") if line.state else "neutral",
        passkeys=len(passkeys.passkeys_of(line.account)) if line.account else 0,
        may_open=request.actor.may("account:create") and line.state is not AccountState.ENDED,
        may_change=request.actor.may("account:change") and line.account is not None,
        locked=line.state is AccountState.LOCKED,
        ended=line.state is AccountState.ENDED,
    )
    return render(request, "operator/accounts/account.html", context)


def open_accounts(request: OperatorRequest) -> HttpResponse:
    """Links for those marked: one on a page, several as a file to hand on."""
    people = list(
        listing.find(AccountFilter()).filter(id__in=ticked(request)).order_by("employee_code")
    )
    if not people:
        messages.error(request, "リンクを発行する社員を、一覧で選んでください。")
        return redirect("accounts")
    if len(people) > MOST_AT_ONCE:
        messages.error(request, f"一度に発行できるのは{MOST_AT_ONCE}人までです。")
        return redirect("accounts")
    made = [(one, actions.open_account(one, actor=request.actor)[1]) for one in people]
    if len(made) == 1:
        return _show_link(request, *made[0])
    rows = ([one.employee_code, one.name, one.department, _url(token)] for one, token in made)
    heads = ["社員番号", "氏名", "部署名"]
    return links_file("portal-links.csv", heads, rows, timezone.now() + links.VALID_FOR)


def act(request: OperatorRequest, person_id: UUID, act: str) -> HttpResponse:
    """One button of the page of an account."""
    person = _employee(person_id)
    row = get_object_or_404(EmployeeAccount.objects.select_related("person"), person_id=person.id)
    if act == "reset":
        token, cell = actions.reset_account(row, actor=request.actor)
        if cell is not None:
            codes.destroy(cell)
        return _show_link(request, person, token)
    verb, said = _ACTS.get(act, (None, ""))
    if verb is None:
        raise Http404
    verb(row, actor=request.actor)
    messages.success(request, f"{person.name}さんの{said}")
    return redirect("employee-account", person_id=person_id)


_ACTS: dict[str, tuple[Callable[..., None] | None, str]] = {
    "suspend": (
        actions.suspend_account,
        "アカウントを停止しました。ログイン中でも、次の操作からは使えません。",
    ),
    "resume": (actions.resume_account, "アカウントを再開しました。"),
    "unlock": (actions.unlock_account, "ロックを解除しました。"),
}


def _show_link(request: OperatorRequest, person: Person, token: str) -> HttpResponse:
    """The link is in this answer and nowhere else; only its hash is kept."""
    context = page(
        "パスワード設定用リンク",
        _to_list(),
        person=person,
        link=_url(token),
        days=links.VALID_FOR.days,
    )
    return render(request, "operator/accounts/link.html", context)


def _url(token: str) -> str:
    return f"{settings.PORTAL_URL}start/{token}"


def _employee(person_id: UUID) -> Person:
    return get_object_or_404(Person.objects, id=person_id, kind=PersonKind.EMPLOYEE)


def _to_list() -> Link:
    return Link("従業員アカウント", reverse("accounts"))
