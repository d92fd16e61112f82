"""One slip set into the fields of a plan: what the PDF and the preview draw alike.

`show` turns the number of a field into the text to draw. `revealed` opens it and is for paper only;
`masked` writes a mark per digit and is for the screen.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from azukari.filings.paper.geometry import MM_PER_POINT, Box, Ink, Letters, Ring
from azukari.filings.paper.lettering import Lettering
from azukari.filings.paper.plan import Field, Plan
from azukari.filings.paper.qr import squares
from azukari.filings.paper.setting import room_in, set_cells, set_lines, wrap
from azukari.filings.paper.slip import Held, Kept, ListedNumbers, Slip, reach, read
from azukari.law import corporate_number
from azukari.law.number import LENGTH, MyNumber

Show = Callable[[Kept | ListedNumbers], str]

MASK: Final = "*"
_SIDE: Final = 0.75  # of a check mark, in its style's size
_CORPORATE_LENGTH: Final = 13


class NotOpened(TypeError):
    """A slip made for a preview came to be printed."""


def revealed(number: Kept | ListedNumbers) -> str:
    """The digits, at the moment they are drawn. Raises NotOpened."""
    if isinstance(number, MyNumber):
        return number.reveal_digits()
    if isinstance(number, Held):
        raise NotOpened
    return "\n".join(words + revealed(one) for words, one in number)


def masked(number: Kept | ListedNumbers) -> str:
    """As long as the digits, and none of them."""
    if isinstance(number, tuple):
        return "\n".join(words + MASK * LENGTH for words, _one in number)
    return MASK * LENGTH


def fill(plan: Plan, slip: Slip, lettering: Lettering, show: Show) -> Ink:
    """The ink of one sheet."""
    ink = Ink()
    for field, text in texts(plan, slip, show):
        draw(ink, field, text, lettering)
    return ink


def texts(plan: Plan, slip: Slip, show: Show) -> Iterator[tuple[Field, str]]:
    """Each field that has something to show, and what: words first, then numbers."""
    values = slip.values
    for group in plan.groups:
        owner = reach(values, group.parts)
        if owner is None:
            continue
        known = owner if type(owner) is dict else None
        for last, field, in_commas in group.fields:
            value = known.get(last) if known is not None else reach(owner, (last,))
            if value is None or value == "" or value is False:
                continue
            if type(value) is str:
                yield field, value
            else:
                yield field, _amount(value) if in_commas and type(value) is int else str(value)
    for field in plan.numbers:
        if text := _secret(field, slip, show):
            yield field, text


def _secret(field: Field, slip: Slip, show: Show) -> str:
    """The number of this place, if the form asks for it of this person."""
    number = slip.numbers.get(field.path)
    if number is None or (field.only and not read(slip.values, field.only)):
        return _instead(field, slip)
    return show(number)


def _instead(field: Field, slip: Slip) -> str:
    """In thirteen cells the public 法人番号, from the left what the form asks for otherwise."""
    if field.cells is None:
        return ""
    if field.otherwise:
        other = str(read(slip.values, field.otherwise) or "")
        return other and other.ljust(field.cells.count)
    public = read(slip.values, field.path)
    is_corporate = field.cells.count == _CORPORATE_LENGTH and public
    return _corporate(str(public)) if is_corporate else ""


@lru_cache(maxsize=100)
def _corporate(text: str) -> str:
    """The payer's stands on every slip."""
    return corporate_number.parse(text)


def _amount(value: int) -> str:
    return f"{value:,}" if value >= 0 else f"△{-value:,}"


def draw(ink: Ink, field: Field, text: str, lettering: Lettering) -> None:
    if field.kind in {"circle", "oval"}:
        ink.rings.append(_ring(field))
    elif field.kind == "check":
        ink.ticks.append(_tick(field))
    elif field.kind == "qr":
        ink.squares.extend(squares(text, field.box))
    elif field.cells is not None:
        ink.letters.append(_in_cells(field, text, lettering))
    else:
        ink.letters.extend(_in_lines(field, text, lettering))


def fits(field: Field, text: str, lettering: Lettering) -> bool:
    """Whether the value stands inside its box, set as narrow and small as type may be."""
    if field.cells is None and "\n" not in text:
        em = min(field.size * MM_PER_POINT, field.box.h)
        if lettering.width(text) * em <= room_in(field.box):
            return True
    ink = Ink()
    draw(ink, field, text, lettering)
    return all(line.fits for line in ink.letters)


def _in_lines(field: Field, text: str, lettering: Lettering) -> Iterator[Letters]:
    lines, size = [text], field.size
    if field.lines > 1:
        lines, size = wrap(text, field.lines, field.box, size, lettering)
    elif "\n" in text:
        lines = text.split("\n")
    return set_lines(field.box, lines, size, field.align, lettering)


def _in_cells(field: Field, text: str, lettering: Lettering) -> Letters:
    cells = field.cells
    assert cells is not None
    used = len(lettering.glyphs(text))
    skipped = max(cells.count - used, 0) if cells.side == "r" else 0
    first = field.box.x + cells.start + cells.pitch * skipped
    letters = set_cells(field.box, text, field.size, first, cells.pitch, lettering)
    if used <= cells.count:
        return letters
    return Letters(
        letters.x, letters.y, letters.size, text, letters.wide, 1.0, cells.pitch, fits=False
    )


def _ring(field: Field) -> Ring:
    """A circle as wide as one character of its style, or an oval that fills its box."""
    box, radius = field.box, field.size * MM_PER_POINT / 2
    rx, ry = box.w / 2, box.h / 2
    if field.kind == "circle":
        rx, ry = min(radius, rx), min(radius, ry)
    return Ring(box.x + box.w / 2, box.y + box.h / 2, rx, ry)


def _tick(field: Field) -> Box:
    """The square of a check mark, in the middle of its box."""
    box, side = field.box, field.size * MM_PER_POINT * _SIDE
    return Box(box.x + (box.w - side) / 2, box.y + (box.h - side) / 2, side, side)
