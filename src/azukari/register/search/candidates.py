"""Few people who may fit, each condition by the index made for it; who does fit is asked then."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from azukari.register.models import PersonKind
from azukari.register.search.conditions import (
    PeopleFilter,
    Sql,
    Word,
    asked_of,
    held_beside,
    joined,
    of_kind,
    only,
    words_of,
)
from azukari.register.search.statements import rows_of
from azukari.tenancy import scope

# Candidates worth looking at one by one; beyond, they count as many.
MANY = 30_000
# Rows of letters looked at to tell whether a pair is rare: as many as chunks that have it.
_ROWS = 3_000
# Pairs of one word that are counted.
_PAIRS = 8
# Reading so many ids from an index and comparing them costs less than looking at one person.
_IDS = 8
# Codes worth reading to pass over everybody else; of more, and no words, a page is met as soon.
_CODES = 15_000
# Conditions that are met at once before anybody is looked at.
_TOGETHER = 4


@dataclass(frozen=True)
class Group:
    """Those who meet one condition and, of the first `MANY` of them, what its index holds too."""

    leading: Sql
    held: Sql
    names: tuple[str, ...]  # of these conditions, as `PeopleFilter` has them
    with_id: bool  # the index holds who it is
    with_code: bool  # … and the code
    most: int = MANY + 1

    def first(self, number: int = MANY + 1) -> Sql:
        """Whole people; only columns of the index are read when no others are named."""
        return Sql(
            f"(SELECT * FROM register_person p WHERE {self.leading.text} LIMIT {number}) p",  # noqa: S608
            self.leading.values,
        )

    @property
    def ids(self) -> Sql:
        told = joined([self.first(), self.held], " WHERE ")
        return Sql(f"SELECT p.id FROM {told.text}", told.values)  # noqa: S608

    def has(self, entry: str) -> Sql:
        """Whether somebody of it has the code of an entry of another index."""
        told = joined([self.first(), self.held], " WHERE ")
        # IS TRUE keeps it from becoming a join, which might not go along the entries.
        text = f"({entry}.employee_code IN (SELECT p.employee_code FROM {told.text})) IS TRUE"  # noqa: S608
        return Sql(text, told.values)

    def counted(self, limit: int) -> "Group":
        """With the number of its people, if no more than `limit` meet the first condition."""
        told = joined([self.held, self.first(limit + 1)], ") FROM ")
        [(met, number)] = rows_of(
            Sql(f"SELECT count(*), count(*) FILTER (WHERE {told.text}", told.values)
        )
        return replace(self, most=number if met <= limit else MANY + 1)


@dataclass(frozen=True)
class Candidates:
    """`rows` is people `p` and a condition, to which others may be added.

    `most` is how many there can be, above `MANY` if not known; exactly so many fit if `exact`.
    `group` is the smallest that is known and whose codes its index tells.
    `codes` are beginnings that every code must have, as no name has these words.
    """

    rows: Sql
    most: int
    exact: bool
    by_letters: bool
    by_several: bool  # words or groups, all of which have them
    group: Group | None
    codes: tuple[str, ...]


@dataclass(frozen=True)
class _Known:
    """People who meet a condition: `ids` gives one column."""

    condition: str
    ids: Sql
    most: int
    by_index: bool = True  # ids are read without looking at the people
    group: Group | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return self.group.names if self.group else ()

    @property
    def rows(self) -> Sql:
        if self.group and (len(self.names) == 1 or not self.by_index):
            return joined([self.group.first(), self.group.held], " WHERE ")
        return _people(self.ids)


@dataclass(frozen=True)
class _Pair:
    company: object
    kind: str
    letters: str

    @property
    def where(self) -> Sql:
        # One letter is the beginning of a pair.
        like = "^@" if len(self.letters) == 1 else "="
        return Sql(
            f"register_person_letters WHERE company_id = %s AND kind = %s AND pair {like} %s",
            (self.company, self.kind, self.letters),
        )

    @property
    def ids(self) -> Sql:
        return Sql(f"SELECT unnest(people) AS id FROM {self.where.text}", self.where.values)  # noqa: S608

    @property
    def count(self) -> Sql:
        return Sql(
            f"(SELECT CASE WHEN count(*) < {_ROWS} THEN coalesce(sum(n), 0) ELSE {MANY + 1} END"  # noqa: S608
            f" FROM (SELECT cardinality(people) AS n FROM {self.where.text} LIMIT {_ROWS}) few)",
            self.where.values,
        )


def fewest(wanted: PeopleFilter) -> Candidates | None:
    """By the conditions that leave fewest people; None when nothing narrow was asked."""
    known, codes = _of_words(wanted)
    # A group far larger than the people who have the words would not make them fewer.
    limit = min([MANY, *(one.most * _IDS for one in known)])
    groups = _counted(wanted, limit) if limit else []
    known += [_Known(one.names[0], one.ids, one.most, one.with_id, one) for one in groups]
    if not known:
        return None
    chosen = _chosen(known)
    first = chosen[0]
    enough = MANY if wanted.words else _CODES
    told = [one for one in groups if one.with_code and one.most <= enough]
    return Candidates(
        first.rows if len(chosen) == 1 else _people(_in_all(chosen)),
        first.most,
        exact=not wanted.words and set(first.names) == asked_of(wanted),
        by_letters=any(one.group is None for one in chosen),
        by_several=len({one.condition for one in chosen}) > 1,
        group=min(told, key=lambda one: one.most, default=None),
        codes=codes,
    )


def _chosen(known: list[_Known]) -> list[_Known]:
    """The fewest, and those beside them that make them fewer at little cost."""
    first, *others = sorted(known, key=lambda one: one.most)
    enough = min(first.most * _IDS, MANY)
    further = [one for one in others if one.by_index and one.most <= enough]
    return [first, *further][:_TOGETHER] if first.by_index else [first]


def _in_all(chosen: list[_Known]) -> Sql:
    return joined([Sql(f"({one.ids.text})", one.ids.values) for one in chosen], " INTERSECT ")


def _people(ids: Sql) -> Sql:
    # An array, not a join: PostgreSQL puts it in order and reads the table from front to back.
    return Sql(f"register_person p WHERE p.id = ANY(ARRAY({ids.text}))", ids.values)


def _of_words(wanted: PeopleFilter) -> tuple[list[_Known], tuple[str, ...]]:
    """Whose names have the pairs of each word, or whose codes begin with it."""
    pairs = {word: list(_pairs(wanted, word)) for word in words_of(wanted)}
    if not pairs:
        return [], ()
    counts = [pair.count for some in pairs.values() for pair in some]
    counts += [_bounded(_coded(wanted, word)) for word in pairs]
    told = joined(counts, ", ")
    [row] = rows_of(Sql(f"SELECT {told.text}", told.values))
    numbers = iter(int(number) for number in row)
    of_pairs = [
        [_Known(word.folded, pair.ids, next(numbers)) for pair in some]
        for word, some in pairs.items()
    ]
    known: list[_Known] = []
    codes = []
    for word, some in zip(pairs, of_pairs, strict=True):
        coded = next(numbers)
        known += [_or_coded(some, _coded(wanted, word), coded)] if coded else some
        if not min(one.most for one in some):
            codes.append(word.code)
    return known, tuple(codes)


def _or_coded(pairs: list[_Known], code: Sql, coded: int) -> _Known:
    rarest = min(pairs, key=lambda one: one.most)
    return _Known(
        rarest.condition,
        Sql(f"{rarest.ids.text} UNION {code.text}", rarest.ids.values + code.values),
        rarest.most + coded,
        by_index=False,
    )


def _pairs(wanted: PeopleFilter, word: Word) -> Iterator[_Pair]:
    letters = [one + other for one, other in pairwise(word.folded)] or [word.folded]
    for pair in list(dict.fromkeys(letters))[:_PAIRS]:
        yield _Pair(scope.company_id(), str(wanted.kind), pair)


def _coded(wanted: PeopleFilter, word: Word) -> Sql:
    return Sql(
        "SELECT id FROM register_person WHERE company_id = %s AND kind = %s"
        " AND employee_code ^@ %s",
        (scope.company_id(), str(wanted.kind), word.code),
    )


def _groups(wanted: PeopleFilter) -> Iterator[Group]:
    """By each condition that an index knows; those who work are never rare enough."""
    of_payees = wanted.kind == PersonKind.PAYEE
    # Those whose index holds most come first.
    for name in ("department", "number_state", "employment", "due_by", "payee_kind"):
        if name in asked_of(wanted) and getattr(wanted, name) != "working":
            held = held_beside(name, wanted)
            by_index = name == "number_state" or not of_payees
            yield Group(
                joined([of_kind(wanted), *only(wanted, name)], " AND "),
                joined([*only(wanted, *held), Sql("TRUE")], " AND "),
                (name, *held),
                with_id=by_index and name != "due_by",
                with_code=by_index,
            )


def _counted(wanted: PeopleFilter, limit: int) -> list[Group]:
    """Each with its number, but for those who meet no more than a group that was counted."""
    counted: list[Group] = []
    for group in _groups(wanted):
        known = (set(one.names) for one in counted if one.most <= MANY)
        if not any(names.issuperset(group.names) for names in known):
            counted.append(group.counted(limit))
    return counted


def _bounded(ids: Sql) -> Sql:
    return Sql(f"(SELECT count(*) FROM ({ids.text} LIMIT {MANY + 1}) few)", ids.values)  # noqa: S608
