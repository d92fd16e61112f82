"""The fields of a plan made ready for the pages of one document.

What is the same on every page is worked out once: where a line begins, how it is written. A value
that fits its box as designed is then written straight away; all others, and each character when it
comes for the first time, take the long way through `fill.draw`, which the preview takes too.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from azukari.filings.paper.codes import Codes, NotCoded
from azukari.filings.paper.fill import draw
from azukari.filings.paper.geometry import MM_PER_POINT, Box, Ink, Letters, Ring, Rule, corners
from azukari.filings.paper.lettering import Lettering
from azukari.filings.paper.plan import Field, Plan
from azukari.filings.paper.setting import PADDING, baseline_of, leading_of, room_in

_LEVEL: Final = 6
_LINE_END: Final = "\n"
_SHORT: Final = 10  # characters of a value that probably comes again
_REMEMBERED: Final = 4_000
_CURVE: Final = 0.5523  # a quarter circle as one Bézier curve
POINT: Final = 1 / MM_PER_POINT

Written = Callable[[str], str]

# Of each slip on the page: which field, and what stands there.
FilledPage = list[list[tuple[int, str]]]


class PagePress:
    """Packed contents of the pages of one document, or of a part of it.

    `face` begins the names of typefaces, so that the codes of several presses are kept apart.
    """

    def __init__(
        self, plan: Plan, lettering: Lettering, *, on_sheets: bool = False, face: str = "F"
    ) -> None:
        self.plan, self.face = plan, face
        self.places = plan.places if on_sheets else ((0.0, 0.0),)
        self.size = plan.sheet if on_sheets else (plan.w, plan.h)
        self._press = Press(lettering, plan, face)

    @property
    def codes(self) -> Codes:
        return self._press.codes

    def static(self) -> str:
        """What all pages share."""
        return self._press.static(self.plan.rules, self.plan.labels)

    def page(self, filled: FilledPage) -> bytes:
        drawn = [
            self._place(self._press.slip(one), at)
            for one, at in zip(filled, self.places, strict=False)
        ]
        return zlib.compress("\n".join(drawn).encode("ascii"), _LEVEL)

    def _place(self, drawn: str, at: tuple[float, float]) -> str:
        across, down = at[0] * POINT, (self.size[1] - self.plan.h - at[1]) * POINT
        return f"q 1 0 0 1 {across:.2f} {down:.2f} cm /S Do\n{drawn}\nQ"


class Press:
    """Writes values of fields as operators of a content stream (ISO 32000-1, 8 and 9)."""

    def __init__(self, lettering: Lettering, plan: Plan, face: str) -> None:
        self.codes = Codes(lettering)
        self._table = self.codes.table()
        self._lettering, self._height, self._face = lettering, plan.h * POINT, face
        self._drawn: dict[tuple[int, str], str] = {}
        self._ways = [self._way(field) for field in plan.fields]

    def slip(self, filled: Iterable[tuple[int, str]]) -> str:
        """The operators of one slip: what stands in which field of the plan."""
        ways = self._ways
        return "\n".join([ways[place](text) for place, text in filled])

    def static(self, rules: Iterable[Rule], labels: Iterable[Letters]) -> str:
        return "\n".join([*_rules(rules, self._height), *self._letters(labels)])

    def _way(self, field: Field) -> Written:
        """The quickest that is right for the field."""
        if field.cells is not None:
            return self._in_cells(field)
        return self._in_line(field) if field.kind in {"text", "money"} else self._again(field)

    def _long(self, field: Field, text: str) -> str:
        ink = Ink()
        draw(ink, field, text, self._lettering)
        return "\n".join([*_shapes(ink, self._height), *self._letters(ink.letters)])

    def _again(self, field: Field) -> Written:
        """Marks and the like come again and again; numbers never come here."""
        drawn, place = self._drawn, field.place

        def write(text: str) -> str:
            if field.secret or len(text) > _SHORT:
                return self._long(field, text)
            found = drawn.get((place, text))
            if found is None:
                if len(drawn) >= _REMEMBERED:
                    drawn.clear()
                found = drawn[place, text] = self._long(field, text)
            return found

        return write

    def _in_line(self, field: Field) -> Written:
        """One line as designed; `wrap` prefers it too where it fits."""
        box, align, size = field.box, field.align, min(field.size, field.box.h * POINT)
        em = size * MM_PER_POINT
        baseline = baseline_of(box, align, size, leading_of(box, em, 1))
        most = (box.w if align[0] == "c" and field.lines == 1 else room_in(box)) / em
        start = {"l": box.x + PADDING, "c": box.x + box.w / 2, "r": box.right - PADDING}[align[0]]
        back = {"l": 0.0, "c": em / 2, "r": em}[align[0]] * POINT
        x, y = start * POINT, self._height - baseline * POINT
        head, foot = "BT 1 0 0 1 ", f" {y:.2f} Tm/{self._face}0 {size:.2f} Tf<"
        table, widths = self._table, self.codes.widths.__getitem__

        def write(text: str) -> str:
            try:
                wide = sum(map(widths, text))
                if wide <= most and _LINE_END not in text:
                    return f"{head}{x - back * wide:.2f}{foot}{text.translate(table)}>Tj ET"
            except (KeyError, NotCoded):
                pass
            return self._long(field, text)

        def write_from_left(text: str) -> str:
            # No character of the first face is wider than one em.
            if len(text) > most or _LINE_END in text:
                return write(text)
            try:
                return f"{begun}{text.translate(table)}>Tj ET"
            except NotCoded:
                return self._long(field, text)

        begun = f"{head}{x:.2f}{foot}"
        return write if back else write_from_left

    def _in_cells(self, field: Field) -> Written:
        cells, size = field.cells, field.size
        assert cells is not None
        em, box = size * MM_PER_POINT, field.box
        pitch = round(cells.pitch / em * 1000, 1)
        y = self._height - baseline_of(box, "cm", size, em) * POINT
        head, foot = "BT 1 0 0 1 ", f" {y:.2f} Tm/{self._face}0 {size:.2f} Tf<"
        wide, plain = self.codes.table(pitch), self._table
        widths, to_the_right = self.codes.widths, cells.side == "r"
        start = box.x + cells.start + cells.pitch / 2

        def write(text: str) -> str:
            count = len(text)
            if count <= cells.count and em <= cells.pitch * 2:
                skipped = cells.count - count if to_the_right else 0
                try:
                    x = start + cells.pitch * skipped - widths[text[0]] * em / 2
                    codes = text[:-1].translate(wide) + text[-1].translate(plain)
                except (KeyError, NotCoded):
                    pass
                else:
                    return f"{head}{x * POINT:.2f}{foot}{codes}>Tj ET"
            return self._long(field, text)

        return write

    def _letters(self, lines: Iterable[Letters]) -> Iterator[str]:
        for line in lines:
            pitch = None
            if line.pitch is not None:
                pitch = round(line.pitch / line.size / MM_PER_POINT * 1000, 1)
            shown = "".join(
                f"/{self._face}{face} {line.size:.2f} Tf<{codes}>Tj"
                for face, codes in self._runs(line.text, pitch)
            )
            place = f"1 0 0 1 {line.x * POINT:.2f} {self._height - line.y * POINT:.2f} Tm"
            if line.condensed == 1:
                yield f"BT {place}{shown} ET"
            else:
                yield f"BT {line.condensed * 100:.1f} Tz {place}{shown} 100 Tz ET"

    def _runs(self, text: str, pitch: float | None) -> list[tuple[int, str]]:
        if pitch is None:
            try:
                return [(0, text.translate(self._table))]
            except NotCoded:
                pass
        return self.codes.runs(text, pitch)


def _rules(rules: Iterable[Rule], height: float) -> Iterator[str]:
    """Grouped by how they are drawn."""
    style = ""
    for rule in sorted(rules, key=lambda rule: (rule.dashed, rule.width)):
        wanted = f"{rule.width} w {'[0.8 0.8] 0 d' if rule.dashed else '[] 0 d'}"
        if wanted != style:
            style = wanted
            yield f"2 J {style}" if not rule.dashed else f"0 J {style}"
        yield (
            f"{rule.x1 * POINT:.2f} {height - rule.y1 * POINT:.2f} m "
            f"{rule.x2 * POINT:.2f} {height - rule.y2 * POINT:.2f} l S"
        )


def _shapes(ink: Ink, height: float) -> Iterator[str]:
    for ring in ink.rings:
        yield _ring(ring, height)
    for tick in ink.ticks:
        yield _tick(tick, height)
    for square in ink.squares:
        yield _square(square, height)
    if ink.squares:
        yield "f"


def _tick(tick: Box, height: float) -> str:
    points = [f"{x * POINT:.2f} {height - y * POINT:.2f}" for x, y in corners(tick)]
    return f"1 w {points[0]} m {points[1]} l {points[2]} l S"


def _square(box: Box, height: float) -> str:
    x, y = box.x * POINT, height - box.bottom * POINT
    return f"{x:.3f} {y:.3f} {box.w * POINT:.3f} {box.h * POINT:.3f} re"


def _ring(ring: Ring, height: float) -> str:
    x, y = ring.x * POINT, height - ring.y * POINT
    a, b = ring.rx * POINT, ring.ry * POINT
    k, m = a * _CURVE, b * _CURVE
    return (
        f"0.8 w {x + a:.2f} {y:.2f} m "
        f"{x + a:.2f} {y + m:.2f} {x + k:.2f} {y + b:.2f} {x:.2f} {y + b:.2f} c "
        f"{x - k:.2f} {y + b:.2f} {x - a:.2f} {y + m:.2f} {x - a:.2f} {y:.2f} c "
        f"{x - a:.2f} {y - m:.2f} {x - k:.2f} {y - b:.2f} {x:.2f} {y - b:.2f} c "
        f"{x + k:.2f} {y - b:.2f} {x + a:.2f} {y - m:.2f} {x + a:.2f} {y:.2f} c s"
    )
