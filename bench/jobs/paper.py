"""給与所得の源泉徴収票 (税務署提出用) for many people as one PDF, with everybody's numbers on it.

Read back by pdfium: names and numbers of every hundredth page, and how many pages there are.
"""

import io
from collections.abc import Iterable, Iterator

import pypdfium2

from azukari.filings.paper.pdf import print_slips
from azukari.filings.paper.slip import Slip
from bench.measure import Measured, expect, measuring
from bench.slips import PLAN, Facts, facts

_PEOPLE = 10_000
_EACH = 100


def print_forms(forms: int) -> dict[str, Measured]:
    """In one process, then with a helper; and ten times as many, to see that memory stays."""
    known = facts(min(forms, _PEOPLE))
    with measuring() as cost:
        written = b"".join(print_slips(PLAN, _slips(known, forms)))
    _hold(written, known, forms)
    size = {"bytes": len(written) / forms}
    with measuring() as helped:
        helped_file = b"".join(print_slips(PLAN, _slips(known, forms), helpers=1))
    _hold(helped_file, known, forms)
    peaks = {}
    for times in (1, 10):
        with measuring() as many:
            sum(map(len, print_slips(PLAN, _slips(known, forms * times))))
        peaks[times] = many
    return {
        "paper": Measured(forms, cost, size),
        "helped": Measured(forms, helped),
        "many": Measured(forms * 10, peaks[10], {"one": peaks[1].peak_mb}),
    }


def _slips(known: list[Facts], forms: int) -> Iterator[Slip]:
    for place in range(forms):
        values, numbers = known[place % len(known)]
        yield Slip(values, numbers)


def _hold(written: bytes, known: list[Facts], forms: int) -> None:
    document = pypdfium2.PdfDocument(io.BytesIO(written))
    expect("pages", len(document), forms)
    wrong = [page for page in range(0, forms, _EACH) if not _is_right(document, page, known)]
    expect("pages with another name or number", wrong, [])


def _is_right(document: pypdfium2.PdfDocument, page: int, known: list[Facts]) -> bool:
    values, numbers = known[page % len(known)]
    text = document[page].get_textpage().get_text_range().replace(" ", "　")
    wanted: Iterable[str] = (number.reveal_digits() for number in numbers.values())
    return values["emp"]["name"] in text and all(one in text for one in wanted)
