"""A page of people, and how many there are, by bounded work.

Common conditions are met by walking along the order: the next rows hold enough who fit.  Rare
ones are met from candidates.  A walk that finds too few in `STEP` rows gives way to candidates
when there are not too many of them, and otherwise goes on in longer steps.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from azukari.register.models import Person
from azukari.register.search import candidates
from azukari.register.search.candidates import MANY, Candidates
from azukari.register.search.conditions import (
    PeopleFilter,
    Sql,
    conditions,
    joined,
    of_kind,
    words_of,
)
from azukari.register.search.orders import Stretch, Values, beginning_at, stretches
from azukari.register.search.statements import PERSON, people_by, people_of, rows_of

# As many candidates cost no more than a step.
FEW = 6_000
STEP = 8_000
# Rows that are looked at to tell how many people a list has: all fit, or some of them do.
_COUNTED = 1_000
_COUNTED_SOME = 2_000

Codes = tuple[str, ...]
Rest = Sequence[tuple[Stretch, Values | None]]


@dataclass(frozen=True)
class Tally:
    """`number` of people, or at least as many when not `exact`."""

    number: int
    exact: bool


@dataclass(frozen=True)
class Found:
    """People in the order asked for."""

    people: list[Person]
    tally: Tally


def find(
    wanted: PeopleFilter,
    *,
    sort: str,
    size: int,
    edge: dict[str, Any] | None = None,
    backwards: bool = False,
) -> Found:
    """The first `size` behind the person whose keys `edge` holds, or from the beginning."""
    order = stretches(sort, wanted.kind, backwards=backwards)
    all_of_it: Rest = beginning_at(order, edge) if edge else [(one, None) for one in order]
    fewest = candidates.fewest(wanted) if _may_be_rare(wanted, order[0]) else None
    if fewest and fewest.most <= _few(wanted, order[0]):
        return _among(fewest, wanted, all_of_it, size)
    codes = fewest.codes if fewest else ()
    people, rest = _walk(wanted, codes, all_of_it, size, STEP)
    step = STEP * 4
    if rest and len(people) * 4 >= size:  # the rest of the page is not far
        people, rest = _walk_on(wanted, codes, people, rest, size, step)
    if rest:
        fewest = fewest or candidates.fewest(wanted)
        if fewest and fewest.most <= MANY:
            return _among(fewest, wanted, all_of_it, size)
    while rest:
        step *= 4
        people, rest = _walk_on(wanted, codes, people, rest, size, step)
    if edge is None and len(people) < size:
        return Found(people, Tally(len(people), exact=True))
    return Found(people, _tally(wanted, codes, at_least=len(people)))


def _may_be_rare(wanted: PeopleFilter, stretch: Stretch) -> bool:
    """Whether it pays to count first: not for a condition that the order's index begins with."""
    return bool(words_of(wanted)) or not (
        wanted.asks_for_everybody or any(_along(wanted, (), stretch))
    )


def _few(wanted: PeopleFilter, stretch: Stretch) -> int:
    """In the order of names those who share one stand together, mostly beyond the next step."""
    return FEW * 3 if wanted.words and stretch.keys[0] == "kana" else FEW


def _walk_on(
    wanted: PeopleFilter, codes: Codes, people: list[Person], rest: Rest, size: int, step: int
) -> tuple[list[Person], Rest]:
    more, rest = _walk(wanted, codes, rest, size - len(people), step)
    return people + more, rest


def _walk(
    wanted: PeopleFilter, codes: Codes, rest: Rest, size: int, step: int
) -> tuple[list[Person], Rest]:
    """Who fits among the next `step` rows, and what is left to walk; nothing when it is enough."""
    people: list[Person] = []
    where = _where(conditions(wanted))
    for place, (stretch, edge) in enumerate(rest):
        next_rows = _next_rows(wanted, codes, stretch, edge, step)
        people += people_of(
            Sql(
                f"SELECT {PERSON} FROM ({next_rows.text}) p WHERE {where.text}"  # noqa: S608
                f" ORDER BY {stretch.by_keys()} LIMIT %s",
                (*next_rows.values, *where.values, size - len(people)),
            )
        )
        if len(people) == size:
            return people, ()
        last = _last_of(next_rows, stretch, step)
        if last is not None:
            return people, ((stretch, last), *rest[place + 1 :])
    return people, ()


