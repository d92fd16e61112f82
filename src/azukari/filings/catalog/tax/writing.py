"""Writing a tax file: all of it or nothing, and only after its own bytes were read back."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from azukari.filings.catalog.tax.document import YEAR, in_record, read, render
from azukari.filings.catalog.tax.edition import ELTAX, Edition, edition_of
from azukari.filings.engine.entry import Fact, fill
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
    edition = edition_of(kind, year)
    if edition is None:
        japanese = to_era(date(year, 12, 31))
        detail = f"{japanese.era.label}{japanese.year}年分"
        raise FilingRefused([FilingProblem(None, YEAR, "年分", "year-not-carried", detail)])
    head = {"tax_year": _year_text(year), **_head(edition)}
    return fill(edition.layout, head | dict(facts), short_numbers=short_numbers)


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
    for place, facts in enumerate(people, 1):
        record, _ = to_record(kind, year, facts, short_numbers=short_numbers)
        problems += in_record(place, record, kind, today=today)
        if not problems:
            data += _line(record)
    if problems:
        raise FilingRefused(problems)
    if not data:
        raise FilingRefused([FilingProblem(None, None, "ファイル", "no-records")])
    return bytes(data)


def _line(record: list[str]) -> bytes:
    """The bytes of one record, read back before they count."""
    line = render([record])
    if read(line) != [record]:
        raise FilingRefused([FilingProblem(None, None, "ファイル", "read-back")])
    return line


def file_name(kind: str, place: int = 1) -> str:
    """The name that a file for the tax office has to bear, 309dat01.txt; `place` is 1 to 99."""
    return f"{kind}dat{place:02d}.txt"


@lru_cache(maxsize=64)
def _year_text(year: int) -> str:
    return to_era(date(year, 12, 31)).digits[:2]


def _head(edition: Edition) -> dict[str, Fact]:
    head: dict[str, Fact] = {"correction_flag": "0"}
    return head | {"output_kubun": _LOCAL_TAX_ONLY} if edition.format == ELTAX else head
