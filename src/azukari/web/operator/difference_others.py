"""What other rooms do about differences: ask for numbers, propose disposal."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from azukari.check.difference import actions
from azukari.check.difference.models import DifferenceRow, Handling
from azukari.dispose import batch_queries, batches
from azukari.dispose.due import DueFilter
from azukari.dispose.rules import DisposeRefused
from azukari.register import queries as people
from azukari.web.guard import OperatorRequest
from azukari.web.operator import dispose_words

MOST_ASKED = 500
"""Employees named in the address of the page that asks for numbers."""


def ask_for_numbers(request: OperatorRequest, rows: list[DifferenceRow]) -> HttpResponse | None:
    """The page that asks these employees and their families; None when they are too many."""
    codes = list(dict.fromkeys(row.employee_code for row in rows))
    if len(codes) > MOST_ASKED:
        messages.error(
            request,
            f"一度に依頼できるのは{MOST_ASKED:,}人までです。条件で絞ってください。",
        )
        return None
    return redirect(f"{reverse('request-new')}?{urlencode({'codes': ' '.join(codes)})}")


def dispose(request: OperatorRequest, rows: list[DifferenceRow]) -> HttpResponse | None:
    """A batch of the numbers that may go already; the others are still kept by law."""
    held = people.active_records([row.person for row in rows if row.person])
    wanted = DueFilter(until=timezone.localdate())
    try:
        batch = batches.propose(
            wanted, chosen=[one.id for one in held.values()], actor=request.actor
        )
    except DisposeRefused as refused:
        messages.error(request, dispose_words.say(refused.problem))
        return None
    proposed = set(batch_queries.people_in(batch))
    actions.note_handled(
        [row for row in rows if row.person in proposed], Handling.PROPOSED, actor=request.actor
    )
    left = len(rows) - len(proposed)
    if left:
        messages.info(request, f"{left:,}件は、まだ保存期間が過ぎていないため入れていません。")
    messages.success(request, f"廃棄案 {batch.code} を作りました。対象を確かめてください。")
    return redirect("batch", batch_id=batch.id)
