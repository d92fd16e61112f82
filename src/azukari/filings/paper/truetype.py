"""A TrueType font as far as paper needs it: the glyph of a character, its width, its outline.

Sources: OpenType 1.9 (`cmap` formats 4, 12 and 14, `glyf`, `loca`, `hmtx`). Fonts with PostScript
outlines (CFF) are refused. The file is mapped, not read: a glyph costs its own bytes only.
"""

import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from struct import Struct, unpack_from
from typing import Final

_TABLE: Final = Struct(">4sIII")
_GROUP: Final = Struct(">III")
_SELECTOR: Final = Struct(">3sII")
_NON_DEFAULT: Final = Struct(">3sH")

_ARGUMENTS_ARE_WORDS: Final = 0x0001
_SCALE: Final = 0x0008
_MORE_COMPONENTS: Final = 0x0020
_TWO_SCALES: Final = 0x0040
_TWO_BY_TWO: Final = 0x0080
_HAS_INSTRUCTIONS: Final = 0x0100


class FontUnfit(ValueError):
    """The file is no TrueType font with `glyf` outlines and a Unicode `cmap`."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """Units per em and the bounding box of all glyphs in font units."""

    units: int
    box: tuple[int, int, int, int]


class Typeface:
    """One font file. `name` is its PostScript name without subset tag."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.name = path.stem
        count = unpack_from(">H", self._bytes, 4)[0]
        entries = (_TABLE.unpack_from(self._bytes, 12 + 16 * n) for n in range(count))
        self._tables = {tag.decode(): (start, length) for tag, _sum, start, length in entries}
        if missing := {"glyf", "loca", "cmap", "hmtx", "head", "hhea", "maxp"} - set(self._tables):
            raise FontUnfit(f"{path.name} has no {sorted(missing)}")

    def table(self, tag: str) -> bytes:
        start, length = self._tables[tag]
        return self._bytes[start : start + length]

    @cached_property
    def metrics(self) -> Metrics:
        head = self.table("head")
        return Metrics(unpack_from(">H", head, 18)[0], unpack_from(">hhhh", head, 36))

    @cached_property
    def glyph_of(self) -> dict[int, int]:
        """Glyph number by code point, without variation selectors."""
        return dict(self._unicode_map())

    def glyph_of_sequence(self, base: int, selector: int) -> int | None:
        """The glyph a base and a variation selector mean; None where this font has none."""
        return self._sequences.get((base, selector))

    def advance(self, glyph: int) -> int:
        """Width in font units."""
        start, _ = self._tables["hmtx"]
        return int(unpack_from(">H", self._bytes, start + 4 * min(glyph, self._wide - 1))[0])

    def side_bearing(self, glyph: int) -> int:
        start, _ = self._tables["hmtx"]
        if glyph < self._wide:
            return int(unpack_from(">h", self._bytes, start + 4 * glyph + 2)[0])
        later = start + 4 * self._wide + 2 * (glyph - self._wide)
        return int(unpack_from(">h", self._bytes, later)[0])

    def outline(self, glyph: int) -> bytes:
        """The `glyf` entry without its hinting instructions; empty for a space."""
        start, end = self._place(glyph)
        if start == end:
            return b""
        entry = self._bytes[start:end]
        contours = unpack_from(">h", entry)[0]
        return _composite_unhinted(entry) if contours < 0 else _simple_unhinted(entry, contours)

    @cached_property
    def _wide(self) -> int:
        return int(unpack_from(">H", self.table("hhea"), 34)[0])

    @cached_property
    def _long_places(self) -> bool:
        return bool(unpack_from(">h", self.table("head"), 50)[0])

    def _place(self, glyph: int) -> tuple[int, int]:
        loca, glyf = self._tables["loca"][0], self._tables["glyf"][0]
        if self._long_places:
            first, last = unpack_from(">II", self._bytes, loca + 4 * glyph)
            return glyf + first, glyf + last
        first, last = unpack_from(">HH", self._bytes, loca + 2 * glyph)
        return glyf + 2 * first, glyf + 2 * last

    def _subtables(self) -> Iterator[tuple[int, bytes]]:
        """Format and bytes of each subtable of `cmap`."""
        cmap = self.table("cmap")
        for n in range(unpack_from(">H", cmap, 2)[0]):
            _platform, _encoding, start = unpack_from(">HHI", cmap, 4 + 8 * n)
            yield unpack_from(">H", cmap, start)[0], cmap[start:]

    def _unicode_map(self) -> Iterator[tuple[int, int]]:
        found = dict(self._subtables())
        if 12 in found:
            return _groups(found[12])
        if 4 in found:
            return _segments(found[4])
        raise FontUnfit(f"{self.name} has no Unicode cmap")

    @cached_property
    def _sequences(self) -> dict[tuple[int, int], int]:
        table = dict(self._subtables()).get(14)
        if table is None:
            return {}
        pairs: dict[tuple[int, int], int] = {}
        for n in range(unpack_from(">I", table, 6)[0]):
            raw, default, special = _SELECTOR.unpack_from(table, 10 + 11 * n)
            selector = int.from_bytes(raw, "big")
            for base in _default_bases(table, default):
                if base in self.glyph_of:
                    pairs[base, selector] = self.glyph_of[base]
            for base, glyph in _special_glyphs(table, special):
                pairs[base, selector] = glyph
        return pairs


