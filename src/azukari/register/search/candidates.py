"""Few people who may fit, each condition by the index made for it; who does fit is asked then."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from azukari.register.models import PersonKind
from azukari.register.search.conditions import (
    PeopleFilter,
    Sql,
    Word,
    conditions,
    joined,
    of_kind,
    words_of,
)
from azukari.register.search.statements import rows_of
from azukari.tenancy import scope

# Candidates worth looking at one by one; beyond, they count as many.
MANY = 30_000
# Rows of letters looked at to tell whether a pair is rare: as many as chunks that have it.
_ROWS = 2_000
# Pairs of one word that are counted, and the rarest of them that are intersected.
_PAIRS = 8
_RAREST = 3


@dataclass(frozen=True)
class Candidates:
    """`ids` gives one column; `most` is how many there can be, above `MANY` if not known.

    `codes` are beginnings that every code must have, as no name has these words.
    """

    ids: Sql
    most: int
    codes: tuple[str, ...] = ()


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


# Further conditions that the index of a condition holds: who does not meet them is passed over
# without looking at the person, so that two of middling size that exclude each other leave few.
_HELD = {"number_state": ("employment",), "department": ("number_state", "employment")}


@dataclass(frozen=True)
class _Group:
    """Those who meet one condition and, of the first `MANY` of them, what its index holds too."""

    leading: Sql
    held: Sql

    @property
    def _first(self) -> Sql:
        return Sql(
            f"(SELECT * FROM register_person p WHERE {self.leading.text} LIMIT {MANY + 1}) p",  # noqa: S608
            self.leading.values,
        )

    @property
    def ids(self) -> Sql:
        told = joined([self._first, self.held], " WHERE ")
        return Sql(f"SELECT p.id FROM {told.text}", told.values)  # noqa: S608

    @property
    def count(self) -> Sql:
        told = joined([self.held, self._first], ") END FROM ")
        return Sql(
            f"(SELECT CASE WHEN count(*) > {MANY} THEN {MANY + 1}"
            f" ELSE count(*) FILTER (WHERE {told.text})",
            told.values,
        )


def fewest(wanted: PeopleFilter) -> Candidates | None:
    """By the condition that leaves fewest people; None when nothing narrow was asked."""
    pairs = {word: list(_pairs(wanted, word)) for word in words_of(wanted)}
    others = list(_others(wanted))
    counts = [pair.count for some in pairs.values() for pair in some]
    counts += [_bounded(_coded(wanted, word)) for word in pairs]
    counts += [one.count for one in others]
    if not counts:
        return None
    told = joined(counts, ", ")
    [row] = rows_of(Sql(f"SELECT {told.text}", told.values))
    numbers = iter(int(number) for number in row)
    of_pairs = {word: [(next(numbers), pair) for pair in some] for word, some in pairs.items()}
    found = [_of_word(wanted, word, some, next(numbers)) for word, some in of_pairs.items()]
    found += [Candidates(one.ids, number) for one, number in zip(others, numbers, strict=True)]
    codes = tuple(
        word.code for word, some in of_pairs.items() if not min(number for number, _ in some)
    )
    return replace(min(found, key=lambda one: one.most), codes=codes)


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


def _of_word(
    wanted: PeopleFilter, word: Word, pairs: list[tuple[int, _Pair]], coded: int
) -> Candidates:
    """Whose name has the rarest pairs of the word, or whose code begins with it."""
    rarest = sorted(pairs, key=lambda one: one[0])[:_RAREST]
    named = joined([pair.ids for number, pair in rarest if number <= MANY], " INTERSECT ")
    most = rarest[0][0] + coded
    if most > MANY or not coded:
        return Candidates(named, most)
    code = _coded(wanted, word)
    return Candidates(
        Sql(f"({named.text}) UNION {code.text}", named.values + code.values),
        most,
    )


def _others(wanted: PeopleFilter) -> Iterator[_Group]:
    """Candidates by each condition that an index knows; those who work are never rare enough."""
    for name in ("number_state", "due_by", "payee_kind", "department", "employment"):
        if getattr(wanted, name) and getattr(wanted, name) != "working":
            held = () if wanted.kind == PersonKind.PAYEE else _HELD.get(name, ())
            leading = joined([of_kind(wanted), *_only(wanted, name)], " AND ")
            yield _Group(leading, joined([*_only(wanted, *held), Sql("TRUE")], " AND "))


def _only(wanted: PeopleFilter, *names: str) -> Iterator[Sql]:
    return conditions(PeopleFilter(wanted.kind, **{name: getattr(wanted, name) for name in names}))


def _bounded(ids: Sql) -> Sql:
    return Sql(f"(SELECT count(*) FROM ({ids.text} LIMIT {MANY + 1}) few)", ids.values)  # noqa: S608
