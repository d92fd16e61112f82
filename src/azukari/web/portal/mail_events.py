"""What a mail provider tells of a mail: that it was not delivered.

Providers call from the internet, so it is at the portal's door.  Who may call is settled by
django-anymail: its shared secret (`AZUKARI_ANYMAIL_WEBHOOK_SECRET`, `user:password`, sent as basic
authentication) and the signatures of those providers that sign.  Without the secret, or without
django-anymail, the route is not there.
"""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import resolve
from django.views.decorators.csrf import csrf_exempt

from azukari.collect import mail_answers, outbox
from azukari.collect.mailing import COMPANY_ID, MAIL_ID
from azukari.register.accounts import places
from azukari.register.accounts.places import NoSuchPlace

# anymail.signals.EventType; what was only delayed may still arrive.
_NOT_DELIVERED = frozenset({"bounced", "rejected", "failed"})


@csrf_exempt  # the secret stands in for it, and there is no session here
def receive(request: HttpRequest, provider: str) -> HttpResponseBase:
    if not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise Http404
    try:
        from anymail.signals import tracking  # noqa: PLC0415  not installed everywhere
    except ImportError:
        raise Http404 from None
    tracking.connect(_note, dispatch_uid="azukari")
    view: Any = resolve(f"/{provider}/tracking/", urlconf="anymail.urls").func
    answer: HttpResponseBase = view(request)
    return answer


def _note(event: Any, **_sent: Any) -> None:
    """Events of mails that are not ours, or of a company that is gone, are passed over."""
    if event.event_type not in _NOT_DELIVERED:
        return
    said = event.metadata or {}
    try:
        company, mail = UUID(said.get(COMPANY_ID, "")), UUID(said.get(MAIL_ID, ""))
    except ValueError:
        return
    with suppress(NoSuchPlace), places.by_id(company).scope():
        because = mail_answers.why_not_delivered(event.reject_reason)
        outbox.not_delivered(mail, because, event.timestamp)
