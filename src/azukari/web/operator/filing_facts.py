"""The table of facts: a line of fields for each person, a hundred people on a page."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BoundField
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from azukari.filings import words
from azukari.filings.problems import FilingRefused
from azukari.filings.recipes.recipe import Ask, Recipe
from azukari.use import actions, queries, yearly
from azukari.use.checking import Checked, check_subject
from azukari.use.figures.queries import file_of, is_being_read
from azukari.use.models import Filing
from azukari.use.queries import Subject
from azukari.use.rules import NumberUse, UseRefused
from azukari.use.totals import differences, totals_of
from azukari.web.components import fields
from azukari.web.components.parts import Link
from azukari.web.components.tags.forms import error_summary
from azukari.web.forms.filing import FactsForm, FiguresForm, ForAllForm, initial_of
from azukari.web.forms.sending import sent
from azukari.web.guard import OperatorRequest
from azukari.web.lists import ticked
from azukari.web.operator import filing_words
from azukari.web.operator.filing_frame import STEPS, crumbs, filing_or_404, may_be_changed

PAGE = 50
_HEAD = "head"


@dataclass(frozen=True, slots=True)
class Cell:
    bound: BoundField
    control: SafeString
    problems: list[str]


@dataclass(frozen=True, slots=True)
class Line:
    """One person of the page, or a member of the family under one."""

    id: UUID
    code: str
    name: str
    note: str
    url: str
    form: FactsForm
    cells: list[Cell]
    problems: list[str]
    is_member: bool


class FactsTable:
    """The page's people and their forms, filled from what is stored or what was sent."""

    def __init__(self, filing: Filing, place: str, given: QueryDict | None) -> None:
        self.filing = filing
        self.recipe = queries.recipe_of(filing)
        self.first = int(place) if place.isascii() and place.isdecimal() and len(place) < 7 else 1
        self._sent = given
        self.asks = _main(self.recipe.asks)
        self.member_asks = _main(self.recipe.member)
        self.subjects = self._subjects()
        self.forms = {
            person: FactsForm(
                asks, given, prefix=_prefix(person), initial=initial_of(asks, stored), whose=whose
            )
            for person, asks, stored, whose in self._wanted()
        }
        self.for_all = ForAllForm(self.recipe.asks, given, prefix="all")
        self.head = FactsForm(
            self.recipe.head,
            given,
            prefix=_HEAD,
            initial=initial_of(self.recipe.head, queries.head_of(filing)),
        )

    def _frame(self) -> queries.Frame:
        return queries.frame_of(self.filing, today=timezone.localdate())

    def _subjects(self) -> list[Subject]:
        """Those of the page; of a page that was sent, those it was sent with.

        Places move when somebody else takes people off meanwhile.  Where the table asks nothing of
        people, nothing is sent of them.
        """
        if self._sent is None or not self.asks:
            return queries.subjects_of(self.filing, first=self.first, count=PAGE)
        around = queries.subjects_of(self.filing, first=max(1, self.first - PAGE), count=3 * PAGE)
        keys = set(self._sent)
        return [
            one for one in around if any(key.startswith(_prefix(one.person.id)) for key in keys)
        ]

    def _wanted(self) -> list[tuple[UUID, tuple[Ask, ...], dict[str, Any], str]]:
        found = []
        for one in self.subjects:
            found.append((one.person.id, self.asks, one.asked, one.person.name))
            for row, member, place in one.members:
                stored = _member_facts(one, place)
                found.append((row.person_id, self.member_asks, stored, member.name))
        return found

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
        return error_summary(self.for_all, self.head, *self.forms.values())

    def is_valid(self) -> bool:
        good = [form.is_valid() for form in (*self.forms.values(), self.for_all, self.head)]
        return all(good)

    def given(self) -> dict[UUID, dict[str, Any]]:
        """Everything about the people of the page: what was sent over what is stored."""
        return {
            person: {**stored, **self.forms[person].told}
            for person, stored in self._stored(self.subjects)
        }

    def _stored(self, subjects: list[Subject]) -> list[tuple[UUID, dict[str, Any]]]:
        found = []
        for one in subjects:
            found.append((one.person.id, one.asked))
            found += [(row.person_id, _member_facts(one, place)) for row, _, place in one.members]
        return found

    def lines(self) -> list[Line]:
        frame = self._frame()
        return [line for one in self.subjects for line in self._lines_of(frame, one)]

    def _lines_of(self, frame: queries.Frame, one: Subject) -> list[Line]:
        found = Checked()
        try:
            check_subject(frame, one, found)
        except FilingRefused as refused:
            found.problems += refused.problems
        kwargs = {"filing_id": self.filing.id, "person_id": one.person.id}
        form = self.forms[one.person.id]
        lines = [
            Line(
                one.person.id,
                one.person.employee_code,
                one.person.name,
                _numbers(frame, one),
                reverse("filing-person", kwargs=kwargs),
                form,
                [_cell(form[name]) for name in form.fields],
                [words.sentence(problem) for problem in found.problems],
                is_member=False,
            )
        ]
        for row, member, place in one.members:
            form = self.forms[row.person_id]
            relation = one.facts.get(f"{place}.relation") or "家族"
            lines.append(
                Line(
                    row.person_id,
                    "",
                    member.name,
                    relation,
                    lines[0].url,
                    form,
                    [_cell(form[name]) for name in form.fields],
                    [],
                    is_member=True,
                )
            )
        return lines


