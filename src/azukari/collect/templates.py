"""メール通知テンプレート管理: a company's own words, and back to the default ones."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from azukari.collect.mail_words import Language, MailKind, Words, problems
from azukari.collect.models import MailTemplate
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.tenancy.actor import Actor
from azukari.tenancy.users import SomebodyWasFaster


class WordsRefused(ValueError):
    """The words break a rule of `mail_words.problems`; the form tells which."""


def template_of(kind: MailKind, language: Language) -> MailTemplate | None:
    return MailTemplate.objects.filter(kind=kind.value, language=language.value).first()


def save_words(
    kind: MailKind, language: Language, words: Words, *, version: int | None, actor: Actor
) -> None:
    """`version` of the row that was shown, None where the default words were.

    Raises `SomebodyWasFaster`, `WordsRefused`.
    """
    actor.require("collection:change")
    if problems(kind, words):
        raise WordsRefused
    values = {
        "subject": words.subject,
        "body": words.body,
        "changed_at": timezone.now(),
        "changed_by_name": actor.name,
    }
    row = MailTemplate.objects.filter(kind=kind.value, language=language.value)
    if version is not None:
        if not row.filter(version=version).update(version=version + 1, **values):
            raise SomebodyWasFaster
    else:
        try:
            with transaction.atomic():
                MailTemplate.objects.create(
                    company_id=actor.company, kind=kind.value, language=language.value, **values
                )
        except IntegrityError:
            raise SomebodyWasFaster from None
    _write(kind, language, "変更", actor)


def restore_words(kind: MailKind, language: Language, *, actor: Actor) -> bool:
    """Back to the default words; whether there were others."""
    actor.require("collection:change")
    gone, _ = MailTemplate.objects.filter(kind=kind.value, language=language.value).delete()
    if gone:
        _write(kind, language, "初期値に戻す", actor)
    return bool(gone)


def _write(kind: MailKind, language: Language, what: str, actor: Actor) -> None:
    pens.write(
        Record.by(
            actor,
            Action.SETTINGS_CHANGED,
            details={"kind": "mail", "target": f"{kind.value} {language.value}", "changed": what},
        ),
        actor.company,
    )
