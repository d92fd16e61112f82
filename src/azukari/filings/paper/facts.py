"""The facts all paper forms share (`bindings.yaml`): what each means and whence it comes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources.abc import Traversable
from typing import Any, Final

from azukari.filings.engine.layout import read_yaml


class FactType(StrEnum):
    """How a fact is given; see the head of `bindings.yaml`."""

    TEXT = "text"
    MONEY = "money"
    COUNT = "count"
    DATE = "date"
    CHOICE = "choice"
    MARK = "mark"
    CELLS = "cells"
    QR = "qr"
    NUMBER = "number"
    NUMBER_OR_CORPORATE = "number13"
    NUMBERS = "numbers"


class Source(StrEnum):
    """Whence a fact is taken."""

    FILING = "filing"
    COMPANY = "company"
    PERSON = "person"
    FAMILY = "family"
    FIGURES = "figures"
    ASKED = "asked"
    VAULT = "vault"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS: Final = {
    Source.FILING: "この帳票",
    Source.COMPANY: "会社・事業所の登録",
    Source.PERSON: "本人の登録",
    Source.FAMILY: "家族の登録",
    Source.FIGURES: "金額データ",
    Source.ASKED: "入力",
    Source.VAULT: "個人番号の登録",
}

_NUMBERS: Final = frozenset(
    {FactType.NUMBER, FactType.NUMBER_OR_CORPORATE, FactType.NUMBERS}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """`name` as in `deps[].name`; `meaning` is what an operator reads."""

    name: str
    meaning: str
    type: FactType
    source: Source

    @property
    def secret(self) -> bool:
        """Whether it is an individual number, or may be one."""
        return self.type in _NUMBERS

    def takes(self, value: Any) -> bool:
        """Whether the value is of the fact's type; nothing at all always is."""
        if value is None or value == "":
            return True
        return isinstance(value, _TAKEN[self.type]) and not isinstance(value, bool)


_TAKEN: Final[Mapping[FactType, type | tuple[type, ...]]] = {
    FactType.TEXT: str,
    FactType.MONEY: int,
    FactType.COUNT: int,
    FactType.DATE: date,
    FactType.CHOICE: (str, list),
    FactType.MARK: str,
    FactType.CELLS: (str, dict),
    FactType.QR: str,
    FactType.NUMBER: (),
    FactType.NUMBER_OR_CORPORATE: str,
    FactType.NUMBERS: (),
}


def read_facts(folder: Traversable) -> dict[str, Fact]:
    """The facts by name."""
    return {
        str(name): Fact(str(name), str(meaning), FactType(type_), Source(source))
        for name, (meaning, type_, source) in read_yaml(folder, "bindings").items()
    }
