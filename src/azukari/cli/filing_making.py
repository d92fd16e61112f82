"""What `filing make` does once the installation is open: the acts of the screens, one by one."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from azukari.cli.session import WRONG_USE, stop
from azukari.filings import words
from azukari.jobs import filings as jobs
from azukari.register.models import Person, PersonKind
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import Company, Contract, Office
from azukari.use import actions, queries
from azukari.use.models import Filing, FilingState
from azukari.use.queries import CandidateFilter
from azukari.use.rules import AcquisitionFacts, UseRefused
from azukari.web.components.fields import collect_problems
from azukari.web.forms.filing import MARKS, FactsForm, initial_of
from azukari.web.forms.reading import LawDate
from azukari.web.operator import filing_words

CODE = "employee_code"
EVERYBODY = "all"
# Column heads as the screen names them, besides the names of the facts themselves.
_HEADS = {
    "社員番号": CODE,
    **{str(one.label): name for name, one in FactsForm.base_fields.items()},
    **{label: name for name, label in MARKS},
}
_MARKS = dict(MARKS)
_TRUE = {"1", "true", "yes", "有", "○", "はい"}


@dataclass(frozen=True, slots=True)
class Made:
    """What became of it.  `content` holds individual numbers; None when it was refused."""

    filing: UUID
    people: int
    media_number: int
    sha256: str
    content: bytes | None = field(default=None, repr=False)
    problems: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self, target: Path | None) -> dict[str, Any]:
        return {
            "filing": str(self.filing),
            "made": self.content is not None,
            "file": str(target) if target else None,
            "people": self.people,
            "media_number": self.media_number or None,
            "sha256": self.sha256 or None,
            "problems": self.problems,
        }

    def sentences(self) -> list[str]:
        return [
            f"{one[CODE]} {one['name']} {one['message']}" if one[CODE] else str(one["message"])
            for one in self.problems
        ]


def make_here(contract: Contract, company: Company, actor: Actor, asked: Mapping[str, Any]) -> Made:
    """Prepares, starts, makes and takes the file at once, without a worker."""
    place = scope.Scope(contract_id=contract.id, company_id=company.id)
    given = read_facts(asked["facts_file"]) if asked["facts_file"] else {}
    try:
        with scope.enter(place):
            filing = _prepare(asked, given, actor)
            task, _ = actions.begin_filing(filing, actor=actor)
        jobs.make(actor, task.id, filing.id)
        with scope.enter(place):
            return _take(Filing.objects.get(id=filing.id), actor)
    except UseRefused as refused:
        stop(filing_words.say(refused.problem), WRONG_USE)


def _prepare(
    asked: Mapping[str, Any], given: Mapping[str, Mapping[str, Any]], actor: Actor
) -> Filing:
    people = _people(asked, list(given))
    filing = actions.prepare_filing(asked["form"], _office(asked), people, actor=actor)
    facts = {
        one.person.id: _facts(one.person.employee_code, given[one.person.employee_code], one.facts)
        for one in queries.subjects_of(filing)
        if one.person.employee_code in given
    }
    actions.set_facts(filing, facts, actor=actor)
    return filing


def _people(asked: Mapping[str, Any], named: list[str]) -> list[Person]:
    if asked["people"] == EVERYBODY:
        wanted = CandidateFilter(
            hired_from=_day(asked["hired_from"]), hired_to=_day(asked["hired_to"])
        )
        return list(queries.find_candidates(wanted).order_by(CODE))
    codes = [one.strip() for one in asked["people"].split(",")] if asked["people"] else named
    found = {
        person.employee_code: person
        for person in Person.objects.filter(kind=PersonKind.EMPLOYEE, employee_code__in=codes)
    }
    missing = [code for code in codes if code not in found]
    if missing:
        stop(f"社員番号 {'、'.join(missing[:5])} の社員はいません。", WRONG_USE)
    return [found[code] for code in codes]


def _office(asked: Mapping[str, Any]) -> Office:
    found = Office.objects.order_by("code")
    if asked["office_code"] is not None:
        found = found.filter(code=asked["office_code"])
    if len(found) != 1:
        stop("事業所コードを --office で指定してください。", WRONG_USE)
    return found[0]


def _day(text: str | None) -> Any:
    try:
        return LawDate(required=False).clean(text or "")
    except ValidationError as problem:
        stop("".join(problem.messages), WRONG_USE)


def read_facts(file: Path) -> dict[str, dict[str, Any]]:
    """By employee code.  JSON: a list of objects, or objects by code; CSV: UTF-8 or Shift_JIS."""
    text = _decode(file.read_bytes())
    if file.suffix.lower() != ".json":
        rows: Any = list(csv.DictReader(io.StringIO(text)))
    else:
        try:
            rows = json.loads(text)
        except ValueError:
            stop(f"{file.name} をJSONとして読み取れません。", WRONG_USE)
        if isinstance(rows, dict):
            rows = [{CODE: code, **facts} for code, facts in rows.items()]
    named = [{_HEADS.get(head, head): value for head, value in row.items()} for row in rows]
    if any(not row.get(CODE) for row in named):
        stop(f"{file.name} に employee_code（社員番号）のない行があります。", WRONG_USE)
    return {str(row.pop(CODE)).strip(): row for row in named}


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp932", "replace")


def _facts(code: str, given: Mapping[str, Any], before: AcquisitionFacts) -> AcquisitionFacts:
    """What is given over what was likely, read by the form of the screen."""
    unknown = given.keys() - FactsForm.base_fields.keys() - _MARKS.keys()
    if unknown:
        stop(f"{'、'.join(sorted(map(str, unknown)))} は届書の項目ではありません。", WRONG_USE)
    texts = {name: _text(value) for name, value in given.items() if _text(value) != ""}
    marked: dict[str, Any] = {
        name: texts.pop(name).lower() in _TRUE for name in _MARKS if name in texts
    }
    if "has_dependents" in texts:
        texts["has_dependents"] = "1" if texts["has_dependents"].lower() in _TRUE else "0"
    form = FactsForm({**initial_of(before), **texts})
    if not form.is_valid():
        problems = "\n".join(problem.text for problem in collect_problems([form]))
        stop(f"社員番号 {code} の内容を読み取れません。\n{problems}", WRONG_USE)
    return replace(form.facts, **marked)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value).strip()


def _take(filing: Filing, actor: Actor) -> Made:
    if filing.state != FilingState.MADE:
        return Made(filing.id, filing.people, 0, "", problems=_problems(filing))
    _, content = actions.download(filing, actor=actor)
    return Made(filing.id, filing.people, filing.media_number or 0, filing.sha256, content)


def _problems(filing: Filing) -> list[dict[str, Any]]:
    people = {str(one.person.id): one.person for one in queries.subjects_of(filing)}
    found = []
    for stored in filing.problems:
        person = people.get(stored["person"])
        problem = filing_words.problem_of(stored)
        found.append(
            {
                CODE: person.employee_code if person else "",
                "name": person.name if person else "",
                "record": problem.record,
                "item": problem.item,
                "item_name": problem.item_name,
                "code": problem.code,
                "message": words.sentence(problem),
            }
        )
    return found
