"""Reads rules and texts of an official PDF with pdfplumber, for `azukari forms draft`."""

from pathlib import Path
from typing import Any, Final

from azukari.filings.paper.draft import Sheet, Words, draft_layout, from_points
from azukari.filings.paper.geometry import MM_PER_POINT

# Points. Rules that nearly meet do meet; dashes of one rule are one rule.
_GRID: Final = {
    "vertical_strategy": "lines",
    "horizontal_strategy": "lines",
    "snap_tolerance": 0.5,
    "join_tolerance": 2,
    "intersection_tolerance": 1,
    "edge_min_length": 1.5,
}


class UnreadableForm(ValueError):
    """The message says what to do."""


def draft_of(pdf: Path, page: int, *, form: str, edition: str) -> dict[str, Any]:
    """The layout drafted from one page, counted from 1. Raises UnreadableForm."""
    try:
        import pdfplumber  # noqa: PLC0415  installed for development only
        from pdfminer.pdfexceptions import PDFException  # noqa: PLC0415
        from pdfplumber.utils.exceptions import PdfminerException  # noqa: PLC0415
    except ImportError:
        raise UnreadableForm("PDFを読むには pdfplumber を入れてください。") from None
    try:
        with pdfplumber.open(pdf) as document:
            if page > len(document.pages):
                raise UnreadableForm(f"このPDFは{len(document.pages)}ページまでです。")
            sheet = _sheet(document.pages[page - 1])
    except (PdfminerException, PDFException):
        raise UnreadableForm(
            "PDFとして読めません。壊れているか、パスワードがかかっています。"
        ) from None
    if not sheet.cells and not sheet.words:
        raise UnreadableForm(
            "線も文字もありません。画像だけのPDFは読み取れないため、"
            "文字の入ったPDFを提出先から入手してください。"
        )
    return draft_layout(sheet, form=form, edition=edition, title=pdf.stem)


def _sheet(page: Any) -> Sheet:
    words = page.extract_words(
        y_tolerance=1, keep_blank_chars=True, extra_attrs=["size"], use_text_flow=False
    )
    return Sheet(
        w=page.width * MM_PER_POINT,
        h=page.height * MM_PER_POINT,
        cells=[from_points(*cell) for cell in page.debug_tablefinder(_GRID).cells],
        rules=[
            (from_points(line["x0"], line["top"], line["x1"], line["bottom"]), line["linewidth"])
            for line in page.lines
        ],
        words=[
            Words(
                one["text"].strip(),
                one["size"],
                from_points(one["x0"], one["top"], one["x1"], one["bottom"]),
            )
            for one in words
            if one["text"].strip()
        ],
    )
