"""What a file would change, in words: whom, and each field before and after."""

from dataclasses import dataclass
from typing import Any

from azukari.register.sheets.headings import SheetKind, headings, label_of
from azukari.web.operator import person_words


@dataclass(frozen=True, slots=True)
class Previewed:
    """`changes`: label, before, after."""

    code: str
    name: str
    what: str
    tone: str
    changes: list[tuple[str, str, str]]


def previewed(one: dict[str, Any]) -> Previewed:
    kind = SheetKind(one["kind"])
    code = f"{one['code']}-{one['family']}" if one["family"] else one["code"]
    number = "個人番号を登録" if one["number"] else ""
    what = "新しい人" if one["new"] else "変わる人"
    return Previewed(
        code=code,
        name=one["name"],
        what="・".join(filter(None, [what, number])),
        tone="success" if one["new"] else "info",
        changes=[
            (label_of(kind, field), _said(field, before), _said(field, after))
            # The column of the database keeps no order.
            for field in headings(kind)
            if field in one["changes"]
            for before, after in [one["changes"][field]]
        ],
    )


def _said(field: str, value: object) -> str:
    return person_words.text(field, value) or "（なし）"