def _next_rows(
    wanted: PeopleFilter, codes: Codes, stretch: Stretch, edge: Values | None, step: int
) -> Sql:
    """The limit is what makes the work bounded, and keeps the index of the order in use."""
    where = joined(
        [of_kind(wanted), *_along(wanted, codes, stretch), stretch.beyond(edge)], " AND "
    )
    return Sql(
        f"SELECT * FROM register_person p WHERE {where.text}"  # noqa: S608
        f" ORDER BY {stretch.by_keys()} LIMIT %s",
        (*where.values, step),
    )


def _last_of(next_rows: Sql, stretch: Stretch, step: int) -> Values | None:
    """The keys of the last row of a full step; None when the stretch ends before."""
    keys = ", ".join(f"p.{key}" for key in stretch.keys)
    [*last] = rows_of(
        Sql(
            f"SELECT n, {keys} FROM (SELECT {keys}, row_number() OVER () AS n"  # noqa: S608
            f" FROM ({next_rows.text}) p) p ORDER BY n DESC LIMIT 1",
            next_rows.values,
        )
    )
    return last[0][1:] if last and last[0][0] == step else None


def _along(wanted: PeopleFilter, codes: Codes, stretch: Stretch) -> Iterator[Sql]:
    """Conditions that an index begins with, so that only those who fit them are walked."""
    only = PeopleFilter(wanted.kind)
    if wanted.department and stretch.keys[0] in {"employee_code", "department"}:
        only = replace(only, department=wanted.department)
    elif stretch.is_by_code and codes:
        yield from (Sql("p.employee_code ^@ %s", (code,)) for code in codes)
    elif stretch.is_by_code and wanted.number_state:
        only = replace(only, number_state=wanted.number_state)
    elif stretch.is_by_code and wanted.employment == "left":
        only = replace(only, employment="left")
    elif stretch.keys[0] == "number_due_on" and wanted.number_state not in {"", "active"}:
        only = replace(only, number_state=wanted.number_state)
    yield from conditions(only)


def _among(few: Candidates, wanted: PeopleFilter, rest: Rest, size: int) -> Found:
    """Who fits of the candidates; all of them are looked at, so their number is known."""
    if not few.most:
        return Found([], Tally(0, exact=True))
    where = _where([of_kind(wanted), *conditions(wanted)])
    parts = [_first_of(stretch, edge, size) for stretch, edge in rest]
    told = joined(parts, " || ")
    # An array, not a join: PostgreSQL puts it in order and reads the table from front to back.
    [(number, ids)] = rows_of(
        Sql(
            "WITH fitting AS MATERIALIZED (SELECT p.id, p.kana, p.department, p.number_due_on,"  # noqa: S608
            f" p.employee_code, p.family_code FROM register_person p"
            f" WHERE p.id = ANY(ARRAY({few.ids.text})) AND {where.text})"
            f" SELECT (SELECT count(*) FROM fitting), {told.text}",
            (*few.ids.values, *where.values, *told.values),
        )
    )
    return Found(people_by(ids[:size]), Tally(number, exact=True))


def _first_of(stretch: Stretch, edge: Values | None, size: int) -> Sql:
    where = stretch.beyond(edge)
    return Sql(
        f"ARRAY(SELECT p.id FROM fitting p WHERE {where.text}"  # noqa: S608
        f" ORDER BY {stretch.by_keys()} LIMIT %s)",
        (*where.values, size),
    )


def _tally(wanted: PeopleFilter, codes: Codes, *, at_least: int) -> Tally:
    """Counts the first rows only: a list of a million is not counted to show fifty of them."""
    asked = list(conditions(wanted))
    step = _COUNTED_SOME if asked else _COUNTED
    [stretch] = stretches("code", wanted.kind, backwards=False)
    next_rows = _next_rows(wanted, codes, stretch, None, step + 1)
    where = _where(asked)
    [(rows, number)] = rows_of(
        Sql(
            f"SELECT count(*), count(*) FILTER (WHERE {where.text}) FROM ({next_rows.text}) p",  # noqa: S608
            (*where.values, *next_rows.values),
        )
    )
    exact = rows <= step
    return Tally(number if exact else max(min(number, step), at_least), exact)


def _where(parts: Iterable[Sql]) -> Sql:
    return joined([*parts, Sql("TRUE")], " AND ")
