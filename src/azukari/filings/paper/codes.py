"""The characters of one document: each distinct piece of text has one code per typeface.

One code per sequence of Unicode, not per glyph, so that 邉 with a variation selector is read back
with it; and one code per width for what stands in cells, so that a row of cells is one word.
"""

from azukari.filings.paper.geometry import Letters
from azukari.filings.paper.lettering import Glyph, Lettering


class Codes:
    """Hands out codes from 1 in the order of use; `entries` are (glyph, width, text) per face."""

    def __init__(self, lettering: Lettering) -> None:
        self._lettering = lettering
        self._known: list[dict[tuple[str, float | None], str]] = [{} for _ in lettering.faces]
        self.entries: list[list[tuple[int, float, str]]] = [[] for _ in lettering.faces]

    def runs(self, letters: Letters, pitch: float | None) -> list[tuple[int, str]]:
        """(face, hexadecimal codes) of each stretch in one face; `pitch` in thousandths.

        The last piece in cells keeps its own width: it must not reach into the next box, or
        readers join it with what is written there.
        """
        stretches: list[tuple[int, list[str]]] = []
        glyphs = self._lettering.glyphs(letters.text)
        for place, glyph in enumerate(glyphs, start=1):
            width = pitch if place < len(glyphs) else None
            code = self._known[glyph.face].get((glyph.text, width)) or self._new(glyph, width)
            if stretches and stretches[-1][0] == glyph.face:
                stretches[-1][1].append(code)
            else:
                stretches.append((glyph.face, [code]))
        return [(face, "".join(codes)) for face, codes in stretches]

    def _new(self, glyph: Glyph, pitch: float | None) -> str:
        entries = self.entries[glyph.face]
        width = glyph.width if pitch is None else pitch
        entries.append((glyph.number, width, glyph.text))
        code = self._known[glyph.face][glyph.text, pitch] = f"{len(entries):04X}"
        return code
