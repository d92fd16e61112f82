"""Geometry of the plots. Widths are percentages and heights pixels, so text keeps its size."""

from collections.abc import Sequence
from dataclasses import dataclass

from azukari.web.components.parts import Share, Wave

ROW = 52
COLUMN_TOP = 24
COLUMN_HEIGHT = 160


@dataclass(frozen=True, slots=True)
class Bar:
    """One stacked bar: its share, y of text and bar in px, widths in per cent of the plot."""

    share: Share
    total: int
    text_y: int
    bar_y: int
    first: float
    second: float


@dataclass(frozen=True, slots=True)
class Pillar:
    """One column: its month, x and width in per cent, y and height in px."""

    wave: Wave
    x: float
    middle: float
    width: float
    y: int
    height: int
    peak: bool


def stack(shares: Sequence[Share]) -> list[Bar]:
    """Bars as long as their department is large, against the largest."""
    largest = max((share.registered + share.missing for share in shares), default=0) or 1
    return [
        Bar(
            share=share,
            total=share.registered + share.missing,
            text_y=ROW * i + 18,
            bar_y=ROW * i + 26,
            first=round(100 * share.registered / largest, 2),
            second=round(100 * share.missing / largest, 2),
        )
        for i, share in enumerate(shares)
    ]


def raise_columns(waves: Sequence[Wave]) -> list[Pillar]:
    """Columns against the highest; a column that is not zero is at least 2 px high."""
    highest = max((wave.count for wave in waves), default=0) or 1
    step = 100 / max(len(waves), 1)
    return [_pillar(i, wave, step, highest) for i, wave in enumerate(waves)]


def _pillar(i: int, wave: Wave, step: float, highest: int) -> Pillar:
    height = max(round(COLUMN_HEIGHT * wave.count / highest), 2 if wave.count else 0)
    return Pillar(
        wave=wave,
        x=round(step * i + step * 0.15, 2),
        middle=round(step * (i + 0.5), 2),
        width=round(step * 0.7, 2),
        y=COLUMN_TOP + COLUMN_HEIGHT - height,
        height=height,
        peak=wave.count == highest,
    )
