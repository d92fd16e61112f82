from hypothesis import given, settings
from hypothesis import strategies as st

from azukari.filings.paper.lettering import Shortfall, mincho
from azukari.filings.paper.subset import cut
from tests.filings.paper.cast import RARE_NAMES


def test_rare_names_have_exact_glyphs():
    assert [mincho().shortfalls(name) for name in RARE_NAMES] == [[]] * len(RARE_NAMES)


def test_a_variant_no_typeface_has_is_told_and_drawn_as_its_base():
    [short] = mincho().shortfalls("渡邉\U000e01ef")

    assert (short.text, short.shortfall) == ("邉\U000e01ef", Shortfall.DOWNGRADED)
    assert short.number == mincho().glyphs("邉")[0].number


def test_a_character_no_typeface_has_is_told_and_drawn_as_geta():
    [short] = mincho().shortfalls("山\U0002f800")

    assert short.shortfall is Shortfall.MISSING
    assert short.number == mincho().glyphs("〓")[0].number


def test_a_combining_mark_is_the_composed_kana():
    [glyph] = mincho().glyphs("カ\u3099")

    assert glyph.number == mincho().glyphs("ガ")[0].number
    assert glyph.text == "カ\u3099"


@settings(max_examples=30)
@given(st.lists(st.integers(1, 5000), min_size=1, max_size=20))
def test_a_cut_typeface_keeps_outlines_and_takes_the_widths_asked(glyphs):
    from io import BytesIO
    from struct import unpack_from

    face = mincho().faces[0]

    content = cut(face, [(glyph, 777) for glyph in glyphs])

    tables = {
        content[at : at + 4]: unpack_from(">II", content, at + 8)
        for at in range(12, 12 + 16 * unpack_from(">H", content, 4)[0], 16)
    }
    count = unpack_from(">H", content, tables[b"maxp"][0] + 4)[0]
    widths = [unpack_from(">H", content, tables[b"hmtx"][0] + 4 * n)[0] for n in range(count)]
    places = unpack_from(f">{count + 1}I", content, tables[b"loca"][0])
    assert widths[1 : len(glyphs) + 1] == [777] * len(glyphs)
    for n, glyph in enumerate(glyphs, start=1):
        start = tables[b"glyf"][0] + places[n]
        outline = face.outline(glyph)
        if outline[:2] < b"\x80":  # no composite: the same bytes
            assert BytesIO(content[start:]).read(len(outline)) == outline
