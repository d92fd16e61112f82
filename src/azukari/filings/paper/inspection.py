"""What is wrong with an edition, found by filling it with its sample slip.

Looked for: boxes off the page, cells beyond their box, type that does not fit or lies on other
type, characters no typeface has, sample values no box takes and boxes no sample value fills, boxes
that draw a fact otherwise than it is given, slips that share a sheet badly, required facts without
a box. A layout that breaks the vocabulary or the disclosure table does not even compile.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from azukari.filings.paper.continuation import sheets_of
from azukari.filings.paper.disclosure import Disclosure
from azukari.filings.paper.facts import FactType
from azukari.filings.paper.fill import fill, masked
from azukari.filings.paper.form import PaperForm
from azukari.filings.paper.geometry import MM_PER_POINT, Box, Letters
from azukari.filings.paper.layout import Layout
from azukari.filings.paper.lettering import Lettering
from azukari.filings.paper.needs import needs_of
from azukari.filings.paper.plan import Plan
from azukari.filings.paper.sample import longer
from azukari.filings.paper.slip import Slip, read

_MARKS: Final = frozenset({FactType.CHOICE, FactType.DATE})
_DRAWN_AS: Final[Mapping[str, frozenset[FactType]]] = {
    "text": frozenset({FactType.TEXT, FactType.DATE, FactType.MARK, FactType.NUMBERS}),
    "money": frozenset({FactType.MONEY, FactType.COUNT}),
    "cells": frozenset(
        {FactType.CELLS, FactType.DATE, FactType.NUMBER, FactType.NUMBER_OR_CORPORATE}
    ),
    "circle": _MARKS,
    "oval": _MARKS,
    "check": _MARKS,
    "qr": frozenset({FactType.QR}),
}
_TOUCHING: Final = 0.35  # mm²: type may touch type this much
_SLACK: Final = 0.05  # mm
_BETWEEN_GAPS: Final = re.compile(r"[^\u3000]+(?:\u3000[^\u3000]+)*")


class Defect(StrEnum):
    OFF_PAGE = "off-page"
    CELLS_BEYOND_BOX = "cells-beyond-box"
    DOES_NOT_FIT = "does-not-fit"
    OVERLAP = "overlap"
    NO_GLYPH = "no-glyph"
    NOT_FILLED = "not-filled"
    NOT_TAKEN = "not-taken"
    WRONG_KIND = "wrong-kind"
    PLACES = "places"
    REQUIRED_WITHOUT_BOX = "required-without-box"
    PICTURE_CHANGED = "picture-changed"


@dataclass(frozen=True, slots=True)
class Found:
    """`place` is a text, a value's path or a box; never a value of a person."""

    defect: Defect
    place: str


def inspect(
    layout: Layout,
    plan: Plan,
    sample: Slip,
    lettering: Lettering,
    disclosure: Disclosure,
    form: PaperForm | None = None,
) -> list[Found]:
    """Every defect once, in the order of the list above; a draft has no form yet."""
    sheets = sheets_of(plan, sample)
    more = longer(sample, plan.repeats)
    found = [
        *_boxes(layout, plan),
        *_type(plan, [*sheets, *(sheets_of(plan, more) if more else ())], lettering),
        *_unfilled(plan, sheets),
        *_untaken(plan, sample),
        *_kinds(plan, disclosure),
        *_places(plan),
        *(_required(plan, form, disclosure) if form else ()),
    ]
    return list(dict.fromkeys(found))


def _kinds(plan: Plan, disclosure: Disclosure) -> Iterator[Found]:
    """A box draws its value as the fact is given: an amount with commas, a choice as a mark."""
    for field in plan.fields:
        fact = disclosure.binding(field.name)
        if fact is not None and fact.type not in _DRAWN_AS[field.kind]:
            yield Found(Defect.WRONG_KIND, f"{field.name} ({field.kind}, {fact.type})")


def _places(plan: Plan) -> Iterator[Found]:
    """Slips on a sheet lie on it, beside one another."""
    slips = [Box(x, y, plan.w, plan.h) for x, y in plan.places]
    for n, slip in enumerate(slips):
        beyond = slip.right > plan.sheet[0] + _SLACK or slip.bottom > plan.sheet[1] + _SLACK
        if beyond or any(slip.overlap(other) > _SLACK for other in slips[n + 1 :]):
            yield Found(Defect.PLACES, f"[{slip.x:g}, {slip.y:g}]")


def _required(plan: Plan, form: PaperForm, disclosure: Disclosure) -> Iterator[Found]:
    boxes = {need.fact.name for need in needs_of(plan, form, disclosure)}
    for requirement in form.required:
        for name in requirement.names:
            if name not in boxes and not name.endswith("[]"):
                yield Found(Defect.REQUIRED_WITHOUT_BOX, name)


