"""Which glyph of which typeface stands for each piece of a text, and what cannot be shown rightly.

A piece is one character with what belongs to it: a variation selector (異体字セレクタ, Unicode
Technical Standard 37) or a combining voiced mark. Every typeface of the chain is first asked for
the exact sequence, then for the bare character (a downgrade); what none has is drawn as 〓.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from azukari import fonts
from azukari.filings.paper.truetype import Typeface

JOINING: Final = re.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef\u3099\u309a]")
_PIECE: Final = re.compile(rf".{JOINING.pattern}*", re.DOTALL)
_VOICED_MARKS: Final = frozenset("\u3099\u309a")
GETA: Final = "〓"
_WORD: Final = 3  # characters of a piece of a line whose width is remembered
_WORDS: Final = 20_000


class Shortfall(StrEnum):
    DOWNGRADED = "downgraded"  # the bare character is drawn, not the variant asked for
    MISSING = "missing"  # 〓 is drawn


@dataclass(frozen=True, slots=True)
class Glyph:
    """`face` is the place of the typeface in the chain; `width` in thousandths of the size."""

    text: str
    face: int
    number: int
    width: float
    shortfall: Shortfall | None


class Lettering:
    """A chain of typefaces; glyphs are remembered by piece."""

    def __init__(self, faces: Iterable[Typeface]) -> None:
        self.faces = tuple(faces)
        self._known: dict[str, Glyph] = {}
        self._widths: dict[str, float] = {}
        self._right: set[str] = set()  # characters that are shown as they are

    def glyphs(self, text: str) -> list[Glyph]:
        known = self._known
        try:
            return [known[piece] for piece in self._pieces(text)]
        except KeyError:
            return [self._glyph(piece) for piece in _PIECE.findall(text)]

    def width(self, text: str) -> float:
        """In sizes: 1.0 is one full-width character."""
        wide = self._widths.get(text)
        if wide is None:
            wide = sum([glyph.width for glyph in self.glyphs(text)]) / 1000
            if len(text) <= _WORD and len(self._widths) < _WORDS:
                self._widths[text] = wide
        return wide

    @staticmethod
    def _pieces(text: str) -> Iterable[str]:
        """Most texts hold no sequence, and each character is a piece."""
        return _PIECE.findall(text) if JOINING.search(text) else text

    def shortfalls(self, text: str) -> list[Glyph]:
        """The pieces that cannot be shown as they are, each once."""
        if self._right.issuperset(text):
            return []
        found = {glyph.text: glyph for glyph in self.glyphs(text) if glyph.shortfall}
        if not found and not JOINING.search(text):
            self._right.update(text)
        return list(found.values())

    def _glyph(self, piece: str) -> Glyph:
        glyph = self._known.get(piece)
        if glyph is None:
            glyph = self._known[piece] = self._find(piece)
        return glyph

    def _find(self, piece: str) -> Glyph:
        base, *marks = map(ord, piece)
        composed = unicodedata.normalize("NFC", piece) if _VOICED_MARKS & set(piece) else piece
        if len(composed) == 1 and (found := self._bare(ord(composed))):
            return self._made(piece, *found, None)
        if marks and (found := self._sequence(base, marks[0])):
            return self._made(piece, *found, None)
        if found := self._bare(base):
            return self._made(piece, *found, Shortfall.DOWNGRADED)
        found = self._bare(ord(GETA)) or (0, 0)
        return self._made(piece, *found, Shortfall.MISSING)

    def _bare(self, code: int) -> tuple[int, int] | None:
        for place, face in enumerate(self.faces):
            if number := face.glyph_of.get(code):
                return place, number
        return None

    def _sequence(self, base: int, selector: int) -> tuple[int, int] | None:
        for place, face in enumerate(self.faces):
            if number := face.glyph_of_sequence(base, selector):
                return place, number
        return None

    def _made(self, piece: str, place: int, number: int, short: Shortfall | None) -> Glyph:
        face = self.faces[place]
        width = face.advance(number) * 1000 / face.metrics.units
        return Glyph(piece, place, number, width, short)


@cache
def mincho() -> Lettering:
    """The faces of statutory forms: BIZ UDMincho, then what it lacks from Noto Serif JP."""
    return Lettering((Typeface(fonts.BIZ_UDMINCHO), Typeface(fonts.NOTO_SERIF_REST)))
