"""Every rule of a layout, broken one at a time in a good row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from azukari.filings.engine.layout import Check, Item, Layout
from tests.numbers import wrong_check_digit

GOOD = {"N": "1", "K": "ｱ", "KA": "ｱ", "Z": "亜", "M": "a", "A": "a", "AN|K": "a"}
WRONG = {"N": "x", "K": "亜", "KA": "亜", "Z": "a", "M": "髙", "A": "亜", "AN|K": "亜"}
WIDTH = {"Z": 2}
OF_DATES = frozenset({"date-pair", "date-parts", "not-a-date"})
# Another value here means another layout, or none.
NAMES_THE_LAYOUT = frozenset({"form_code", "doc_type"})


@dataclass(frozen=True)
class Mutation:
    """Items to change (項番 → value), and the problem that has to be found."""

    changes: dict[int, str]
    item: int
    code: str

    def __str__(self) -> str:
        return f"{self.item}-{self.code}"

    def is_told(self, found: list[tuple[int | None, int | None, str]]) -> bool:
        """Whether the first record has this problem; an item is told of its date only once."""
        if self.code in OF_DATES:
            return any(record == 1 and item in self.changes for record, item, _ in found)
        return (1, self.item, self.code) in found


def of_items(layout: Layout) -> list[Mutation]:
    """Each rule of each item broken: presence, codes, characters, widths, shape, check digit."""
    return [
        Mutation({item.pos: value}, item.pos, code)
        for item in layout.items
        if item.id not in NAMES_THE_LAYOUT
        for value, code in _spoilt(item)
    ]


def _spoilt(item: Item) -> Iterator[tuple[str, str]]:
    if item.required == "never":
        yield "1", "must-be-empty"
        return
    if item.required == "always":
        yield "", "required"
    if item.allowed is not None:
        yield "?", "code-not-listed"
        return
    yield WRONG[item.type] * 2, "unusable-character" if item.type == "M" else "type"
    width = WIDTH.get(item.type, 1)
    yield GOOD[item.type] * (item.max_len // width + 1), "too-long"
    if item.min_len > width:
        yield GOOD[item.type] * (item.min_len // width - 1), "too-short"
    for value in item.forbidden:
        yield value, "forbidden-value"
    if item.shape:
        space = "\u3000" if item.type == "Z" else " "
        yield GOOD[item.type] + space * 2 + GOOD[item.type], "double-space"
    if item.shape == "name":
        yield GOOD[item.type], "name-separator"
    if item.checksum in {"individual-number", "individual-number-13", "party-number-13"}:
        yield wrong_check_digit(5).rjust(item.max_len, "0"), "check-digit"


def of_dates(layout: Layout) -> list[Mutation]:
    """Each date once halved and once made impossible."""
    found = []
    for place in layout.dates.values():
        *others, last = place.positions
        halved = "date-pair" if place.style == "pension" else "date-parts"
        half = dict.fromkeys(others, "") | {last: _part(layout, last)}
        found.append(Mutation(half, others[0], halved))
        day = "070230" if place.style == "pension" else "32"
        whole = {pos: _part(layout, pos) for pos in others} | {last: day}
        found.append(Mutation(whole, last, "not-a-date"))
    return found


def _part(layout: Layout, pos: int) -> str:
    item = layout.items[pos - 1]
    return item.allowed[0] if item.allowed else "1".rjust(item.max_len, "0")


def of_plain_checks(layout: Layout, row: Sequence[str]) -> list[Mutation]:
    """Each check of presence, absence or codes broken, its conditions made true first."""
    return [
        mutation
        for check in layout.checks
        if "rule" not in check.must
        for mutation in _broken(layout, check, row)
    ]


def _broken(layout: Layout, check: Check, row: Sequence[str]) -> Iterator[Mutation]:
    """One mutation for each item that the check speaks of."""
    conditions: dict[int, str] = {}
    for entry in check.when:
        conditions |= _made_true(layout, entry, row)
    must = check.must
    if "absent" in must:
        for pos in must["absent"]:
            yield Mutation(conditions | {pos: _any(layout, pos)}, pos, check.id)
    elif "present" in must:
        for pos in must["present"]:
            yield Mutation(conditions | {pos: ""}, pos, check.id)
    elif "in" in must:
        others = [
            code for code in layout.items[must["item"] - 1].allowed or () if code not in must["in"]
        ]
        yield Mutation(conditions | {must["item"]: (others or [""])[0]}, must["item"], check.id)
    else:
        yield Mutation(conditions | {must["item"]: must["not_in"][0]}, must["item"], check.id)


def _made_true(layout: Layout, entry: dict[str, Any], row: Sequence[str]) -> dict[int, str]:
    if "any_present" in entry:
        pos = entry["any_present"][0]
        return {pos: row[pos - 1] or _any(layout, pos)}
    if "none_present" in entry:
        return dict.fromkeys(entry["none_present"], "")
    pos = entry["item"]
    if "in" in entry:
        return {pos: entry["in"][0]}
    if "not_in" in entry:
        return {pos: row[pos - 1] if row[pos - 1] not in entry["not_in"] else ""}
    return {pos: "" if entry["is"] == "absent" else row[pos - 1] or _any(layout, pos)}


def _any(layout: Layout, pos: int) -> str:
    item = layout.items[pos - 1]
    if item.allowed:
        return item.allowed[0]
    sign = GOOD[item.type]
    if item.shape == "name":
        return sign + ("\u3000" if item.type == "Z" else " ") + sign
    return sign * max(item.min_len // WIDTH.get(item.type, 1), 1)
