"""法定帳票作成: the list, who is on a form, making it, the result and its one download."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.law.purpose import purpose_of_form
from azukari.progress.actions import of_subject as progress_of
from azukari.register.models import Person
from azukari.tenancy.actor import Actor
from azukari.use import actions, queries, rules
from azukari.use.making import check_filing, to_stored
from azukari.use.models import Filing, FilingState
from azukari.use.rules import NumberUse, UseProblem, UseRefused
from azukari.web import words
from azukari.web.components.parts import Link
from azukari.web.forms.filing import CandidateSearch, FilingForm, FilingSearch
from azukari.web.forms.reading import mentions_number
from azukari.web.guard import OperatorRequest
from azukari.web.lists import applied, place_in, ticked, turns
from azukari.web.operator import filing_facts, filing_words, person_words
from azukari.web.operator.progress import shown

STEPS = ["人を選ぶ", "内容を入力する", "確かめて作成する", "受け取る"]
_TITLE = "法定帳票作成"
_PAGES = {
    FilingState.PREPARING: "preparing",
    FilingState.MAKING: "making",
    FilingState.MADE: "made",
    FilingState.REFUSED: "refused",
    FilingState.DESTROYED: "destroyed",
}


# list -------------------------------------------------------------------------------------------


def filings(request: OperatorRequest) -> HttpResponse:
    search = FilingSearch(request.GET)
    search.is_valid()
    wanted = search.cleaned_data
    found = queries.find_filings(
        words=wanted.get("q", ""), form=wanted.get("form", ""), state=wanted.get("state", "")
    )
    page = queries.page_of_filings(found, place_in(request))
    context = {
        "page_title": _TITLE,
        "crumbs": _crumbs(),
        "search": search,
        "applied": list(applied(request, search, search.fields)),
        "clear_url": reverse("filings"),
        "rows": [filing_words.row(one) for one in page.rows],
        "total": found.count(),
        **turns(request, page),
        "new_url": reverse("filing-new") if request.actor.may("filing:create") else "",
    }
    return render(request, "operator/filings/list.html", context)


# choose -----------------------------------------------------------------------------------------


def choose(request: OperatorRequest) -> HttpResponse:
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect("filing-new")
    search = CandidateSearch(request.GET)
    form = FilingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            filing = actions.prepare_filing(
                form.cleaned_data["form"],
                form.cleaned_data["office"],
                _chosen(request, search),
                actor=request.actor,
            )
        except UseRefused as refused:
            form.add_error(None, filing_words.say(refused.problem))
        else:
            return redirect("filing-facts", filing_id=filing.id)
    return render(request, "operator/filings/choose.html", _choose_page(request, search, form))


def _chosen(request: OperatorRequest, search: CandidateSearch) -> list[Person]:
    if request.POST.get("act") == "all":
        found = queries.find_candidates(search.wanted).order_by("employee_code")
        return list(found[: rules.MOST_PEOPLE + 1])
    people = queries.people_of(ticked(request))
    return sorted(people.values(), key=lambda person: person.employee_code)


def _choose_page(
    request: OperatorRequest, search: CandidateSearch, form: FilingForm
) -> dict[str, Any]:
    wanted = search.wanted
    purpose = purpose_of_form(rules.ACQUISITION)
    found, page = queries.page_of_candidates(wanted, place_in(request), purpose=purpose)
    marked = set(ticked(request))
    return {
        "page_title": "帳票の作成",
        "crumbs": [*_crumbs(), Link("帳票の作成")],
        "steps": STEPS,
        "search": search,
        "form": form,
        "purpose": purpose.label,
        "applied": list(applied(request, search, search.fields)),
        "clear_url": reverse("filing-new"),
        "post_url": f"?{request.GET.urlencode()}",
        "rows": [
            {
                "person": one.person,
                "state": person_words.state(one.person),
                "hired_on": person_words.day(one.person.hired_on),
                "lacks": "、".join(lack.label for lack in one.lacks),
                "ticked": one.person.id in marked,
            }
            for one in found
        ],
        "total": queries.find_candidates(wanted).count(),
        "ticked": len(marked),
        **turns(request, page),
    }


# facts ------------------------------------------------------------------------------------------


def facts(request: OperatorRequest, filing_id: UUID) -> HttpResponse:
    filing = _filing(filing_id)
    if filing.state not in {FilingState.PREPARING, FilingState.REFUSED}:
        messages.error(request, filing_words.say(UseProblem.CANNOT_BE_CHANGED))
        return redirect("filing", filing_id=filing.id)
    table = filing_facts.FactsTable(filing, request.GET.get("from", ""), request.POST or None)
    if request.method == "POST" and table.is_valid():
        try:
            return _save(request, filing, table)
        except UseRefused as refused:
            messages.error(request, filing_words.say(refused.problem))
    context = {
        "page_title": "届書の内容",
        "crumbs": [*_crumbs(), Link("帳票の作成")],
        "steps": STEPS,
        "filing": filing,
        "title": filing_words.title(filing.form),
        "table": table,
        "lines": table.lines(),
        "filing_url": reverse("filing", kwargs={"filing_id": filing.id}),
    }
    return render(request, "operator/filings/facts.html", context)


def _save(request: OperatorRequest, filing: Filing, table: filing_facts.FactsTable) -> HttpResponse:
    act = request.POST.get("act", "save")
    given = table.given_for_all() if act == "apply-all" else table.given()
    actions.set_facts(filing, given, actor=request.actor)
    if act == "leave-out":
        left = actions.leave_out(filing, ticked(request), actor=request.actor)
        messages.success(request, f"{left}人をこの届書から外しました。内容を保存しました。")
    elif act == "apply-all":
        messages.success(request, f"{filing.people}人全員に入れました。内容を保存しました。")
    elif act == "next" and table.next_place:
        return redirect(_facts_url(filing, table.next_place))
    elif act == "next":
        return redirect("filing", filing_id=filing.id)
    else:
        messages.success(request, "内容を保存しました。")
    return redirect(_facts_url(filing, table.first))


def _facts_url(filing: Filing, first: int) -> str:
    url = reverse("filing-facts", kwargs={"filing_id": filing.id})
    return f"{url}?from={first}" if first > 1 else url


# one filing -------------------------------------------------------------------------------------


def filing(request: OperatorRequest, filing_id: UUID) -> HttpResponse:
    found = _filing(filing_id)
    state = FilingState(found.state)
    context = {
        "page_title": filing_words.title(found.form),
        "crumbs": [*_crumbs(), Link("作成の記録")],
        "filing": found,
        "row": filing_words.row(found),
        "purpose": filing_words.purpose(found),
        "steps": STEPS,
        "list_url": reverse("filings"),
        "office_url": reverse("company") if request.actor.may("company:view") else "",
        "may_create": request.actor.may("filing:create"),
        "may_output": request.actor.may("filing:output"),
        "filing_url": reverse("filing", kwargs={"filing_id": found.id}),
        "facts_url": _facts_url(found, 1),
        "make_url": reverse("filing-make", kwargs={"filing_id": found.id}),
        "download_url": reverse("filing-download", kwargs={"filing_id": found.id}),
        **_more(found, state, request.actor),
    }
    return render(request, f"operator/filings/{_PAGES[state]}.html", context)


def _more(filing: Filing, state: FilingState, actor: Actor) -> dict[str, Any]:
    if state == FilingState.PREPARING:
        return _before_making(filing)
    if state == FilingState.MAKING:
        return _while_making(filing, actor)
    if state == FilingState.REFUSED:
        return {"failures": _failures(filing.problems)}
    expired = filing.expires_at is not None and filing.expires_at <= timezone.now()
    return {"expired": expired, "office": queries.pension_office(filing.office)}


def _before_making(filing: Filing) -> dict[str, Any]:
    """What the last look before making shows, with the checks that need no number."""
    subjects = queries.subjects_of(filing)
    problems = check_filing(filing, subjects, today=timezone.localdate())
    with_number = sum(one.known.number is NumberUse.USABLE for one in subjects)
    return {
        "failures": _failures(to_stored(problems, subjects)),
        "office": queries.pension_office(filing.office),
        "with_number": with_number,
        "without_number": len(subjects) - with_number,
        "media_number": rules.next_media_number(filing.office.last_media_number),
    }


def _while_making(filing: Filing, actor: Actor) -> dict[str, Any]:
    task = progress_of(filing.id)
    return {"broken_off": task.is_over, **shown(task, actor)} if task else {}


def _failures(stored: list[dict[str, Any]]) -> list[filing_words.Failure]:
    ids = {UUID(one["person"]) for one in stored if one["person"]}
    return filing_words.failures(stored, queries.people_of(ids))


def make(request: OperatorRequest, filing_id: UUID) -> HttpResponse:
    filing = _filing(filing_id)
    try:
        actions.start_filing(filing, actor=request.actor)
    except UseRefused as refused:
        messages.error(request, filing_words.say(refused.problem))
    return redirect("filing", filing_id=filing.id)


def download(request: OperatorRequest, filing_id: UUID) -> HttpResponse:
    filing = _filing(filing_id)
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


# ways -------------------------------------------------------------------------------------------


def _filing(filing_id: UUID) -> Filing:
    return get_object_or_404(Filing.objects.select_related("office"), id=filing_id)


def _crumbs() -> list[Link]:
    return [Link("トップ", reverse("top")), Link(_TITLE, reverse("filings"))]
