"""Pages by keyset: no OFFSET, so that the last page is as fast as the first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

PAGE = 50
Line = TypeVar("Line")
Row = TypeVar("Row", bound=Model)

Orders = Mapping[str, tuple[str, ...]]
"""By what a list can be sorted: the name in its address, and the keys that `page_of` takes."""


@dataclass(frozen=True)
class Page(Generic[Line]):
    """Cursors are ids of rows, so that an address carries no name; empty at either end.

    `order`: the one of its `Orders` in which the list is read, where it has any.
    """

    rows: list[Line]
    before: str
    after: str
    order: str = ""


@dataclass(frozen=True)
class Place:
    """Where in a list: behind one cursor or ahead of the other.

    `sort`: the order it is read in, one of its `Orders`, turned round by a `-` before it.
    """

    after: str = ""
    before: str = ""
    size: int = PAGE
    sort: str = ""


def page_in_order(found: QuerySet[Row], orders: Orders, place: Place, *, first: str) -> Page[Row]:
    """In the order of the place; in that of `first` where the place names none of `orders`."""
    sort = _offered(place, orders, first)
    page = page_of(found, orders[sort.removeprefix("-")], place, down=sort.startswith("-"))
    return replace(page, order=sort)


def page_at_hand(lines: Sequence[Line], orders: Orders, place: Place, *, first: str) -> Page[Line]:
    """The same of what is all at hand, such as sums; a line has no id, so a cursor is its place."""
    sort = _offered(place, orders, first)
    ordered = sorted(
        lines, key=attrgetter(*orders[sort.removeprefix("-")]), reverse=sort.startswith("-")
    )
    begin = _begin(place, len(ordered))
    end = begin + place.size
    return Page(
        ordered[begin:end],
        before=str(begin) if begin else "",
        after=str(end) if end < len(ordered) else "",
        order=sort,
    )


def page_of(
    found: QuerySet[Row], keys: tuple[str, ...], place: Place, *, down: bool = False
) -> Page[Row]:
    """`keys`: fields, none of them null, the last one unique; `down` turns the order round.

    Beyond a cursor there may be nothing any more; then it is the first page.
    """
    backwards = bool(place.before)
    edge = _edge(found, place.before or place.after, keys)
    descending = down is not (backwards and edge is not None)
    rows = _beginning(found, keys, edge, place.size + 1, down=descending)
    if edge is not None and not rows:
        return page_of(found, keys, Place(size=place.size), down=down)
    more, rows = len(rows) > place.size, rows[: place.size]
    if backwards and edge is not None:
        rows.reverse()
        return Page(rows, _cursor(rows[:1]) if more else "", _cursor(rows[-1:]))
    first = _cursor(rows[:1]) if edge is not None else ""
    return Page(rows, first, _cursor(rows[-1:]) if more else "")


def parts_in_order(
    found: QuerySet[Row], orders: Orders, *, order: str, size: int
) -> Iterator[list[Row]]:
    """All of a list, so many at a time; whatever leaves it meanwhile, no row comes twice.

    Each part is read when it is asked for, in the scope of that moment.
    """
    keys, down = orders[order.removeprefix("-")], order.startswith("-")
    edge: tuple[Any, ...] | None = None
    while rows := _beginning(found, keys, edge, size, down=down):
        yield rows
        edge = tuple(attrgetter(key.replace("__", "."))(rows[-1]) for key in keys)


def _beginning(
    found: QuerySet[Row],
    keys: tuple[str, ...],
    edge: tuple[Any, ...] | None,
    size: int,
    *,
    down: bool,
) -> list[Row]:
    """The first rows beyond an edge."""
    if edge is not None:
        found = found.filter(_beyond(keys, edge, "lt" if down else "gt"))
    return list(found.order_by(*(f"-{key}" if down else key for key in keys))[:size])


def _offered(place: Place, orders: Orders, first: str) -> str:
    return place.sort if place.sort.removeprefix("-") in orders else first


def _begin(place: Place, number: int) -> int:
    """Where the page of `number` lines begins; at the first one for a cursor that is no place."""
    try:
        begin = int(place.before) - place.size if place.before else int(place.after)
    except ValueError:
        return 0
    return begin if 0 < begin < number else 0


def _edge(found: QuerySet[Row], cursor: str, keys: tuple[str, ...]) -> tuple[Any, ...] | None:
    """The keys of the row a cursor names, though it may have left the list since; None for one
    that names nothing in the company in scope, or what never was in the list: it may lack a key.
    """
    try:
        wanted = UUID(cursor)
    except ValueError:
        return None
    # The scoped manager; the other one of our models sees every company.
    managers = found.model._meta.managers_map  # noqa: SLF001  documented with Model._meta
    rows = managers["objects"].filter(id=wanted)
    edge = next(iter(rows.values_list(*keys)), None)
    return None if edge is None or None in edge else edge


def _beyond(keys: tuple[str, ...], edge: tuple[Any, ...], way: str) -> Q:
    """(keys) > (edge), spelt out; the first condition alone lets the index be used."""
    beyond, same = Q(), Q()
    for key, value in zip(keys, edge, strict=True):
        beyond |= same & Q(**{f"{key}__{way}": value})
        same &= Q(**{key: value})
    return Q(**{f"{keys[0]}__{way}e": edge[0]}) & beyond


def _cursor(rows: list[Row]) -> str:
    return "".join(str(row.pk) for row in rows)
