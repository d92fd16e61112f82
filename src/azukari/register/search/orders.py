"""The orders of the lists.  Each is walked along an index of `register_person`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from azukari.register.models import PersonKind
from azukari.register.search.conditions import Sql

Keys = tuple[str, ...]
Values = tuple[Any, ...]

# No two people of a kind share both, so every order is total.
_LAST: Keys = ("employee_code", "family_code")


@dataclass(frozen=True)
class Stretch:
    """A part of an order that one index runs along, up or down."""

    keys: Keys
    where: str = "TRUE"
    down: bool = False

    @property
    def is_by_code(self) -> bool:
        return self.keys == _LAST

    @property
    def is_by_due(self) -> bool:
        return self.keys[0] == "number_due_on"

    def bare(self) -> "Stretch":
        """Without what its index does not tell."""
        return replace(self, where="TRUE") if self.is_by_code else self

    def by_keys(self, rows: str = "p") -> str:
        way = " DESC" if self.down else ""
        return ", ".join(f"{rows}.{key}{way}" for key in self.keys)

    def beyond(self, edge: Values | None) -> Sql:
        """Whoever comes after the person with these keys."""
        if edge is None:
            return Sql(self.where)
        row = ", ".join(f"p.{key}" for key in self.keys)
        marks = ", ".join(["%s"] * len(self.keys))
        return Sql(f"{self.where} AND ({row}) {'<' if self.down else '>'} ({marks})", edge)


# Every key of every order.
KEYS: Keys = ("kana", "department", "number_due_on", *_LAST)

_BY_CODE = Stretch(_LAST)
ORDERS: dict[str, tuple[Stretch, ...]] = {
    "code": (_BY_CODE,),
    "name": (Stretch(("kana", *_LAST)),),
    "department": (Stretch(("department", *_LAST)),),
    # Those without a date come last either way.
    "due": (
        Stretch(("number_due_on", *_LAST), "p.number_due_on IS NOT NULL"),
        replace(_BY_CODE, where="p.number_due_on IS NULL"),
    ),
}


def offered(sort: str, kind: PersonKind | str) -> str:
    """`sort`, one of `ORDERS`, turned round by a `-`; by code where such people have no such."""
    name = sort.removeprefix("-")
    if name not in ORDERS or (name == "department" and kind != PersonKind.EMPLOYEE):
        return "-code" if sort.startswith("-") else "code"
    return sort


def stretches(sort: str, kind: PersonKind | str, *, backwards: bool) -> tuple[Stretch, ...]:
    """Of what is `offered` (with `-` the other way round)."""
    sort = offered(sort, kind)
    down = sort.startswith("-") is not backwards
    turned = tuple(replace(one, down=down) for one in ORDERS[sort.removeprefix("-")])
    return turned[::-1] if backwards else turned


def beginning_at(
    order: Sequence[Stretch], person: dict[str, Any]
) -> list[tuple[Stretch, Values | None]]:
    """What is left of an order behind a person: the rest of their stretch, then the others."""
    place = 0
    if len(order) > 1:
        has_date = person["number_due_on"] is not None
        place = next(n for n, one in enumerate(order) if ("NOT NULL" in one.where) is has_date)
    edge = tuple(person[key] for key in order[place].keys)
    return [(order[place], edge), *((one, None) for one in order[place + 1 :])]