def _main(asks: tuple[Ask, ...]) -> tuple[Ask, ...]:
    return tuple(one for one in asks if one.main)


def _member_facts(one: Subject, place: str) -> dict[str, Any]:
    row = next(row for row, _, at in one.members if at == place)
    return {
        name: one.facts[f"{place}.{name}"] for name in row.facts if f"{place}.{name}" in one.facts
    }


def _prefix(person: UUID) -> str:
    return f"p{person.hex}"


_NUMBER = {
    NumberUse.USABLE: "個人番号を使います",
    NumberUse.OTHER_PURPOSE: "個人番号は利用目的が違うため使いません",
    NumberUse.NOT_HELD: "個人番号は登録されていません",
}


def _numbers(frame: queries.Frame, one: Subject) -> str:
    """Whether the number goes onto the form; nothing where this copy takes none."""
    try:
        wanted = frame.wanted(one)
    except FilingRefused:
        return ""
    own = [stand for stand in one.stands if queries.number_place(stand) in wanted]
    return _NUMBER[own[0].use] if own and own[0].place in {"emp", "payee"} else ""


def _cell(bound: BoundField) -> Cell:
    # The help for dates would stand in every line; the column head says it once.
    attrs: dict[str, str | bool] = {"class": "control"}
    if bound.errors:
        attrs["aria-describedby"] = f"{bound.auto_id}_error"
    return Cell(bound, bound.as_widget(attrs=attrs), fields.problems_of(bound))


# the pages --------------------------------------------------------------------------------------


def facts(request: OperatorRequest, filing_id: UUID) -> HttpResponse:
    filing = filing_or_404(filing_id)
    if not may_be_changed(request, filing):
        return redirect("filing", filing_id=filing.id)
    if request.method == "GET" and is_being_read(filing):
        return redirect("filing-figures", filing_id=filing.id)
    table = FactsTable(filing, request.GET.get("from", ""), sent(request))
    if request.method == "POST" and table.is_valid():
        try:
            return _save(request, filing, table)
        except UseRefused as refused:
            messages.error(request, filing_words.say(refused.problem))
    context = {
        "page_title": "帳票の内容",
        "crumbs": crumbs(Link("帳票の内容")),
        "steps": STEPS,
        "filing": filing,
        "recipe": table.recipe,
        "row": filing_words.row(filing),
        "table": table,
        "lines": table.lines(),
        "heads": table.asks,
        "differences": differences(filing, table.recipe),
        "sums_up": bool(table.recipe.totals),
        "member_heads": table.member_asks,
        "has_more": len(table.recipe.asks) > len(table.asks),
        "told": yearly.told_by_payroll(filing),
        "told_url": reverse("filing-figures-told", kwargs={"filing_id": filing.id}),
        "figures_form": FiguresForm(),
        "figures_file": file_of(filing),
        "figures_url": reverse("filing-figures", kwargs={"filing_id": filing.id}),
        "template_url": reverse("filing-template", kwargs={"filing_id": filing.id}),
        "filing_url": reverse("filing", kwargs={"filing_id": filing.id}),
    }
    return render(request, "operator/filings/facts.html", context)


