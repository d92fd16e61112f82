"""The outbox on its way: claimed, sent, and tried again; each mail goes at most once.

A mail is claimed in a transaction that has committed before it is handed to the server.  Should
the process die in between, nobody knows whether it went: it becomes `UNCLEAR`, is shown, and only
a person sends it again.  What the server refuses for now waits longer each time; what it refuses
for good has failed.
"""

import logging
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.core.mail import EmailMessage, get_connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from azukari.collect import mailing
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
_PERMANENT: Final = 500
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
        Mail.objects.bulk_update(mails, ["state", "claimed_at", "attempts"])
        return [(mail.id, mailing.message_of(mail)) for mail in mails]


@contextmanager
def _connection() -> Iterator[Any]:
    """One for a batch; opened by the first mail, so that a server that is away refuses that one."""
    connection = get_connection()
    try:
        yield connection
    finally:
        try:
            connection.close()
        except (OSError, smtplib.SMTPException):
            log.info("mail connection did not close")


def _send(place: Scope, mail_id: UUID, message: EmailMessage, connection: Any) -> bool:
    message.connection = connection
    problem: Exception | None = None
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as refused:
        problem = refused
        connection.close()
    with scope.enter(place):
        mail = Mail.objects.select_for_update(of=("self",)).get(id=mail_id)
        if problem is None:
            _went(mail, message)
        else:
            _refused(mail, problem)
    return problem is None


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


def _refused(mail: Mail, problem: Exception) -> None:
    code, said = _answer(problem)
    for_good = code >= _PERMANENT or mail.attempts >= MOST_ATTEMPTS
    mail.state = MailState.FAILED if for_good else MailState.WAITING
    mail.problem = said
    mail.next_at = timezone.now() + timedelta(minutes=2 ** (mail.attempts - 1))
    mail.save(update_fields=["state", "problem", "next_at"])
    log.warning("mail refused", extra={"mail": str(mail.id), "code": code})


def _answer(problem: Exception) -> tuple[int, str]:
    """The server's code, and what is shown of it: never its text, which may quote the address."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        code = max((answer[0] for answer in problem.recipients.values()), default=0)
        return code, f"宛先を受け付けませんでした（{code}）"
    if isinstance(problem, smtplib.SMTPResponseException):
        return problem.smtp_code, f"送信サーバが受け付けませんでした（{problem.smtp_code}）"
    return 0, "送信サーバにつながりませんでした"


# afterwards ----------------------------------------------------------------------------------


def mark_unclear() -> int:
    """Claimed long ago and never answered for: nobody knows whether it went."""
    old = timezone.now() - STUCK_AFTER
    stuck = Mail.objects.filter(state=MailState.SENDING, claimed_at__lt=old)
    return stuck.update(state=MailState.UNCLEAR, problem="送信中に処理が止まりました")


def retry(mail: Mail, *, actor: Actor) -> bool:
    """Once more, because a person wants it; whether it was one that can be."""
    actor.require("application:create")
    tried = Mail.objects.filter(
        id=mail.id, state__in=[MailState.FAILED, MailState.UNCLEAR, MailState.BOUNCED]
    ).update(state=MailState.WAITING, attempts=0, next_at=timezone.now(), problem="")
    if tried:
        send_soon()
    return bool(tried)


def bounced(message_id: str, because: str = "") -> bool:
    """The mail came back (told by the provider, or by whoever reads the sender's mailbox)."""
    return bool(
        Mail.objects.filter(message_id=message_id, state=MailState.SENT).update(
            state=MailState.BOUNCED, problem=(because or "届かずに戻ってきました")[:200]
        )
    )


def mark_bounced(mail: Mail, *, actor: Actor) -> bool:
    actor.require("application:create")
    return bounced(mail.message_id)


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
