"""A mail as it goes out: words, names and link, made at the moment of sending."""

from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from azukari.collect import links, mail_words, reaching, setting
from azukari.collect.mail_words import COMPANY, DEADLINE, LINK, NAME, Language, MailKind, Words
from azukari.collect.models import Mail, MailTemplate
from azukari.collect.rules import Channel
from azukari.tenancy.companies import company_at_work

TO_OPERATORS: Final = {
    MailKind.ARRIVED: "applications",
    MailKind.CORRECTED: "applications",
    MailKind.SYNC_ERROR: "pushes?state=error",
}
"""By kind the page of the operators' site that it leads to."""
_NOTHING_MORE: Final = frozenset({MailKind.APPROVED, MailKind.DISPOSED})
COMPANY_ID: Final = "azukari_company"
MAIL_ID: Final = "azukari_mail"
_RULE: Final = "\n" + "-" * 40 + "\n\n"


def words_of(kind: MailKind, language: Language = Language.JAPANESE) -> Words:
    """The company's own words, or the default ones."""
    own = MailTemplate.objects.filter(kind=kind.value, language=language.value).first()
    return Words(own.subject, own.body) if own else mail_words.default(kind, language)


def message_of(mail: Mail) -> EmailMessage:
    """Inside the company's scope; may issue a single-use link, whose token is kept nowhere else."""
    kind = MailKind(mail.kind)
    deadline = mail.request.deadline if mail.request else None
    values = {
        NAME: mail.recipient_name,
        COMPANY: company_at_work(mail.company_id).name,
        DEADLINE: f"{deadline.year}年{deadline.month}月{deadline.day}日" if deadline else "―",
        LINK: _link(mail, kind),
    }
    japanese = mail_words.fill(words_of(kind), values)
    body = japanese.body
    if setting.terms_on(timezone.localdate()).english_mail and kind not in TO_OPERATORS:
        english = {**values, DEADLINE: deadline.isoformat() if deadline else "―"}
        body += _RULE + mail_words.fill(words_of(kind, Language.ENGLISH), english).body
    return made(japanese.subject, body, mail.address, mail.id, mail.company_id)


def made(subject: str, body: str, address: str, mail_id: UUID, company: UUID) -> EmailMessage:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    message = EmailMessage(
        subject,
        body,
        to=[address],
        headers={
            "Message-ID": f"<{mail_id}@{domain}>",
            # RFC 3834: nobody's absence note shall answer.
            "Auto-Submitted": "auto-generated",
            "X-Azukari-Company": str(company),
        },
    )
    # For providers (django-anymail): they give it back when they tell what became of the mail.
    message.metadata = {COMPANY_ID: str(company), MAIL_ID: str(mail_id)}  # type: ignore[attr-defined]
    return message


def _link(mail: Mail, kind: MailKind) -> str:
    if kind in TO_OPERATORS:
        return f"{settings.OPERATOR_URL}{TO_OPERATORS[kind]}"
    request = mail.request
    if request is None or kind in _NOTHING_MORE or reaching.has_account(request.person):
        return str(settings.PORTAL_URL)
    return f"{settings.PORTAL_URL}once/{links.issue(request, Channel.MAIL)}"
