"""A typeface cut down to what one document prints.

Each entry is a glyph with the width it is printed at, so a digit of a row of boxes is an entry of
its own, as wide as its box: the widths in the font and in the document agree, and readers see
twelve digits as one word. Entry n of the list becomes glyph n + 1; glyph 0 is the missing one.
"""

from collections.abc import Sequence
from struct import pack, unpack_from
from typing import Final

from azukari.filings.paper.truetype import Typeface, components

_CHECKSUM_TARGET: Final = 0xB1B0AFBA
_LONG_PLACES: Final = 1


def cut(face: Typeface, entries: Sequence[tuple[int, int]]) -> bytes:
    """A font file of the (glyph, advance in font units) entries, in their order."""
    glyphs = [(0, face.advance(0)), *entries]
    outlines = [face.outline(glyph) for glyph, _ in glyphs]
    _bring_components(face, glyphs, outlines)
    places, body = _glyf(outlines)
    return _file(
        {
            "glyf": body,
            "head": _head(face),
            "hhea": face.table("hhea")[:34] + pack(">H", len(glyphs)),
            "hmtx": b"".join(pack(">Hh", width, face.side_bearing(g)) for g, width in glyphs),
            "loca": places,
            "maxp": face.table("maxp")[:4] + pack(">H", len(glyphs)) + face.table("maxp")[6:],
        }
    )


def _bring_components(face: Typeface, glyphs: list[tuple[int, int]], outlines: list[bytes]) -> None:
    """Appends the parts of composite glyphs and points the composites at them."""
    number: dict[int, int] = {}
    for at, outline in enumerate(outlines):  # the list grows while its new members are looked at
        renumbered = bytearray(outline)
        for place, _flags, part in components(outline):
            if part not in number:
                number[part] = len(glyphs)
                glyphs.append((part, face.advance(part)))
                outlines.append(face.outline(part))
            renumbered[place + 2 : place + 4] = pack(">H", number[part])
        outlines[at] = bytes(renumbered)


def _glyf(outlines: list[bytes]) -> tuple[bytes, bytes]:
    padded = [outline + b"\0" * (-len(outline) % 4) for outline in outlines]
    places, end = [0], 0
    for outline in padded:
        end += len(outline)
        places.append(end)
    return pack(f">{len(places)}I", *places), b"".join(padded)


def _head(face: Typeface) -> bytes:
    head = bytearray(face.table("head"))
    head[8:12] = b"\0\0\0\0"  # the sum over the whole file, filled in last
    head[50:52] = pack(">h", _LONG_PLACES)
    return bytes(head)


def _file(tables: dict[str, bytes]) -> bytes:
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    header = pack(
        ">IHHHH", 0x00010000, count, power * 16, power.bit_length() - 1, (count - power) * 16
    )
    directory, bodies = b"", b""
    for tag, body in sorted(tables.items()):
        start = 12 + 16 * count + len(bodies)
        directory += pack(">4sIII", tag.encode(), _checksum(body), start, len(body))
        bodies += body + b"\0" * (-len(body) % 4)
    whole = bytearray(header + directory + bodies)
    head = _start_of(directory, b"head")
    whole[head + 8 : head + 12] = pack(">I", (_CHECKSUM_TARGET - _checksum(whole)) & 0xFFFFFFFF)
    return bytes(whole)


def _start_of(directory: bytes, tag: bytes) -> int:
    return int(unpack_from(">I", directory, directory.index(tag) + 8)[0])


def _checksum(body: bytes | bytearray) -> int:
    padded = bytes(body) + b"\0" * (-len(body) % 4)
    return int(sum(unpack_from(f">{len(padded) // 4}I", padded))) & 0xFFFFFFFF
