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


class Sender:
    """Makes the messages of one company; what all of them share is read once.

    Inside the company's scope, and no longer than a batch: terms and words may change.
    """

    def __init__(self, company_id: UUID) -> None:
        self._company = company_at_work(company_id).name
        self._terms = setting.terms_on(timezone.localdate())
        self._words: dict[tuple[MailKind, Language], Words] = {}

    def message_of(self, mail: Mail) -> EmailMessage:
        """May issue a single-use link, whose token is kept nowhere else."""
        kind = MailKind(mail.kind)
        deadline = mail.request.deadline if mail.request else None
        values = {
            NAME: mail.recipient_name,
            COMPANY: self._company,
            DEADLINE: f"{deadline.year}年{deadline.month}月{deadline.day}日" if deadline else "―",
            LINK: _link(mail, kind, days=self._terms.link_days),
        }
        japanese = mail_words.fill(self._words_of(kind), values)
        body = japanese.body
        if self._terms.english_mail and kind not in TO_OPERATORS:
            english = {**values, DEADLINE: deadline.isoformat() if deadline else "―"}
            body += _RULE + mail_words.fill(self._words_of(kind, Language.ENGLISH), english).body
        return made(japanese.subject, body, mail.address, mail.id, mail.company_id)

    def _words_of(self, kind: MailKind, language: Language = Language.JAPANESE) -> Words:
        if (kind, language) not in self._words:
            self._words[kind, language] = words_of(kind, language)
        return self._words[kind, language]


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


def _link(mail: Mail, kind: MailKind, *, days: int) -> str:
    if kind in TO_OPERATORS:
        return f"{settings.OPERATOR_URL}{TO_OPERATORS[kind]}"
    request = mail.request
    if request is None or kind in _NOTHING_MORE or reaching.has_account(request.person):
        return str(settings.PORTAL_URL)
    return f"{settings.PORTAL_URL}once/{links.issue(request, Channel.MAIL, days=days)}"
