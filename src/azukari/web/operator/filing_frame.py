"""What the pages of a filing share: its steps, the way back, the filing itself."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from azukari.use.models import Filing, FilingAct, FilingState
from azukari.use.rules import UseProblem
from azukari.web.components.parts import Link
from azukari.web.operator import filing_words

TITLE = "法定帳票作成"
STEPS = ["帳票を選ぶ", "人を選ぶ", "内容を入れる", "確かめて作成する", "受け取る"]
_OPEN = frozenset({FilingState.PREPARING, FilingState.REFUSED})


def crumbs(*more: Link) -> list[Link]:
    return [Link("トップ", reverse("top")), Link(TITLE, reverse("filings")), *more]


def filing_or_404(filing_id: UUID) -> Filing:
    return get_object_or_404(Filing.objects.select_related("office").defer("chosen"), id=filing_id)


def may_be_changed(request: HttpRequest, filing: Filing) -> bool:
    """Whether facts may be given now; why not is told, but where the filing's page says it."""
    if filing.state in _OPEN and filing.act != FilingAct.CANCEL:
        return True
    if filing.state != FilingState.READYING:
        messages.error(request, filing_words.say(UseProblem.CANNOT_BE_CHANGED))
    return False
