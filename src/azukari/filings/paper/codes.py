"""The characters of one document: each distinct piece of text has one code per typeface.

One code per sequence of Unicode, not per glyph, so that 邉 with a variation selector is read back
with it; and one code per width for what stands in cells, so that a row of cells is one word.
"""

from itertools import groupby
from operator import itemgetter
from typing import NoReturn

from azukari.filings.paper.lettering import JOINING, Glyph, Lettering

# A piece of text set: its typeface and its code in four hexadecimal digits.
Coded = tuple[int, str]

# What one piece of the document is: number of the glyph, width in thousandths, text.
Entry = tuple[int, float, str]


class NotCoded(Exception):
    """A character without a code yet, of another face than the first, or part of a sequence."""


class Table(dict[int, str]):
    """Codes of single characters of the first face, for `str.translate`. Raises NotCoded."""

    def __missing__(self, character: int) -> NoReturn:
        raise NotCoded


class Codes:
    """Hands out codes from 1 in the order of use; `entries` by face.

    `table` and `widths` know the characters coded so far which stand for themselves.
    """

    def __init__(self, lettering: Lettering) -> None:
        self._lettering = lettering
        self._known: dict[float | None, dict[str, Coded]] = {}
        self._tables: dict[float | None, Table] = {}
        self.entries: list[list[Entry]] = [[] for _ in lettering.faces]
        self.widths: dict[str, float] = {}

    def table(self, pitch: float | None = None) -> Table:
        """Of characters as wide as designed, or as wide as a cell (thousandths of the size)."""
        return self._tables.setdefault(pitch, Table())

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
        known = self._known.setdefault(width, {})
        return [known.get(glyph.text) or self._new(glyph, width) for glyph in glyphs]

    def _new(self, glyph: Glyph, width: float | None) -> Coded:
        entries = self.entries[glyph.face]
        entries.append((glyph.number, glyph.width if width is None else width, glyph.text))
        code = f"{len(entries):04X}"
        if glyph.face == 0 and len(glyph.text) == 1 and not JOINING.match(glyph.text):
            self.table(width)[ord(glyph.text)] = code
            self.widths[glyph.text] = glyph.width / 1000
        coded = self._known[width][glyph.text] = (glyph.face, code)
        return coded
