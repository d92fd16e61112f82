"""Slips for the tests of paper: the samples of the catalogue with numbers made at run time."""

from functools import cache
from io import BytesIO

import pdfplumber

from azukari.filings.catalog import paper
from azukari.filings.paper.pdf import print_slips
from azukari.filings.paper.slip import Slip
from azukari.law import number
from tests.numbers import valid_number

EDITIONS = paper.editions()
SALARY_OFFICE = paper.plan("gensen_kyuyo_tax_office", "2025")
SALARY_RECIPIENT = paper.plan("gensen_kyuyo_recipient", "2025")
FAMILY = paper.plan("fuyo_kojo", "2026")

# 髙 﨑 are variants with code points of their own, 𠮷 lies outside the BMP and in the second
# typeface only, 邉 葛 辻 carry variation selectors.
RARE_NAMES = [
    "髙橋　一",
    "山﨑　二",
    "𠮷田　三",
    "渡邉\U000e0100　四",
    "葛\U000e0100飾　五",
    "辻\U000e0100　六",
]


def sample(form, edition):
    return paper.sample(form, edition)


def my_number(seed):
    return number.parse(valid_number(seed))


def with_numbers(slip, seed=0):
    """The slip with a different number in every place, and the digits by place."""
    digits = {path: valid_number(seed + n) for n, path in enumerate(slip.numbers)}
    slip = Slip(slip.values, {path: number.parse(text) for path, text in digits.items()})
    return slip, digits


@cache
def printed_sample(form, edition):
    """The sample on paper, with a different number in every place, and the digits by place."""
    slip, digits = with_numbers(sample(form, edition))
    return printed(paper.plan(form, edition), slip), digits


def printed(plan, *slips, **options):
    return b"".join(print_slips(plan, slips, **options))


def words_of(pdf, page=0):
    """As pdfplumber joins them; lines of a dense form lie nearer than its usual three points."""
    with pdfplumber.open(BytesIO(pdf)) as document:
        return [word["text"] for word in document.pages[page].extract_words(y_tolerance=1)]


def text_of(pdf):
    with pdfplumber.open(BytesIO(pdf)) as document:
        return "\n".join(page.extract_text() for page in document.pages)
