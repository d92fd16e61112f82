"""Facts by the id of their item, as the items of a record: the one way from a fact to its text.

What differs between what was given and what will be written is listed as a `Conversion`; nothing
is checked here, so that a wrong fact is told by the same check that reads a finished file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from azukari.filings.engine import era_date
from azukari.filings.engine.charset import ONE_BYTE, TWO_BYTE
from azukari.filings.engine.layout import DatePlace, Item, Layout
from azukari.filings.engine.notation import Conversion, Preview, Unnoted, flag, widen
from azukari.law.digits import tidy
from azukari.law.number import MyNumber

Fact = str | int | bool | date | MyNumber | tuple[MyNumber, ...] | None


def fill(
    layout: Layout, facts: Mapping[str, Fact], *, short_numbers: bool = False
) -> tuple[list[str], list[Conversion]]:
    """The items of one record, and what was converted on the way.

    Keys are ids of items, of dates (a `date`) and of splits (one text for several items). A
    missing key and None leave their items empty. Constants fill themselves. Amounts are whole yen.
    `short_numbers` leaves out the 0 before an individual number where an item takes both widths.
    Raises KeyError for an id that the layout does not have: a mistake of ours.
    """
    preview = Preview(layout)
    values = _filled(layout, facts, preview, short_numbers=short_numbers)
    return values, preview.conversions


def values_of(
    layout: Layout, facts: Mapping[str, Fact], *, short_numbers: bool = False
) -> list[str]:
    """The items only: for a file whose conversions have been shown before."""
    return _filled(layout, facts, Unnoted(layout), short_numbers=short_numbers)


def _filled(
    layout: Layout, facts: Mapping[str, Fact], preview: Preview, *, short_numbers: bool
) -> list[str]:
    places = _places(layout)
    ways = places.short_ways if short_numbers else places.ways
    values = list(places.blank)
    for key, fact in facts.items():
        if fact is not None:
            ways[key](values, fact, preview)
    return values


# How a fact gets into the items of a record.
Way = Callable[[list[str], Fact, Preview], None]


@dataclass(frozen=True, slots=True)
class _Places:
    """A layout made ready to be filled: a way for each id, and a record with its constants only."""

    layout: Layout
    ways: dict[str, Way]
    short_ways: dict[str, Way]
    blank: tuple[str, ...]


_PLACES: Final[dict[int, _Places]] = {}


def _places(layout: Layout) -> _Places:
    """Made once for each layout, which is kept with it: layouts are read once and never change."""
    known = _PLACES.get(id(layout))
    if known is None:
        known = _PLACES[id(layout)] = _Places(
            layout,
            _ways(layout, short_numbers=False),
            _ways(layout, short_numbers=True),
            tuple(_constant(item) for item in layout.items),
        )
    return known


def _ways(layout: Layout, *, short_numbers: bool) -> dict[str, Way]:
    ways = {key: _way_in_parts(layout, positions) for key, positions in layout.splits.items()}
    for item in layout.items:
        ways[item.id] = _way_into(item, short_numbers=short_numbers)
    for key, place in layout.dates.items():
        ways[key] = _way_of_days(place, ways.get(key))
    return ways


def _way_of_days(place: DatePlace, otherwise: Way | None) -> Way:
    def put(values: list[str], fact: Fact, preview: Preview) -> None:
        if isinstance(fact, date):
            _put(values, place.positions, era_date.render_items(place.style, len(place), fact))
        elif otherwise is not None:
            otherwise(values, fact, preview)
        else:
            raise KeyError(place.positions)

    return put


def _way_in_parts(layout: Layout, positions: tuple[int, ...]) -> Way:
    def put(values: list[str], fact: Fact, _preview: Preview) -> None:
        _put(values, positions, _split(layout, positions, str(fact)))

    return put


# Types of text whose width or form may have to be another; all others are written as given.
_WIDTHS: Final = {"K": ONE_BYTE, "KA": ONE_BYTE, "AN|K": ONE_BYTE, "Z": TWO_BYTE, "M": frozenset()}


def _way_into(item: Item, *, short_numbers: bool) -> Way:
    """The facts that come by the hundred thousand go straight in; `_text` is for all others."""
    at, usable = item.pos - 1, _WIDTHS.get(item.type)
    plain = item.cap is None and not item.pad and item.min_len != item.max_len
    width = item.min_len if short_numbers else item.max_len

    def put(values: list[str], fact: Fact, preview: Preview) -> None:
        kind = type(fact)
        if kind is str and (usable is None or usable.issuperset(fact)):  # type: ignore[arg-type]
            values[at] = fact  # type: ignore[assignment]
        elif kind is int and plain:
            values[at] = str(fact)
        elif kind is MyNumber:
            values[at] = fact.reveal_digits().rjust(width, "0")  # type: ignore[union-attr]
        else:
            values[at] = _text(item, fact, preview)

    return put


def _constant(item: Item) -> str:
    always_one = item.required == "always" and item.allowed is not None and len(item.allowed) == 1
    return item.allowed[0] if always_one and item.allowed else ""


def _put(values: list[str], positions: tuple[int, ...], parts: tuple[str, ...]) -> None:
    for pos, part in zip(positions, parts, strict=True):
        values[pos - 1] = part


def _split(layout: Layout, positions: tuple[int, ...], text: str) -> tuple[str, ...]:
    """A telephone number at its hyphens; other texts at the widths of their items.

    What is left over stays in the last item, for the check to refuse.
    """
    groups = text.split("-")
    if len(groups) == len(positions):
        return tuple(groups)
    digits, parts = tidy(text)[0], []
    for pos in positions[:-1]:
        width = layout.items[pos - 1].max_len
        parts.append(digits[:width])
        digits = digits[width:]
    return (*parts, digits)


def _text(item: Item, fact: Fact, preview: Preview) -> str:
    if isinstance(fact, str):
        return _in_width(item, fact, preview)
    if isinstance(fact, bool):
        return flag(fact)
    if isinstance(fact, int):
        return _amount(item, fact, preview)
    if isinstance(fact, tuple):
        return _numbered(fact)
    return _in_width(item, str(fact), preview)


def _numbered(numbers: tuple[MyNumber, ...]) -> str:
    """「（１）番号（２）番号」, as 備考 wants the numbers of the fifth dependant and beyond."""
    parts = (f"({place}){one.reveal_digits()}" for place, one in enumerate(numbers, 1))
    return widen("".join(parts))


def _in_width(item: Item, text: str, preview: Preview) -> str:
    if item.type in {"K", "KA", "AN|K"}:
        return preview.half(item.pos, text)
    if item.type == "Z":
        return preview.full(item.pos, text)
    if item.type == "M":
        return preview.mixed(item.pos, text)
    return text


def _amount(item: Item, amount: int, preview: Preview) -> str:
    """Whole yen or a count, with leading zeros where the item has one width or wants them."""
    shown = preview.capped(item.pos, amount, cap=item.cap)
    return shown.zfill(item.max_len) if item.pad or item.min_len == item.max_len else shown
