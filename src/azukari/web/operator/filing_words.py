"""A filing as pages and commands show one: states, refusals, problems by person and item."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import reverse

from azukari.filings import words
from azukari.filings.problems import FilingProblem
from azukari.law.purpose import Purpose
from azukari.register.models import Person
from azukari.use.models import Filing, FilingState
from azukari.use.rules import MOST_PEOPLE, UseProblem, supported_forms
from azukari.web.components.parts import Tone

_SAID: Mapping[UseProblem, str] = {
    UseProblem.FORM_NOT_SUPPORTED: "この様式はまだ作成できません。一覧から様式を選んでください。",
    UseProblem.NOBODY_CHOSEN: "届け出る人が1人も選ばれていません。1人以上選んでください。",
    UseProblem.TOO_MANY: (
        f"1つのファイルに入れられるのは{MOST_PEOPLE:,}人までです。条件を絞り、分けて作成してください。"
    ),
    UseProblem.NOT_EMPLOYEES: "社員ではない人が選ばれています。社員だけを選んでください。",
    UseProblem.NOT_ON_FILING: (
        "この届書にいない人の内容が送られました。画面を開き直して、もう一度入力してください。"
    ),
    UseProblem.CANNOT_BE_CHANGED: (
        "この届書は作成中か作成済みのため、内容を変えられません。"
        "直すときは、新しい届書として作成してください。"
    ),
    UseProblem.CANNOT_BE_MADE: "この届書はもう作成できません。新しい届書として作成してください。",
    UseProblem.NUMBER_IN_NOTE: (
        "備考に個人番号と思われる12桁の数字が入っています。取り除いてから保存してください。"
    ),
    UseProblem.NO_FILE: (
        "ダウンロードできるファイルがありません。新しい届書として作成してください。"
    ),
    UseProblem.ALREADY_DOWNLOADED: (
        "このファイルはダウンロード済みです。個人番号を含むため、ダウンロードは1回だけです。"
        "もう一度必要なときは、新しい届書として作成してください。"
    ),
    UseProblem.EXPIRED: (
        "ダウンロードの期限が過ぎたため、ファイルは廃棄されます。"
        "必要なときは、新しい届書として作成してください。"
    ),
}
_TONES: Mapping[str, Tone] = {
    FilingState.PREPARING: "neutral",
    FilingState.MAKING: "info",
    FilingState.MADE: "success",
    FilingState.REFUSED: "error",
    FilingState.DESTROYED: "neutral",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list of filings."""

    filing: Filing
    url: str
    title: str
    state: str
    tone: Tone
    downloaded: str


@dataclass(slots=True)
class Failure:
    """What is wrong with one person, or with the office or file when there is no person."""

    person: Person | None
    url: str
    sentences: list[str] = field(default_factory=list)


def say(problem: UseProblem) -> str:
    return _SAID[problem]


def row(filing: Filing) -> Row:
    return Row(
        filing=filing,
        url=reverse("filing", kwargs={"filing_id": filing.id}),
        title=title(filing.form),
        state=str(FilingState(filing.state).label),
        tone=_TONES[filing.state],
        downloaded=filing.downloaded_by_name,
    )


def title(code: str) -> str:
    return next((one.title_ja for one in supported_forms() if one.code == code), code)


def purpose(filing: Filing) -> str:
    return Purpose[filing.purpose].label


def problem_of(stored: Mapping[str, Any]) -> FilingProblem:
    """A problem as it lies in `Filing.problems`."""
    return FilingProblem(
        stored["record"], stored["item"], stored["item_name"], stored["code"], stored["detail"]
    )


def failures(stored: Iterable[Mapping[str, Any]], people: Mapping[UUID, Person]) -> list[Failure]:
    """By person, in the order of the file; the head of the file first."""
    found: dict[str, Failure] = {}
    for one in stored:
        key = str(one["person"])
        if key not in found:
            person = people.get(UUID(key)) if key else None
            url = reverse("person", kwargs={"person_id": person.id}) if person else ""
            found[key] = Failure(person, url)
        found[key].sentences.append(words.sentence(problem_of(one)))
    return list(found.values())
