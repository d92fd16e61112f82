"""A tax file as a whole: records of one kind, one to a line, without a head."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Final

from azukari.filings.catalog.tax.edition import Edition, checks_of, edition_of, editions, newest_of
from azukari.filings.engine import lines
from azukari.filings.engine.record import Record
from azukari.filings.problems import FilingProblem, FilingRefused
from azukari.law.era import Era

KIND_NAME: Final = "法定資料の種類"
CORRECTION: Final = 10
YEAR: Final = 11
AT_ONCE: Final = 1000
"""Records that are looked at together."""

# 年分 is two digits of the era. Individual numbers began with 平成28年分, so 28 to 31 are 平成.
_FIRST_OF_HEISEI: Final = 28


def read(data: bytes) -> list[list[str]]:
    """The records of a file, unchecked; `render(read(data)) == data` for every file that is read.

    Raises FilingRefused where encoding or line ends are not those of this format.
    """
    rows, problems = lines.split(data)
    if problems:
        raise FilingRefused(problems)
    return rows


def render(records: Sequence[Sequence[str]]) -> bytes:
    """The bytes of records; nothing is checked, escaped or padded."""
    return lines.join(records)


def check(data: bytes, *, today: date, check_digits: bool = True) -> list[FilingProblem]:
    """Everything the office would refuse in these bytes; an empty list is a good file.

    `check_digits` also tries the check digits of numbers, except in records that cancel others.
    """
    texts, problems = lines.split_lines(data)
    if any(problem.code == "encoding" for problem in problems):
        return problems
    rows = (line.split(",") for line in texts)
    return [*problems, *record_problems(rows, today=today, check_digits=check_digits)]


def record_problems(
    records: Iterable[Sequence[str]], *, today: date, check_digits: bool = True
) -> Iterator[FilingProblem]:
    """Everything wrong with the records of a file, one record after the other."""
    kind, first = None, 1
    waiting = iter(records)
    while some := list(islice(waiting, AT_ONCE)):
        kind = some[0][0] if kind is None else kind
        yield from in_records(first, some, kind, today=today, check_digits=check_digits)
        first += len(some)
    if not kind:
        yield FilingProblem(None, None, "ファイル", "no-records")


def in_records(
    first: int,
    records: Sequence[Sequence[str]],
    kind: str,
    *,
    today: date,
    check_digits: bool = True,
) -> Iterator[FilingProblem]:
    """Everything wrong with some records of a file of a kind; the number of the first is `first`.

    Where the first is good and all are alike in what decides about their checks, one look down the
    columns mostly tells that all are.
    """
    alike = len({(values[0], *values[CORRECTION - 1 : YEAR], len(values)) for values in records})
    told = list(in_record(first, records[0], kind, today=today, check_digits=check_digits))
    if alike == 1 and not told:
        checks = _checks_for(records[0], check_digits=check_digits)
        if checks is not None and checks.are_good(records, today=today):
            return
    yield from told
    for number, values in enumerate(records[1:], first + 1):
        yield from in_record(number, values, kind, today=today, check_digits=check_digits)


def _checks_for(values: Sequence[str], *, check_digits: bool) -> Record | None:
    newest = newest_of(values[0], len(values))
    edition = _edition_for(values, newest) if newest else None
    if not isinstance(edition, Edition):
        return None
    asks = check_digits and values[CORRECTION - 1] != edition.cancelled
    return checks_of(edition, check_digits=asks)


def cancelled(data: bytes) -> bytes:
    """The file that cancels every record of a filed one: the same bytes but for 訂正表示.

    Nothing is read again from anywhere: what was filed is cancelled as it was filed, with its
    numbers. Raises FilingRefused for bytes that are no tax file.
    """
    records = read(data)
    for number, values in enumerate(records, 1):
        edition = newest_of(values[0])
        if edition is None or len(values) < CORRECTION:
            raise FilingRefused([FilingProblem(number, 1, KIND_NAME, "kind-unknown")])
        values[CORRECTION - 1] = edition.cancelled
    return render(records)


def kind_of(data: bytes) -> str | None:
    """法定資料の種類 of the first record, or None if the bytes do not begin like such a record."""
    first = data.partition(b"\n")[0].rstrip(b"\r").split(b",")
    edition = newest_of(first[0].decode("ascii", "replace"))
    if edition is None:
        return None
    fewest = min(len(one.layout.items) for one in editions() if one.kind == edition.kind)
    return edition.kind if len(first) > fewest // 2 else None


def western_year(text: str) -> int | None:
    """The year (西暦) of a 年分 of two digits, None if it is none."""
    if len(text) != len("08") or not (text.isascii() and text.isdigit()) or text == "00":
        return None
    era = Era.HEISEI if int(text) >= _FIRST_OF_HEISEI else Era.REIWA
    return era.western_year(int(text))


def in_record(
    number: int, values: Sequence[str], kind: str, *, today: date, check_digits: bool = True
) -> Iterator[FilingProblem]:
    """Everything wrong with one record of a file of a kind; `number` counts from 1."""
    newest = newest_of(values[0], len(values))
    if newest is None:
        blank = values == [""]
        yield FilingProblem(
            number,
            None if blank else 1,
            "レコード" if blank else KIND_NAME,
            "blank-line" if blank else "kind-unknown",
        )
        return
    if values[0] != kind:
        yield FilingProblem(number, 1, KIND_NAME, "several-kinds")
    edition = _edition_for(values, newest)
    if isinstance(edition, str):
        name = newest.layout.items[YEAR - 1].name_ja
        yield FilingProblem(number, YEAR, name, "year-not-carried", edition)
        return
    asks = check_digits and values[CORRECTION - 1 : CORRECTION] != [edition.cancelled]
    record = checks_of(edition, check_digits=asks)
    yield from record.problems(values, number=number, today=today)
    yield from _in_year(number, values, edition, today)


def _edition_for(values: Sequence[str], likeliest: Edition) -> Edition | str:
    """The edition of the year of a record; the name of a year that has none.

    A year that cannot be read is told by the checks of the edition that looks most alike.
    """
    text = values[YEAR - 1] if len(values) >= YEAR else ""
    year = western_year(text)
    if year is None:
        return likeliest
    era = "平成" if int(text) >= _FIRST_OF_HEISEI else "令和"
    return edition_of(likeliest.kind, year) or f"{era}{int(text)}年分"


def _in_year(
    number: int, values: Sequence[str], edition: Edition, today: date
) -> Iterator[FilingProblem]:
    year = western_year(values[YEAR - 1]) if len(values) >= YEAR else None
    if year is not None and year > today.year:
        name = edition.layout.items[YEAR - 1].name_ja
        yield FilingProblem(number, YEAR, name, "year-to-come")
