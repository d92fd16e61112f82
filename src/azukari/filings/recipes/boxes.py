"""What a form on paper asks where its recipe says nothing: a question for each open box.

So a new edition can be filled the day it is there; a recipe only makes the questions nicer.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any, Final

from azukari.filings.catalog import paper
from azukari.filings.paper.facts import Fact, FactType, Source
from azukari.filings.paper.form import Period, Subject
from azukari.law.purpose import Purpose
from azukari.law.retention import RULES_OF_PURPOSE

_KINDS: Final = {
    FactType.MONEY: "yen",
    FactType.DATE: "date",
    FactType.MARK: "flag",
    FactType.COUNT: "count",
}
_FEWEST_ROWS, _MOST_ROWS = 2, 5
_MOST: Final = {"yen": 12, "text": 100, "count": 7}
_FAMILY: Final = ("spouse", "deps[]", "kids[]", "hi_deps[]", "specific[]")
_PERSONS: Final = "persons[]."
# The register or the form itself tells these.
_TOLD: Final = frozenset(
    {
        "doc.year", "doc.nendo", "doc.invalid", "sheet.text", "ticket", "qr", "emp.has_spouse",
        "co.name", "co.address", "co.tel", "co.kana", "co.zip", "co.rep", "co.name_rep",
        "office.district", "office.symbol", "office.number", "office.zip", "office.address",
        "office.name", "office.rep", "office.tel", "emp.name", "emp.kana", "emp.birth",
        "emp.address", "emp.zip", "emp.code", "payee.name", "payee.address",
    }
)  # fmt: skip
_DEFAULTS: Final = {
    "doc.date": "@today",
    "emp.address_jan1": "emp.address",
    "co.office_address": "co.address",
    "co.office": "co.name",
    "co.contact.tel": "co.tel",
    "co.tax_office": "registered.tax_office",
    "doc.tax_office": "registered.tax_office",
    "period.y": "@era_year",
    "period.from": "=1",
    "period.to": "=12",
}
_HELP: Final = {
    "city.designated": "空欄のときは、会社情報管理に登録した、その市区町村の指定番号が入ります。",
}

Question = dict[str, object]


# Where the rows of a form for several people take what the register tells of each.
PERSON_TAKES: Final = {
    f"persons.{name}": f"emp.{source}"
    for name, source in {
        "name": "name", "last": "last", "first": "first", "last_kana": "last_kana",
        "first_kana": "first_kana", "birth": "birth", "insured_no": "insured_no",
        "pension_no": "pension_no", "zip": "zip", "address": "address",
        "address_kana": "address_kana",
    }.items()
}  # fmt: skip

_GROUPS: Final = {
    Purpose.HEALTH_PENSION: "pension",
    Purpose.CATEGORY3: "pension",
    Purpose.EMPLOYMENT_INS: "labour",
    Purpose.TAX_DEDUCTION_FORMS: "declaration",
}
_GOES_TO: Final = {
    "tax_office": "paper_tax_office",
    "municipality": "paper_municipality",
    "pension_office": "paper_pension",
    "hello_work": "hello_work_check",
    "recipient": "recipient",
    "payee": "payee",
    "new_employer": "new_employer",
}
_KEPT: Final = frozenset({"tax_office", "municipality", "pension_office", "hello_work"})
_LISTS: Final = {"hi_deps[]": "health", "specific[]": "specific", "deps[]": "tax", "kids[]": "tax",
                 "family[]": "all"}  # fmt: skip


def of_paper(code: str) -> dict[str, Any]:
    """What the catalogue of paper says about a form, as a recipe; its own file says more."""
    form = paper.form(code)
    destination = paper.layout(code, newest(code)).destination
    whom = {Subject.PAYEE: "payee", Subject.MUNICIPALITY: "nobody", Subject.COMPANY: "nobody"}
    names = {need.fact.name.partition(".")[0] for need in paper.needs(code, newest(code))}
    family = next((kind for listed, kind in _LISTS.items() if listed in names), "none")
    if form.purpose is Purpose.CATEGORY3:
        family = "category3"
    rules = RULES_OF_PURPOSE[form.purpose]
    return {
        "code": code,
        "title": form.title_ja,
        "group": _GROUPS.get(form.purpose, "tax"),
        "writer": "paper",
        "source": code,
        "whom": whom.get(form.subject, "employee"),
        "purpose": form.purpose.code,
        "goes_to": _GOES_TO.get(destination, "payer"),
        "about": "",
        "family": family,
        "listed": "hi_deps" if family == "health" else "others",
        "due": "payees" if form.subject is Subject.PAYEE else "all",
        "rule": rules[-1] if destination in _KEPT else "",
        "yearly": form.period is Period.YEAR,
        "most": 20_000,
    }


def takes_of(code: str) -> dict[str, str]:
    """Item → fact, where the names of rows and of the register differ."""
    names = {need.fact.name for need in paper.needs(code, newest(code))}
    return {
        target: source
        for target, source in PERSON_TAKES.items()
        if target.replace("persons.", _PERSONS) in names
    }


@cache
def newest(code: str) -> str:
    return paper.editions_of(code)[-1].edition


def is_of_company(code: str) -> bool:
    """Whether a slip is about no person at all."""
    return paper.form(code).subject in {Subject.COMPANY, Subject.MUNICIPALITY}


def questions(code: str, answered: Collection[str]) -> Iterator[tuple[str, str, Question]]:
    """(facts | head | member, name, ask as in a recipe) for each box nobody else fills."""
    required = {name for one in paper.form(code).required for name in one.names}
    rows = paper.plan(code, newest(code)).repeats
    for need in paper.needs(code, newest(code)):
        fact = need.fact
        if fact.secret or fact.type is FactType.QR or fact.name in _TOLD:
            continue
        for where, name, place in _asked_at(code, fact, rows):
            if name not in answered and fact.name not in answered:
                needed = fact.name in required and not need.alternatives and place <= 1
                yield where, name, _ask(fact, place, is_required=needed)


def _asked_at(code: str, fact: Fact, rows: Mapping[str, int]) -> Iterator[tuple[str, str, int]]:
    """Where a fact is asked, by which name, and which of several rows it is (0: the only one)."""
    owner, _, rest = fact.name.partition(".")
    if fact.name.startswith(_PERSONS):
        yield "facts", f"persons.{rest}", 0
    elif owner in _FAMILY:
        if fact.source is not Source.FAMILY:
            yield "member", rest, 0
    elif owner.endswith("[]"):
        listed = owner.removesuffix("[]")
        if listed != "family":
            for at in range(min(rows.get(listed, 0) or _FEWEST_ROWS, _MOST_ROWS)):
                yield "facts", f"{listed}.{at}.{rest}", at + 1
    else:
        common = fact.source in {Source.FILING, Source.COMPANY} or is_of_company(code)
        yield "head" if common else "facts", fact.name, 0


def _ask(fact: Fact, place: int, *, is_required: bool) -> Question:
    kind = _KINDS.get(fact.type, "text")
    return {
        "label": f"{fact.meaning}（{place}）" if place else fact.meaning,
        "kind": kind,
        "most": _MOST.get(kind, 0),
        "required": is_required,
        "main": is_required,
        "default": _DEFAULTS.get(fact.name, ""),
        "help": _HELP.get(fact.name, ""),
    }
