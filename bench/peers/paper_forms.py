"""The same forms as they are usually printed: with reportlab, and by laying pages over a template.

Both are given where each line of type stands, as ours has worked it out; type that ours condenses
they draw as it is. `form_object` draws the form once as a form XObject (the best of reportlab);
`overlay` draws values alone and merges each page with the empty form through pypdf.
"""

import io

from pypdf import PdfReader, PdfWriter
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from azukari import fonts
from azukari.filings.paper.fill import fill, revealed
from azukari.filings.paper.geometry import MM_PER_POINT, Ink, Letters, Rule
from azukari.filings.paper.lettering import mincho
from azukari.filings.paper.pdf import print_slips
from azukari.filings.paper.slip import Slip
from bench.measure import Measured, expect, measuring
from bench.slips import PLAN, facts

_FONT = "BIZUDMincho"
_WIDE, _HIGH = PLAN.w / MM_PER_POINT, PLAN.h / MM_PER_POINT


def form_object(forms: int) -> dict[str, Measured]:
    inks = _inks(forms)
    pdfmetrics.registerFont(TTFont(_FONT, str(fonts.BIZ_UDMINCHO)))
    out = io.BytesIO()
    with measuring() as cost:
        canvas = Canvas(out, pagesize=(_WIDE, _HIGH), pageCompression=1)
        canvas.beginForm("form")
        _rule(canvas, PLAN.rules)
        _letter(canvas, PLAN.labels)
        canvas.endForm()
        for ink in inks:
            canvas.doForm("form")
            _draw(canvas, ink)
            canvas.showPage()
        canvas.save()
    _hold(out.getvalue(), forms)
    return {"paper": Measured(forms, cost, {"bytes": len(out.getvalue()) / forms})}


def overlay(forms: int) -> dict[str, Measured]:
    inks = _inks(forms)
    pdfmetrics.registerFont(TTFont(_FONT, str(fonts.BIZ_UDMINCHO)))
    template = b"".join(print_slips(PLAN, [Slip({})]))
    out = io.BytesIO()
    with measuring() as cost:
        values = io.BytesIO()
        canvas = Canvas(values, pagesize=(_WIDE, _HIGH), pageCompression=1)
        for ink in inks:
            _draw(canvas, ink)
            canvas.showPage()
        canvas.save()
        writer = PdfWriter()
        for page in PdfReader(values).pages:
            merged = writer.add_page(PdfReader(io.BytesIO(template)).pages[0])
            merged.merge_page(page)
        writer.write(out)
    _hold(out.getvalue(), forms)
    return {"paper": Measured(forms, cost, {"bytes": len(out.getvalue()) / forms})}


def _inks(forms: int) -> list[Ink]:
    lettering = mincho()
    return [fill(PLAN, Slip(*one), lettering, revealed) for one in facts(forms)]


def _draw(canvas: Canvas, ink: Ink) -> None:
    _letter(canvas, ink.letters)
    for ring in ink.rings:
        x, y, rx, ry = (side / MM_PER_POINT for side in (ring.x, PLAN.h - ring.y, ring.rx, ring.ry))
        canvas.ellipse(x - rx, y - ry, x + rx, y + ry)


def _letter(canvas: Canvas, lines: list[Letters] | tuple[Letters, ...]) -> None:
    for line in lines:
        x, y = line.x / MM_PER_POINT, _HIGH - line.y / MM_PER_POINT
        canvas.setFont(_FONT, line.size)
        if line.pitch is None:
            canvas.drawString(x, y, line.text)
        else:
            for place, digit in enumerate(line.text):
                canvas.drawString(x + place * line.pitch / MM_PER_POINT, y, digit)


def _rule(canvas: Canvas, rules: tuple[Rule, ...]) -> None:
    for rule in rules:
        canvas.setLineWidth(rule.width)
        ends = (rule.x1, PLAN.h - rule.y1, rule.x2, PLAN.h - rule.y2)
        canvas.line(*(end / MM_PER_POINT for end in ends))


def _hold(written: bytes, forms: int) -> None:
    expect("pages", len(PdfReader(io.BytesIO(written)).pages), forms)
