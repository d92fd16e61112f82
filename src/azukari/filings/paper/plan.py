"""A layout compiled once: rules merged, labels set, fields ready to be filled.

Compiling is where secrecy is decided: every field whose name the vocabulary knows as a number must
be marked `secret`, and every secret field must stand in the disclosure row of this copy.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from azukari.filings.engine.layout import LayoutBroken
from azukari.filings.paper.disclosure import Disclosure
from azukari.filings.paper.facts import FactType
from azukari.filings.paper.geometry import Box, Letters, Rule
from azukari.filings.paper.layout import Item, Layout
from azukari.filings.paper.lettering import Lettering
from azukari.filings.paper.setting import set_lines, set_upright

_THIN: Final = 0.35
_FINE: Final = 0.2
_INDEX: Final = re.compile(r"\.\d+(?=\.)")
_KINDS: Final = frozenset({"text", "money", "cells", "circle", "oval", "check", "qr"})


@dataclass(frozen=True, slots=True)
class Cells:
    """`count` cells of `pitch` mm, the first `start` mm inside the box; text stands at `side`."""

    count: int
    start: float
    pitch: float
    side: str


@dataclass(frozen=True, slots=True)
class Field:
    """A box for a value, the `place`th of its plan.

    `name` is the vocabulary's (`deps[].name`), `path` that of this box (`deps.0.name`).
    `public`: only a 法人番号 stands here, from the words. `only`: the place of the choice without
    which a number is not shown, or empty; `otherwise`: of what stands in its cells from the left
    when no number does, such as the 基礎年金番号.
    """

    place: int
    path: str
    name: str
    kind: str
    box: Box
    size: float
    align: str
    lines: int
    secret: bool
    public: bool
    cells: Cells | None
    only: str
    otherwise: str


@dataclass(frozen=True, slots=True)
class Group:
    """Fields whose values lie in one place of the model, each with the last part of its path.

    The third is whether amounts are written with commas.
    """

    parts: tuple[str, ...]
    fields: tuple[tuple[str, Field, bool], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """`w` and `h` of a slip in mm; `places` of slips on a sheet of `sheet` mm, where there are.

    `groups` holds the fields for words, `numbers` those an individual number can stand in.
    """

    form: str
    edition: str
    title: str
    destination: str
    geometry: str
    w: float
    h: float
    sheet: tuple[float, float]
    places: tuple[tuple[float, float], ...]
    rules: tuple[Rule, ...]
    labels: tuple[Letters, ...]
    fields: tuple[Field, ...]
    groups: tuple[Group, ...]
    numbers: tuple[Field, ...]
    repeats: Mapping[str, int]
    overflow: Mapping[str, Any]


def compile_plan(layout: Layout, disclosure: Disclosure, lettering: Lettering) -> Plan:
    """Raises LayoutBroken for a layout that contradicts itself or the disclosure table."""
    bound = [item for item in layout.items if item.path]
    fields = tuple(_field(layout, item, place) for place, item in enumerate(bound))
    _hold_secrecy(layout, fields, disclosure)
    w, h = layout.page
    sheet = layout.raw.get("sheet", {"w": w, "h": h})
    places = layout.raw.get("place", [{"at": [0, 0]}])
    return Plan(
        form=layout.form,
        edition=layout.edition,
        title=layout.title,
        destination=layout.destination,
        geometry=layout.geometry,
        w=w,
        h=h,
        sheet=(float(sheet["w"]), float(sheet["h"])),
        places=tuple((float(p["at"][0]), float(p["at"][1])) for p in places),
        rules=tuple(_merged(rule for item in layout.items for rule in _rules(item))),
        labels=tuple(run for item in layout.items for run in _labels(layout, item, lettering)),
        fields=fields,
        groups=tuple(_groups(fields)),
        numbers=tuple(field for field in fields if field.secret),
        repeats=layout.repeats,
        overflow=layout.overflow,
    )


def _groups(fields: tuple[Field, ...]) -> Iterator[Group]:
    together: dict[str, list[tuple[str, Field, bool]]] = defaultdict(list)
    for field in fields:
        if not field.secret:
            place, _, last = field.path.rpartition(".")
            together[place].append((last, field, field.kind == "money"))
    for place, inside in together.items():
        yield Group(tuple(place.split(".")) if place else (), tuple(inside))


def _hold_secrecy(layout: Layout, fields: tuple[Field, ...], disclosure: Disclosure) -> None:
    for field in fields:
        known = disclosure.binding(field.name)
        if known is None:
            raise LayoutBroken(f"{layout.form} {layout.edition}: unknown name {field.name}")
        is_public = field.public and known.type is FactType.NUMBER_OR_CORPORATE
        if known.secret != field.secret and not is_public:
            raise LayoutBroken(f"{layout.form}: {field.name} must be secret: {known.secret}")
        for place in filter(None, (field.only, field.otherwise)):
            if disclosure.binding(_INDEX.sub("[]", place)) is None:
                raise LayoutBroken(f"{layout.form} {layout.edition}: unknown name {place}")
    policy = disclosure.policy(layout.form, layout.destination)
    policy.refuse(field.name for field in fields if field.secret)


def _field(layout: Layout, item: Item, place: int) -> Field:
    raw, box = item.raw, Box(item.x, item.y, item.w, item.h)
    kind = _kind(raw)
    if kind not in _KINDS:
        raise LayoutBroken(f"{layout.form}: {item.path} is of no known kind")
    style = raw.get("vs", "num" if kind == "cells" else "val")
    return Field(
        place=place,
        path=item.path,
        name=_INDEX.sub("[]", item.path),
        kind=kind,
        box=_beside_unit(layout, item, box),
        size=layout.size(style) if kind != "qr" else 0.0,
        align=raw.get("va", "rb" if "unit" in raw else "cm"),
        lines=int(raw.get("lines", 1)) if raw.get("fit") == "wrap" else 1,
        secret=bool(raw.get("secret")),
        public=bool(raw.get("public")),
        cells=_cells(raw["digits"]) if kind == "cells" else None,
        only=item.only,
        otherwise=item.otherwise,
    )


def _kind(raw: Mapping[str, Any]) -> str:
    if "qr" in raw:
        return "qr"
    if "digits" in raw:
        return "cells"
    return str(raw.get("mark", raw.get("f", "text")))


def _cells(raw: Mapping[str, Any]) -> Cells:
    return Cells(int(raw["n"]), float(raw["x"]), float(raw["pitch"]), str(raw.get("side", "r")))


def _beside_unit(layout: Layout, item: Item, box: Box) -> Box:
    """A box too low for the unit above its value leaves room for it at the right."""
    if "unit" not in item.raw or item.h >= 2 * _unit_height(layout):
        return box
    return Box(box.x, box.y, max(box.w - _unit_height(layout), 1.0), box.h)


def _unit_height(layout: Layout) -> float:
    return layout.size("micro") * 0.4


def _labels(layout: Layout, item: Item, lettering: Lettering) -> Iterator[Letters]:
    raw, box = item.raw, Box(item.x, item.y, item.w, item.h)
    if item.label:
        size = layout.size(raw.get("s", "lab"))
        if raw.get("dir") == "v":
            yield from set_upright(box, item.label, size, lettering)
        else:
            lines = item.label.split("\n")
            yield from set_lines(box, lines, size, raw.get("a", "cm"), lettering)
    if "unit" in raw:
        yield from set_lines(box, [raw["unit"]], layout.size("micro"), "rt", lettering)


def _rules(item: Item) -> Iterator[Rule]:
    raw, x, y = item.raw, item.x, item.y
    right, bottom = x + item.w, y + item.h
    if raw.get("frame", 1):
        width = float(raw.get("lw", _THIN))
        yield Rule(x, y, right, y, width)
        yield Rule(x, bottom, right, bottom, width)
        yield Rule(x, y, x, bottom, width)
        yield Rule(right, y, right, bottom, width)
    if raw.get("diag"):
        yield Rule(x, bottom, right, y, _THIN)
    if "digits" in raw:
        yield from _cell_rules(item)


def _cell_rules(item: Item) -> Iterator[Rule]:
    """Between the cells fine dashes; a plain rule at the ends and between the groups."""
    digits = item.raw["digits"]
    count, pitch, left = int(digits["n"]), float(digits["pitch"]), item.x + float(digits["x"])
    group, lead = int(digits.get("group", 0)), int(digits.get("lead", 0))
    for n in range(count + 1):
        x = left + pitch * n
        if item.x + 0.2 < x < item.x + item.w - 0.2:
            at_group = n in {0, count} or (group and n >= lead and (n - lead) % group == 0)
            width = _THIN if at_group else _FINE
            yield Rule(x, item.y, x, item.y + item.h, width, dashed=not at_group)


def _merged(rules: Iterator[Rule]) -> Iterator[Rule]:
    """Rules on one line that touch or overlap become one; equal ones are drawn once."""
    rows: dict[tuple[float, float, bool, str], list[tuple[float, float]]] = defaultdict(list)
    for rule in rules:
        if rule.y1 == rule.y2:
            rows[round(rule.y1, 2), rule.width, rule.dashed, "h"].append((rule.x1, rule.x2))
        elif rule.x1 == rule.x2:
            rows[round(rule.x1, 2), rule.width, rule.dashed, "v"].append((rule.y1, rule.y2))
        else:
            yield rule
    for (at, width, dashed, way), spans in rows.items():
        for first, last in _joined(spans):
            ends = (first, at, last, at) if way == "h" else (at, first, at, last)
            yield Rule(*ends, width, dashed)


def _joined(spans: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    spans.sort()
    first, last = spans[0]
    for start, end in spans[1:]:
        if start > last + 0.02:
            yield first, last
            first, last = start, end
        else:
            last = max(last, end)
    yield first, last
