"""What is found while the rows of a chunk are checked."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from azukari.register.sheets.codes import Code, Problem, Weight, weight_of

NOT_SHOWN = "（表示しません）"
"""Where something stands that `shown` may not show."""

_SHOWN = 40
# Nine digits or more could be a number, or most of one, in a column where it does not belong.
_MOST_DIGITS = 8
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ud800-\udfff\ufeff]")


class Findings:
    """Problems of one chunk by place; `rows` are the row numbers of the places."""

    def __init__(self, rows: Sequence[int]) -> None:
        self.rows = rows
        self.refused: set[int] = set()
        self.problems: list[Problem] = []

    def add(self, place: int, column: str, code: Code, cell: str = "", became: str = "") -> None:
        if weight_of(code) is Weight.REJECT:
            self.refused.add(place)
        self.problems.append(Problem(self.rows[place], column, code, shown(cell), shown(became)))


def visible(cell: str) -> str:
    """The cell on one line, without what nobody can see in it."""
    return _INVISIBLE.sub("", cell.replace("\r\n", "\n").replace("\n", " ")).strip(" \t\u3000")


def shown(cell: str) -> str:
    """The cell as a list of problems may show it: short, visible, never so many digits that an
    individual number could be among them.
    """
    if not cell:
        return ""
    cut = cell[: 4 * _SHOWN]
    plain = unicodedata.normalize("NFKC", cut)
    if sum(letter.isdecimal() for letter in plain) > _MOST_DIGITS:
        return ""
    visible = _INVISIBLE.sub("␣", cut)
    return visible if len(visible) <= _SHOWN else f"{visible[: _SHOWN - 1]}…"


def names_shown(names: Iterable[str]) -> list[str]:
    """Names of sheets, as they may be shown."""
    return [shown(one) or NOT_SHOWN for one in names]
