"""What a compiled page is made of. Lengths in millimetres from the upper left, type in points."""

from dataclasses import dataclass, field
from typing import Final

MM_PER_POINT: Final = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    def moved(self, dx: float, dy: float) -> "Box":
        return Box(self.x + dx, self.y + dy, self.w, self.h)

    def overlap(self, other: "Box") -> float:
        """Square millimetres that both cover."""
        wide = min(self.right, other.right) - max(self.x, other.x)
        high = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(wide, 0.0) * max(high, 0.0)


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line; `width` in points."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Letters:
    """One line of type: `y` is the baseline, `condensed` the horizontal scale (1 = as designed).

    `pitch` (mm) sets one piece per cell. `fits` is False where even the narrowest and smallest
    setting is wider than its box. `wide` is the width in mm as set.
    """

    x: float
    y: float
    size: float
    text: str
    wide: float
    condensed: float = 1.0
    pitch: float | None = None
    fits: bool = True

    @property
    def area(self) -> Box:
        """The em boxes of the line, a little less high than the size, as kana and kanji are."""
        em = self.size * MM_PER_POINT
        return Box(self.x, self.y - 0.8 * em, self.wide, 0.85 * em)


@dataclass(frozen=True, slots=True)
class Ring:
    """A round mark about a choice; centre and radii."""

    x: float
    y: float
    rx: float
    ry: float


@dataclass(slots=True)
class Ink:
    """What is printed on one slip beside the static part."""

    letters: list[Letters] = field(default_factory=list)
    rings: list[Ring] = field(default_factory=list)
    ticks: list[Box] = field(default_factory=list)
    squares: list[Box] = field(default_factory=list)


def corners(tick: Box) -> tuple[tuple[float, float], ...]:
    """The three points of the check mark in a square."""
    return (
        (tick.x, tick.y + tick.h * 0.45),
        (tick.x + tick.w * 0.4, tick.bottom),
        (tick.right + tick.w * 0.15, tick.y - tick.h * 0.1),
    )
