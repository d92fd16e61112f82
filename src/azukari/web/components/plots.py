"""Geometry of the plots. Widths are percentages and heights pixels, so text keeps its size."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from azukari.web.components.parts import Share, Span, Wave

ROW = 52
BARS = 12  # as many as can be understood at a glance
COLUMN_TOP = 24
FEW_COLUMNS = 15  # so many have room for a figure each
PLACES = 6  # for columns, at least: one or two alone are no walls
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
    """One column: its month, x and width in per cent, y and height in px.

    `told`: its figure is written above it; `tick`: what is written below.
    """

    wave: Wave
    x: float
    middle: float
    width: float
    y: int
    height: int
    peak: bool
    told: bool
    tick: str


@dataclass(frozen=True, slots=True)
class TimeBar:
    """One bar of time: y of text and bar in px, x and width in per cent of the plot."""

    span: Span
    text_y: int
    bar_y: int
    x: float
    width: float
    past: bool


def worst_first(shares: Sequence[Share]) -> list[Share]:
    """Those in which most are missing first; what is more than a plot bears is one bar."""
    ordered = sorted(shares, key=lambda one: -one.missing)
    if len(ordered) <= BARS:
        return ordered
    shown, rest = ordered[: BARS - 1], ordered[BARS - 1 :]
    registered, missing = sum(one.registered for one in rest), sum(one.missing for one in rest)
    return [*shown, Share(f"ほかの{len(rest):,}部署", registered, missing)]


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


def days_and_hours(moments: Sequence[datetime]) -> list[str]:
    """What stands below columns of moments: the day where it begins, further on the time of day.

    `moments` in the time of the place, the earliest first.
    """
    days = [None, *(at.date() for at in moments)]
    return [
        f"{at:%-H:%M}" if at.date() == before else f"{at:%-m/%-d}"
        for before, at in zip(days, moments, strict=False)
    ]


def raise_columns(waves: Sequence[Wave]) -> list[Pillar]:
    """Columns against the highest; a column that is not zero is at least 2 px high."""
    highest = max((wave.count for wave in waves), default=0) or 1
    step = 100 / max(len(waves), PLACES)
    few = len(waves) <= FEW_COLUMNS
    return [_pillar(i, wave, step, highest, few=few) for i, wave in enumerate(waves)]


def _pillar(i: int, wave: Wave, step: float, highest: int, *, few: bool) -> Pillar:
    height = max(round(COLUMN_HEIGHT * wave.count / highest), 2 if wave.count else 0)
    peak = wave.count == highest
    return Pillar(
        wave=wave,
        x=round(step * i + step * 0.15, 2),
        middle=round(step * (i + 0.5), 2),
        width=round(step * 0.7, 2),
        y=COLUMN_TOP + COLUMN_HEIGHT - height,
        height=height,
        peak=peak or wave.marked,
        told=wave.count > 0 and (few or peak or wave.marked),
        tick=wave.label if wave.tick is None else wave.tick,
    )


def lay_out(spans: Sequence[Span], today: date) -> tuple[list[TimeBar], float]:
    """Bars on one line of time from the first day to the last, and where today is on it."""
    begin = min([today, *(span.first for span in spans)])
    end = max([today, *(span.last for span in spans)])
    days = (end - begin).days or 1

    def place(day: date) -> float:
        return round(100 * (day - begin).days / days, 2)

    bars = [
        TimeBar(
            span=span,
            text_y=ROW * i + 16,
            bar_y=ROW * i + 24,
            x=place(span.first),
            width=max(round(place(span.last) - place(span.first), 2), 0.5),
            past=span.last < today,
        )
        for i, span in enumerate(spans)
    ]
    return bars, place(today)
