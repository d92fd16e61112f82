"""A page of people, and how many there are, by bounded work.

Common conditions are met by walking along the order: the next rows hold enough who fit.  Rare
ones are met from candidates.  In between, a walk passes over those of whom the index of the
rarest condition tells that they do not meet it.  One that finds too few in `STEP` rows gives way
to candidates when there are not too many of them, and otherwise goes on in longer steps.
"""

from dataclasses import dataclass
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
from azukari.register.search.orders import KEYS, Stretch, Values, beginning_at, stretches
from azukari.register.search.statements import people_by, rows_of
from azukari.register.search.walking import (
    Rest,
    Walk,
    all_of,
    begins_with_condition,
    beside_leading,
    next_rows,
)

# As many candidates cost no more than a step.
FEW = 6_000
STEP = 8_000
# Rows that are looked at to tell how many people a list has: all fit, or some of them do.
_COUNTED = 1_000
_COUNTED_SOME = 2_000


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
    if fewest and fewest.most <= _few(wanted, fewest, order[0]):
        return _among(fewest, wanted, all_of_it, size)
    walk = Walk(wanted, fewest.codes if fewest else (), size, all_of_it)
    group = fewest.group if fewest else None
    walk.on(STEP, group)
    if not group and len(walk.people) * 4 >= size:  # the rest of the page is not far
        walk.on(STEP * 4)
    if walk.rest:
        fewest = fewest or candidates.fewest(wanted)
        if fewest and fewest.most <= MANY:
            return _among(fewest, wanted, all_of_it, size)
    step = STEP * 4
    while walk.rest:
        step *= 4
        walk.on(step)
    if fewest and fewest.exact and fewest.most <= MANY:
        return Found(walk.people, Tally(fewest.most, exact=True))
    if edge is None and len(walk.people) < size:
        return Found(walk.people, Tally(len(walk.people), exact=True))
    return Found(walk.people, _tally(wanted, walk, at_least=len(walk.people)))


def _may_be_rare(wanted: PeopleFilter, stretch: Stretch) -> bool:
    """Whether it pays to count first: not for a condition that the order's index begins with."""
    return bool(words_of(wanted)) or not (
        wanted.asks_for_everybody or begins_with_condition(wanted, stretch)
    )


def _few(wanted: PeopleFilter, fewest: Candidates, stretch: Stretch) -> int:
    """How many candidates cost less than walking along."""
    if fewest.by_letters:
        # Of those who meet several conditions few are left to be looked at; and in the order of
        # names those who share one stand together, mostly beyond the next step.
        return FEW * 3 if fewest.by_several or stretch.keys[0] == "kana" else FEW
    return FEW if wanted.words or stretch.is_by_code else FEW // 3


def _among(few: Candidates, wanted: PeopleFilter, rest: Rest, size: int) -> Found:
    """Who fits of the candidates; all of them are looked at, so their number is known."""
    if not few.most:
        return Found([], Tally(0, exact=True))
    where = all_of([of_kind(wanted), *conditions(wanted)])
    parts = [_first_of(stretch, edge, size) for stretch, edge in rest]
    told = joined(parts, " || ")
    # No other columns: to reach one that stands far behind, all before it are taken apart.
    keys = ", ".join(f"p.{key}" for key in KEYS if f"p.{key}" in told.text)
    [(number, ids)] = rows_of(
        Sql(
            f"WITH fitting AS MATERIALIZED (SELECT p.id, {keys}"  # noqa: S608
            f" FROM {few.rows.text} AND {where.text})"
            f" SELECT (SELECT count(*) FROM fitting), {told.text}",
            (*few.rows.values, *where.values, *told.values),
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


def _tally(wanted: PeopleFilter, walk: Walk, *, at_least: int) -> Tally:
    """Counts the first rows only: a list of a million is not counted to show fifty of them."""
    step = _COUNTED if wanted.asks_for_everybody else _COUNTED_SOME
    [stretch] = stretches("code", wanted.kind, backwards=False)
    rows = next_rows(wanted, walk.codes, stretch, None, step + 1)
    where = all_of(beside_leading(wanted, walk.codes, stretch))
    [(looked, number)] = rows_of(
        Sql(
            f"SELECT count(*), count(*) FILTER (WHERE {where.text}) FROM ({rows.text}) p",  # noqa: S608
            (*where.values, *rows.values),
        )
    )
    exact = looked <= step
    return Tally(number if exact else max(min(number, step), at_least), exact)
