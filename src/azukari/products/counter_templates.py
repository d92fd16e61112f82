"""Templates for the other product: read in there, they make it write files under our headings."""

import csv
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

_FOLDER = Path(__file__).with_name("counter")
_OVER = "names_over_items"


@dataclass(frozen=True)
class CounterTemplate:
    """`columns`: pairs of our heading and the product's item; `steps`: what to do there."""

    key: str
    product: str
    title: str
    preset: str  # what is known of the product's own headings
    columns: tuple[tuple[str, str], ...]
    steps: tuple[str, ...]
    notes: str
    has_items: bool  # a second row names the product's items
    encoding: str

    def rows(self) -> list[list[str]]:
        ours = [name for name, _ in self.columns]
        return [ours, [item for _, item in self.columns]] if self.has_items else [ours]

    def content(self) -> bytes:
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerows(self.rows())
        return text.getvalue().encode(self.encoding)


@cache
def counter_templates() -> tuple[CounterTemplate, ...]:
    return tuple(_read(path) for path in sorted(_FOLDER.glob("*.yaml")))


def counter_template(key: str) -> CounterTemplate | None:
    return next((one for one in counter_templates() if one.key == key), None)


def _read(path: Path) -> CounterTemplate:
    table = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return CounterTemplate(
        key=path.stem,
        product=table["product"],
        title=table["title"],
        preset=table["preset"],
        columns=tuple((ours, theirs) for ours, theirs in table["columns"]),
        steps=tuple(table["steps"]),
        notes=table["notes"],
        has_items=table["shape"] == _OVER,
        encoding=table["encoding"],
    )
