"""The table of facts: one line of fields for each person, a hundred people on a page."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.forms import BoundField
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from azukari.filings import words
from azukari.filings.engine.notation import Conversion
from azukari.use import queries
from azukari.use.acquisition import conversions_of, problems_of
from azukari.use.models import Filing
from azukari.use.queries import Subject
from azukari.use.rules import AcquisitionFacts, NumberUse
from azukari.use.stored_facts import from_stored
from azukari.web.components import fields
from azukari.web.forms.filing import MARKS, FactsForm, ForAllForm, code_label, initial_of
from azukari.web.templatetags.components import error_summary

PAGE = 100
IN_TABLE = ("pay_currency", "pay_in_kind", "acquired_on", "has_dependents")


@dataclass(frozen=True, slots=True)
class Cell:
    bound: BoundField
    control: SafeString
    problems: list[str]


@dataclass(frozen=True, slots=True)
class Line:
    """One person of the page."""

    subject: Subject
    url: str
    number: str
    summary: str
    form: FactsForm
    cells: list[Cell]
    problems: list[str]
    conversions: list[Conversion]


class FactsTable:
    """The page's people and their forms, filled from what is stored or what was sent."""

    def __init__(self, filing: Filing, place: str, sent: QueryDict | None) -> None:
        self.filing = filing
        self.first = int(place) if place.isascii() and place.isdecimal() and len(place) < 6 else 1
        self._sent = sent
        self.subjects = self._subjects()
        self.forms = [self._form(one) for one in self.subjects]
        self.for_all = ForAllForm(sent, prefix="all")

    def _subjects(self) -> list[Subject]:
        """Those of the page; of a page that was sent, those it was sent with.

        Places move when somebody else takes people off meanwhile.
        """
        sent = self._sent
        if sent is None:
            return queries.subjects_of(self.filing, first=self.first, count=PAGE)
        everybody = queries.subjects_of(self.filing)
        return [one for one in everybody if f"{_prefix(one)}-has_dependents" in sent]

    def _form(self, subject: Subject) -> FactsForm:
        return FactsForm(
            self._sent,
            prefix=_prefix(subject),
            initial=initial_of(subject.facts),
            whose=subject.person.name,
        )

    @property
    def last(self) -> int:
        return self.first + len(self.subjects) - 1

    @property
    def next_place(self) -> int:
        return self.last + 1 if self.last < self.filing.people else 0

    @property
    def previous_url(self) -> str:
        place = max(1, self.first - PAGE)
        return f"?from={place}" if self.first > 1 else ""

    @property
    def next_url(self) -> str:
        return f"?from={self.next_place}" if self.next_place else ""

    @property
    def error_summary(self) -> SafeString:
        return error_summary(self.for_all, *self.forms)

    def is_valid(self) -> bool:
        good = [form.is_valid() for form in (*self.forms, self.for_all)]
        return all(good)

    def given(self) -> dict[UUID, AcquisitionFacts]:
        return {
            one.person.id: form.facts for one, form in zip(self.subjects, self.forms, strict=True)
        }

    def given_for_all(self) -> dict[UUID, AcquisitionFacts]:
        """The page as sent and everybody else as stored, each with the values for all."""
        everybody = {
            one.row.person_id: from_stored(one.row.facts)
            for one in queries.subjects_of(self.filing)
        }
        changes: dict[str, Any] = self.for_all.changes
        return {
            person: replace(facts, **changes)
            for person, facts in {**everybody, **self.given()}.items()
        }

    def lines(self) -> list[Line]:
        office = queries.pension_office(self.filing.office)
        today = timezone.localdate()
        return [
            Line(
                subject=one,
                url=reverse("person", kwargs={"person_id": one.person.id}),
                number=_NUMBER[one.known.number],
                summary=_summary(one.facts),
                form=form,
                cells=[_cell(form[name]) for name in IN_TABLE],
                problems=[
                    words.sentence(problem)
                    for problem in problems_of(
                        office, one.known, one.facts, today=today, place=one.place
                    )
                ],
                conversions=conversions_of(office, one.known, one.facts),
            )
            for one, form in zip(self.subjects, self.forms, strict=True)
        ]


_NUMBER = {
    NumberUse.USABLE: "個人番号で届け出ます",
    NumberUse.OTHER_PURPOSE: "個人番号は利用目的が違うため使いません",
    NumberUse.NOT_HELD: "個人番号なしで届け出ます",
}


def _summary(facts: AcquisitionFacts) -> str:
    """What stands in the folded part: 種別 1 男子・取得区分 1 …・短時間労働者・備考あり."""
    kind, acquired = facts.insured_kind, facts.acquisition_class
    parts = [
        f"種別 {code_label('insured_kind', kind)}" if kind else "",
        f"取得区分 {code_label('acquisition_class', acquired)}" if acquired else "",
        *(label for name, label in MARKS if getattr(facts, name)),
        "備考あり" if facts.note else "",
    ]
    return "・".join(part for part in parts if part) or "備考・そのほかの項目"


def _prefix(subject: Subject) -> str:
    return f"p{subject.person.id.hex}"


def _cell(bound: BoundField) -> Cell:
    # The help for dates would stand in every line; the column head says it once.
    attrs: dict[str, str | bool] = {"class": "control"}
    if bound.errors:
        attrs["aria-describedby"] = f"{bound.auto_id}_error"
    return Cell(bound, bound.as_widget(attrs=attrs), fields.problems_of(bound))
