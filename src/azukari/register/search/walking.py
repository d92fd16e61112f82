"""Going along an order: who fits among the next people, a bounded number of them at a time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from azukari.register.models import Person
from azukari.register.search.candidates import Group
from azukari.register.search.conditions import (
    PeopleFilter,
    Sql,
    asked_of,
    conditions,
    held_beside,
    joined,
    of_kind,
    only,
)
from azukari.register.search.orders import Stretch, Values
from azukari.register.search.statements import PERSON, people_of, rows_of

Rest = Sequence[tuple[Stretch, Values | None]]

# Entries of an index that are passed over for the price of one person looked at.
_ENTRIES = 4


@dataclass
class Walk:
    """`people` are found so far, `rest` is what is left to walk: nothing when they are enough.

    `codes` are beginnings that every code must have.
    """

    wanted: PeopleFilter
    codes: tuple[str, ...]
    size: int
    rest: Rest
    people: list[Person] = field(default_factory=list)

    def on(self, step: int, group: Group | None = None) -> None:
        """Past `step` people; of a `group`, past more, since others than its are not looked at."""
        for place, (stretch, edge) in enumerate(self.rest):
            held, belongs = self._told_by_index(stretch, group)
            if held or belongs:
                number = step * _ENTRIES
                rows = next_rows(self.wanted, self.codes, stretch.bare(), edge, number)
                source, order = self._passing_over(rows, held, stretch), stretch.by_keys("n")
            else:
                number = step
                rows = next_rows(self.wanted, self.codes, stretch, edge, number)
                source, order = Sql(f"({rows.text}) p", rows.values), stretch.by_keys()
            where = all_of([*belongs, *conditions(self.wanted), Sql(stretch.where)])
            self.people += people_of(
                Sql(
                    f"SELECT {PERSON} FROM {source.text} WHERE {where.text}"  # noqa: S608
                    f" ORDER BY {order} LIMIT %s",
                    (*source.values, *where.values, self.size - len(self.people)),
                )
            )
            if len(self.people) == self.size:
                self.rest = ()
                return
            last = _last_of(rows, stretch, number)
            if last is not None:
                self.rest = ((stretch, last), *self.rest[place + 1 :])
                return
        self.rest = ()

    def _told_by_index(self, stretch: Stretch, group: Group | None) -> tuple[list[Sql], list[Sql]]:
        """What the index walked along tells of a person, and that of the group of an entry `n`."""
        leading = _leading(self.wanted, self.codes, stretch)
        names = () if stretch.is_by_due else held_beside(leading, self.wanted)
        further = group is not None and not {leading, *names}.issuperset(group.names)
        return list(only(self.wanted, *names)), [group.has("n")] if group and further else []

    def _passing_over(self, rows: Sql, held: list[Sql], stretch: Stretch) -> Sql:
        """Entries `n` that meet what they hold, in order, and the people `p` whose they are."""
        known, one = all_of(held), of_kind(self.wanted)
        return Sql(
            # The order is said again, or all of them would be put in order once more.
            f"(SELECT * FROM ({rows.text}) p WHERE {known.text} ORDER BY {stretch.by_keys()}) n"  # noqa: S608
            f" CROSS JOIN LATERAL (SELECT * FROM register_person p WHERE {one.text}"
            " AND p.employee_code = n.employee_code AND p.family_code = n.family_code OFFSET 0) p",
            (*rows.values, *known.values, *one.values),
        )


def begins_with_condition(wanted: PeopleFilter, stretch: Stretch) -> bool:
    """Whether only those who meet some condition are walked along."""
    return any(_along(wanted, (), stretch))


def beside_leading(wanted: PeopleFilter, codes: tuple[str, ...], stretch: Stretch) -> Iterator[Sql]:
    """What is asked beside the condition whose index is walked along."""
    yield from only(wanted, "words", *(asked_of(wanted) - {_leading(wanted, codes, stretch)}))


def next_rows(
    wanted: PeopleFilter,
    codes: tuple[str, ...],
    stretch: Stretch,
    edge: Values | None,
    step: int,
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


def all_of(parts: Iterable[Sql]) -> Sql:
    return joined([*parts, Sql("TRUE")], " AND ")


def _last_of(rows: Sql, stretch: Stretch, step: int) -> Values | None:
    """The keys of the last row of a full step; None when the stretch ends before."""
    keys = ", ".join(f"p.{key}" for key in stretch.keys)
    last = rows_of(Sql(f"SELECT {keys} FROM ({rows.text}) p OFFSET %s", (*rows.values, step - 1)))  # noqa: S608
    return last[0] if last else None


def _along(wanted: PeopleFilter, codes: tuple[str, ...], stretch: Stretch) -> Iterator[Sql]:
    """Conditions that an index begins with, so that only those who fit them are walked."""
    leading = _leading(wanted, codes, stretch)
    if leading:
        yield from only(wanted, leading)
    elif stretch.is_by_code:
        yield from (Sql("p.employee_code ^@ %s", (code,)) for code in codes)


def _leading(wanted: PeopleFilter, codes: tuple[str, ...], stretch: Stretch) -> str:
    """The condition whose index is walked along."""
    if stretch.keys[0] == "department" or (stretch.is_by_code and wanted.department):
        return "department"
    if stretch.is_by_code and not codes:
        if wanted.number_state:
            return "number_state"
        return "employment" if wanted.employment == "left" else ""
    without = stretch.is_by_due and wanted.number_state not in {"", "active"}
    return "number_state" if without else ""
