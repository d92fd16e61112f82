"""What papers made with reportlab share: A4, our embedded typeface, headings, facts, page numbers.

The typeface is embedded as a subset; a character it does not have is printed as 〓, never dropped.
"""

import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from azukari.fonts import BIZ_UDGOTHIC

FONT = "BIZ UDGothic"
JAPAN = timezone(timedelta(hours=9), "JST")
MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN
LABEL_WIDTH = 42 * mm

INK, QUIET, ACCENT = HexColor(0x1A1A1C), HexColor(0x595959), HexColor(0x00118F)
RULE, SHADE = HexColor(0xB3B3B3), HexColor(0xF1F3FB)

# 〓 (geta): the printers' mark for a character the typeface does not have.
MISSING = "〓"


def build(title: str, foot: str, story: Sequence[Flowable]) -> bytes:
    """The PDF, page numbers and `foot` at the bottom of each page; the same story, same bytes."""
    _register_font()
    buffer = io.BytesIO()
    document = BaseDocTemplate(
        buffer, pagesize=A4, title=title, author="azukari", lang="ja-JP", invariant=1
    )
    frame = Frame(MARGIN, 20 * mm, WIDTH, A4[1] - 36 * mm, 0, 0, 0, 0)
    document.addPageTemplates([PageTemplate(frames=[frame])])
    document.build(list(story), canvasmaker=_numbered_pages(foot))
    return buffer.getvalue()


@cache
def _register_font() -> TTFont:
    font = TTFont(FONT, str(BIZ_UDGOTHIC))
    pdfmetrics.registerFont(font)
    return font


def style(size: float, *, leading: float = 1.5, **more: Any) -> ParagraphStyle:
    settings = {"textColor": INK, "wordWrap": "CJK", **more}
    return ParagraphStyle("", fontName=FONT, fontSize=size, leading=size * leading, **settings)


def text(content: str, look: ParagraphStyle | None = None) -> Paragraph:
    return Paragraph(escape(drawable(content)), look or style(10))


def drawable(content: str) -> str:
    """Without variation selectors, which only choose among shapes; with 〓 for what is missing."""
    known = _register_font().face.charToGlyph
    return "".join(
        character if ord(character) in known else MISSING
        for character in content
        if not _is_variation_selector(ord(character))
    )


def _is_variation_selector(code: int) -> bool:
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


def day(moment: datetime | date) -> str:
    on = moment.astimezone(JAPAN) if isinstance(moment, datetime) else moment
    return f"{on.year}年{on.month}月{on.day}日"


def minute(moment: datetime) -> str:
    return f"{day(moment)} {moment.astimezone(JAPAN):%H:%M}"


def heading(title: str, beside: Sequence[str]) -> Flowable:
    """The title of the paper, and small lines to the right of it."""
    left = text(title, style(19, textColor=ACCENT))
    right = [text(line, style(9, alignment=2, textColor=QUIET)) for line in beside]
    top = Table([[left, right]], colWidths=[WIDTH * 0.62, WIDTH * 0.38])
    top.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
                ("LINEBELOW", (0, 0), (-1, -1), 1.2, ACCENT),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
            ]
        )
    )
    return top


def section(title: str) -> list[Flowable]:
    bar = Table([[text(title, style(11.5, leading=1.3))]], colWidths=[WIDTH])
    bar.setStyle(
        TableStyle(
            [
                ("LINEBEFORE", (0, 0), (0, -1), 3.5, ACCENT),
                ("LEFTPADDING", (0, 0), (-1, -1), 7),
                ("TOPPADDING", (0, 0), (-1, -1), 1),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return [Spacer(0, 4.5 * mm), bar, Spacer(0, 1.8 * mm)]


def facts(rows: list[tuple[str, Any]]) -> Table:
    label = style(9.5, textColor=QUIET)
    cells = [[text(name, label), value] for name, value in rows]
    table = Table(cells, colWidths=[LABEL_WIDTH, WIDTH - LABEL_WIDTH])
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("BACKGROUND", (0, 0), (0, -1), SHADE),
                ("LINEABOVE", (0, 0), (-1, 0), 0.5, RULE),
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, RULE),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
            ]
        )
    )
    return table


def _numbered_pages(foot: str) -> type[Canvas]:
    """A canvas that knows at the end how many pages there are, and writes the foot of each."""

    class NumberedPages(Canvas):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self._finished: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - reportlab's name
            self._finished.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._finished, start=1):
                self.__dict__.update(page)
                _draw_foot(self, foot, number, len(self._finished))
                super().showPage()
            super().save()

    return NumberedPages


def _draw_foot(canvas: Canvas, foot: str, number: int, pages: int) -> None:
    canvas.setFont(FONT, 8.5)
    canvas.setFillColor(QUIET)
    canvas.setStrokeColor(RULE)
    canvas.line(MARGIN, 15 * mm, A4[0] - MARGIN, 15 * mm)
    canvas.drawString(MARGIN, 10.5 * mm, drawable(foot))
    canvas.drawRightString(A4[0] - MARGIN, 10.5 * mm, f"{number} / {pages}")
