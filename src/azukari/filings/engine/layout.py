"""Layouts as data: what stands in a YAML file of the catalogue, read once into frozen values.

A layout lists its items in order (`pos` counts from 1), the dates that are spread over two items,
and its checks. A check names a rule of `engine.relation`; no text of a layout is ever evaluated.
"""

from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any, Final

import yaml

# The same safe loader in C, where the package brings it: the first page would wait for seconds.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class LayoutBroken(ValueError):
    """A file of the catalogue contradicts itself: a mistake of ours, never of a user."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item. Lengths are bytes in CP932; `allowed` None means any value of the type.

    `required`: always, sometimes (a check says when) or never (the item stays empty).
    `shape`: None; `name` (one space between family and given name); `spaced` (no two in a row).
    `checksum`: None or the name of a check digit in `engine.checksum`.
    `cap`: the largest amount that fits; what is more is written as the cap.
    `pad`: an amount is written with leading zeros although fewer digits would do.
    """

    pos: int
    id: str
    name_ja: str
    type: str
    min_len: int
    max_len: int
    required: str
    allowed: tuple[str, ...] | None = None
    forbidden: tuple[str, ...] = ()
    shape: str | None = None
    checksum: str | None = None
    cap: int | None = None
    pad: bool = False


@dataclass(frozen=True, slots=True)
class DatePlace:
    """A date spread over items: era and YYMMDD, or year, month, day with or without an era.

    `style` names the eras of the office that asks, as `engine.era_date` knows them.
    """

    style: str
    positions: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def told_at(self) -> int:
        """The 項番 at which a wrong date is told."""
        return self.positions[-1]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule between items: if every condition of `when` holds, `must` has to hold.

    `text` is what the operator reads: what is wrong and what to do.
    """

    id: str
    when: tuple[dict[str, Any], ...]
    must: dict[str, Any]
    text: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A record: its items in order, its dates by id, its checks.

    `splits` holds what is one text to people and several items here (a postcode). Where
    `common_forms` is set, the office wants characters it does not take replaced by common ones.
    """

    record: str
    name_ja: str
    items: tuple[Item, ...]
    dates: dict[str, DatePlace]
    splits: dict[str, tuple[int, ...]]
    checks: tuple[Check, ...]
    common_forms: bool = False

    def position(self, item_id: str) -> int:
        """The 項番 of an item, by its id."""
        return next(item.pos for item in self.items if item.id == item_id)


def read_yaml(folder: Traversable, name: str) -> dict[str, Any]:
    """The mapping in `folder/name.yaml`."""
    text = folder.joinpath(f"{name}.yaml").read_text("utf-8")
    content = yaml.load(text, Loader=_LOADER)  # noqa: S506  one of the two safe loaders
    if not isinstance(content, dict):
        raise LayoutBroken(f"{name}.yaml holds no mapping")
    return content


def read_codes(folder: Traversable, name: str) -> dict[str, str]:
    """A code table of `folder/codes/`: value → meaning in Japanese."""
    table = read_yaml(folder.joinpath("codes"), name)["codes"]
    return {str(code): str(meaning) for code, meaning in table.items()}


def read_layout(folder: Traversable, name: str) -> Layout:
    """The layout in `folder/name.yaml`, its code tables resolved. Raises LayoutBroken."""
    raw = read_yaml(folder, name)
    items = tuple(_item(folder, entry) for entry in raw["fields"])
    if [item.pos for item in items] != list(range(1, int(raw["items"]) + 1)):
        raise LayoutBroken(f"{name}: items are not numbered 1 to {raw['items']}")
    return Layout(
        record=str(raw["record"]),
        name_ja=str(raw["name_ja"]),
        items=items,
        dates=_dates(raw),
        splits={key: tuple(places) for key, places in raw.get("splits", {}).items()},
        checks=tuple(_check(entry) for entry in raw.get("checks", ())),
        common_forms=bool(raw.get("common_forms", False)),
    )


def _dates(raw: dict[str, Any]) -> dict[str, DatePlace]:
    style = str(raw.get("date_style", "pension"))
    return {key: DatePlace(style, tuple(places)) for key, places in raw.get("dates", {}).items()}


def _item(folder: Traversable, entry: dict[str, Any]) -> Item:
    return Item(
        pos=int(entry["pos"]),
        id=str(entry["id"]),
        name_ja=str(entry["name_ja"]),
        type=str(entry["type"]),
        min_len=int(entry["min_len"]),
        max_len=int(entry["max_len"]),
        required=str(entry["required"]),
        allowed=_allowed(folder, entry),
        forbidden=tuple(map(str, entry.get("forbidden", ()))),
        shape=entry.get("shape"),
        checksum=entry.get("checksum"),
        cap=entry.get("cap"),
        pad=bool(entry.get("pad")),
    )


def _allowed(folder: Traversable, entry: dict[str, Any]) -> tuple[str, ...] | None:
    """`const`, `allowed` (some of the codes), `range` or the whole table `codes`, in this order."""
    if "const" in entry:
        return (str(entry["const"]),)
    if "allowed" in entry:
        return tuple(map(str, entry["allowed"]))
    if "range" in entry:
        low, high = entry["range"]
        return tuple(f"{value:0{entry['max_len']}d}" for value in range(low, high + 1))
    if "codes" in entry:
        return tuple(read_codes(folder, str(entry["codes"])))
    return None


def _check(entry: dict[str, Any]) -> Check:
    return Check(
        id=str(entry["id"]),
        when=tuple(entry.get("when", ())),
        must=dict(entry["must"]),
        text=str(entry["text"]),
    )