def _groups(table: bytes) -> Iterator[tuple[int, int]]:
    for n in range(unpack_from(">I", table, 12)[0]):
        first, last, glyph = _GROUP.unpack_from(table, 16 + 12 * n)
        yield from zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True)


def _segments(table: bytes) -> Iterator[tuple[int, int]]:
    count = unpack_from(">H", table, 6)[0] // 2
    ends = unpack_from(f">{count}H", table, 14)
    starts, deltas, offsets = (
        unpack_from(f">{count}H", table, 16 + 2 * count * (n + 1)) for n in range(3)
    )
    for n, (first, last, delta, offset) in enumerate(
        zip(starts, ends, deltas, offsets, strict=True)
    ):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offset:
                place = 16 + 6 * count + 2 * n + offset + 2 * (code - first)
                glyph = unpack_from(">H", table, place)[0]
            if glyph or not offset:
                yield code, (glyph + delta) & 0xFFFF


def _default_bases(table: bytes, start: int) -> Iterator[int]:
    if start:
        for n in range(unpack_from(">I", table, start)[0]):
            packed = int(unpack_from(">I", table, start + 4 + 4 * n)[0])
            yield from range(packed >> 8, (packed >> 8) + (packed & 0xFF) + 1)


def _special_glyphs(table: bytes, start: int) -> Iterator[tuple[int, int]]:
    if start:
        for n in range(unpack_from(">I", table, start)[0]):
            base, glyph = _NON_DEFAULT.unpack_from(table, start + 4 + 5 * n)
            yield int.from_bytes(base, "big"), glyph


def _simple_unhinted(entry: bytes, contours: int) -> bytes:
    points = 10 + 2 * contours
    length = unpack_from(">H", entry, points)[0]
    return entry[:points] + b"\0\0" + entry[points + 2 + length :]


def components(entry: bytes) -> Iterator[tuple[int, int, int]]:
    """(place in the entry, flags, glyph) of each part of a composite glyph."""
    if not entry or unpack_from(">h", entry)[0] >= 0:
        return
    place = 10
    while True:
        flags, glyph = unpack_from(">HH", entry, place)
        yield place, flags, glyph
        place += _component_length(flags)
        if not flags & _MORE_COMPONENTS:
            return


def _component_length(flags: int) -> int:
    length = 8 if flags & _ARGUMENTS_ARE_WORDS else 6
    if flags & _SCALE:
        return length + 2
    if flags & _TWO_SCALES:
        return length + 4
    return length + 8 if flags & _TWO_BY_TWO else length


def _composite_unhinted(entry: bytes) -> bytes:
    kept = bytearray(entry)
    end = 10
    for place, flags, _glyph in components(entry):
        kept[place : place + 2] = (flags & ~_HAS_INSTRUCTIONS).to_bytes(2, "big")
        end = place + _component_length(flags)
    return bytes(kept[:end])
