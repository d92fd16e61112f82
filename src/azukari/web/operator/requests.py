"""提出依頼: whom we asked, how far it has come, and reminding, asking again, calling back."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.collect import queries, requesting, setting
from azukari.collect.models import Application, Mail, Request, RequestBatch, RequestLink
from azukari.collect.request_letter import letters
from azukari.collect.requesting import Asking
from azukari.collect.rules import (
    OPEN_REQUESTS,
    Channel,
    CollectProblem,
    CollectRefused,
    DeclineReason,
    Occasion,
    RequestState,
)
from azukari.ledger.number_in_text import mentions_number
from azukari.register import spreadsheet
from azukari.register.models import Person, PersonKind
from azukari.tenancy.companies import company_at_work
from azukari.web import collect_words, words
from azukari.web.components.parts import NO_DEPARTMENT, Link, Share
from azukari.web.forms.collect import AgainForm, AskChosenForm, AskForm, BecauseForm, RequestSearch
from azukari.web.guard import OperatorRequest
from azukari.web.lists import applied, conditions, place_in, ticked, turns
from azukari.web.operator import person_words
from azukari.web.operator.difference_others import chosen_in
from azukari.web.operator.progress import shown
from azukari.web.streaming import csv_in_parts

TITLE = "提出依頼"
_HEADS = (
    "社員番号", "氏名", "部署", "方法", "状態", "依頼日時", "回答期限", "開いた日時",
    "回答日時", "督促の回数", "最後の督促", "提供しない理由",
)  # fmt: skip
_CSV_PART = 1000
_LETTERS = 500
_MARKED = 2_000
_ASKED_BEFORE = (
    "この画面からは、もう依頼しています。同じ条件でもう一度依頼するときは、"
    "「提出を依頼する」を開き直してください。"
)


def requests(request: OperatorRequest) -> HttpResponse:
    """The status board: progress by department, and everybody who was asked."""
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect("requests")
    return _board(request, BecauseForm())


def _board(request: OperatorRequest, form: BecauseForm) -> HttpResponse:
    search = RequestSearch(request.GET)
    wanted = search.wanted()
    page = queries.page_of_requests(wanted, place_in(request))
    progress = queries.progress_by_department(wanted, timezone.localdate())
    may_ask = request.actor.may("application:create")
    context = {
        "page_title": TITLE,
        "crumbs": _crumbs(),
        "search": search,
        "form": form,
        "clear_url": reverse("requests"),
        "applied": [*applied(request, search, ("q", "state", "department", "channel", "overdue"))],
        "rows": [_row(one) for one in page.rows],
        "total": queries.find_requests(wanted).count(),
        "progress": [(one.department or NO_DEPARTMENT, one) for one in progress],
        "shares": [
            Share.of(one.department, one.answered, one.asked - one.answered) for one in progress
        ],
        "waves": [(one, _left_out(one)) for one in queries.batches(5)],
        "may_ask": may_ask,
        "may_output": request.actor.may("application:output"),
        "new_url": reverse("request-new"),
        "csv_url": f"{reverse('requests-csv')}?{conditions(request)}",
        "act_url": f"{reverse('requests-act')}?{conditions(request)}",
        "letters_url": f"{reverse('requests-letters')}?{conditions(request)}",
        "letters": queries.letters_to_print().count(),
        **turns(request, page),
    }
    return render(request, "operator/requests/board.html", context)


def _row(one: Request) -> dict[str, Any]:
    overdue = one.state in OPEN_REQUESTS and one.deadline < timezone.localdate()
    return {
        "request": one,
        "person": one.person,
        "code": person_words.code(one.person),
        "state": RequestState(one.state).label,
        "tone": collect_words.REQUEST_TONES[one.state],
        "channel": Channel(one.channel).label,
        "overdue": overdue,
    }


def _left_out(batch: RequestBatch) -> str:
    said = {
        CollectProblem.NOBODY_TO_ASK.value: "依頼の要らない人",
        CollectProblem.ALREADY_ASKED.value: "依頼済みの人",
    }
    return "、".join(
        f"{said[code]} {n:,}人" for code, n in batch.left_out.items() if n and code in said
    )


def as_csv(request: OperatorRequest) -> StreamingHttpResponse:
    """Everybody who was asked, as the search finds them, the newest first."""
    found = queries.parts_of_requests(RequestSearch(request.GET).wanted(), _CSV_PART)
    parts = (map(_cells, some) for some in found)
    return csv_in_parts("requests.csv", _HEADS, parts, actor=request.actor)


def _cells(one: Request) -> tuple[str, ...]:
    return (
        one.person.employee_code, one.person.name, one.person.department,
        Channel(one.channel).label, RequestState(one.state).label,
        spreadsheet.moment(one.sent_at or one.created_at), one.deadline.isoformat(),
        spreadsheet.moment(one.opened_at), spreadsheet.moment(one.answered_at),
        str(one.reminders), spreadsheet.moment(one.last_reminded_at),
        DeclineReason(one.decline_reason).label if one.decline_reason else "",
    )  # fmt: skip


def act(request: OperatorRequest) -> HttpResponse:
    """Reminding or calling back the marked, or everybody who fits the search."""
    doing = request.POST.get("act", "")
    found = queries.find_requests(RequestSearch(request.GET).wanted())
    if not doing.endswith("-all"):
        found = found.filter(id__in=ticked(request))
    chosen = list(found.filter(state__in=list(OPEN_REQUESTS)).order_by("id")[:_MARKED])
    if not chosen:
        messages.info(request, "回答を待っている依頼を選んでください。")
    elif doing.startswith("remind"):
        sent = requesting.remind(chosen, actor=request.actor)
        messages.success(request, f"{sent:,}人に督促のメールを送ります。")
        if len(chosen) > sent:
            messages.info(
                request,
                f"{len(chosen) - sent:,}人には送りません。今日すでに督促したか、"
                "メールアドレスがない人です。",
            )
    elif doing.startswith("call-back"):
        form = BecauseForm(request.POST)
        if not form.insist():
            return _board(request, form)
        closed = requesting.call_back(chosen, form.cleaned_data["because"], actor=request.actor)
        messages.success(
            request, f"{closed:,}件の依頼を取り消しました。リンクは使えなくなりました。"
        )
    return redirect(f"{reverse('requests')}?{conditions(request)}")


def print_letters(request: OperatorRequest) -> HttpResponse:
    """依頼状 with a QR code each; every printing makes a fresh link and ends the earlier ones."""
    found = queries.find_requests(RequestSearch(request.GET).wanted())
    marked = ticked(request)
    found = found.filter(id__in=marked) if marked else found.filter(state=RequestState.CREATED)
    chosen = list(
        found.filter(channel=Channel.LETTER, state__in=list(OPEN_REQUESTS))
        .select_related("person")
        .order_by("person__department", "person__employee_code")[:_LETTERS]
    )
    if not chosen:
        messages.info(request, "印刷する依頼状がありません。方法が「書面」の依頼を選んでください。")
        return redirect(f"{reverse('requests')}?{conditions(request)}")
    content = letters(chosen, actor=request.actor)
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="letters.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


# asking -----------------------------------------------------------------------------------------


def ask(request: OperatorRequest) -> HttpResponse:
    terms = setting.terms_on(timezone.localdate())
    initial = {
        "title": "個人番号の提出のお願い",
        "deadline": timezone.localdate() + timedelta(days=terms.deadline_days),
        "channel": Channel.MAIL.value,
        "declaration_name": company_at_work(request.actor.company).declaration_name,
        **{k: v for k, v in request.GET.items() if k in AskForm.base_fields},
    }
    data, files = request.POST or None, request.FILES or None
    chosen = chosen_in(request)
    form = (
        AskForm(data, files, initial=initial)
        if chosen is None
        else AskChosenForm(chosen.codes, data, files, initial=initial)
    )
    found: int | None = None
    if request.method == "POST" and form.is_valid():
        people, unknown = _chosen(form)
        if unknown:
            shown_codes = "、".join(unknown[:10])
            form.add_error(
                "codes",
                f"登録のない番号が{len(unknown)}件あります（{shown_codes}）。取り除いてください。",
            )
        elif request.POST.get("act") == "ask":
            try:
                batch = requesting.ask(people, _asking(form), actor=request.actor)
            except CollectRefused as refused:
                form.add_error(None, collect_words.say(refused.problem))
            except requesting.AskedBefore as before:
                messages.info(request, _ASKED_BEFORE)
                return redirect("request-wave", wave_id=before.batch.id)
            else:
                return redirect("request-wave", wave_id=batch.id)
        elif not (found := requesting.how_many(people)):
            form.add_error(None, collect_words.say(CollectProblem.NOBODY_TO_ASK))
    context = {
        "page_title": "提出を依頼する",
        "crumbs": _crumbs("依頼する"),
        "form": form,
        "found": found,
        "chosen": chosen,
        "back_url": chosen.list_url if chosen else reverse("requests"),
    }
    return render(request, "operator/requests/ask.html", context)


def _chosen(form: AskForm) -> tuple[QuerySet[Person], list[str]]:
    said = form.cleaned_data
    codes: list[str] = said["chosen"]
    unknown = queries.unknown_codes(said["kind"], codes) if codes else []
    if said["changed"]:
        return requesting.with_number(said["kind"], codes), unknown
    whom = queries.to_ask(kind=said["kind"], department=said["department"], codes=codes)
    if said["with_family"] and said["kind"] == PersonKind.EMPLOYEE:
        return requesting.households(whom), unknown
    return requesting.missing_among(whom), unknown


def _asking(form: AskForm) -> Asking:
    said = form.cleaned_data
    whom = [
        dict(form.kinds)[said["kind"]],
        said["department"],
        f"{form.chosen_by}{len(said['chosen']):,}人" if said["chosen"] else "",
    ]
    return Asking(
        title=said["title"],
        whom="・".join(part for part in whom if part),
        deadline=said["deadline"],
        channel=Channel(said["channel"]),
        occasion=Occasion.NUMBER_CHANGED if said["changed"] else Occasion.CHOSEN,
        declaration_name=said["declaration_name"],
        key=form.key_of_what_is_said(),
    )


def wave(request: OperatorRequest, wave_id: UUID) -> HttpResponse:
    """One batch of requests while it is made and afterwards."""
    found = _wave(wave_id)
    task = requesting.progress_of(found)
    at_work = task is not None and not task.is_over
    may_stop = at_work and request.actor.may("application:create")
    context = {
        "page_title": found.title,
        "crumbs": _crumbs(found.title),
        "wave": found,
        "channel": Channel(found.channel).label,
        "left_out": _left_out(found),
        "list_url": f"{reverse('requests')}?batch={found.id}",
        "page_url": reverse("request-wave", args=[found.id]),
        "broken_off": found.made_at is None and task is not None and not at_work,
        "stop_url": reverse("request-wave-stop", args=[found.id]) if may_stop else "",
        "stopping": task is not None and at_work and task.cancel_asked,
        **(shown(task, request.actor) if task is not None and found.made_at is None else {}),
    }
    return render(request, "operator/requests/wave.html", context)


def stop(request: OperatorRequest, wave_id: UUID) -> HttpResponse:
    if requesting.stop(_wave(wave_id), actor=request.actor):
        said = "切りのよいところで止めます。依頼できた人の分は、そのまま残ります。"
        messages.success(request, said)
    else:
        messages.info(request, "この依頼は、もう終わっています。")
    return redirect("request-wave", wave_id=wave_id)


def _wave(wave_id: UUID) -> RequestBatch:
    return get_object_or_404(RequestBatch.objects.defer("people_ids"), id=wave_id)


# one request ------------------------------------------------------------------------------------


def one(request: OperatorRequest, request_id: UUID) -> HttpResponse:
    found = get_object_or_404(Request.objects.select_related("person"), id=request_id)
    return _one(request, found, AgainForm(initial=_again(found)))


def _one(request: OperatorRequest, found: Request, form: AgainForm) -> HttpResponse:
    asked = found.people.select_related("person").order_by("person__family_code")
    applications = Application.objects.filter(request=found).exclude(submitted_at__isnull=True)
    may_ask = request.actor.may("application:create")
    closed = {RequestState.ANSWERED, RequestState.CANCELLED}
    context = {
        "page_title": f"{found.person.name}さんへの依頼",
        "crumbs": _crumbs(found.person.name),
        **_row(found),
        "asked": [(line.person, line.changed, person_words.relationship(line.person))
                  for line in asked],
        "applications": [
            (a, a.get_state_display(), collect_words.APPLICATION_TONES[a.state])
            for a in applications
        ],
        "links": RequestLink.objects.filter(request=found).order_by("-issued_at")[:20],
        "mails": [
            (mail, mail.get_state_display(), collect_words.MAIL_TONES[mail.state])
            for mail in Mail.objects.filter(request=found).order_by("-created_at")[:20]
        ],
        "decline": DeclineReason(found.decline_reason).label if found.decline_reason else "",
        "form": form,
        "may_again": may_ask and found.state not in closed,
        "may_type": may_ask and found.state in OPEN_REQUESTS,
        "may_remind": may_ask and found.state in OPEN_REQUESTS and bool(found.person.mail),
        "act_url": reverse("requests-act"),
        "proxy_url": reverse("proxy-entry", args=[found.person_id]),
        "again_url": reverse("request-again", args=[found.id]),
    }  # fmt: skip
    return render(request, "operator/requests/request.html", context)


def again(request: OperatorRequest, request_id: UUID) -> HttpResponse:
    found = get_object_or_404(Request.objects.select_related("person"), id=request_id)
    form = AgainForm(request.POST)
    if not form.is_valid():
        return _one(request, found, form)
    try:
        requesting.send_again(
            found, channel=Channel(form.cleaned_data["channel"]),
            deadline=form.cleaned_data["deadline"], seen=form.cleaned_data["seen"],
            actor=request.actor,
        )  # fmt: skip
    except CollectRefused as refused:
        messages.error(request, collect_words.say(refused.problem))
    else:
        messages.success(request, "もう一度依頼しました。前のリンクは使えなくなりました。")
    return redirect("request", request_id=request_id)


def _again(found: Request) -> dict[str, str | date]:
    terms = setting.terms_on(timezone.localdate())
    day = timezone.localdate() + timedelta(days=terms.deadline_days)
    seen = requesting.standing_of(found)
    return {"channel": found.channel, "deadline": day, "seen": seen}


def _crumbs(last: str = "") -> list[Link]:
    crumbs = [Link("トップ", reverse("top")), Link(TITLE, reverse("requests") if last else "")]
    return [*crumbs, Link(last)] if last else crumbs
