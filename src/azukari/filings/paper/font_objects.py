"""The typefaces of a document as PDF objects (ISO 32000-1, 9.7): cut, with widths and Unicode."""

from collections.abc import Iterator, Sequence
from typing import Final

from azukari.filings.paper.codes import Entry
from azukari.filings.paper.objects import Objects
from azukari.filings.paper.subset import cut
from azukari.filings.paper.truetype import Typeface

_SYMBOLIC: Final = 4
_AT_ONCE: Final = 100  # ISO 32000-1, 9.10.3: at most 100 entries in a bfchar block
# The em box of kanji, one for all faces: a line in two faces is one line to readers.
_ASCENT: Final = 880
_DESCENT: Final = -120
_TAG: Final = "AZUKA"  # and the name of the press: each subset has a tag of its own (9.6.4)


def write_font(
    objects: Objects, number: int, face: Typeface, entries: Sequence[Entry], press: str
) -> Iterator[bytes]:
    """Five objects; `number` is that of the font itself, `press` a capital letter."""
    described, file, child, unicode = (objects.reserve() for _ in range(4))
    units = face.metrics.units
    advances = [(glyph, round(width * units / 1000)) for glyph, width, _text in entries]
    content = cut(face, advances)
    name = f"{_TAG}{press}+{face.name}"
    yield objects.write_stream(file, content, f"/Length1 {len(content)}")
    yield objects.write(described, _descriptor(face, name, file))
    widths = " ".join(
        f"{advance * 1000 / units:.2f}".rstrip("0").rstrip(".") for _, advance in advances
    )
    yield objects.write(
        child,
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/FontDescriptor {described} 0 R"
        f"/CIDSystemInfo<</Registry{objects.string('Adobe')}/Ordering{objects.string('Identity')}"
        "/Supplement 0>>"
        f"/CIDToGIDMap/Identity/DW 1000/W[1[{widths}]]>>",
    )
    yield objects.write_stream(unicode, _to_unicode([text for _, _, text in entries]).encode())
    yield objects.write(
        number,
        f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H"
        f"/DescendantFonts[{child} 0 R]/ToUnicode {unicode} 0 R>>",
    )


def _descriptor(face: Typeface, name: str, file: int) -> str:
    metrics = face.metrics
    scale = 1000 / metrics.units
    box = " ".join(str(round(edge * scale)) for edge in metrics.box)
    return (
        f"<</Type/FontDescriptor/FontName/{name}/Flags {_SYMBOLIC}/FontBBox[{box}]/ItalicAngle 0"
        f"/Ascent {_ASCENT}/Descent {_DESCENT}/CapHeight {_ASCENT}/StemV 80/FontFile2 {file} 0 R>>"
    )


def _to_unicode(texts: list[str]) -> str:
    lines = [
        f"<{code:04X}><{text.encode('utf-16-be').hex().upper()}>"
        for code, text in enumerate(texts, start=1)
    ]
    blocks = (lines[n : n + _AT_ONCE] for n in range(0, len(lines), _AT_ONCE))
    body = "\n".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks
    )
    return (
        "/CIDInit/ProcSet findresource begin 12 dict begin begincmap"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def"
        "/CMapName/Adobe-Identity-UCS def/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n{body}\n"
        "endcmap CMapName currentdict/CMap defineresource pop end end"
    )
