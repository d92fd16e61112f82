"""The characters of one document: each distinct piece of text has one code per typeface.

One code per sequence of Unicode, not per glyph, so that 邉 with a variation selector is read back
with it; and one code per width for what stands in cells, so that a row of cells is one word.
"""

from collections import defaultdict
from itertools import groupby
from operator import itemgetter

from azukari.filings.paper.lettering import Glyph, Lettering

# A piece of text set: its typeface and its code in four hexadecimal digits.
Coded = tuple[int, str]


class Codes:
    """Hands out codes from 1 in the order of use; `entries` are (glyph, width, text) per face."""

    def __init__(self, lettering: Lettering) -> None:
        self._lettering = lettering
        self._known: dict[float | None, dict[str, Coded]] = defaultdict(dict)
        self.entries: list[list[tuple[int, float, str]]] = [[] for _ in lettering.faces]

    def runs(self, text: str, pitch: float | None) -> list[tuple[int, str]]:
        """(face, hexadecimal codes) of each stretch in one face; `pitch` in thousandths.

        The last piece in cells keeps its own width: it must not reach into the next box, or
        readers join it with what is written there.
        """
        glyphs = self._lettering.glyphs(text)
        if pitch is None:
            coded = self._coded(glyphs, None)
        else:
            coded = [*self._coded(glyphs[:-1], pitch), *self._coded(glyphs[-1:], None)]
        return [
            (face, "".join([code for _face, code in stretch]))
            for face, stretch in groupby(coded, itemgetter(0))
        ]

    def _coded(self, glyphs: list[Glyph], width: float | None) -> list[Coded]:
        known = self._known[width]
        return [known.get(glyph.text) or self._new(glyph, width) for glyph in glyphs]

    def _new(self, glyph: Glyph, width: float | None) -> Coded:
        entries = self.entries[glyph.face]
        entries.append((glyph.number, glyph.width if width is None else width, glyph.text))
        coded = self._known[width][glyph.text] = (glyph.face, f"{len(entries):04X}")
        return coded
