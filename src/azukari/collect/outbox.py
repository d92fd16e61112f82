"""The outbox on its way: claimed, sent, and tried again; each mail goes at most once.

A mail is claimed in a transaction that has committed before it is handed to the server.  Should
the process die in between, nobody knows whether it went: it becomes `UNCLEAR`, is shown, and only
a person sends it again.  What the server refuses for now waits longer each time; what it refuses
for good has failed.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.core.mail import EmailMessage, get_connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from azukari.collect import mail_answers, mailing
from azukari.collect.mail_answers import Refusal
from azukari.collect.mail_words import MailKind
from azukari.collect.models import Mail, MailState, Request
from azukari.collect.rules import RequestState
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import Contract
from azukari.tenancy.options import sends_mail
from azukari.tenancy.scope import Scope

log = logging.getLogger("azukari.mail")

BATCH: Final = 50
MOST_ATTEMPTS: Final = 8
STUCK_AFTER: Final = timedelta(minutes=15)
_TASK: Final = "azukari.mails.send"


def send_soon() -> None:
    """Defers the job that empties the company's outbox, unless one waits to begin.

    What that one begins without, the next round by the clock takes.
    """
    company_id = str(scope.company_id())
    due = Mail.objects.filter(state=MailState.WAITING, next_at__lte=timezone.now())
    waiting = ProcrastinateJob.objects.filter(
        task_name=_TASK, status="todo", args__company_id=company_id
    )
    if due.exists() and not waiting.exists():
        app.configure_task(_TASK).defer(contract_id=str(scope.contract_id()), company_id=company_id)


def send_waiting(place: Scope) -> int:
    """Sends what waits and is due; how many went.  Outside any scope and transaction."""
    sent = 0
    while letters := _claim(place):
        with _connection() as connection:
            for mail_id, message in letters:
                sent += _send(place, mail_id, message, connection)
    return sent


def _claim(place: Scope) -> list[tuple[UUID, EmailMessage]]:
    """The next ones with their texts; their links are committed before they go out."""
    with scope.enter(place):
        if not sends_mail(Contract.objects.get(id=scope.contract_id())):
            return []  # what waits goes when the option is switched on again
        now = timezone.now()
        mails = list(
            Mail.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(state=MailState.WAITING, next_at__lte=now)
            .select_related("request", "request__person", "application")
            .order_by("next_at", "id")[:BATCH]
        )
        for mail in mails:
            mail.state = MailState.SENDING
            mail.claimed_at = now
            mail.attempts += 1
        if not mails:
            return []
        Mail.objects.bulk_update(mails, ["state", "claimed_at", "attempts"])
        sender = mailing.Sender(scope.company_id())
        return [(mail.id, sender.message_of(mail)) for mail in mails]


@contextmanager
def _connection() -> Iterator[Any]:
    """One for a batch; opened by the first mail, so that a server that is away refuses that one."""
    connection = get_connection()
    try:
        yield connection
    finally:
        try:
            connection.close()
        except mail_answers.ERRORS:
            log.info("mail connection did not close")


def _send(place: Scope, mail_id: UUID, message: EmailMessage, connection: Any) -> bool:
    message.connection = connection
    try:
        message.send()
    except mail_answers.ERRORS as problem:
        refusal: Refusal | None = mail_answers.refusal_of(problem)
        connection.close()
    else:
        refusal = mail_answers.refused_by_provider(message)
    with scope.enter(place):
        mail = Mail.objects.select_for_update(of=("self",)).get(id=mail_id)
        if mail.state != MailState.SENDING:
            return False  # the provider's word that it came back was faster than we are
        if refusal is None:
            _went(mail, message)
        else:
            _refused(mail, refusal)
    return refusal is None


def _went(mail: Mail, message: EmailMessage) -> None:
    mail.state = MailState.SENT
    mail.sent_at = timezone.now()
    mail.message_id = str(message.extra_headers.get("Message-ID", ""))[:120]
    mail.problem = ""
    mail.save(update_fields=["state", "sent_at", "message_id", "problem"])
    if mail.kind == MailKind.REQUEST and mail.request_id:
        Request.objects.filter(id=mail.request_id, state=RequestState.CREATED).update(
            state=RequestState.SENT, sent_at=mail.sent_at
        )


def _refused(mail: Mail, refusal: Refusal) -> None:
    for_good = refusal.for_good or mail.attempts >= MOST_ATTEMPTS
    mail.state = MailState.FAILED if for_good else MailState.WAITING
    mail.problem = refusal.said
    mail.next_at = timezone.now() + timedelta(minutes=2 ** (mail.attempts - 1))
    mail.save(update_fields=["state", "problem", "next_at"])
    log.warning("mail refused", extra={"mail": str(mail.id), "code": refusal.code})


# afterwards ----------------------------------------------------------------------------------


def mark_unclear() -> int:
    """Claimed long ago and never answered for: nobody knows whether it went."""
    old = timezone.now() - STUCK_AFTER
    stuck = Mail.objects.filter(state=MailState.SENDING, claimed_at__lt=old)
    return stuck.update(state=MailState.UNCLEAR, problem="送信中に処理が止まりました")


def retry(mail: Mail, *, actor: Actor) -> bool:
    """Once more, because a person wants it; whether it was one that can be.

    To where the person is reached now, since the address may be what was wrong.
    """
    actor.require("application:create")
    tried = Mail.objects.filter(
        id=mail.id, state__in=[MailState.FAILED, MailState.UNCLEAR, MailState.BOUNCED]
    ).update(
        state=MailState.WAITING, attempts=0, next_at=timezone.now(), problem="",
        bounced_at=None, address=_address_now(mail),
    )  # fmt: skip
    if tried:
        send_soon()
    return bool(tried)


def _address_now(mail: Mail) -> str:
    about = mail.request.person if mail.request else None
    if about is None and mail.application:
        about = mail.application.applicant
    if about is None or not about.mail or mail.kind in mailing.TO_OPERATORS:
        return mail.address
    return about.mail


def not_delivered(mail_id: UUID, because: str, at: datetime | None = None) -> bool:
    """What went has come back, as the provider tells (`web.portal.mail_events`); `at`: when, if it
    tells that.
    """
    # Also while we wait for the provider's answer to the call: its event may be faster.
    went = Mail.objects.filter(id=mail_id, state__in=[MailState.SENDING, MailState.SENT])
    bounced_at = at or timezone.now()
    return bool(went.update(state=MailState.BOUNCED, problem=because[:200], bounced_at=bounced_at))


def mark_bounced(mail: Mail, *, actor: Actor) -> bool:
    """As `not_delivered`, by whoever reads the sender's mailbox."""
    actor.require("application:create")
    return not_delivered(mail.id, "届かずに戻ってきました")


def put_test(kind: MailKind, address: str, name: str, *, actor: Actor) -> Mail:
    """テスト送信 to the user's own address, through the same way as all others."""
    actor.require("collection:change")
    mail = Mail.objects.create(
        company_id=actor.company,
        event=f"test:{uuid4()}",
        kind=kind.value,
        address=address,
        recipient_name=name,
    )
    send_soon()
    return mail
