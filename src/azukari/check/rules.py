"""Decisions about outputs.  Plain values in, a problem or nothing out."""

from datetime import timedelta
from enum import StrEnum

from azukari.law.purpose import PersonKind, Purpose, allows

SECOND_PERSON_FROM = 100
"""People whose numbers leave in one file; from so many on a second person has to agree."""

KEPT = timedelta(days=7)
MOST_DOWNLOADS = 5
MOST_PEOPLE = 1_000_000
MOST_IN_BOOK = 50_000
"""A book has to be held in memory while it is written: some 4 MB for 1,000 people."""


class Content(StrEnum):
    STATUS = "status"
    BASIC = "basic"
    NUMBERS = "numbers"
    BOOK = "book"  # 記載省略の帳簿; asked for by `number_book`

    @property
    def label(self) -> str:
        return _CONTENTS[self]

    @property
    def holds_numbers(self) -> bool:
        return self in {Content.NUMBERS, Content.BOOK}


_CONTENTS = {
    Content.STATUS: "登録状況だけ",
    Content.BASIC: "基本情報",
    Content.NUMBERS: "基本情報と個人番号",
    Content.BOOK: "記載省略の帳簿（個人番号入り）",
}


OF_PEOPLE = (Content.STATUS, Content.BASIC, Content.NUMBERS)
"""What may be asked for of people; the book is asked for by its lines (`number_book`)."""


class Format(StrEnum):
    CSV = "csv"
    CSV_SHEET = "csv_sheet"
    BOOK = "xlsx"

    @property
    def label(self) -> str:
        return _FORMATS[self]

    @property
    def ending(self) -> str:
        return "xlsx" if self is Format.BOOK else "csv"


_FORMATS = {
    Format.CSV: "CSV（システム連携用）",
    Format.CSV_SHEET: "CSV（表計算ソフト用）",
    Format.BOOK: "Excel(XLSX)",
}


class OutputProblem(StrEnum):
    NOBODY = "nobody"
    TOO_MANY = "too_many"
    TOO_MANY_FOR_BOOK = "too_many_for_book"
    REASON_MISSING = "reason_missing"
    NUMBER_IN_REASON = "number_in_reason"
    PURPOSE_MISSING = "purpose_missing"
    PURPOSE_DOES_NOT_FIT = "purpose_does_not_fit"
    NOBODY_KNOWN = "nobody_known"
    SAME_PERSON = "same_person"
    SAME_MAKER = "same_maker"
    ALONE_TOO_SOON = "alone_too_soon"
    NOT_WHAT_WAS_ASKED = "not_what_was_asked"
    NOT_WAITING = "not_waiting"
    NOT_YOURS = "not_yours"
    NO_FILE = "no_file"
    DOWNLOADS_USED_UP = "downloads_used_up"
    ALREADY_SHOWN = "already_shown"


class OutputRefused(Exception):
    def __init__(self, problem: OutputProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def may_ask(
    *,
    content: Content,
    file_format: Format,
    people: int,
    kind: PersonKind,
    purpose: Purpose | None,
    reason: str,
) -> OutputProblem | None:
    """番号法 第9条, 第29条: numbers leave for a purpose they are held for, and for a reason."""
    if not people:
        return OutputProblem.NOBODY
    if people > MOST_PEOPLE:
        return OutputProblem.TOO_MANY
    if file_format is Format.BOOK and people > MOST_IN_BOOK:
        return OutputProblem.TOO_MANY_FOR_BOOK
    if content is Content.NUMBERS:
        if purpose is None:
            return OutputProblem.PURPOSE_MISSING
        if not allows(purpose, kind):
            return OutputProblem.PURPOSE_DOES_NOT_FIT
    return None if reason.strip() else OutputProblem.REASON_MISSING


def needs_second_person(content: Content, people: int) -> bool:
    return content.holds_numbers and people >= SECOND_PERSON_FROM


def may_download(*, made: bool, mine: bool, downloads: int) -> OutputProblem | None:
    if not made:
        return OutputProblem.NO_FILE
    if not mine:
        return OutputProblem.NOT_YOURS
    return OutputProblem.DOWNLOADS_USED_UP if downloads >= MOST_DOWNLOADS else None
