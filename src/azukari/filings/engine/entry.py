"""Facts by the id of their item, as the items of a record: the one way from a fact to its text.

What differs between what was given and what will be written is listed as a `Conversion`; nothing
is checked here, so that a wrong fact is told by the same check that reads a finished file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from azukari.filings.engine import era_date
from azukari.filings.engine.layout import Item, Layout
from azukari.filings.engine.notation import Conversion, Preview, flag, widen
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
    places = _places(layout)
    preview = Preview(layout)
    values = list(places.blank)
    for key, fact in facts.items():
        if fact is None:
            continue
        item = places.items.get(key)
        if key in layout.dates and isinstance(fact, date):
            place = layout.dates[key]
            _put(values, place.positions, era_date.render_items(place.style, len(place), fact))
        elif item is not None:
            values[item.pos - 1] = _text(item, fact, preview, short_numbers=short_numbers)
        else:
            _put(values, layout.splits[key], _split(layout, layout.splits[key], str(fact)))
    return values, preview.conversions


@dataclass(frozen=True, slots=True)
class _Places:
    """A layout made ready to be filled: its items by id, and a record with its constants only."""

    layout: Layout
    items: dict[str, Item]
    blank: tuple[str, ...]


_PLACES: Final[dict[int, _Places]] = {}


def _places(layout: Layout) -> _Places:
    """Made once for each layout, which is kept with it: layouts are read once and never change."""
    known = _PLACES.get(id(layout))
    if known is None:
        known = _PLACES[id(layout)] = _Places(
            layout,
            {item.id: item for item in layout.items},
            tuple(_constant(item) for item in layout.items),
        )
    return known


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


def _text(item: Item, fact: Fact, preview: Preview, *, short_numbers: bool) -> str:
    if isinstance(fact, str):
        return _in_width(item, fact, preview)
    if isinstance(fact, MyNumber):
        width = item.min_len if short_numbers else item.max_len
        return fact.reveal_digits().rjust(width, "0")
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
