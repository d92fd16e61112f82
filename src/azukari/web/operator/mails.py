"""送信メール: what was mailed, what could not be, and sending it again; the demo's letters."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from azukari.collect import outbox, queries
from azukari.collect.mail_words import MailKind
from azukari.collect.models import Mail, MailState
from azukari.ledger.number_in_text import mentions_number
from azukari.settings import demo_mail
from azukari.web import collect_words, words
from azukari.web.components.parts import Link
from azukari.web.forms.collect import MailSearch
from azukari.web.guard import OperatorRequest
from azukari.web.lists import place_in, turns

TITLE = "送信メール"
_AGAIN = {MailState.FAILED, MailState.UNCLEAR, MailState.BOUNCED}


def mails(request: OperatorRequest) -> HttpResponse:
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect("mails")
    search = MailSearch(request.GET)
    search.is_valid()
    found = queries.find_mails(
        search.cleaned_data.get("state", ""), search.cleaned_data.get("q", "")
    )
    page = queries.page_of_mails(found, place_in(request))
    may_again = request.actor.may("application:create")
    context = {
        "page_title": TITLE,
        "crumbs": [Link("トップ", reverse("top")), Link(TITLE)],
        "search": search,
        "clear_url": reverse("mails"),
        "rows": [
            {
                "mail": one,
                "kind": MailKind(one.kind).label,
                "tone": collect_words.MAIL_TONES[one.state],
                "again": may_again and one.state in _AGAIN,
                "may_bounce": may_again and one.state == MailState.SENT,
            }
            for one in page.rows
        ],
        "total": found.count(),
        "demo_url": reverse("demo-outbox") if settings.MODE == "demo" else "",
        **turns(request, page),
    }
    return render(request, "operator/mails/list.html", context)


def again(request: OperatorRequest, mail_id: UUID) -> HttpResponse:
    """Once more, or noted as come back."""
    mail = get_object_or_404(Mail.objects, id=mail_id)
    if request.POST.get("act") == "bounced":
        if outbox.mark_bounced(mail, actor=request.actor):
            messages.success(request, "届かなかったことを記録しました。")
    elif outbox.retry(mail, actor=request.actor):
        messages.success(request, "もう一度送ります。")
    else:
        messages.info(request, "このメールは、いまは送り直せません。")
    return redirect("mails")


def demo_outbox(request: OperatorRequest) -> HttpResponse:
    """What the demo would have sent to the people of this company."""
    if settings.MODE != "demo":
        raise Http404
    letters = [
        {
            "to": str(one["To"]),
            "subject": str(one["Subject"]),
            "date": str(one["Date"]),
            "body": one.get_content(),
        }
        for one in demo_mail.kept(str(request.actor.company))
    ]
    context = {
        "page_title": "デモの送信箱",
        "crumbs": [
            Link("トップ", reverse("top")), Link(TITLE, reverse("mails")), Link("デモの送信箱"),
        ],
        "letters": letters,
    }  # fmt: skip
    return render(request, "operator/mails/demo.html", context)
