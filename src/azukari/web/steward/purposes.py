"""利用目的管理: purposes on and off, the notice of each kind of person, who was told when."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from azukari.law.purpose import PersonKind, Purpose
from azukari.register import notices
from azukari.register.actions import purposes as verbs
from azukari.register.models import Person, PurposeNotice
from azukari.tenancy.companies import company_at_work
from azukari.web.components.parts import Link
from azukari.web.forms.purposes import NoticeForm, NotToldSearch, PurposesForm, ToldForm
from azukari.web.forms.sending import sent
from azukari.web.guard import OperatorRequest
from azukari.web.lists import ticked
from azukari.web.operator import person_words
from azukari.web.steward.frame import page

_TITLE = "利用目的管理"


def purposes(request: OperatorRequest) -> HttpResponse:
    off = notices.switched_off()
    context = page(
        _TITLE,
        purposes=[
            {"purpose": one, "kinds": [kind.label for kind in PersonKind if kind in one.kinds],
             "on": one not in off}
            for one in Purpose
        ],
        audiences=[_audience(kind) for kind in PersonKind],
        may_change=request.actor.may("purpose:change"),
    )  # fmt: skip
    return render(request, "steward/purposes/list.html", context)


def _audience(kind: PersonKind) -> dict[str, Any]:
    told = notices.told_of(kind)
    return {"kind": kind, "told": told, "notice": told.notice if told else None}


def change(request: OperatorRequest) -> HttpResponse:
    off = notices.switched_off()
    initial = {"purposes": [one.code for one in Purpose if one not in off]}
    form = PurposesForm(sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            if verbs.set_purposes(form.chosen, actor=request.actor):
                messages.success(
                    request,
                    "利用目的の設定を変更しました。通知文も見直して、新しい版を公表してください。",
                )
            return redirect("purposes")
        except verbs.LastPurpose:
            form.add_error(
                "purposes", "従業員・家族・支払先のそれぞれに、利用目的を1つ以上残してください。"
            )
    context = page("利用目的の変更", _to_list(), form=form)
    return render(request, "steward/purposes/change.html", context)


# notices ----------------------------------------------------------------------------------------


def publish(request: OperatorRequest, audience: str) -> HttpResponse:
    kind = _kind(audience)
    company = company_at_work(request.actor.company)
    form = NoticeForm(sent(request), initial={"text": notices.draft(kind, company.name)})
    if request.method == "POST" and form.is_valid():
        notice = verbs.publish_notice(kind, form.cleaned_data["text"], actor=request.actor)
        messages.success(
            request,
            f"{kind.label}への通知文の第{notice.version}版を公表しました。"
            "対象の人に通知したら、通知した日と方法を記録してください。",
        )
        return redirect("notice", notice_id=notice.id)
    context = page("通知文の公表", _to_list(), form=form, kind=kind,
                   current=notices.current_notice(kind))  # fmt: skip
    return render(request, "steward/purposes/publish.html", context)


def notice(request: OperatorRequest, notice_id: UUID) -> HttpResponse:
    """One version: its words, its neighbours, and how many people were told."""
    row = get_object_or_404(PurposeNotice.objects, id=notice_id)
    kind = PersonKind(row.kind)
    versions = list(notices.notices_of(kind))
    counts = notices.times_told(versions)
    context = page(
        f"{kind.label}への通知文　第{row.version}版",
        _to_list(),
        notice=row,
        is_current=row == versions[0],
        missing=notices.not_told(row).count(),
        versions=[{"notice": one, "told": counts.get(one.id, 0)} for one in versions],
    )
    return render(request, "steward/purposes/notice.html", context)


def not_told(request: OperatorRequest, notice_id: UUID) -> HttpResponse:
    """Who was never told this version."""
    row = get_object_or_404(PurposeNotice.objects, id=notice_id)
    form = ToldForm(initial={"department": request.GET.get("department", "")})
    return _not_told_page(request, row, form)


def told(request: OperatorRequest, notice_id: UUID) -> HttpResponse:
    """Notes that the marked people, or all of the department, were told."""
    row = get_object_or_404(PurposeNotice.objects, id=notice_id)
    form = ToldForm(request.POST)
    people = _chosen(request, row)
    if not form.is_valid():
        return _not_told_page(request, row, form)
    if people is None:
        messages.info(request, "通知した人を選んでください。")
        return redirect("notice-missing", notice_id=row.id)
    count = verbs.note_told(
        row,
        people,
        form.channel_chosen,
        form.cleaned_data["notified_on"],
        actor=request.actor,
    )
    messages.success(request, f"{count:,}人に通知したことを記録しました。")
    return redirect("notice-missing", notice_id=row.id)


def _chosen(request: OperatorRequest, row: PurposeNotice) -> Any:
    """The people the act is about; None when nobody was marked."""
    if request.POST.get("act") == "all":
        return notices.not_told(row, request.POST.get("department", ""))
    marked = ticked(request)
    return notices.not_told(row).filter(id__in=marked) if marked else None


def _not_told_page(request: OperatorRequest, row: PurposeNotice, form: ToldForm) -> HttpResponse:
    kind = PersonKind(row.kind)
    search = NotToldSearch(request.POST if request.method == "POST" else request.GET)
    department = search.wanted
    people, after = notices.page_not_told(row, department, after=request.GET.get("after", ""))
    kept = {"department": department} if department else {}
    context = page(
        "通知していない人",
        _to_list(),
        Link(f"第{row.version}版", reverse("notice", kwargs={"notice_id": row.id})),
        notice=row,
        kind=kind,
        search=search,
        form=form,
        department=department,
        clear_url=reverse("notice-missing", kwargs={"notice_id": row.id}),
        total=notices.not_told(row, department).count(),
        # A steward may not see who the people are, but may note that all were told.
        rows=[_person(one) for one in people] if request.actor.may(f"{kind.value}:view") else [],
        may_note=request.actor.may("purpose:create"),
        next_url="?" + urlencode({**kept, "after": after}) if after else "",
        first_url="?" + urlencode(kept) if request.GET.get("after") else "",
    )
    return render(request, "steward/purposes/not_told.html", context)


def _person(person: Person) -> dict[str, Any]:
    host = person.host
    return {
        "person": person,
        "code": person_words.code(person),
        "department": host.department if host else person.department,
        "state": person_words.state(person),
    }


# ways -------------------------------------------------------------------------------------------


def _kind(audience: str) -> PersonKind:
    try:
        return PersonKind(audience)
    except ValueError:
        raise Http404 from None


def _to_list() -> Link:
    return Link(_TITLE, reverse("purposes"))
