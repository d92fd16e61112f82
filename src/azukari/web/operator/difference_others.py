"""What other rooms do about differences: ask for numbers, propose disposal."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from azukari.check.difference import dealing, queries
from azukari.check.difference.models import DifferenceRow, DifferenceRun
from azukari.collect.queries import unknown_codes
from azukari.dispose import batch_queries, batches
from azukari.dispose.rules import DisposeRefused
from azukari.register.models import PersonKind
from azukari.web.forms.difference import DifferenceSearch
from azukari.web.guard import OperatorRequest
from azukari.web.operator import dispose_words


@dataclass(frozen=True)
class Chosen:
    """Employees of whom a list of differences tells, themselves or their families.

    `strangers`: so many of them are not registered, and cannot be asked.
    """

    codes: list[str]
    strangers: int
    list_url: str


def ask_for_numbers(rows: list[DifferenceRow]) -> HttpResponse:
    """To the page that asks these employees and their families; of a page of rows."""
    codes = dict.fromkeys(row.employee_code for row in rows)
    return redirect(f"{reverse('request-new')}?{urlencode({'codes': ' '.join(codes)})}")


def ask_all_for_numbers(request: OperatorRequest, run: DifferenceRun) -> HttpResponse:
    """The same for everybody the list shows: not they travel there, but the conditions."""
    found = urlencode({key: value for key, value in request.GET.items() if key != "act"})
    asked = urlencode({"difference": str(run.id), "found": found})
    return redirect(f"{reverse('request-new')}?{asked}")


def chosen_in(request: OperatorRequest) -> Chosen | None:
    """Who is meant by the address that `ask_all_for_numbers` makes; None for any other."""
    if "difference" not in request.GET:
        return None
    request.actor.require("difference:view")
    try:
        run_id = UUID(request.GET["difference"])
    except ValueError:
        raise Http404 from None
    run = get_object_or_404(DifferenceRun.objects, id=run_id)
    found = QueryDict(request.GET.get("found", ""))
    codes = queries.employees_in(queries.find(run, DifferenceSearch(found).wanted()))
    unknown = set(unknown_codes(PersonKind.EMPLOYEE, codes))
    known = [code for code in codes if code not in unknown]
    list_url = f"{reverse('difference', args=[run.id])}?{found.urlencode()}"
    return Chosen(known, len(unknown), list_url)


def dispose(request: OperatorRequest, rows: list[DifferenceRow]) -> HttpResponse | None:
    """A batch of the numbers that may go already; the others are still kept by law."""
    people = [row.person for row in rows if row.person]
    try:
        batch = batches.propose_people(people, actor=request.actor)
    except DisposeRefused as refused:
        dealing.note_proposed(rows, (), actor=request.actor)
        messages.error(request, dispose_words.say(refused.problem))
        return None
    proposed = set(batch_queries.people_in(batch))
    left = dealing.note_proposed(rows, proposed, actor=request.actor)
    if left:
        messages.info(
            request,
            f"{left:,}件は入れていません。条件「できなかったものだけ」で理由を確かめられます。",
        )
    messages.success(request, f"廃棄案 {batch.code} を作りました。対象を確かめてください。")
    return redirect("batch", batch_id=batch.id)
