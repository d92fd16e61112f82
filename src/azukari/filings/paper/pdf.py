"""Any number of slips of one form as one PDF, in pieces of bytes, in the memory of one page.

The static part of the form is one shared object; a page holds its values only. Typefaces come
last, when it is known what was used. The same slips give the same bytes: no clock, no chance.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from azukari.filings.paper.codes import Codes
from azukari.filings.paper.continuation import sheets_of
from azukari.filings.paper.fill import Show, draw, revealed, texts
from azukari.filings.paper.font_objects import write_font
from azukari.filings.paper.geometry import MM_PER_POINT, Box, Ink, Letters, Ring, Rule, corners
from azukari.filings.paper.lettering import Lettering, mincho
from azukari.filings.paper.objects import HEADER, Objects, text_string
from azukari.filings.paper.plan import Field, Plan
from azukari.filings.paper.slip import Slip

_KIDS: Final = 200  # pages under one node of the page tree
_SHORT: Final = 10  # characters of a value that probably comes again
_REMEMBERED: Final = 4_000
_CURVE: Final = 0.5523  # a quarter circle as one Bézier curve
_POINT: Final = 1 / MM_PER_POINT


def print_slips(
    plan: Plan,
    slips: Iterable[Slip],
    *,
    lettering: Lettering | None = None,
    on_sheets: bool = False,
    show: Show = revealed,
) -> Iterator[bytes]:
    """The bytes of the PDF, piece by piece. A number is opened while its page is made.

    `on_sheets` puts as many slips on one sheet as the form has `places`, else one slip is a page.
    """
    printing = _Printing(plan, lettering or mincho(), on_sheets=on_sheets, show=show)
    yield HEADER
    yield printing.static_part()
    sheets = (sheet for slip in slips for sheet in sheets_of(plan, slip))
    for together in _groups(sheets, len(printing.places)):
        yield printing.page(together)
    yield from printing.end()


def print_each(
    plan: Plan, slips: Iterable[tuple[str, Slip]], *, show: Show = revealed
) -> Iterator[tuple[str, bytes]]:
    """One whole PDF per slip with the name given for it: for a zip, a file for each person."""
    for name, slip in slips:
        yield name, b"".join(print_slips(plan, [slip], show=show))


def _groups(slips: Iterator[Slip], size: int) -> Iterator[list[Slip]]:
    while together := list(islice(slips, size)):
        yield together


class _Printing:
    """One document being written."""

    def __init__(self, plan: Plan, lettering: Lettering, *, on_sheets: bool, show: Show) -> None:
        self._plan, self._lettering, self._show = plan, lettering, show
        self._objects, self._codes = Objects(), Codes(lettering)
        self.places = plan.places if on_sheets else ((0.0, 0.0),)
        self._size = plan.sheet if on_sheets else (plan.w, plan.h)
        self._root, self._tree, self._resources, self._static, self._info = (
            self._objects.reserve() for _ in range(5)
        )
        self._nodes: list[tuple[int, int]] = []
        self._kids: list[int] = []
        self._drawn: dict[tuple[int, str], str] = {}
        self._node = 0  # of the page tree, reserved with its first page

    def static_part(self) -> bytes:
        w, h = self._plan.w * _POINT, self._plan.h * _POINT
        drawn = [*_rules(self._plan.rules, h), *self._letters(self._plan.labels, h)]
        entries = (
            f"/Type/XObject/Subtype/Form/BBox[0 0 {w:.2f} {h:.2f}]/Resources {self._resources} 0 R"
        )
        return self._objects.write_stream(self._static, "\n".join(drawn).encode(), entries)

    def page(self, slips: list[Slip]) -> bytes:
        page, content = self._objects.reserve(), self._objects.reserve()
        self._node = self._node or self._objects.reserve()
        drawn = "\n".join(
            part
            for place, slip in zip(self.places, slips, strict=False)
            for part in self._slip(slip, place)
        )
        written = self._objects.write_stream(content, drawn.encode())
        written += self._objects.write(
            page, f"<</Type/Page/Parent {self._node} 0 R/Contents {content} 0 R>>"
        )
        self._kids.append(page)
        return written + self._full_node() if len(self._kids) == _KIDS else written

    def end(self) -> Iterator[bytes]:
        if self._kids:
            yield self._full_node()
        fonts = []
        for place, entries in enumerate(self._codes.entries):
            if entries:
                font = self._objects.reserve()
                fonts.append(f"/F{place} {font} 0 R")
                face = self._lettering.faces[place]
                yield from write_font(self._objects, font, face, entries)
        resources = f"<</Font<<{''.join(fonts)}>>/XObject<</S {self._static} 0 R>>>>"
        yield self._objects.write(self._resources, resources)
        yield self._page_tree()
        title = text_string(self._plan.title)
        yield self._objects.write(self._info, f"<</Title {title}/Producer(azukari)>>")
        yield self._objects.write(
            self._root,
            f"<</Type/Catalog/Pages {self._tree} 0 R/Lang(ja)"
            "/ViewerPreferences<</PrintScaling/None/DisplayDocTitle true>>>>",
        )
        yield self._objects.end(self._root, self._info)

    def _full_node(self) -> bytes:
        kids = " ".join(f"{kid} 0 R" for kid in self._kids)
        count = len(self._kids)
        written = self._objects.write(
            self._node, f"<</Type/Pages/Parent {self._tree} 0 R/Kids[{kids}]/Count {count}>>"
        )
        self._nodes.append((self._node, count))
        self._kids, self._node = [], 0
        return written

    def _page_tree(self) -> bytes:
        w, h = self._size
        kids = " ".join(f"{node} 0 R" for node, _count in self._nodes)
        count = sum(count for _node, count in self._nodes)
        return self._objects.write(
            self._tree,
            f"<</Type/Pages/Kids[{kids}]/Count {count}/Resources {self._resources} 0 R"
            f"/MediaBox[0 0 {w * _POINT:.2f} {h * _POINT:.2f}]>>",
        )

    def _slip(self, slip: Slip, place: tuple[float, float]) -> Iterator[str]:
        across = place[0] * _POINT
        down = (self._size[1] - self._plan.h - place[1]) * _POINT
        yield f"q 1 0 0 1 {across:.2f} {down:.2f} cm /S Do"
        for field, text in texts(self._plan, slip, self._show):
            if field.secret or len(text) > _SHORT:
                yield self._field(field, text)
            else:
                yield self._field_again(field, text)
        yield "Q"

    def _field_again(self, field: Field, text: str) -> str:
        """Marks, counts, dates and amounts come again and again; numbers never come here.

        The field itself is the key: one path may stand in several places.
        """
        key = id(field), text
        drawn = self._drawn.get(key)
        if drawn is None:
            if len(self._drawn) >= _REMEMBERED:
                self._drawn.clear()
            drawn = self._drawn[key] = self._field(field, text)
        return drawn

    def _field(self, field: Field, text: str) -> str:
        ink, height = Ink(), self._plan.h * _POINT
        draw(ink, field, text, self._lettering)
        return "\n".join([*_shapes(ink, height), *self._letters(ink.letters, height)])

    def _letters(self, lines: Iterable[Letters], height: float) -> Iterator[str]:
        for line in lines:
            pitch = None
            if line.pitch is not None:
                pitch = round(line.pitch / line.size / MM_PER_POINT * 1000, 1)
            shown = "".join(
                f"/F{face} {line.size:.2f} Tf<{codes}>Tj"
                for face, codes in self._codes.runs(line.text, pitch)
            )
            place = f"1 0 0 1 {line.x * _POINT:.2f} {height - line.y * _POINT:.2f} Tm"
            if line.condensed == 1:
                yield f"BT {place} {shown} ET"
            else:
                yield f"BT {line.condensed * 100:.1f} Tz {place} {shown} 100 Tz ET"


def _rules(rules: Iterable[Rule], height: float) -> Iterator[str]:
    """Grouped by how they are drawn."""
    style = ""
    for rule in sorted(rules, key=lambda rule: (rule.dashed, rule.width)):
        wanted = f"{rule.width} w {'[0.8 0.8] 0 d' if rule.dashed else '[] 0 d'}"
        if wanted != style:
            style = wanted
            yield f"2 J {style}" if not rule.dashed else f"0 J {style}"
        yield (
            f"{rule.x1 * _POINT:.2f} {height - rule.y1 * _POINT:.2f} m "
            f"{rule.x2 * _POINT:.2f} {height - rule.y2 * _POINT:.2f} l S"
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
    points = [f"{x * _POINT:.2f} {height - y * _POINT:.2f}" for x, y in corners(tick)]
    return f"1 w {points[0]} m {points[1]} l {points[2]} l S"


def _square(box: Box, height: float) -> str:
    x, y = box.x * _POINT, height - box.bottom * _POINT
    return f"{x:.3f} {y:.3f} {box.w * _POINT:.3f} {box.h * _POINT:.3f} re"


def _ring(ring: Ring, height: float) -> str:
    x, y = ring.x * _POINT, height - ring.y * _POINT
    a, b = ring.rx * _POINT, ring.ry * _POINT
    k, m = a * _CURVE, b * _CURVE
    return (
        f"0.8 w {x + a:.2f} {y:.2f} m "
        f"{x + a:.2f} {y + m:.2f} {x + k:.2f} {y + b:.2f} {x:.2f} {y + b:.2f} c "
        f"{x - k:.2f} {y + b:.2f} {x - a:.2f} {y + m:.2f} {x - a:.2f} {y:.2f} c "
        f"{x - a:.2f} {y - m:.2f} {x - k:.2f} {y - b:.2f} {x:.2f} {y - b:.2f} c "
        f"{x + k:.2f} {y - b:.2f} {x + a:.2f} {y - m:.2f} {x + a:.2f} {y:.2f} c s"
    )
