"""A PDF under a passphrase, as readers that are not ours open it."""

import re
import zlib
from io import BytesIO

import pdfplumber
import pikepdf
import pypdfium2
import pytest

from azukari.filings.paper.slip import Slip
from tests.filings.paper.cast import SALARY_OFFICE, my_number, printed
from tests.numbers import valid_number

PASSPHRASE = "ひらけ-ごま-7KQ2M"
SLIP = Slip({"emp": {"name": "渡邉\U000e0100　髙志"}}, {"emp.mynumber": my_number(3)})


@pytest.fixture(scope="module")
def locked():
    return printed(SALARY_OFFICE, *[SLIP] * 3, passphrase=PASSPHRASE)


def test_three_readers_open_it_with_the_passphrase(locked):
    with pdfplumber.open(BytesIO(locked), password=PASSPHRASE) as document:
        assert document.metadata["Title"] == SALARY_OFFICE.title
        first = [word["text"] for word in document.pages[2].extract_words(y_tolerance=1)]
    second = pypdfium2.PdfDocument(locked, password=PASSPHRASE)[2].get_textpage().get_text_range()
    with pikepdf.open(BytesIO(locked), password=PASSPHRASE) as document:
        assert document.encryption.R == 6
        assert document.encryption.bits == 256
        assert document.check_pdf_syntax() == []

    assert {"渡邉\U000e0100", valid_number(3)} <= set(first)
    assert valid_number(3) in second


@pytest.mark.parametrize("passphrase", ["", "ひらけ-ごま-7KQ2N"])
def test_it_stays_shut_without_the_passphrase(locked, passphrase):
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(BytesIO(locked), password=passphrase)


def test_nothing_of_a_page_stands_in_clear(locked):
    streams = re.findall(rb"stream\n(.*?)\nendstream", locked, re.DOTALL)

    assert len(streams) > 4
    for content in streams:
        with pytest.raises(zlib.error):
            zlib.decompress(content)
    assert b"Adobe" not in locked


def test_two_files_of_the_same_slips_have_nothing_in_common():
    first, second = (
        set(
            re.findall(
                rb"stream\n(.*?)\nendstream",
                printed(SALARY_OFFICE, SLIP, passphrase="x"),
                re.DOTALL,
            )
        )
        for _ in range(2)
    )

    assert not first & second


def test_a_passphrase_is_needed_where_one_is_asked_for():
    with pytest.raises(ValueError, match="needed"):
        printed(SALARY_OFFICE, SLIP, passphrase="")
