"""A draft of a layout from the rules and texts of a page: what somebody would otherwise type off.

Cells become boxes, rows of cells `row` items, runs of narrow empty cells `digits`, texts labels in
the smallest box about them. No value is bound: which fact stands where is for a person to say.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any, Final

from azukari.filings.paper.disclosure import DRAFT
from azukari.filings.paper.geometry import MM_PER_POINT, Box

_NEAR: Final = 0.3  # mm that count as the same place
_CELL: Final = 8.5  # mm a cell for one character is wide at most
_FEWEST: Final = 4  # cells in a run
_THICK: Final = 0.6  # points of a rule that is more than thin
_MOVED: Final = 1.2  # mm a text may be moved by becoming a label
_LEADING: Final = 1.15  # of the size, from line to line of a label
_SCALE: Final = 10  # sizes of type are told apart by tenths of a point
_VALUES: Final = {"val": 8.5, "num": 9.0, "micro": 4.2}


@dataclass(frozen=True, slots=True)
class Words:
    """A run of text as it stands; `size` in points, `box` in millimetres from the upper left."""

    text: str
    size: float
    box: Box


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as read: millimetres from the upper left, `rules` as (box of no width, points)."""

    w: float
    h: float
    cells: Sequence[Box]
    rules: Sequence[tuple[Box, float]]
    words: Sequence[Words]


@dataclass(slots=True)
class _Drawn:
    box: Box
    words: list[Words] = field(default_factory=list)


def draft_layout(sheet: Sheet, *, form: str, edition: str, title: str) -> dict[str, Any]:
    """The content of a `layout.json`. Styles are named by their size: s55 is 5.5 points."""
    boxes = [_Drawn(box) for box in sorted(sheet.cells, key=lambda one: (_at(one.y), one.x))]
    loose = [words for words in sheet.words if not _housed(words, boxes)]
    items = [
        *_rows(boxes),
        *(_standing(words) for words in loose),
        *(_standing(words) for drawn in boxes if not _is_label(drawn) for words in drawn.words),
        *(_rule(box, width) for box, width in sheet.rules if width > _THICK),
    ]
    sizes = {_style(words.size): round(words.size, 1) for words in sheet.words}
    return {
        "form": form,
        "edition": edition,
        "title": title,
        "destination": DRAFT,
        "applies": {"from": "2000-01-01", "to": None},
        "geometry": "draft",
        "page": {"w": round(sheet.w, 2), "h": round(sheet.h, 2)},
        "styles": {name: {"size": size} for name, size in sorted((sizes | _VALUES).items())},
        "items": items,
    }


def _at(place: float) -> int:
    return round(place / _NEAR)


def _style(size: float) -> str:
    return f"s{round(size * _SCALE)}"


def _housed(words: Words, boxes: Iterable[_Drawn]) -> bool:
    """Puts the words into the smallest box that holds their middle."""
    x, y = words.box.x + words.box.w / 2, words.box.y + words.box.h / 2
    around = [
        drawn
        for drawn in boxes
        if drawn.box.x <= x <= drawn.box.right and drawn.box.y <= y <= drawn.box.bottom
    ]
    if around:
        min(around, key=lambda drawn: drawn.box.w * drawn.box.h).words.append(words)
    return bool(around)


def _rows(boxes: list[_Drawn]) -> Iterator[dict[str, Any]]:
    """Boxes of one height that touch become a row; runs of cells become one box."""
    for _, beside in groupby(boxes, key=lambda one: (_at(one.box.y), _at(one.box.h))):
        for run in _touching(sorted(beside, key=lambda one: one.box.x)):
            cells = list(_with_cells(run))
            if len(cells) == 1:
                yield cells[0]
            else:
                yield _row(cells)


def _touching(boxes: list[_Drawn]) -> Iterator[list[_Drawn]]:
    run: list[_Drawn] = []
    for one in boxes:
        if run and abs(run[-1].box.right - one.box.x) > _NEAR:
            yield run
            run = []
        run.append(one)
    yield run


def _with_cells(run: list[_Drawn]) -> Iterator[dict[str, Any]]:
    group: list[_Drawn] = []
    for one in run:
        if group and not _alike(group[0], one):
            yield from _as_cells(group)
            group = []
        group.append(one)
    yield from _as_cells(group)


def _alike(first: _Drawn, other: _Drawn) -> bool:
    """Whether both may be cells of one number."""
    is_empty = not first.words and not other.words
    narrow = max(first.box.w, other.box.w) <= _CELL
    return is_empty and narrow and abs(first.box.w - other.box.w) <= _NEAR


def _as_cells(group: list[_Drawn]) -> Iterator[dict[str, Any]]:
    if len(group) >= _FEWEST:
        yield _digits(group)
    else:
        yield from map(_box, group)


