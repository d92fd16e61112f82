"""What goes on one form: words and amounts on one side, individual numbers on the other.

The words are a nested model (`{"emp": {"name": …, "birth": date}, "deps": [{…}]}`); numbers are
keyed by their place (`"deps.0.mynumber"`) and stay closed until they are drawn. A number typed into
the words is refused: no copy shows one by accident.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, final

from azukari.law.era import to_era
from azukari.law.number import LENGTH, MyNumber
from azukari.ledger.number_in_text import holds_number

_TWELVE_DIGITS: Final = 10 ** (LENGTH - 1)
# Kana, kanji and Latin letters are no digits in any form; one character stands for three at most
# (⅒ is 1⁄10 in compatibility form), so fewer than four of the others hold no number.
_PERHAPS_DIGIT: Final = re.compile(
    r"[^A-Za-z\s\u3041-\u30ff\u4e00-\u9fff]|[〇零一二三四五六七八九]"
)
_FEWEST: Final = LENGTH // 3
_CLEAN: Final[set[str]] = set()  # texts without a number, such as the payer's address
_REMEMBERED: Final = 500
# One 指定番号 of twelve digits in ten passes the check digit.  The company confirms it where it is
# kept; what is typed for the form itself is refused before it comes here.
_CONFIRMED: Final = frozenset({"city.designated"})


@final
class Held:
    """Stands for a number that is kept and was not opened: for previews. It cannot be printed."""

    def __repr__(self) -> str:
        return "HELD"


HELD: Final = Held()

Kept = MyNumber | Held

# Numbers of those for whom the form has no row: each with the words before it, such as （1）.
ListedNumbers = tuple[tuple[str, Kept], ...]


class NumberInWords(ValueError):
    """A value that is no number field holds an individual number; carries the place only."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class TooMany(ValueError):
    """More entries of a list than the form has rows, and no rule where the others go."""

    def __init__(self, form: str, listed: str, rows: int) -> None:
        super().__init__(f"{form}: {listed} > {rows}")
        self.form, self.listed, self.rows = form, listed, rows


@dataclass(frozen=True, slots=True)
class Slip:
    values: dict[str, Any] = field(repr=False)
    numbers: Mapping[str, Kept | ListedNumbers] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for path in numbers_in_words(self.values):
            raise NumberInWords(path)


def numbers_in_words(values: Mapping[str, Any]) -> Iterator[str]:
    """The places of values that hold an individual number."""
    if any(map(_holds_number, _texts(values))):
        yield from (path for path in _places(values, "") if path not in _CONFIRMED)


def entries(values: Mapping[str, Any], listed: str) -> list[Any]:
    """The entries of a list of the model."""
    return list(values.get(listed) or [])


def _texts(values: Mapping[str, Any]) -> Iterator[str]:
    """Every text and amount of the model, in no order."""
    waiting: list[Any] = list(values.values())
    while waiting:
        value = waiting.pop()
        kind = type(value)
        if kind is str:
            yield value
        elif kind is dict:
            waiting.extend(value.values())
        elif kind is list or kind is tuple:
            waiting.extend(value)
        elif kind is int:
            if value >= _TWELVE_DIGITS:
                yield str(value)
        elif isinstance(value, Mapping):
            waiting.extend(value.values())


def _places(value: object, path: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _places(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list | tuple):
        for n, inner in enumerate(value):
            yield from _places(inner, f"{path}.{n}")
    elif isinstance(value, str | int) and _holds_number(str(value)):
        yield path


def _holds_number(text: str) -> bool:
    """As the ledger finds them; what comes on every slip is looked at once."""
    if len(text) < _FEWEST or text in _CLEAN or len(_PERHAPS_DIGIT.findall(text)) < _FEWEST:
        return False
    if holds_number(text):
        return True
    if len(_CLEAN) >= _REMEMBERED:
        _CLEAN.clear()
    _CLEAN.add(text)
    return False


def read(values: Mapping[str, Any], path: str) -> Any:
    """The value at the path; a part of a date; whether a code is chosen; None where nothing is."""
    return reach(values, path.split("."))


def reach(value: Any, parts: Sequence[str]) -> Any:
    """As `read`, from any place of the model."""
    for part in parts:
        kind = type(value)
        if kind is dict:
            value = value.get(part)
        elif kind is list:
            if _is_codes(value):
                value = part in value
            else:
                value = value[int(part)] if int(part) < len(value) else None
        elif kind is str:
            value = part == value
        elif isinstance(value, date):
            value = _DATE_PARTS[part](value)
        else:
            return None
    return None if value is False else value


def _is_codes(value: list[Any]) -> bool:
    """A list of chosen codes, not of entries."""
    return bool(value) and all(isinstance(one, str) for one in value)


# Era digits 1 3 5 7 9 are the pension offices', 1 2 3 4 5 those of ハローワーク and the tax office.
_OTHER_ERA_DIGIT: Final = {"1": "1", "3": "2", "5": "3", "7": "4", "9": "5"}

_DATE_PARTS: Final = {
    "era": lambda day: to_era(day).era.label,
    "era_code": lambda day: to_era(day).era.code,
    "era_digit": lambda day: _OTHER_ERA_DIGIT[to_era(day).era.code],
    "y": lambda day: to_era(day).year_text,
    "ey": lambda day: to_era(day).era.label[0] + to_era(day).year_text,
    "m": lambda day: str(day.month),
    "d": lambda day: str(day.day),
    "yy": lambda day: f"{to_era(day).year:02d}",
    "mm": lambda day: f"{day.month:02d}",
    "dd": lambda day: f"{day.day:02d}",
    "yyyy": lambda day: f"{day.year:04d}",
    "text": lambda day: str(to_era(day)),
}
