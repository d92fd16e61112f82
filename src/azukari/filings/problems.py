"""What is wrong with a filing, as values. The Japanese wording is in `words`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FilingProblem:
    """One reason why an office would not take a file.

    `record` counts the data records from 1 and is None for the head of a file or the file itself;
    `item` is the 項番 and is None where a whole record or file is meant. `detail` is built from the
    layout and from single non-digit characters only: it never holds an individual number, wherever
    one may have been typed. `fact` names what mends it, where a recipe knows (`emp.kana`).
    """

    record: int | None
    item: int | None
    item_name: str
    code: str
    detail: str = ""
    fact: str = ""


class FilingRefused(Exception):
    """No byte was written (or no document read). `problems` says why, all reasons at once."""

    def __init__(self, problems: list[FilingProblem]) -> None:
        super().__init__(f"{len(problems)} problem(s): {sorted({p.code for p in problems})}")
        self.problems = problems
