"""What `filing make` does once the installation is open: the acts of the screens, one by one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone

from azukari.cli.session import WRONG_USE, stop
from azukari.filings import words
from azukari.filings.recipes import facts
from azukari.filings.recipes.recipe import Ask, Recipe, recipes
from azukari.filings.recipes.values import parse
from azukari.jobs import filings as jobs
from azukari.register import queries as register
from azukari.register.sheets.codes import FileRefused
from azukari.register.sheets.table import open_table
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import Company, Contract, Office
from azukari.use import actions, preparing, queries
from azukari.use.figures import columns
from azukari.use.figures.reading import Mistakes, read
from azukari.use.models import Filing, FilingPerson, FilingState
from azukari.use.queries import CandidateFilter
from azukari.use.rules import UseProblem, UseRefused
from azukari.web.operator import filing_words
from azukari.web.sheet_words import words_of

CODE = "employee_code"
EVERYBODY, DUE = "all", "due"
Told = dict[tuple[str, int], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Made:
    """What became of it.  `content` holds individual numbers; None when it was refused."""

    filing: UUID
    people: int
    file_name: str = ""
    media_number: int | None = None
    sha256: str = ""
    passphrase: str = field(default="", repr=False)
    cover: list[list[str]] = field(default_factory=list)
    content: bytes | None = field(default=None, repr=False)
    problems: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self, target: Path | None) -> dict[str, Any]:
        return {
            "filing": str(self.filing),
            "made": self.content is not None,
            "file": str(target) if target else None,
            "people": self.people,
            "media_number": self.media_number,
            "sha256": self.sha256 or None,
            "passphrase": self.passphrase or None,
            "cover": dict(self.cover),
            "problems": self.problems,
        }

    def sentences(self) -> list[str]:
        return [
            f"{one[CODE]} {one['name']} {one['message']}" if one[CODE] else str(one["message"])
            for one in self.problems
        ]


def make_here(contract: Contract, company: Company, actor: Actor, asked: Mapping[str, Any]) -> Made:
    """Prepares, starts, makes and takes the file at once, without a worker."""
    if asked["locked"] and not _is_paper(asked["form"]):
        stop(
            "パスワードを付けられるのは、紙の様式（PDF）だけです。--locked を外してください。",
            WRONG_USE,
        )
    place = scope.Scope(contract_id=contract.id, company_id=company.id)
    try:
        recipe = _recipe(asked["form"])
        given = read_figures(recipe, asked["figures_file"]) if asked["figures_file"] else {}
        with scope.enter(place):
            filing = _prepare(recipe, asked, given, actor)
            task, _ = actions.begin_filing(filing, actor=actor)
        jobs.make(actor, task.id, filing.id)
        with scope.enter(place):
            return _take(Filing.objects.get(id=filing.id), actor)
    except UseRefused as refused:
        stop(filing_words.say(refused.problem), WRONG_USE)
    except FileRefused as refused_file:
        stop(words_of(refused_file), WRONG_USE)


def _is_paper(form: str) -> bool:
    recipe = recipes().get(form)
    return recipe is None or recipe.is_paper


def _recipe(form: str) -> Recipe:
    recipe = recipes().get(form)
    if recipe is None:
        raise UseRefused(UseProblem.FORM_NOT_SUPPORTED)
    return recipe


def _prepare(recipe: Recipe, asked: Mapping[str, Any], given: Told, actor: Actor) -> Filing:
    named = [code for code, member in given if not member]
    if not given and recipe.yearly and recipe.whom == "employee":
        named = register.codes_with_figures(asked["year"] or 0)
    filing = preparing.prepare_filing(
        preparing.Wanted(
            recipe.code,
            _office(asked),
            asked["year"],
            "zip" if asked["each"] else "pdf",
            locked=asked["locked"],
        ),
        _people(recipe, asked, named),
        actor=actor,
    )
    rows = FilingPerson.objects.filter(filing=filing).select_related("person")
    told: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        key = (row.person.employee_code, row.person.family_code if row.member else 0)
        if key in given:
            asks = recipe.member if row.member else recipe.asks
            told[row.person_id] = {**facts.from_stored(row.facts, asks), **given[key]}
    head = {**facts.from_stored(filing.head, recipe.head), **_settings(recipe, asked["settings"])}
    actions.set_facts(filing, told, actor=actor, head=head)
    return filing


def _settings(recipe: Recipe, settings: tuple[str, ...]) -> dict[str, Any]:
    known = {one.name: one for one in recipe.head}
    found = {}
    for one in settings:
        name, _, value = one.partition("=")
        if name not in known:
            some = "、".join(known) or "ありません"
            stop(f"{name} はこの様式に1回だけ書く項目ではありません（{some}）。", WRONG_USE)
        found[name] = _parsed(known[name], value, f"--set {name}")
    return found


def _parsed(ask: Ask, value: Any, whose: str) -> Any:
    text = "1" if value is True else "" if value in (None, False) else str(value).strip()
    if not text:
        return None
    try:
        return parse(ask, text)
    except ValueError as problem:
        stop(f"{whose} の{ask.label}を読み取れません。{problem}", WRONG_USE)


def _people(recipe: Recipe, asked: Mapping[str, Any], named: list[str]) -> preparing.Whom:
    if not recipe.has_people:
        return []
    if asked["people"] in {EVERYBODY, DUE}:
        wanted = CandidateFilter(
            hired_from=asked["hired_from"],
            hired_to=asked["hired_to"],
            due=asked["people"] == DUE,
        )
        found = queries.find_candidates(
            wanted, recipe, year=asked["year"] or 0, today=timezone.localdate()
        )
        return found.order_by(CODE)
    codes = [one.strip() for one in asked["people"].split(",")] if asked["people"] else named
    people = queries.people_with_codes(codes, recipe)
    missing = [code for code in codes if code not in people]
    if missing:
        whom = "支払先コード" if recipe.whom == "payee" else "社員番号"
        stop(f"{whom} {'、'.join(missing[:5])} の人はいません。", WRONG_USE)
    return [people[code] for code in codes]


def _office(asked: Mapping[str, Any]) -> Office:
    found = Office.objects.order_by("code")
    if asked["office_code"] is not None:
        found = found.filter(code=asked["office_code"])
    if len(found) != 1:
        stop("事業所コードを --office で指定してください。", WRONG_USE)
    return found[0]


def read_figures(recipe: Recipe, file: Path) -> Told:
    """By code and 家族連番.  JSON: a list of objects, or objects by code; else a table."""
    content = file.read_bytes()
    if file.suffix.lower() == ".json":
        return _from_json(recipe, content, file.name)
    table = open_table(content)
    found = columns.columns(recipe, table, remembered=False)
    strangers = [one.heading for one in found if not one.name]
    if strangers:
        stop(
            f"{'、'.join(strangers[:5])} の列が何か分かりません。見出しを直してください。",
            WRONG_USE,
        )
    if columns.CODE not in {one.name for one in found}:
        stop(f"{file.name} に社員番号（支払先コード）の列がありません。", WRONG_USE)
    told: Told = {}
    mistakes = Mistakes()
    for _, whose, values in read(recipe, table, dict(columns.settled_names(found)), mistakes):
        if whose is not None:
            told.setdefault(whose, {}).update(values)
    lines = [f"{one.rows}行目 {one.heading}：{one.said}" for one in mistakes]
    if lines:
        stop("\n".join(lines[:20]), WRONG_USE)
    return told


def _from_json(recipe: Recipe, content: bytes, name: str) -> Told:
    try:
        rows: Any = json.loads(content.decode("utf-8-sig"))
    except ValueError:
        stop(f"{name} をJSONとして読み取れません。", WRONG_USE)
    if isinstance(rows, dict):
        rows = [{CODE: code, **told} for code, told in rows.items()]
    found: Told = {}
    for row in rows:
        values = dict(row)
        code = str(values.pop(CODE, "")).strip()
        if not code:
            stop(f"{name} に employee_code（社員番号）のない行があります。", WRONG_USE)
        member = int(values.pop("family_code", 0) or 0)
        asks = {one.name: one for one in (recipe.member if member else recipe.asks)}
        unknown = values.keys() - asks.keys()
        if unknown:
            stop(f"{'、'.join(sorted(unknown))} は帳票の項目ではありません。", WRONG_USE)
        told = {key: _parsed(asks[key], value, code) for key, value in values.items()}
        found[code, member] = {key: value for key, value in told.items() if value is not None}
    return found


def _take(filing: Filing, actor: Actor) -> Made:
    if filing.state != FilingState.MADE:
        return Made(filing.id, filing.people, problems=_problems(filing))
    passphrase = actions.show_passphrase(filing, actor=actor) if filing.locked else ""
    name, content = actions.download(filing, actor=actor)
    return Made(
        filing.id,
        filing.people,
        name,
        filing.media_number,
        filing.sha256,
        passphrase,
        filing.cover,
        content,
    )


def _problems(filing: Filing) -> list[dict[str, Any]]:
    ids = {UUID(one["person"]) for one in filing.problems if one["person"]}
    people = {str(key): person for key, person in queries.people_of(ids).items()}
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
                "fact": problem.fact,
                "message": words.sentence(problem),
            }
        )
    return found
