"""The PDF as readers that are not ours see it: pdfplumber for text, pdfium for pictures."""

import re
import tracemalloc
from io import BytesIO

import pdfplumber
import pikepdf
import pypdfium2
import pytest

from azukari.filings.catalog import paper
from azukari.filings.paper import press
from azukari.filings.paper.continuation import sheets_of
from azukari.filings.paper.fill import fill, masked
from azukari.filings.paper.geometry import MM_PER_POINT
from azukari.filings.paper.lettering import mincho
from azukari.filings.paper.pdf import print_slips
from azukari.filings.paper.slip import Slip
from tests.filings.paper.cast import (
    EDITIONS,
    FAMILY,
    RARE_NAMES,
    SALARY_OFFICE,
    SALARY_RECIPIENT,
    my_number,
    printed,
    printed_sample,
    sample,
    text_of,
    with_numbers,
    words_of,
)


@pytest.mark.parametrize("name", RARE_NAMES)
def test_rare_names_are_read_back_exactly(name):
    slip = Slip({"emp": {"name": name}})

    words = words_of(printed(SALARY_RECIPIENT, slip))

    family, given = name.split("　")
    assert words.count(family) == 1
    assert words.count(given) >= 1


@pytest.mark.parametrize("name", RARE_NAMES)
def test_pdfium_reads_the_rare_name(name):
    pdf = pypdfium2.PdfDocument(printed(SALARY_RECIPIENT, Slip({"emp": {"name": name}})))

    text = pdf[0].get_textpage().get_text_range().replace(" ", "　")

    assert name in text


def test_variants_of_one_kanji_are_drawn_differently():
    first, second = (
        pypdfium2.PdfDocument(printed(SALARY_RECIPIENT, Slip({"emp": {"name": name}})))[0]
        .render(scale=3)
        .to_pil()
        .tobytes()
        for name in ("葛\U000e0100　五", "葛\U000e0101　五")
    )

    assert first != second


@pytest.mark.parametrize(("form", "edition"), EDITIONS)
def test_every_number_is_one_word_on_the_copies_that_show_it(form, edition):
    plan = paper.plan(form, edition)
    pdf, digits = printed_sample(form, edition)

    found = re.findall(r"(?<!\d)\d{12}(?!\d)", " ".join(_all_words(pdf)))
    shown_once = {text for path, text in digits.items() if path.split(".")[0] in plan.repeats}
    assert set(found) == set(digits.values())
    assert all(found.count(text) == 1 for text in shown_once)


@pytest.mark.parametrize(("form", "edition"), EDITIONS)
def test_another_reader_finds_nothing_wrong_in_the_file(form, edition):
    with pikepdf.open(BytesIO(printed_sample(form, edition)[0])) as document:
        assert document.check_pdf_syntax() == []


def _all_words(pdf):
    pages = len(pypdfium2.PdfDocument(pdf))
    return [word for page in range(pages) for word in words_of(pdf, page)]


@pytest.mark.parametrize(("form", "edition"), EDITIONS)
def test_every_line_of_type_stands_where_it_was_set(form, edition):
    plan, slip = paper.plan(form, edition), sample(form, edition)
    sheet = sheets_of(plan, slip)[0]
    ink = fill(plan, sheet, mincho(), masked)

    with pdfplumber.open(BytesIO(printed(plan, slip, slip, show=masked))) as document:
        starts = [
            {(char["text"][0], round(char["x0"] / 2), round(char["bottom"] / 2)) for char in chars}
            for chars in (document.pages[0].chars, document.pages[len(document.pages) // 2].chars)
        ]

    for line in (*plan.labels, *ink.letters):
        x, below = line.x / MM_PER_POINT, line.y / MM_PER_POINT + 0.12 * line.size
        near = {
            (line.text[0], round(x / 2) + dx, round(below / 2) + dy)
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
        }
        assert all(near & page for page in starts), line


def test_a_corporate_number_fills_the_thirteen_cells():
    slip = Slip({"co": {"number": "7000012050002"}})

    assert "7000012050002" in words_of(printed(SALARY_OFFICE, slip))


def test_amounts_dates_and_choices_stand_as_the_form_writes_them():
    text = text_of(printed(SALARY_OFFICE, sample("gensen_kyuyo_tax_office", "2025")))

    assert "7,812,345" in text
    assert "昭和 60 12 28" in text
    assert "（1）渡邉\U000e0100 五郎" in text


@pytest.mark.parametrize(("form", "edition"), [("fuyo_kojo", "2026"), ("kojin_bango_todoke", "1")])
def test_the_same_slips_give_the_same_bytes(form, edition):
    slip, _digits = with_numbers(sample(form, edition))

    assert printed(paper.plan(form, edition), slip) == printed_sample(form, edition)[0]


def test_every_object_begins_where_the_table_says():
    pdf = printed(FAMILY, sample("fuyo_kojo", "2026"), Slip({}))

    start = int(re.search(rb"startxref\n(\d+)\n%%EOF\n$", pdf)[1])
    table = pdf[start:].split(b"trailer")[0].splitlines()[2:]
    for number, line in enumerate(table[1:], start=1):
        assert pdf[int(line[:10]) :].startswith(b"%d 0 obj\n" % number)


def test_two_slips_share_a_sheet_of_a4():
    slips = [Slip({"emp": {"name": f"山田　{name}"}}) for name in ("一郎", "二郎", "三郎")]

    pdf = pypdfium2.PdfDocument(printed(SALARY_RECIPIENT, *slips, on_sheets=True))

    assert len(pdf) == 2
    assert [round(side * 25.4 / 72) for side in pdf[0].get_size()] == [297, 210]
    assert "二郎" in pdf[0].get_textpage().get_text_range()
    assert "三郎" not in pdf[0].get_textpage().get_text_range()


def test_more_pages_than_one_node_of_the_tree_holds():
    pdf = pypdfium2.PdfDocument(
        printed(SALARY_RECIPIENT, *(Slip({"emp": {"code": f"P{n}"}}) for n in range(401)))
    )

    assert len(pdf) == 401
    assert "P400" in pdf[400].get_textpage().get_text_range()


@pytest.mark.parametrize("count", [0, 200])
def test_no_slip_and_a_full_node_are_whole_files(count):
    pdf = printed(SALARY_RECIPIENT, *[Slip({})] * count)

    start = int(re.search(rb"startxref\n(\d+)\n%%EOF\n$", pdf)[1])
    assert b"0000000000 00000 n" not in pdf[start:]
    if count:
        assert len(pypdfium2.PdfDocument(pdf)) == count


def test_memory_does_not_grow_with_the_pages(monkeypatch):
    monkeypatch.setattr(press, "_REMEMBERED", 100)

    def peak(pages):
        slips = ({"emp": {"name": "山田　太郎", "code": f"P{n}"}} for n in range(pages))
        tracemalloc.start()
        for _piece in print_slips(SALARY_RECIPIENT, map(Slip, slips)):
            pass
        reached = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return reached

    peak(10)

    assert peak(900) - peak(300) < 600 * 250  # cross-reference lines, no pages


def test_a_number_is_opened_only_when_its_page_is_made():
    made = []

    def slips():
        for n in range(3):
            made.append(n)
            yield Slip({}, {"emp.mynumber": my_number(n)})

    pieces = print_slips(SALARY_OFFICE, slips())
    next(pieces)

    assert made == []
    next(pieces)
    assert made == [0]
