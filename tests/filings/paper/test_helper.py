"""Pages set by processes beside the job."""

from io import BytesIO

import pikepdf
import pypdfium2
import pytest

from azukari.filings.paper import helper
from azukari.filings.paper.helper import HelperLost
from azukari.filings.paper.pdf import print_slips
from azukari.filings.paper.slip import Slip
from tests.filings.paper.cast import SALARY_OFFICE, SALARY_RECIPIENT, my_number, printed
from tests.numbers import valid_number


def slips(count):
    for n in range(count):
        yield Slip(
            {"emp": {"name": "辻\U000e0100　髙志", "code": f"P{n}"}}, {"emp.mynumber": my_number(n)}
        )


def text_on(pdf, page, **options):
    return pypdfium2.PdfDocument(pdf, **options)[page].get_textpage().get_text_range()


@pytest.fixture(scope="module")
def by_two():
    return printed(SALARY_OFFICE, *slips(450), helpers=2)


def test_every_page_says_what_it_says_without_helpers(by_two):
    alone = printed(SALARY_OFFICE, *slips(450))

    for page in (0, 99, 100, 199, 200, 449):
        assert text_on(by_two, page) == text_on(alone, page)
        assert valid_number(page) in text_on(by_two, page)


def test_another_reader_finds_nothing_wrong_in_the_file(by_two):
    with pikepdf.open(BytesIO(by_two)) as document:
        assert document.check_pdf_syntax() == []
        assert len(document.pages) == 450


def test_the_same_slips_give_the_same_bytes(by_two):
    assert printed(SALARY_OFFICE, *slips(450), helpers=2) == by_two


def test_helpers_work_on_sheets_and_under_a_passphrase():
    pdf = printed(SALARY_RECIPIENT, *slips(3), helpers=1, on_sheets=True, passphrase="x")

    assert len(pypdfium2.PdfDocument(pdf, password="x")) == 2
    assert "P2" in text_on(pdf, 1, password="x")


@pytest.fixture
def started(monkeypatch):
    """Every helper that was started."""
    running = []
    popen = helper.subprocess.Popen

    def start(*arguments, **options):
        running.append(popen(*arguments, **options))
        return running[-1]

    monkeypatch.setattr(helper.subprocess, "Popen", start)
    return running


def test_whoever_stops_reading_leaves_no_helper_behind(started):
    pieces = print_slips(SALARY_OFFICE, slips(1_000), helpers=1)
    next(pieces), next(pieces)

    pieces.close()

    assert [child.returncode is not None for child in started] == [True]


def test_a_helper_that_was_killed_is_told(started):
    pieces = print_slips(SALARY_OFFICE, slips(5_000), helpers=1)
    next(pieces), next(pieces)
    started[0].kill()

    with pytest.raises(HelperLost):
        for _piece in pieces:
            pass


def test_what_goes_wrong_in_a_helper_is_told_without_a_value(capfd):
    wrong = Slip({"qr": "x" * 5_000})
    from azukari.filings.catalog import paper

    with pytest.raises(HelperLost):
        printed(paper.plan("kojin_bango_todoke", "1"), wrong, helpers=1)

    told = capfd.readouterr().err
    assert told.startswith("helper: ")
    assert "xxx" not in told
