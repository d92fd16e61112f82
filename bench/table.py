"""Rows of the result, as a table and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.measure import Measured

_HEADS = (
    "job",
    "ours CPU-s",
    "wall",
    "peak MB",
    "peer CPU-s",
    "wall",
    "peak MB",
    "ratio",
    "result",
    "goal",
    "pass",
)
_LEFT = {0, 8, 9, 10}


@dataclass(frozen=True)
class Row:
    """`met` is None where there is no goal; `wrong` says why the figures count for nothing."""

    job: str
    ours: Measured | None = None
    peer: Measured | None = None
    ratio: float | None = None
    result: str = ""
    goal: str = ""
    met: bool | None = None
    wrong: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def as_text(rows: Sequence[Row]) -> str:
    cells = [_HEADS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEADS))]
    lines = [
        " | ".join(
            text.ljust(width) if column in _LEFT else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]
    return "\n".join([lines[0], "-+-".join("-" * width for width in widths), *lines[1:]])


def _cells(row: Row) -> tuple[str, ...]:
    if row.wrong:
        return (row.job, *[""] * 7, row.wrong, row.goal, "WRONG")
    return (
        row.job,
        *_cost(row.ours),
        *_cost(row.peer),
        f"{row.ratio:.1f}x" if row.ratio else "",
        row.result,
        row.goal,
        {True: "yes", False: "no", None: ""}[row.met],
    )


def _cost(measured: Measured | None) -> tuple[str, str, str]:
    if measured is None:
        return "", "", ""
    cost = measured.cost
    return f"{cost.cpu:.2f}", f"{cost.wall:.2f}", f"{cost.peak_mb:.0f}"
