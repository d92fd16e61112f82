"""取扱状況: who can get at numbers and when they last did, and accounts that nobody uses."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from azukari.dispose import due
from azukari.ledger.actions import Action
from azukari.oversee.holdings import access, actions
from azukari.oversee.holdings.access import Holder, HolderFilter, UnusedFilter
from azukari.register import spreadsheet
from azukari.tenancy.actor import Actor
from azukari.tenancy.directory import UserState, state_of
from azukari.tenancy.models import User
from azukari.tenancy.paging import PAGE, Place
from azukari.web.components.parts import Link, Tone
from azukari.web.forms.holdings import HolderSearch, UnusedSearch
from azukari.web.guard import OperatorRequest
from azukari.web.lists import applied, conditions, place_in, turns
from azukari.web.streaming import csv_in_parts

TITLE = "取扱状況"
_HEADS = (
    "ユーザID", "氏名", "部署", "権限", "できること", "最後に番号を表示した日時",
    "1年間に表示した回数", "最後に番号を使った日時",
)  # fmt: skip


def holders(request: OperatorRequest) -> HttpResponse:
    search = HolderSearch(request.GET)
    wanted = search.wanted()
    page = access.page_of_holders(wanted, place_in(request))
    context = {
        **_frame(request, unused=False),
        "search": search,
        "clear_url": reverse("access"),
        "applied": list(applied(request, search, ("q", "way"))),
        "rows": [_holder(one, request.actor) for one in access.holders_of(page.rows)],
        "total": access.find_holders(wanted).count(),
        "may_output": request.actor.may("holding:output"),
        "file_url": f"{reverse('access-file')}?{conditions(request)}",
        **turns(request, page),
    }
    return render(request, "operator/access/holders.html", context)


def _frame(request: OperatorRequest, *, unused: bool) -> dict[str, Any]:
    return {
        "page_title": TITLE,
        "crumbs": [Link("トップ", reverse("top")), Link(TITLE)],
        "figures": list(_figures(request.actor)),
        "tabs": [
            Link("番号を扱える人", reverse("access"), current=not unused),
            Link("使われていないアカウント", reverse("access-unused"), current=unused),
        ],
    }


def _figures(actor: Actor) -> Iterator[Link]:
    count = access.find_holders(HolderFilter()).count()
    yield Link("番号を扱える人", reverse("access"), "people", count=count, unit="人")
    usual = UnusedSearch().fields["days"].initial
    idle = access.find_unused(UnusedFilter(int(str(usual)))).count()
    tone: Tone = "warning" if idle else "success"
    yield Link(
        "使われていないアカウント", reverse("access-unused"), "user", f"{usual}日以上", idle, "人",
        tone,
    )  # fmt: skip
    past = due.count_due(timezone.localdate())
    url = reverse("due") if actor.may("disposal:view") else ""
    yield Link(
        "保存期間を過ぎた番号", url, "trash", "廃棄案に入っていないもの", past, "件",
        "warning" if past else "success",
    )  # fmt: skip


def _holder(one: Holder, actor: Actor) -> dict[str, Any]:
    may_look = actor.may("record:view")
    asked = {"user": str(one.user.id), "action": Action.NUMBER_REVEALED.value}
    return {
        "holder": one,
        "url": _page_of(one.user, actor),
        "records_url": f"{reverse('records')}?{urlencode(asked)}" if may_look else "",
    }


def _page_of(user: User, actor: Actor) -> str:
    return reverse("user", args=[user.id]) if actor.may("user:view") else ""


def file(request: OperatorRequest) -> StreamingHttpResponse:
    """CSV of who can get at numbers, as the list shows it."""
    wanted = HolderSearch(request.GET).wanted()
    actions.write_export("access-csv", actor=request.actor)
    today = timezone.localdate().strftime("%Y%m%d")
    return csv_in_parts(f"access-{today}.csv", _HEADS, _parts(wanted), actor=request.actor)


def _parts(wanted: HolderFilter) -> Iterator[list[tuple[str, ...]]]:
    after = ""
    while True:
        page = access.page_of_holders(wanted, Place(after=after, size=PAGE))
        yield [_cells(one) for one in access.holders_of(page.rows)]
        after = page.after
        if not after:
            return


def _cells(one: Holder) -> tuple[str, ...]:
    ways = "、".join(way.label for way in one.ways)
    return (
        one.user.user_code, one.user.name, one.user.department, one.role, ways,
        spreadsheet.moment(one.revealed_at), str(one.revealed), spreadsheet.moment(one.used_at),
    )  # fmt: skip


# unused accounts --------------------------------------------------------------------------------


def unused(request: OperatorRequest) -> HttpResponse:
    typed = request.GET if "days" in request.GET else {**request.GET.dict(), "days": "90"}
    search = UnusedSearch(typed)
    wanted = search.wanted()
    page = access.page_of_unused(wanted, place_in(request))
    roles = access.roles_of(page.rows)
    context = {
        **_frame(request, unused=True),
        "search": search,
        "clear_url": reverse("access-unused"),
        "days": wanted.days,
        "rows": [
            {
                "user": one,
                "role": roles.get(one.id, ""),
                "state": _state(one),
                "url": _page_of(one, request.actor),
            }
            for one in page.rows
        ],
        "total": access.find_unused(wanted).count(),
        **turns(request, page),
    }
    return render(request, "operator/access/unused.html", context)


def _state(user: User) -> UserState:
    locked = getattr(user, "locked_until", None) is not None
    return state_of(user, locked=locked, on=timezone.localdate())
