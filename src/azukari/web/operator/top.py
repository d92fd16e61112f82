"""The top screen: what waits, the figures that matter, and every way this user may go."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.register import approvals, holds, queries
from azukari.register.models import NumberState, PersonKind, Sheet, SheetState
from azukari.tenancy import directory
from azukari.tenancy.actor import Actor
from azukari.tenancy.admission import Admission
from azukari.tenancy.directory import UserFilter, UserState
from azukari.tenancy.models import ClientCertificate
from azukari.use.due import Standing, standings
from azukari.use.models import Filing, FilingState
from azukari.use.rules import Affair, affairs_on
from azukari.web.components.parts import Link, Share, Tone
from azukari.web.context import MENU, links
from azukari.web.guard import OperatorRequest
from azukari.web.operator import applications, batches, exports, incidents, months, pushes, stopped
from azukari.web.steward import waiting as steward

_ENDING = timedelta(days=60)
_SOON = timedelta(days=14)
_NEAR = "期限が近い"


def top(request: OperatorRequest) -> HttpResponse:
    actor = request.actor
    at_work = request.workplace is not None
    context = {
        "page_title": "トップ",
        "waiting": [*_waiting(actor, request.admission)] if at_work else [],
        "figures": [*_figures(actor, request.admission)] if at_work else [],
        "shares": _shares() if at_work and actor.may("employee:view") else [],
        "affairs": [*_affairs(actor)] if at_work and actor.may("filing:view") else [],
        "tiles": [tile for _, entries in MENU for tile in links(actor, entries)],
        "at_work": at_work,
    }
    return render(request, "operator/top/top.html", context)


def _waiting(actor: Actor, admission: Admission) -> Iterator[Link]:
    """Work that somebody has to go on with; nothing is shown that is not there."""
    yield from incidents.waiting(actor)
    yield from months.waiting(actor)
    yield from _approvals(actor)
    yield from applications.waiting(actor)
    if actor.may("sheet:create"):
        checked = Sheet.objects.filter(state=SheetState.CHECKED).count()
        note = "確認が済み、登録を待っているファイルです"
        yield from _some("登録待ちの一括登録ファイル", "sheets", "upload", note, checked)
    if actor.may("filing:output"):
        yield from _filings()
    if actor.may("disposal:change"):
        past = holds.past_review(timezone.localdate()).count()
        note = "保留を続けるか、解除するかを決めてください"
        yield from _some(
            "見直し日を過ぎた廃棄の保留", "holds", "clock", note, past, tag="見直し日を過ぎました"
        )
    yield from batches.waiting(actor)
    yield from exports.waiting(actor)
    yield from pushes.waiting(actor)
    yield from stopped.waiting(actor)
    yield from steward.waiting(actor, admission)
    if actor.may("certificate:view"):
        yield from _certificates()
    elif admission.not_after - timezone.now() < _ENDING:
        yield from _own_certificate(admission)


def _approvals(actor: Actor) -> Iterator[Link]:
    note = "ほかの担当者が、番号を1回表示することの承認を待っています"
    waiting = approvals.viewings_to_decide(actor).count()
    yield from _some("承認を待っている番号表示", "approvals", "eye", note, waiting)
    note = "再確認が済むまで、番号は表示や届出に使えません"
    waiting = approvals.checks_to_do(actor).count()
    yield from _some("再確認を待っている本人確認", "approvals", "success", note, waiting)
    note = "番号を入力し直すか、廃棄してください"
    mine = [kind for kind in PersonKind if actor.may(f"{kind.value}:change")]
    back = approvals.checks_sent_back(mine).count()
    yield from _some("差し戻された登録", "approvals", "edit", note, back, tag="差戻し")
    note = "承認された番号表示です。期限までに1回表示できます"
    allowed = approvals.viewings_of(actor).filter(
        approved=True, used_at__isnull=True, expires_at__gt=timezone.now()
    )
    yield from _some("承認された番号表示", "approvals", "eye", note, allowed.count())


def _filings() -> Iterator[Link]:
    now = timezone.now()
    kept = Filing.objects.filter(
        state=FilingState.MADE, downloaded_at__isnull=True, expires_at__gt=now
    )
    first = kept.order_by("expires_at").first()
    if first is None or first.expires_at is None:
        return
    end = timezone.localtime(first.expires_at)
    note = f"いちばん早いものは{end.month}月{end.day}日{end:%H:%M}までダウンロードできます"
    tag = _NEAR if first.expires_at - now < timedelta(hours=24) else ""
    label = "まだ受け取っていない帳票"
    yield from _some(label, "filings", "document", note, kept.count(), tag=tag)


def _certificates() -> Iterator[Link]:
    now = timezone.now()
    valid = ClientCertificate.objects.filter(revoked_at__isnull=True)
    ending = valid.filter(not_after__gt=now, not_after__lt=now + _ENDING)
    first = ending.order_by("not_after").first()
    if first is None:
        return
    end = timezone.localtime(first.not_after)
    note = f"いちばん早いものは{end.year}年{end.month}月{end.day}日に使えなくなります"
    tag = _NEAR if first.not_after - now < _SOON else ""
    label = "期限が近いクライアント証明書"
    yield from _some(label, "certificates", "lock", note, ending.count(), tag=tag)


def _own_certificate(admission: Admission) -> Iterator[Link]:
    end = timezone.localtime(admission.not_after)
    days = (admission.not_after - timezone.now()).days
    note = (
        f"{end.year}年{end.month}月{end.day}日に使えなくなります。"
        "新しい証明書を管理担当者から受け取ってください"
    )
    tag = _NEAR if admission.not_after - timezone.now() < _SOON else ""
    tone: Tone = "warning" if tag else "neutral"
    label = "お使いのクライアント証明書の期限"
    yield Link(label, reverse("account"), "lock", note, days, "日", tone, tag)


def _some(
    label: str, route: str, icon: str, note: str, count: int, *, tag: str = ""
) -> Iterator[Link]:
    if count:
        tone: Tone = "warning" if tag else "neutral"
        yield Link(label, reverse(route), icon, note, count, tone=tone, tag=tag)


def _figures(actor: Actor, admission: Admission) -> Iterator[Link]:
    may_see = {kind: actor.may(f"{kind}:view") for kind in ("employee", "family")}
    if any(may_see.values()):
        counts = queries.counts()
        missing = "?" + urlencode({"state": NumberState.NONE.value})
        employees, family = reverse("people"), reverse("family")
        if may_see["employee"]:
            yield Link("社員", employees, "user", count=counts.employees, unit="人")
            yield _missing("番号が未登録の社員", employees + missing, counts.employees_missing)
        if may_see["family"]:
            yield Link("家族", family, "family", count=counts.family, unit="人")
            yield _missing("番号が未登録の家族", family + missing, counts.family_missing)
    if actor.may("user:view"):
        active = directory.find_users(UserFilter(state=UserState.ACTIVE)).count()
        url = f"{reverse('users')}?{urlencode({'state': UserState.ACTIVE.value})}"
        yield Link("使えるユーザ", url, "people", count=active, unit="人")
    yield _days_left(actor, admission)


def _days_left(actor: Actor, admission: Admission) -> Link:
    """Of the certificate in this browser; whoever may not see all of them sees one's own."""
    left = admission.not_after - timezone.now()
    tone: Tone = "warning" if left < _ENDING else "neutral"
    url = reverse("certificates" if actor.may("certificate:view") else "account")
    return Link("クライアント証明書の残り", url, "lock", count=left.days, unit="日", tone=tone)