def _boxes(layout: Layout, plan: Plan) -> Iterator[Found]:
    for item in layout.items:
        box = Box(item.x, item.y, item.w, item.h)
        if (
            min(box.x, box.y) < -_SLACK
            or box.right > plan.w + _SLACK
            or box.bottom > plan.h + _SLACK
        ):
            yield Found(Defect.OFF_PAGE, _named(item.label or item.path, box))
    for field in plan.fields:
        if field.cells is not None:
            wide = field.cells.start + field.cells.pitch * field.cells.count
            if wide > field.box.w + _SLACK:
                yield Found(Defect.CELLS_BEYOND_BOX, field.path)


def _type(plan: Plan, sheets: list[Slip], lettering: Lettering) -> Iterator[Found]:
    for sheet in sheets:
        letters = [*plan.labels, *fill(plan, sheet, lettering, masked).letters]
        for line in letters:
            if not line.fits:
                yield Found(Defect.DOES_NOT_FIT, line.text)
            if lettering.shortfalls(line.text):
                yield Found(Defect.NO_GLYPH, line.text)
        yield from _overlaps(letters, lettering)


def _overlaps(letters: list[Letters], lettering: Lettering) -> Iterator[Found]:
    """Rings and check marks lie on what they mark; type keeps apart."""
    areas = [(line.text, area) for line in letters for area in _inked(line, lettering)]
    areas.sort(key=lambda pair: pair[1].x)
    for n, (text, area) in enumerate(areas):
        for other_text, other in areas[n + 1 :]:
            if other.x > area.right:
                break
            if area.overlap(other) > _TOUCHING:
                yield Found(Defect.OVERLAP, f"{text} / {other_text}")


def _inked(line: Letters, lettering: Lettering) -> Iterator[Box]:
    """The areas between wide gaps: 令和　　　年分 leaves room for its year."""
    whole = line.area
    if line.pitch is not None:
        yield whole
        return
    per_em = line.size * MM_PER_POINT * line.condensed
    for words in _BETWEEN_GAPS.finditer(line.text):
        before = lettering.width(line.text[: words.start()]) * per_em
        wide = lettering.width(words[0]) * per_em
        yield Box(whole.x + before, whole.y, wide, whole.h)


def _unfilled(plan: Plan, sheets: list[Slip]) -> Iterator[Found]:
    """Per name, not per row: some row of the sample fills each box. Choices need one code."""
    names = {field.name for field in plan.fields if field.kind not in {"circle", "oval", "check"}}
    filled = {
        field.name
        for sheet in sheets
        for field in plan.fields
        if field.path in sheet.numbers or read(sheet.values, field.path) is not None
    }
    for name in sorted(names - filled):
        yield Found(Defect.NOT_FILLED, name)


def _untaken(plan: Plan, sample: Slip) -> Iterator[Found]:
    taken = {
        path
        for field in plan.fields
        for place in (field.path, field.only, field.otherwise)
        for path in _ancestors(place)
    }
    spilt = {rule[key] for rule in plan.overflow.values() if isinstance(rule, Mapping)
             for key in ("names", "numbers") if key in rule}  # fmt: skip
    for path in (*_leaves(sample.values, ""), *sample.numbers):
        name = ".".join("0" if part.isdigit() else part for part in path.split("."))
        if name not in taken and name not in spilt and not _only_spills(plan, path):
            yield Found(Defect.NOT_TAKEN, path)


def _only_spills(plan: Plan, path: str) -> bool:
    """Whether the list has no rows of its own: names and numbers go elsewhere."""
    listed, *_, last = path.split(".")
    return plan.repeats.get(listed) == 0 and last in {"name", "mynumber"}


def _ancestors(place: str) -> Iterator[str]:
    parts = place.split(".")
    for end in range(1, len(parts) + 1):
        yield ".".join("0" if part.isdigit() else part for part in parts[:end])


def _leaves(value: Mapping[str, Any], path: str) -> Iterator[str]:
    for key, inner in value.items():
        here = f"{path}{key}"
        if isinstance(inner, Mapping):
            yield from _leaves(inner, f"{here}.")
        elif isinstance(inner, list) and inner and isinstance(inner[0], Mapping):
            for n, entry in enumerate(inner):
                yield from _leaves(entry, f"{here}.{n}.")
        else:
            yield here


def _named(text: str, box: Box) -> str:
    return f"{text} [{box.x:g}, {box.y:g}, {box.w:g}, {box.h:g}]"
