"""The words of mails: defaults, placeholders, and what is wrong with a company's own.  Pure.

A mail holds a name, the company, a day and a link; nothing else can be put in.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from azukari.law.labelled import Labelled
from azukari.ledger.number_in_text import mentions_number


class MailKind(Labelled):
    REQUEST = "request", "依頼"
    REMINDER = "reminder", "督促"
    RECEIVED = "received", "受付"
    APPROVED = "approved", "承認"
    RETURNED = "returned", "差戻し"
    REJECTED = "rejected", "却下"
    DISPOSED = "disposed", "廃棄"
    ARRIVED = "arrived", "申請到着（担当者あて）"
    CORRECTED = "corrected", "差戻し回答（担当者あて）"
    SYNC_ERROR = "sync_error", "連携エラー（担当者あて）"


class Language(Labelled):
    JAPANESE = "ja", "日本語"
    ENGLISH = "en", "英語"


class WordsProblem(StrEnum):
    EMPTY = "empty"
    UNKNOWN_PLACEHOLDER = "unknown_placeholder"
    LINK_MISSING = "link_missing"
    NUMBER_IN_TEXT = "number_in_text"
    SUBJECT_BROKEN = "subject_broken"  # a line break would begin another header


@dataclass(frozen=True)
class Words:
    subject: str
    body: str


NAME: Final = "{氏名}"
COMPANY: Final = "{会社名}"
DEADLINE: Final = "{回答期限}"
LINK: Final = "{リンク}"
_FOR_ALL: Final = (NAME, COMPANY, LINK)
_WITH_DEADLINE: Final = frozenset({MailKind.REQUEST, MailKind.REMINDER})
_WITHOUT_LINK: Final = frozenset({MailKind.DISPOSED})
SUBJECT_LIMIT: Final = 120
BODY_LIMIT: Final = 4000

SAMPLE: Final[Mapping[str, str]] = {
    NAME: "年金　太郎",
    COMPANY: "株式会社見本商事",
    DEADLINE: "2026年12月31日",
    LINK: "https://portal.example.jp/once/…",
}


def placeholders(kind: MailKind) -> tuple[str, ...]:
    """What may stand in a mail of this kind."""
    known = _FOR_ALL if kind not in _WITHOUT_LINK else (NAME, COMPANY)
    return (*known, DEADLINE) if kind in _WITH_DEADLINE else known


def problems(kind: MailKind, words: Words) -> dict[str, tuple[WordsProblem, str]]:
    """By field (`subject`, `body`): what is wrong, and the piece it is about."""
    found: dict[str, tuple[WordsProblem, str]] = {}
    for field in ("subject", "body"):
        problem = _problem(kind, field, getattr(words, field))
        if problem is not None:
            found[field] = problem
    return found


def _problem(kind: MailKind, field: str, text: str) -> tuple[WordsProblem, str] | None:
    if not text.strip():
        return WordsProblem.EMPTY, ""
    if field == "subject" and len(text.splitlines()) > 1:
        return WordsProblem.SUBJECT_BROKEN, ""
    if mentions_number(text):
        return WordsProblem.NUMBER_IN_TEXT, ""
    known = placeholders(kind)
    for piece in re.findall(r"[{｛][^{}｛｝\n]*[}｝]?|[}｝]", text):
        if piece not in known or (field == "subject" and piece == LINK):
            return WordsProblem.UNKNOWN_PLACEHOLDER, piece
    if field == "body" and LINK in known and LINK not in text:
        return WordsProblem.LINK_MISSING, LINK
    return None


def fill(words: Words, values: Mapping[str, str]) -> Words:
    """Every placeholder replaced at once, so that a value that looks like one stays as it is."""
    marks = re.compile("|".join(re.escape(mark) for mark in values))

    def filled(text: str) -> str:
        return marks.sub(lambda found: values[found[0]], text)

    subject = " ".join(filled(words.subject).split())
    return Words(subject, filled(words.body))


def default(kind: MailKind, language: Language = Language.JAPANESE) -> Words:
    own = _defaults()[language.value][kind.value]
    return Words(own["subject"], own["body"])


@cache
def _defaults() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(Path(__file__).with_name("mail_defaults.toml").read_text("utf-8"))
