"""One slip as a picture for the screen, from the same plan; individual numbers are masked, always.

No style and no script stand in it, so it passes a strict content policy inline. Lines of type keep
the width they have on paper whatever typeface the machine has.
"""

from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from azukari.filings.paper.continuation import sheets_of
from azukari.filings.paper.fill import fill, masked
from azukari.filings.paper.geometry import MM_PER_POINT, Ink, Letters, Rule, corners
from azukari.filings.paper.lettering import Lettering, mincho
from azukari.filings.paper.plan import Plan
from azukari.filings.paper.slip import Slip

_FAMILY: Final = "'BIZ UDMincho','Yu Mincho','Hiragino Mincho ProN','Noto Serif CJK JP',serif"


def preview(plan: Plan, slip: Slip, *, lettering: Lettering | None = None) -> str:
    """An `svg` element of one sheet."""
    lettering = lettering or mincho()
    ink = fill(plan, slip, lettering, masked)
    return "".join(_picture(plan, ink, lettering))


def previews(plan: Plan, slip: Slip) -> list[str]:
    """An `svg` element for every sheet the slip fills. Raises TooMany."""
    return [preview(plan, sheet) for sheet in sheets_of(plan, slip)]


def _picture(plan: Plan, ink: Ink, lettering: Lettering) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {plan.w:g} {plan.h:g}" '
        f'width="{plan.w:g}mm" height="{plan.h:g}mm" role="img" aria-label={quoteattr(plan.title)}>'
    )
    yield f'<rect width="{plan.w:g}" height="{plan.h:g}" fill="#fff"/>'
    yield from _rules(plan.rules)
    for ring in ink.rings:
        yield (
            f'<ellipse cx="{ring.x:.2f}" cy="{ring.y:.2f}" rx="{ring.rx:.2f}" ry="{ring.ry:.2f}" '
            'fill="none" stroke="#000" stroke-width="0.28"/>'
        )
    for tick in ink.ticks:
        points = " ".join(f"{x:.2f},{y:.2f}" for x, y in corners(tick))
        yield f'<polyline points="{points}" fill="none" stroke="#000" stroke-width="0.35"/>'
    for box in ink.squares:
        yield f'<rect x="{box.x:.3f}" y="{box.y:.3f}" width="{box.w:.3f}" height="{box.h:.3f}"/>'
    yield f'<g font-family="{_FAMILY}" xml:space="preserve">'
    for line in (*plan.labels, *ink.letters):
        yield _line(line, lettering)
    yield "</g></svg>"


def _rules(rules: Iterable[Rule]) -> Iterator[str]:
    drawn: dict[tuple[float, bool], list[str]] = {}
    for rule in rules:
        path = f"M{rule.x1:.2f} {rule.y1:.2f}L{rule.x2:.2f} {rule.y2:.2f}"
        drawn.setdefault((rule.width, rule.dashed), []).append(path)
    for (width, dashed), paths in sorted(drawn.items()):
        dashes = ' stroke-dasharray="0.28"' if dashed else ""
        yield (
            f'<path d="{"".join(paths)}" fill="none" stroke="#000" '
            f'stroke-width="{width * MM_PER_POINT:.3f}"{dashes}/>'
        )


def _line(line: Letters, lettering: Lettering) -> str:
    size = line.size * MM_PER_POINT
    if line.pitch is None:
        place, wide = f"{line.x:.2f}", f' textLength="{line.wide:.2f}"'
        fitted = f'{wide} lengthAdjust="spacingAndGlyphs"' if line.wide else ""
    else:
        count = len(lettering.glyphs(line.text))
        place = " ".join(f"{line.x + line.pitch * n:.2f}" for n in range(count))
        fitted = ""
    return (
        f'<text x="{place}" y="{line.y:.2f}" font-size="{size:.2f}"{fitted}>'
        f"{escape(line.text)}</text>"
    )
