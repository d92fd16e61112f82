"""What a comparison found, into the tables: whole columns at once."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from azukari.check.difference import queries
from azukari.check.difference.comparing import Difference, Kind
from azukari.check.difference.facts import FIELDS, Facts, Key, said_in
from azukari.check.difference.models import DifferenceRow, DifferenceRun, Handling, SetAside
from azukari.ledger.number_in_text import holds_number
from azukari.register.sheets.statements import Columns, execute_each, rows_from
from azukari.tenancy.ids import new_ids

HIDDEN: Final = "（個人番号と思われる数字のため表示しません）"
_PER_STATEMENT: Final = 5_000
_LONGEST: Final = 200
_ABOUT_ENDED: Final = frozenset({Kind.LEFT_WITH_NUMBER, Kind.NOT_DEPENDENT_WITH_NUMBER})
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


@dataclass
class Stored:
    """What a run counts.  `gone`: found by the run before, and not any more."""

    counts: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))
    new: int = 0
    gone: int = 0


def store(run: DifferenceRun, found: Iterable[Difference], people: Mapping[Key, Facts]) -> Stored:
    """Every difference as a row of the run; `people` as payroll tells of them.

    `found` may not ask the database.
    """
    earlier = _digests(queries.run_before(run))
    aside = {one.digest: one for one in SetAside.objects.all()}
    stored = Stored()

    def steps() -> Iterator[tuple[str, list[Any]]]:
        seen: set[str] = set()
        rest = iter(found)
        while some := list(islice(rest, _PER_STATEMENT)):
            digests = [one.digest for one in some]
            put = [aside.get(digest) for digest in digests] if aside else [None] * len(some)
            is_new = [digest not in earlier for digest in digests]
            seen.update(digests)
            yield _inserting(_columns(some, people, digests, put, is_new), run)
            for one, set_aside, fresh in zip(some, put, is_new, strict=True):
                if _is_worth_seeing(one):
                    stored.new += fresh
                    stored.counts[one.kind] += set_aside is None
        stored.gone = len(earlier - seen)

    execute_each(steps())
    return stored


def _digests(run: DifferenceRun | None) -> set[str]:
    if run is None:
        return set()
    found = DifferenceRow.objects.filter(queries.worth_seeing(), run=run)
    return set(found.values_list("digest", flat=True).iterator(chunk_size=_PER_STATEMENT))


def _is_worth_seeing(one: Difference) -> bool:
    """As `queries.worth_seeing` has it."""
    return not one.spelling_only and (not one.ended or one.kind in _ABOUT_ENDED)


def _columns(
    some: Sequence[Difference],
    people: Mapping[Key, Facts],
    digests: list[str],
    put: Sequence[SetAside | None],
    is_new: list[bool],
) -> Columns:
    # The ids ascend, so that a person's rows follow the fields.
    strangers = [one.kind is Kind.ONLY_THERE for one in some]
    # Of somebody only payroll knows everything comes from its file.
    shown = [_shown if is_stranger else _written for is_stranger in strangers]
    facts = [
        _kept(people[one.key]) if is_stranger else "{}"
        for one, is_stranger in zip(some, strangers, strict=True)
    ]
    return {
        "id": ("uuid", new_ids(len(some))),
        "kind": ("text", [one.kind.value for one in some]),
        "field": ("text", [one.field or "" for one in some]),
        "employee_code": (
            "text",
            [say(one.key[0])[:40] for one, say in zip(some, shown, strict=True)],
        ),
        "family_code": ("smallint", [one.key[1] for one in some]),
        "name": ("text", [say(one.name) for one, say in zip(some, shown, strict=True)]),
        "person": ("uuid", [one.person for one in some]),
        "there": ("text", [_shown(one.there) if one.there else "" for one in some]),
        "here": ("text", [_written(one.here) for one in some]),
        "facts": ("jsonb", facts),
        "spelling_only": ("boolean", [one.spelling_only for one in some]),
        "ended": ("boolean", [one.ended for one in some]),
        "is_new": ("boolean", is_new),
        "digest": ("text", digests),
        "handling": ("text", [(Handling.ASIDE if one else Handling.OPEN).value for one in put]),
        "handled_by_name": ("text", [one.by_name if one else "" for one in put]),
        "handled_at": ("timestamptz", [one.at if one else None for one in put]),
        "reason": ("text", [one.reason if one else "" for one in put]),
    }


def _inserting(columns: Columns, run: DifferenceRun) -> tuple[str, list[Any]]:
    rows, names = rows_from(columns), ", ".join(columns)
    statement = (
        f"INSERT INTO check_difference (company_id, run_id, {names})"  # noqa: S608  our own names
        f" SELECT %s, %s, {names} FROM {rows.text}"
    )
    return statement, [run.company_id, run.id, *rows.values]


def _kept(facts: Facts) -> str:
    said = zip(FIELDS, said_in(facts), strict=True)
    kept: dict[str, Any] = {name.value: _shown(text) for name, text in said if text is not None}
    return json.dumps(kept, ensure_ascii=False)


def _shown(text: str) -> str:
    """What a payroll file says may be anything; a number in it stays out of the tables."""
    return HIDDEN if holds_number(text) else _written(text)


def _written(text: str) -> str:
    return _CONTROL.sub(" ", text)[:_LONGEST]
