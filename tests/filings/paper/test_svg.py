import xml.etree.ElementTree as ET

import pytest

from azukari.filings.catalog import paper
from azukari.filings.paper.svg import preview
from tests.filings.paper.cast import EDITIONS, SALARY_OFFICE, printed, sample, words_of

NAMESPACE = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(("form", "edition"), EDITIONS)
def test_the_preview_is_well_formed_and_holds_no_style_or_script(form, edition):
    root = ET.fromstring(preview(paper.plan(form, edition), sample(form, edition)))

    tags = {element.tag.removeprefix(NAMESPACE) for element in root.iter()}
    assert tags <= {"svg", "rect", "path", "g", "text", "ellipse", "polyline"}
    assert not any("style" in element.attrib for element in root.iter())


def test_the_preview_says_what_the_paper_says():
    slip = sample("gensen_kyuyo_tax_office", "2025")
    root = ET.fromstring(preview(SALARY_OFFICE, slip))

    shown = {word for text in root.iter(f"{NAMESPACE}text") for word in text.text.split()}

    paper_words = set(words_of(printed(SALARY_OFFICE, slip)))
    assert {"7,812,345", "髙志", "株式会社青空製作所"} <= shown & paper_words