def _digits(group: list[_Drawn]) -> dict[str, Any]:
    first, last = group[0].box, group[-1].box
    wide = last.right - first.x
    digits = {"n": len(group), "x": 0, "pitch": round(wide / len(group), 2)}
    return {"b": _b(Box(first.x, first.y, wide, first.h)), "digits": digits}


def _row(cells: list[dict[str, Any]]) -> dict[str, Any]:
    x, y, _, h = cells[0]["b"]
    widths = [cell.pop("b")[2] for cell in cells]
    return {"row": {"x": x, "y": y, "h": h, "w": widths}, "cells": cells}


def _box(drawn: _Drawn) -> dict[str, Any]:
    return {"b": _b(drawn.box), **_label(drawn)}


def _label(drawn: _Drawn) -> dict[str, Any]:
    if not drawn.words or not _is_label(drawn):
        return {}
    size = max(words.size for words in drawn.words)
    if _is_upright(drawn):
        columns: dict[int, list[Words]] = defaultdict(list)
        for words in drawn.words:
            columns[round((words.box.x + words.box.w / 2) / _NEAR / 4)].append(words)
        text = "\n".join(
            "".join(one.text for one in sorted(column, key=lambda one: one.box.y))
            for _, column in sorted(columns.items(), reverse=True)
        )
        return {"text": text, "s": _style(size), "dir": "v"}
    lines = ["　".join(one.text for one in line) for line in _lines(drawn.words)]
    return {"text": "\n".join(lines), "s": _style(size), "a": _alignment(drawn)}


def _is_label(drawn: _Drawn) -> bool:
    """Whether the words, set as one label, would stand where they stand."""
    if not drawn.words or _is_upright(drawn):
        return True
    lines = list(_lines(drawn.words))
    size = max(words.size for words in drawn.words) * MM_PER_POINT
    across = [_place(drawn.box, line, _alignment(drawn)[0]) for line in lines]
    down = [line[0].box.y for line in lines]
    gaps = [after - before for before, after in pairwise(down)]
    top, bottom = down[0] - drawn.box.y, drawn.box.bottom - lines[-1][0].box.bottom
    edge = {"t": top, "m": abs(top - bottom) / 2, "b": bottom}[_alignment(drawn)[1]]
    return (
        all(len(line) == 1 for line in lines)
        and max(across) <= _MOVED
        and edge <= _MOVED
        and all(abs(gap - size * _LEADING) <= _MOVED / 2 for gap in gaps)
    )


def _place(box: Box, line: list[Words], align: str) -> float:
    """How far the line is from where the alignment would have it."""
    left, right = line[0].box.x - box.x, box.right - line[-1].box.right
    return {"l": abs(left - 0.5), "c": abs(left - right) / 2, "r": abs(right - 0.5)}[align]


def _is_upright(drawn: _Drawn) -> bool:
    """Single characters one under another."""
    words = drawn.words
    high = max(one.box.bottom for one in words) - min(one.box.y for one in words)
    return len(words) > 1 and all(len(one.text) == 1 for one in words) and high > drawn.box.w


def _lines(words: Iterable[Words]) -> Iterator[list[Words]]:
    ordered = sorted(words, key=lambda one: one.box.y)
    line: list[Words] = []
    for one in ordered:
        if line and one.box.y > line[0].box.y + line[0].box.h / 2:
            yield sorted(line, key=lambda one: one.box.x)
            line = []
        line.append(one)
    yield sorted(line, key=lambda one: one.box.x)


def _alignment(drawn: _Drawn) -> str:
    """By which side of the box has less room: l, c or r, then t, m or b."""
    box, words = drawn.box, drawn.words
    left = min(one.box.x for one in words) - box.x
    right = box.right - max(one.box.right for one in words)
    above = min(one.box.y for one in words) - box.y
    below = box.bottom - max(one.box.bottom for one in words)
    return _side(left, right, "lcr") + _side(above, below, "tmb")


def _side(before: float, after: float, names: str) -> str:
    if abs(before - after) <= max(1.0, (before + after) * 0.15):
        return names[1]
    return names[0] if before < after else names[2]


def _standing(words: Words) -> dict[str, Any]:
    box = Box(words.box.x - 0.5, words.box.y, words.box.w + 1.0, words.box.h)
    return {"b": _b(box), "text": words.text, "s": _style(words.size), "a": "lm", "frame": 0}


def _rule(box: Box, width: float) -> dict[str, Any]:
    return {"b": _b(box), "lw": round(width, 2)}


def _b(box: Box) -> list[float]:
    return [round(side, 2) for side in (box.x, box.y, max(box.w, 0), max(box.h, 0))]


def from_points(x0: float, top: float, x1: float, bottom: float) -> Box:
    """A box in millimetres."""
    x0, top, x1, bottom = (side * MM_PER_POINT for side in (x0, top, x1, bottom))
    return Box(x0, top, x1 - x0, bottom - top)
