"""A two-dimensional code (JIS X 0510) of an opaque ticket: never a name or a number."""

from collections.abc import Iterator

import segno

from azukari.filings.paper.geometry import Box

_QUIET = 4  # modules, as the standard asks


def squares(text: str, box: Box) -> Iterator[Box]:
    """The dark modules, neighbours in a row joined, centred in the box with the quiet zone."""
    rows = [bytes(row) for row in segno.make(text, error="q", micro=False).matrix]
    module = min(box.w, box.h) / (len(rows) + 2 * _QUIET)
    left = box.x + (box.w - module * len(rows)) / 2
    top = box.y + (box.h - module * len(rows)) / 2
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                yield Box(left + x * module, top + y * module, (end - x) * module, module)
            x = end + 1
