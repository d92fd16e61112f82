"""法定帳票作成: the list, the last look, making it, and the finished file."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from azukari.collect.tickets import asked_among, gives_tickets
from azukari.filings import words
from azukari.filings.problems import FilingRefused
from azukari.filings.recipes import printed, records
from azukari.filings.recipes.look import told
from azukari.progress.actions import of_subject as progress_of
from azukari.tenancy.actor import Actor
from azukari.use import actions, queries, rules
from azukari.use.checking import Checked, check_filing, to_stored
from azukari.use.gathering import has_ticket
from azukari.use.models import Filing, FilingState
from azukari.use.rules import UseRefused
from azukari.use.totals import differences
from azukari.web.components.parts import Link
from azukari.web.forms.filing import AgainForm, FilingSearch
from azukari.web.guard import OperatorRequest
from azukari.web.lists import applied, place_in, turns
from azukari.web.operator import filing_words
from azukari.web.operator.filing_facts import facts_url
from azukari.web.operator.filing_frame import STEPS, TITLE, crumbs, filing_or_404
from azukari.web.operator.progress import shown

_PAGES = {
    FilingState.READYING: "readying",
    FilingState.PREPARING: "preparing",
    FilingState.MAKING: "making",
    FilingState.MADE: "made",
    FilingState.REFUSED: "refused",
    FilingState.DESTROYED: "destroyed",
}
_LOOKED_AT = 3000  # on the page; the job looks at everybody
_SHOWN = 100  # people with problems, notes, conversions on one page


# list -------------------------------------------------------------------------------------------


def filings(request: OperatorRequest) -> HttpResponse:
    search = FilingSearch(request.GET)
    search.is_valid()
    wanted = search.cleaned_data
    found = queries.find_filings(
        words=wanted.get("q", ""),
        form=wanted.get("form", ""),
        state=wanted.get("state", ""),
        year=wanted.get("year"),
    )
    page = queries.page_of_filings(found, place_in(request))
    context = {
        "page_title": TITLE,
        "crumbs": crumbs(),
        "search": search,
        "applied": list(applied(request, search, search.fields)),
        "clear_url": reverse("filings"),
        "rows": [filing_words.row(one) for one in page.rows],
        "total": found.count(),
        **turns(request, page),
        "new_url": reverse("filing-new") if request.actor.may("filing:create") else "",
    }
    return render(request, "operator/filings/list.html", context)


# one filing -------------------------------------------------------------------------------------


def filing(request: OperatorRequest, filing_id: UUID) -> HttpResponse:
    return _page(request, filing_or_404(filing_id))


def _page(request: OperatorRequest, found: Filing, passphrase: str = "") -> HttpResponse:
    state = FilingState(found.state)
    recipe = queries.recipe_of(found)
    here = {"filing_id": found.id}
    context = {
        "page_title": recipe.title,
        "crumbs": crumbs(Link("作成の記録")),
        "filing": found,
        "recipe": recipe,
        "row": filing_words.row(found),
        "purpose": filing_words.purpose(found),
        "caution": filing_words.caution(recipe),
        "guide": filing_words.GUIDES[recipe.goes_to],
        "steps": STEPS,
        "list_url": reverse("filings"),
        "may_create": request.actor.may("filing:create"),
        "may_output": request.actor.may("filing:output"),
        "filing_url": reverse("filing", kwargs=here),
        "facts_url": facts_url(found),
        "preview_url": reverse("filing-preview", kwargs=here),
        "make_url": reverse("filing-make", kwargs=here),
        "download_url": reverse("filing-download", kwargs=here),
        "source": queries.source_of(found),
        "passphrase": passphrase,
        "passphrase_url": reverse("filing-passphrase", kwargs=here),
        **_more(found, state, request.actor),
    }
    response = render(request, f"operator/filings/{_PAGES[state]}.html", context)
    if passphrase:
        response.headers["Cache-Control"] = "no-store"
    return response


def _more(filing: Filing, state: FilingState, actor: Actor) -> dict[str, Any]:
    if state == FilingState.PREPARING:
        return {} if filing.act == "cancel" else _before_making(filing, actor)
    if state in {FilingState.READYING, FilingState.MAKING}:
        return _while_making(filing, actor)
    if state == FilingState.REFUSED:
        return {"failures": _failures(filing, filing.problems)}
    now = timezone.now()
    recipe = queries.recipe_of(filing)
    here = {"filing_id": filing.id}
    return {
        "expired": filing.expires_at is not None and filing.expires_at <= now,
        "kept": filing.kept_until is not None and filing.kept_until > (filing.expires_at or now),
        "rule": rules.rule_told(recipe),
        "following": queries.following(filing),
        "again_form": AgainForm(),
        "again_url": reverse("filing-again", kwargs=here),
        "follow_url": reverse("filing-follow", kwargs=here),
        "destroy_url": reverse("filing-destroy", kwargs=here),
        "can_cancel": rules.can_be_cancelled(recipe) and filing.act != "cancel",
        "marks_corrections": records.marks_corrections(recipe),
    }


def _before_making(filing: Filing, actor: Actor) -> dict[str, Any]:
    """What the last look before making shows, with the checks that need no number."""
    found = check_filing(filing, today=timezone.localdate(), most=_LOOKED_AT)
    failures = _failures(filing, to_stored(found.problems, filing))
    notes = _failures(filing, to_stored(found.notes, filing))
    return {
        "failures": failures[:_SHOWN],
        "more_failures": max(0, len(failures) - _SHOWN),
        "notes": notes[:_SHOWN],
        "note_count": len(notes),
        "conversions": _conversions(found),
        "conversion_count": len(found.conversions),
        "differences": differences(filing, queries.recipe_of(filing)),
        "ticket_said": _ticket_said(filing, actor),
        "looked_at": found.looked_at,
        "with_number": found.with_number,
        "without_number": found.without_number,
        "media_number": rules.next_media_number(filing.office.last_media_number)
        if rules.has_media_number(queries.recipe_of(filing))
        else None,
    }


def _ticket_said(filing: Filing, actor: Actor) -> str:
    """What the two-dimensional code of the form will hold; empty where it has none."""
    if not has_ticket(queries.recipe_of(filing)):
        return ""
    if not gives_tickets(actor):
        return filing_words.CODE_ONLY
    asked = asked_among(queries.people_on(filing))
    return filing_words.ticket_said(asked, filing.people)


def _conversions(found: Checked) -> list[dict[str, Any]]:
    return [
        {"person": subject.person, "name": one.item_name, "before": one.before, "after": one.after}
        for subject, one in found.conversions[: _SHOWN * 2]
    ]


def _while_making(filing: Filing, actor: Actor) -> dict[str, Any]:
    task = progress_of(filing.id)
    return {"broken_off": task.is_over, **shown(task, actor)} if task else {}


def _failures(filing: Filing, stored: list[dict[str, Any]]) -> list[filing_words.Failure]:
    ids = {UUID(one["person"]) for one in stored if one["person"]}
    return filing_words.failures(stored, queries.people_of(ids), filing)


def preview(request: OperatorRequest, filing_id: UUID) -> HttpResponse:
    """What will be filed of one person, page by page or item by item; numbers are masked."""
    filing = filing_or_404(filing_id)
    recipe = queries.recipe_of(filing)
    asked = request.GET.get("at", "1")
    place = min(
        max(int(asked) if asked.isdecimal() and len(asked) < 7 else 1, 1), filing.people or 1
    )
    subjects = queries.subjects_of(filing, first=place, count=1)
    subject = subjects[0] if subjects else None
    url = reverse("filing-preview", kwargs={"filing_id": filing.id})
    context: dict[str, Any] = {
        "page_title": "プレビュー",
        "crumbs": crumbs(
            Link("作成の記録", reverse("filing", kwargs={"filing_id": filing.id})),
            Link("プレビュー"),
        ),
        "filing": filing,
        "recipe": recipe,
        "caution": filing_words.caution(recipe),
        "person": subject.person if subject else None,
        "place": place,
        "previous_url": f"{url}?at={place - 1}" if place > 1 else "",
        "next_url": f"{url}?at={place + 1}" if place < filing.people else "",
        "filing_url": reverse("filing", kwargs={"filing_id": filing.id}),
        **_pictured(filing, subject),
    }
    return render(request, "operator/filings/preview.html", context)


def _pictured(filing: Filing, subject: queries.Subject | None) -> dict[str, Any]:
    frame = queries.frame_of(filing, today=timezone.localdate())
    recipe, day = frame.recipe, frame.day
    try:
        numbers = frame.numbers(subject) if subject else {}
        facts = told(recipe, frame.whole(subject) if subject else frame.common, numbers)
        if not recipe.is_paper:
            return {"lines": records.preview(recipe, facts, numbers, day.year)}
        edition = printed.edition_on(recipe, day.today, day.year)
        pages = printed.pictures(recipe, edition, facts, numbers)
        return {"pages": [SafeString(page) for page in pages]}  # escaped where it is drawn
    except FilingRefused as refused:
        return {"refused": [words.sentence(one) for one in refused.problems]}
    except ValueError:
        return {
            "refused": [
                "直すところがあるため、まだ表示できません。確認の画面で内容を直してください。"
            ]
        }


# the verbs --------------------------------------------------------------------------------------


def make(request: OperatorRequest, filing_id: UUID) -> HttpResponse:
    filing = filing_or_404(filing_id)
    try:
        actions.start_filing(filing, actor=request.actor)
    except UseRefused as refused:
        messages.error(request, filing_words.say(refused.problem))
    return redirect("filing", filing_id=filing.id)


def download(request: OperatorRequest, filing_id: UUID) -> HttpResponse:
    filing = filing_or_404(filing_id)
    try:
        name, content = actions.download(filing, actor=request.actor)
    except UseRefused as refused:
        messages.error(request, filing_words.say(refused.problem))
        return redirect("filing", filing_id=filing.id)
    return HttpResponse(
        content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def passphrase(request: OperatorRequest, filing_id: UUID) -> HttpResponse:
    """Shown in the answer itself: an address to come back to would show it twice."""
    found = filing_or_404(filing_id)
    try:
        secret = actions.show_passphrase(found, actor=request.actor)
    except UseRefused as refused:
        messages.error(request, filing_words.say(refused.problem))
        return redirect("filing", filing_id=found.id)
    return _page(request, filing_or_404(filing_id), secret)


def again(request: OperatorRequest, filing_id: UUID) -> HttpResponse:
    """The same bytes once more, for a reason."""
    filing = filing_or_404(filing_id)
    form = AgainForm(request.POST)
    if not form.is_valid():
        for said in form.errors.get("reason", ["もう一度取り出す理由を入力してください。"]):
            messages.error(request, str(said))
        return redirect("filing", filing_id=filing.id)
    try:
        actions.make_again(filing, form.cleaned_data["reason"], actor=request.actor)
    except UseRefused as refused:
        messages.error(request, filing_words.say(refused.problem))
    else:
        messages.success(request, "もう一度ダウンロードできます。期限は24時間です。")
    return redirect("filing", filing_id=filing.id)


def follow(request: OperatorRequest, filing_id: UUID) -> HttpResponse:
    """訂正 and 取消 of what was filed."""
    filing = filing_or_404(filing_id)
    verb = actions.cancel_filed if request.POST.get("act") == "cancel" else actions.correct_filed
    try:
        new = verb(filing, actor=request.actor)
    except UseRefused as refused:
        messages.error(request, filing_words.say(refused.problem))
        return redirect("filing", filing_id=filing.id)
    return redirect("filing" if new.act == "cancel" else "filing-facts", filing_id=new.id)


def destroy(request: OperatorRequest, filing_id: UUID) -> HttpResponse:
    filing = filing_or_404(filing_id)
    try:
        actions.destroy_copy(filing, actor=request.actor)
    except UseRefused as refused:
        messages.error(request, filing_words.say(refused.problem))
    else:
        messages.success(request, "ファイルと控えを廃棄しました。作成の記録は残ります。")
    return redirect("filing", filing_id=filing.id)