def _missing(label: str, url: str, count: int) -> Link:
    tone: Tone = "warning" if count else "success"
    return Link(label, url, "success", count=count, unit="人", tone=tone)


def _shares() -> list[Share]:
    rows = queries.registration_by_department()
    return [
        Share.of(row.department, row.registered, row.missing)
        for row in rows
        if row.registered or row.missing
    ]


def _affairs(actor: Actor) -> Iterator[tuple[Standing, str]]:
    """What offices wait for now, with the way to those who are on no filing yet."""
    today = timezone.localdate()
    for standing in standings(affairs_on(today), today=today):
        if standing.people:
            yield standing, _way_to(standing.affair, actor)


def _way_to(affair: Affair, actor: Actor) -> str:
    year = {"year": str(affair.year)} if affair.year else {}
    if actor.may("filing:create"):
        here = reverse("filing-people", kwargs={"form": affair.form})
        return f"{here}?{urlencode({**year, 'due': '1'})}"
    return f"{reverse('filings')}?{urlencode({'form': affair.form, **year})}"


def switch_company(request: OperatorRequest) -> HttpResponse:
    """Work goes on in another company of the contract in which the user has a role."""
    try:
        wanted = UUID(request.POST.get("company", ""))
    except ValueError:
        raise Http404 from None
    if wanted not in {place.company_id for place in request.workplaces}:
        raise Http404
    request.session["company"] = str(wanted)
    return redirect("top")
