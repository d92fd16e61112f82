"""Lists and searches in one company of a million people, inside a database of ten million."""

import json
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from django.db import connection

from azukari.register import queries
from azukari.register.models import Person, PersonKind
from azukari.register.queries import PeopleFilter
from azukari.register.search.statements import PERSON
from azukari.tenancy import contracts, scope
from bench import many_people
from bench.jobs.house import open_company, scope_of
from bench.measure import Measured, expect, latencies, measuring

COMPANIES = 10
EMPLOYEES = 405_000  # of each; with their families a million people
_EMPLOYEE, _FAMILY = PersonKind.EMPLOYEE, PersonKind.FAMILY
_EVERYBODY = PeopleFilter(_EMPLOYEE)
_DAY = date(2027, 1, 11)

# What is asked, by name; each from the first page and from places anywhere in the list.
_LISTS = {
    f"list by {way}{name}": (_EVERYBODY, f"{way}{name}")
    for name in ("code", "name", "department", "due")
    for way in ("", "-")
} | {
    "list of family": (PeopleFilter(_FAMILY), "code"),
    "list of family by name": (PeopleFilter(_FAMILY), "name"),
}
_WORDS = {
    "common letter 田": "田",
    "common letter ン": "ン",
    "rare letter": "勅",
    "common name": "佐藤",
    "common kana": "たなか",
    "given name": "美咲",
    "variants 髙﨑": "髙橋",
    "full name": "佐藤翔太",
    "full kana": "ｻﾄｳ ｼｮｳﾀ",
    "two common words": "田 子",
    "two words": "田中 愛",
    "across names": "藤美",
    "nobody, by known pairs": "藤佐藤",
    "nobody": "鑫鑫",
    "part of a code": "E01",
    "one code": "E0123456",
    "code of nobody": "Z9",
}
_FILTERS: Mapping[str, Mapping[str, Any]] = {
    "department": {"department": "経理部　第2課"},
    "number missing": {"number_state": "none"},
    "number disposed": {"number_state": "disposed"},
    "left": {"employment": "left"},
    "due": {"due_by": _DAY},
    "disposed and working": {"number_state": "disposed", "employment": "working"},
    "left in department": {"employment": "left", "department": "経営企画室　第1課"},
}


def cases() -> dict[str, tuple[PeopleFilter, str]]:
    found = dict(_LISTS)
    for name, words in _WORDS.items():
        for sort in ("code", "name", "-due"):
            found[f"{name}, by {sort}"] = (PeopleFilter(_EMPLOYEE, words), sort)
        found[f"{name}, family"] = (PeopleFilter(_FAMILY, words), "code")
    for name, given in _FILTERS.items():
        for sort in ("code", "-name", "department", "due"):
            found[f"{name}, by {sort}"] = (PeopleFilter(_EMPLOYEE, **given), sort)
        found[f"{name}, family"] = (PeopleFilter(_FAMILY, **given), "name")
        for words in ("田", "佐藤", "美咲"):
            found[f"{words}, {name}"] = (PeopleFilter(_EMPLOYEE, words, **given), "code")
            found[f"{words}, {name}, by name"] = (PeopleFilter(_EMPLOYEE, words, **given), "name")
            found[f"{words}, {name}, family"] = (PeopleFilter(_FAMILY, words, **given), "code")
    return found


def find_place() -> dict[str, str]:
    """Where an earlier run has filled this house; nothing in an empty one."""
    if _note().exists():
        place: dict[str, str] = json.loads(_note().read_text(encoding="utf-8"))
        return place
    expect("companies of a run that did not end", len(contracts.all_companies()), 0)
    return {}


def fill() -> dict[str, Measured | str]:
    """Ten companies of a million people each; the place of the first."""
    places = [open_company(f"{number:08d}") for number in range(1, COMPANIES + 1)]
    with measuring() as cost:
        filled = many_people.fill([place["company"] for place in places], EMPLOYEES)
    expect("employees", filled.employees, EMPLOYEES * COMPANIES)
    _note().write_text(json.dumps(places[0]), encoding="utf-8")
    return {"filling": Measured(filled.people, cost), **places[0]}


def _note() -> Path:
    return Path(os.environ["AZUKARI_DATA"]) / "people-10m.json"


def show(place: dict[str, str], pages: int) -> dict[str, Measured]:
    """Each case `pages` times; first pages and pages behind random people by turns."""
    where = scope_of(place)
    people = _anybody(where)
    random = Random(1)
    found = {}
    for name, (wanted, sort) in cases().items():
        cursors = ["" if n % 2 else str(random.choice(people[wanted.kind])) for n in range(pages)]
        found[name] = _timed(where, wanted, sort, cursors)
    return found


def _anybody(where: scope.Scope) -> Mapping[str, list[object]]:
    """Ids of some people of each kind, from all over the company."""
    random = Random(2)
    with scope.enter(where):
        hosts = Person.objects.filter(
            employee_code__in=[f"E{random.randrange(EMPLOYEES):07d}" for _ in range(400)]
        )
        return {
            kind: list(hosts.filter(kind=kind).values_list("id", flat=True))
            for kind in (_EMPLOYEE, _FAMILY)
        }


def _timed(where: scope.Scope, wanted: PeopleFilter, sort: str, cursors: list[str]) -> Measured:
    """All that a list asks the register: departments for the filter, page, count, employees."""
    ways = _ways(where, wanted, sort)  # also leaves in memory what a page needs
    seconds = []
    with measuring() as cost:
        for cursor in cursors:
            start = perf_counter()
            page = _page(where, wanted, sort, cursor)
            seconds.append(perf_counter() - start)
            expect("people of another kind", {p.kind for p in page.people} - {wanted.kind}, set())
    return Measured(len(cursors), cost, latencies(seconds) | ways)


def _ways(where: scope.Scope, wanted: PeopleFilter, sort: str) -> dict[str, float]:
    """How the first page is found: steps along the order, and whether from candidates."""
    connection.queries_log.clear()
    connection.force_debug_cursor = True
    page = _page(where, wanted, sort, "")
    asked = [one["sql"] for one in connection.queries_log]
    connection.force_debug_cursor = False
    return {
        "steps": float(sum(sql.startswith(f"SELECT {PERSON} FROM (") for sql in asked)),
        "candidates": float(any(sql.startswith("WITH fitting") for sql in asked)),
        "people": float(page.tally.number),
        "exact": float(page.tally.exact),
    }


def _page(where: scope.Scope, wanted: PeopleFilter, sort: str, after: str) -> queries.Page:
    with scope.enter(where):
        queries.departments_lately(wanted.department)
        page = queries.page_of_people(wanted, after=after, sort=sort)
        queries.hosts_of(page.people)
    return page


def explain(place: dict[str, str], case: str) -> dict[str, str]:
    """The statements of a case with their plans, for whoever wonders why it is slow."""
    wanted, sort = cases()[case]
    connection.force_debug_cursor = True
    with scope.enter(scope_of(place)):
        queries.page_of_people(wanted, sort=sort)
        asked = [one["sql"] for one in connection.queries_log if "register_" in one["sql"]]
        with connection.cursor() as cursor:
            plans = {}
            for sql in asked:
                cursor.execute(f"EXPLAIN ANALYZE {sql}")
                plans[sql] = "\n".join(row[0] for row in cursor.fetchall())
    return plans
