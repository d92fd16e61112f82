"""Writing a tax file: all of it or nothing, and only after its own bytes were read back."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import islice
from typing import Final

from azukari.filings.catalog.tax.document import AT_ONCE, YEAR, in_records, read, render
from azukari.filings.catalog.tax.edition import ELTAX, Edition, edition_of
from azukari.filings.engine.entry import Fact, fill, values_of
from azukari.filings.engine.notation import Conversion
from azukari.filings.problems import FilingProblem, FilingRefused
from azukari.law.era import to_era

_LOCAL_TAX_ONLY: Final = "1"


def to_record(
    kind: str, year: int, facts: Mapping[str, Fact], *, short_numbers: bool = False
) -> tuple[list[str], list[Conversion]]:
    """The items of one person, and what was converted on the way. Checks nothing.

    `facts` are keyed by the ids of the layout's items and dates; 訂正表示 is 0 (new) unless told.
    A tuple of numbers fills an item for the fifth dependant and beyond. `short_numbers` leaves out
    the 0 in front of individual numbers where the layout takes both. Raises FilingRefused for a
    year without a layout.
    """
    edition = _edition(kind, year)
    return fill(edition.layout, {**_head(edition, year), **facts}, short_numbers=short_numbers)


def _edition(kind: str, year: int) -> Edition:
    edition = edition_of(kind, year)
    if edition is None:
        japanese = to_era(date(year, 12, 31))
        detail = f"{japanese.era.label}{japanese.year}年分"
        raise FilingRefused([FilingProblem(None, YEAR, "年分", "year-not-carried", detail)])
    return edition


def write(
    kind: str,
    year: int,
    people: Iterable[Mapping[str, Fact]],
    *,
    today: date,
    short_numbers: bool = False,
) -> bytes:
    """The bytes of a file about a year (西暦) for these people, in their order.

    Raises FilingRefused with every problem of every person (`record` is the place in `people`,
    from 1); then no byte exists.
    """
    data = bytearray()
    problems: list[FilingProblem] = []
    first = 1
    edition = _edition(kind, year)
    layout, head = edition.layout, _head(edition, year)
    told = (values_of(layout, {**head, **facts}, short_numbers=short_numbers) for facts in people)
    while records := list(islice(told, AT_ONCE)):
        problems += in_records(first, records, kind, today=today)
        if not problems:
            data += _lines(records)
        first += len(records)
    if problems:
        raise FilingRefused(problems)
    if not data:
        raise FilingRefused([FilingProblem(None, None, "ファイル", "no-records")])
    return bytes(data)


def _lines(records: list[list[str]]) -> bytes:
    """The bytes of records, read back before they count."""
    lines = render(records)
    if read(lines) != records:
        raise FilingRefused([FilingProblem(None, None, "ファイル", "read-back")])
    return lines


def file_name(kind: str, place: int = 1) -> str:
    """The name that a file for the tax office has to bear, 309dat01.txt; `place` is 1 to 99."""
    return f"{kind}dat{place:02d}.txt"


def _head(edition: Edition, year: int) -> dict[str, Fact]:
    """What every record says of itself; 訂正表示 is 0 (new) unless told."""
    year_text = to_era(date(year, 12, 31)).digits[:2]
    head: dict[str, Fact] = {"tax_year": year_text, "correction_flag": "0"}
    return head | {"output_kubun": _LOCAL_TAX_ONLY} if edition.format == ELTAX else head