def _save(request: OperatorRequest, filing: Filing, table: FactsTable) -> HttpResponse:
    act = request.POST.get("act", "save")
    head = table.head.told
    if act == "totals":
        head |= totals_of(table.recipe, filing.year or 0)
    actions.set_facts(filing, table.given(), actor=request.actor, head=head)
    if act == "apply-all":
        actions.tell_everybody(filing, table.for_all.changes, actor=request.actor)
    if act == "leave-out":
        left = actions.leave_out(filing, ticked(request), actor=request.actor)
        messages.success(request, f"{left}人をこの帳票から外しました。内容を保存しました。")
    elif act == "totals":
        messages.success(request, "作成した帳票の合計を入れ、内容を保存しました。")
    elif act == "apply-all":
        messages.success(request, f"{filing.people}人全員に入れました。内容を保存しました。")
    elif act == "next" and table.next_place:
        return redirect(facts_url(filing, table.next_place))
    elif act == "next":
        return redirect("filing", filing_id=filing.id)
    else:
        messages.success(request, "内容を保存しました。")
    return redirect(facts_url(filing, table.first))


def facts_url(filing: Filing, first: int = 1) -> str:
    url = reverse("filing-facts", kwargs={"filing_id": filing.id})
    return f"{url}?from={first}" if first > 1 else url


def person(request: OperatorRequest, filing_id: UUID, person_id: UUID) -> HttpResponse:
    """Everything one person is asked for, with the members of the family."""
    filing = filing_or_404(filing_id)
    subject = _subject(filing, person_id)
    recipe = queries.recipe_of(filing)
    if not may_be_changed(request, filing):
        return redirect("filing", filing_id=filing.id)
    form = FactsForm(
        recipe.asks, sent(request), prefix="own", initial=initial_of(recipe.asks, subject.asked)
    )
    beside = [
        (
            row.person_id,
            member,
            FactsForm(
                recipe.member,
                sent(request),
                prefix=_prefix(member.id),
                initial=initial_of(recipe.member, _member_facts(subject, place)),
            ),
        )
        for row, member, place in subject.members
    ]
    every = [form, *(one for _, _, one in beside)]
    if request.method == "POST" and _are_valid(every):
        try:
            given = {subject.person.id: form.told, **{who: one.told for who, _, one in beside}}
            actions.set_facts(filing, given, actor=request.actor)
        except UseRefused as refused:
            messages.error(request, filing_words.say(refused.problem))
        else:
            messages.success(request, f"{subject.person.name}さんの内容を保存しました。")
            at = (subject.place - 1) // PAGE * PAGE + 1
            return redirect(facts_url(filing, at))
    context = {
        "page_title": f"{subject.person.name}さんの内容",
        "crumbs": crumbs(Link("帳票の内容", facts_url(filing)), Link(subject.person.name)),
        "steps": STEPS,
        "filing": filing,
        "recipe": recipe,
        "subject": subject,
        "form": form,
        "beside": [(member, one) for _, member, one in beside],
        "forms": every,
        "problems": _problems(filing, recipe, subject),
        "back_url": facts_url(filing, (subject.place - 1) // PAGE * PAGE + 1),
    }
    return render(request, "operator/filings/person.html", context)


def _are_valid(every: list[FactsForm]) -> bool:
    """Every one is asked, so that the page tells all mistakes at once."""
    good = [one.is_valid() for one in every]
    return all(good)


def _subject(filing: Filing, person_id: UUID) -> Subject:
    """Raises Http404 for somebody who is not on the filing."""
    place = queries.place_of(filing, person_id)
    found = queries.subjects_of(filing, first=place, count=1) if place else []
    if not found:
        raise Http404
    return found[0]


def _problems(filing: Filing, _recipe: Recipe, subject: Subject) -> list[str]:
    found = Checked()
    try:
        check_subject(queries.frame_of(filing, today=timezone.localdate()), subject, found)
    except FilingRefused as refused:
        found.problems += refused.problems
    return [words.sentence(one) for one in found.problems]
