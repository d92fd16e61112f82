"""Setting type in boxes: aligned, wrapped, condensed, upright in columns, one piece per cell.

A line too long is first condensed to six tenths of its width, then made smaller to six tenths of
its size; what is too long even then is set so and marked as not fitting.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from azukari.filings.paper.geometry import MM_PER_POINT, Box, Letters
from azukari.filings.paper.lettering import Lettering

NARROWEST: Final = 0.6
SMALLEST: Final = 0.6
PADDING: Final = 0.5  # mm at the left and right of a box
_EDGE: Final = 0.3  # mm at the top and bottom
_LEADING: Final = 1.15
_ASCENT: Final = 0.86  # of the em box, so that kanji stand in the middle
_STEPS: Final = (1.0, 0.9, 0.8, 0.7, 0.6)
_PIECES: Final = re.compile(r"[0-9]+|.[\ufe00-\ufe0f\U000e0100-\U000e01ef]*", re.DOTALL)
# Amounts stay whole, and no line begins with a mark that closes (JIS X 4051, 行頭禁則文字).
_WORDS: Final = re.compile(
    r"(?:[0-9A-Za-z,.-]+|.[\ufe00-\ufe0f\U000e0100-\U000e01ef\u3099\u309a]*)"
    r"[、。，．）」』】〕ー円]*"
)
_UPRIGHT: Final = str.maketrans("ー()（）～-", "｜︵︶︵︶｜｜")


def set_lines(
    box: Box, lines: Sequence[str], size: float, align: str, lettering: Lettering
) -> Iterator[Letters]:
    """Lines one under another in the box; `align` is l/c/r and t/m/b."""
    size = min(size, box.h / len(lines) / MM_PER_POINT)
    leading = leading_of(box, size * MM_PER_POINT, len(lines))
    first = baseline_of(box, align, size, leading, len(lines))
    for number, line in enumerate(lines):
        if line:
            yield _line(box, line, size, align[0], lettering, first + leading * number)


def leading_of(box: Box, em: float, lines: int) -> float:
    """From baseline to baseline, in mm."""
    return min(em * _LEADING, box.h / lines)


def baseline_of(box: Box, align: str, size: float, leading: float, lines: int = 1) -> float:
    """Of the first line; kanji stand in the middle of their line."""
    top = box.y + _free(align[1], box.h - leading * lines, near="t", far="b")
    return top + leading / 2 + (_ASCENT - 0.5) * size * MM_PER_POINT


def room_in(box: Box) -> float:
    """Between the paddings at the left and right."""
    return max(box.w - 2 * PADDING, 0.5)


def _free(align: str, room: float, *, near: str, far: str) -> float:
    """How much of the free room lies before the lines."""
    if room <= 2 * _EDGE or align not in {near, far}:
        return room / 2
    return _EDGE if align == near else room - _EDGE


def _line(
    box: Box, line: str, size: float, align: str, lettering: Lettering, baseline: float
) -> Letters:
    room, full = room_in(box), size
    ems = lettering.width(line)
    wide = ems * size * MM_PER_POINT
    if align == "c" and wide <= box.w:
        room = box.w
    smaller = 1.0
    if wide * NARROWEST > room:
        smaller = max(SMALLEST, room / (wide * NARROWEST))
    condensed = min(1.0, max(NARROWEST, room / (wide * smaller))) if wide else 1.0
    size *= smaller
    em = size * MM_PER_POINT
    baseline -= (_ASCENT - 0.5) * (full * MM_PER_POINT - em)
    wide = ems * em * condensed
    x = {"l": box.x + PADDING, "c": box.x + (box.w - wide) / 2, "r": box.right - PADDING - wide}
    return Letters(x[align], baseline, size, line, wide, condensed, None, wide <= room + 0.01)


def wrap(
    text: str, lines: int, box: Box, size: float, lettering: Lettering
) -> tuple[list[str], float]:
    """The text in at most `lines` lines and the size to set them at; prefers the larger size."""
    paragraphs = [
        [(word, lettering.width(word)) for word in _WORDS.findall(paragraph)]
        for paragraph in text.split("\n")
    ]
    room = room_in(box) / MM_PER_POINT
    for step in _STEPS:
        for narrow in (1.0, 0.8, NARROWEST):
            broken = _broken(paragraphs, room / (size * step * narrow), lines)
            if broken is not None:
                return broken, size * step
    most = _broken(paragraphs, room / (size * SMALLEST * NARROWEST), len(text) + 1) or [text]
    return [*most[: lines - 1], "".join(most[lines - 1 :])], size * SMALLEST


def _broken(paragraphs: list[list[tuple[str, float]]], ems: float, lines: int) -> list[str] | None:
    """Lines of at most so many ems, or None where there would be more of them."""
    found = []
    for words in paragraphs:
        line, wide = "", 0.0
        for word, more in words:
            if line and wide + more > ems + 0.001:
                found.append(line)
                if len(found) == lines:
                    return None
                line, wide = "", 0.0
            line += word
            wide += more
        found.append(line)
    return found if len(found) <= lines else None


def set_upright(box: Box, text: str, size: float, lettering: Lettering) -> Iterator[Letters]:
    """Columns from right to left, each centred; digits that stand together keep one cell."""
    columns = [_PIECES.findall(column.translate(_UPRIGHT)) for column in text.split("\n")]
    longest = max(len(column) for column in columns)
    size = min(size, box.w / len(columns) / MM_PER_POINT)
    em = size * MM_PER_POINT
    pitch = min(em * _LEADING, box.h / longest)
    size = min(size, pitch / MM_PER_POINT)
    wide = min(em * _LEADING, box.w / len(columns))
    right = box.x + (box.w + wide * len(columns)) / 2
    for place, column in enumerate(columns):
        top = box.y + (box.h - pitch * len(column)) / 2
        for number, piece in enumerate(column):
            cell = Box(right - wide * (place + 1), top + pitch * number, wide, pitch)
            yield from set_lines(cell, [piece], size, "cm", lettering)


def set_cells(
    box: Box, text: str, size: float, first: float, pitch: float, lettering: Lettering
) -> Letters:
    """One piece per cell, from the cell that begins `first` mm from the page's left edge."""
    glyphs = lettering.glyphs(text)
    em = size * MM_PER_POINT
    inset = (pitch - glyphs[0].width / 1000 * em) / 2
    baseline = box.y + (box.h - em) / 2 + _ASCENT * em
    wide = pitch * (len(glyphs) - 1) + glyphs[-1].width / 1000 * em
    return Letters(first + inset, baseline, size, text, wide, 1.0, pitch, em <= pitch * 2)
