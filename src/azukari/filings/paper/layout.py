"""One edition of a form as written in its `layout.json`: header, styles and items in millimetres.

Items: `b` box [x, y, w, h] with label `text` (style `s`, alignment `a`, `dir: "v"`), `frame`,
`lw`, `unit`, `diag`; value `v` (style `vs`, alignment `va`, format `f`, `fit`, `lines`),
`digits` (cells), `mark` (circle, oval, check); a number is `secret` and may stand `only` where a
choice applies, `else` something in its cells; `row` of boxes; `repeat` of a list; `qr`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.resources.abc import Traversable
from typing import Any, Final

from azukari.filings.engine.layout import LayoutBroken

_HEADER: Final = frozenset(
    {
        "form", "edition", "title", "destination", "applies", "geometry", "form_id", "office_code",
        "overflow", "note", "copy_of", "drop", "public", "page", "place", "sheet", "law", "styles",
        "items",
    }
)  # fmt: skip
_ITEM: Final = frozenset(
    {
        "b", "text", "s", "a", "dir", "frame", "lw", "unit", "diag", "blank", "v", "vs", "va", "f",
        "fit", "lines", "digits", "mark", "secret", "index", "row", "cells", "repeat", "max", "x",
        "y", "dy", "items", "qr", "only", "else", "public",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """`destination`: who receives this copy. `geometry`: evidence, draft, own or check.

    evidence follows copies seen; draft has the official order but sizes of ours; own is a form of
    the company; check says on its face that it cannot be filed.
    """

    raw: Mapping[str, Any]

    @property
    def form(self) -> str:
        return str(self.raw["form"])

    @property
    def edition(self) -> str:
        return str(self.raw["edition"])

    @property
    def title(self) -> str:
        return str(self.raw["title"])

    @property
    def destination(self) -> str:
        return str(self.raw["destination"])

    @property
    def geometry(self) -> str:
        return str(self.raw["geometry"])

    @property
    def note(self) -> str:
        """What an operator should know of this edition beside its geometry, or empty."""
        return str(self.raw.get("note", ""))

    @property
    def page(self) -> tuple[float, float]:
        return float(self.raw["page"]["w"]), float(self.raw["page"]["h"])

    @property
    def original(self) -> str:
        """FORM/EDITION this is a copy without numbers of, or empty."""
        return str(self.raw.get("copy_of", ""))

    @property
    def overflow(self) -> Mapping[str, Any]:
        return dict(self.raw.get("overflow", {}))

    @cached_property
    def items(self) -> tuple["Item", ...]:
        """Every box with repeats, rows and offsets resolved, in the order of the file."""
        return tuple(_flatten(self.raw["items"], 0.0, 0.0, "", {}))

    def size(self, style: str) -> float:
        """Points of a named style. Raises LayoutBroken."""
        try:
            return float(self.raw["styles"][style]["size"])
        except KeyError:
            raise LayoutBroken(f"{self.form} {self.edition}: no style {style}") from None

    def applies(self, day: date) -> bool:
        span = self.raw["applies"]
        last = span["to"]
        return span["from"] <= day.isoformat() and (last is None or day.isoformat() <= last)

    @property
    def repeats(self) -> dict[str, int]:
        """How many entries of each list one sheet holds; none of those that only spill over."""
        rows = dict.fromkeys(self.overflow, 0)
        return rows | {str(i["repeat"]): int(i["max"]) for i in self.raw["items"] if "repeat" in i}


@dataclass(frozen=True, slots=True)
class Item:
    """One box on the page: `path` is the value's place in the model (`deps.0.name`) or empty.

    `only` is the place of the choice without which a number is not shown, `otherwise` that of the
    value shown in its cells then.
    """

    x: float
    y: float
    w: float
    h: float
    path: str
    label: str
    raw: Mapping[str, Any]
    only: str = ""
    otherwise: str = ""


def read_layout(file: Traversable, catalogue: Traversable) -> Layout:
    """The layout in the file. Raises LayoutBroken for keys nobody reads.

    `copy_of: FORM/EDITION` is that edition of the catalogue without any place for an individual
    number: boxes of values in `public` take a 法人番号 only. Boxes whose value or label is in
    `drop` are left out. What the file says besides overrides the original.
    """
    raw = json.loads(file.read_text("utf-8"))
    if strange := set(raw) - _HEADER:
        raise LayoutBroken(f"{file.name}: unknown header {sorted(strange)}")
    if "copy_of" in raw:
        original = read_layout(catalogue.joinpath(raw["copy_of"], "layout.json"), catalogue)
        drop, public = set(raw.get("drop", ())), set(raw.get("public", ()))
        items = list(_without_numbers(original.raw["items"], drop, public))
        raw = {**original.raw, **raw, "items": items}
    if strange := {key for item in _all(raw["items"]) for key in item} - _ITEM:
        raise LayoutBroken(f"{file.name}: unknown keys {sorted(strange)}")
    return Layout(raw)


def layout_text(raw: Mapping[str, Any]) -> str:
    """As a `layout.json` is kept: one line for each entry of the head and for each item."""
    head = [
        f" {_written(key)}: {_written(value)},"
        for key, value in raw.items()
        if key not in {"items", "styles"}
    ]
    styles = f' "styles": {_written(raw["styles"])},'
    items = ",\n".join(f"  {_written(item)}" for item in raw["items"])
    return "\n".join(["{", *head, styles, ' "items": [', items, " ]", "}", ""])


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _without_numbers(
    items: list[dict[str, Any]], drop: set[str], public: set[str]
) -> Iterator[dict[str, Any]]:
    """Number boxes struck through and bound to nothing, or open to public numbers only."""
    for item in items:
        if drop & {item.get("v"), item.get("text")}:
            continue
        kept = {key: value for key, value in item.items() if key not in {"items", "cells"}}
        for inside in ("items", "cells"):
            if inside in item:
                kept[inside] = list(_without_numbers(item[inside], drop, public))
        if kept.pop("secret", None):
            kept = _closed(kept) if kept["v"] not in public else {**kept, "public": 1}
        yield kept


def _closed(item: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in item.items() if key not in {"v", "only", "else"}}
    return kept | {"diag": 1, "blank": "number"} if "digits" in item else kept


def _all(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield item
        yield from _all(item.get("items", []))
        yield from _all(item.get("cells", []))


def _flatten(
    items: list[dict[str, Any]], dx: float, dy: float, prefix: str, number: Mapping[str, Any]
) -> Iterator[Item]:
    for item in items:
        if "repeat" in item:
            for n in range(int(item["max"])):
                inside = f"{prefix}{item['repeat']}.{n}."
                down = dy + item["y"] + item["dy"] * n
                yield from _flatten(item["items"], dx + item["x"], down, inside, {"n": n + 1})
        elif "row" in item:
            yield from _flatten(_cells(item), dx, dy, prefix, number)
        elif "qr" in item:
            x, y, w, h = item["qr"]["b"]
            path = prefix + item["qr"]["v"]
            yield Item(x + dx, y + dy, w, h, path, "", {"qr": 1, "frame": 0})
        else:
            x, y, w, h = item["b"]
            path = prefix + item["v"] if "v" in item else ""
            label = str(number["n"]) if item.get("index") else item.get("text", "")
            only, otherwise = (
                prefix + item[key] if key in item else "" for key in ("only", "else")
            )
            yield Item(x + dx, y + dy, w, h, path, label, item, only, otherwise)


def _cells(item: dict[str, Any]) -> list[dict[str, Any]]:
    """The boxes of a row, each with what the row says for all."""
    row, boxes, x = item["row"], [], item["row"]["x"]
    shared = {key: item[key] for key in ("s", "va", "vs") if key in item}
    for wide, cell in zip(row["w"], item["cells"], strict=True):
        boxes.append({**shared, **cell, "b": [x, row["y"], wide, row["h"]]})
        x += wide
    return boxes
