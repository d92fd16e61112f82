"""A 連記式 file as a whole: every block stands under a line of the names of its items.

1 names · 2 管理情報 · 3 [kanri] · 4 names · 5 consultant, number of offices · 6 names ·
7 事業所情報 · 8 [data] · 9 names · 10… records of one 帳票種別.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from azukari.filings.catalog.employment_insurance.edition import checks, edition
from azukari.filings.engine import lines
from azukari.filings.engine.layout import Layout
from azukari.filings.engine.record import Record
from azukari.filings.problems import FilingProblem, FilingRefused

FORMAT: Final = "employment_insurance/renki"
CONTROL_MARK: Final = ["[kanri]"]
DATA_MARK: Final = ["[data]"]
COUNT_NAMES: Final = ["社会保険労務士氏名", "事業所情報数"]
ONE_OFFICE: Final = "001"
_HEAD_LINES: Final = 9
_VERSION: Final = 6
_OFFICE_NUMBER: Final = ("office_hw", "office_serial", "office_cd")


@dataclass(frozen=True, slots=True, repr=False)
class Document:
    """The items of every line that is not of names. Its records hold individual numbers."""

    kind: str
    media: list[str]
    count: list[str]
    office: list[str]
    records: list[list[str]]

    def __repr__(self) -> str:
        return f"Document({self.kind}, {len(self.records)} record(s))"


def names(layout: Layout) -> list[str]:
    """The line of names above a block."""
    return [item.name_ja for item in layout.items]


def read(data: bytes) -> Document:
    """The lines of a file, unchecked; `render(read(data)) == data` for every file that is read.

    Raises FilingRefused where the encoding, the line ends or the lines of names are others.
    """
    rows, problems = lines.split(data)
    arranged = _arrange(rows) if rows else None
    if isinstance(arranged, FilingProblem):
        problems.append(arranged)
    if problems or not isinstance(arranged, Document):
        raise FilingRefused(problems)
    return arranged


def render(document: Document) -> bytes:
    """The bytes of a document; nothing is checked, escaped or padded."""
    known = edition()
    return lines.join(
        [
            names(known.media),
            document.media,
            CONTROL_MARK,
            COUNT_NAMES,
            document.count,
            names(known.office),
            document.office,
            DATA_MARK,
            names(known.records[document.kind]),
            *document.records,
        ]
    )


def check(data: bytes, *, today: date, check_digits: bool = True) -> list[FilingProblem]:
    """Everything that is wrong with these bytes as far as the layout is known."""
    rows, problems = lines.split(data)
    if not rows:
        return problems
    arranged = _arrange(rows)
    if isinstance(arranged, FilingProblem):
        return [*problems, arranged]
    return problems + document_problems(arranged, today=today, check_digits=check_digits)


def document_problems(
    document: Document, *, today: date, check_digits: bool = True
) -> list[FilingProblem]:
    """Everything wrong with the lines of a document."""
    ready = checks(check_digits=check_digits)
    found = [*_in_head(ready.media, document.media, today), *_in_version(document)]
    if document.count[1:] != [ONE_OFFICE]:
        found.append(_file_problem("office-count", "1"))
    found += _in_head(ready.office, document.office, today)
    if not document.records:
        found.append(_file_problem("no-records"))
    record = ready.records[document.kind]
    for number, values in enumerate(document.records, 1):
        if values == [""]:
            found.append(FilingProblem(number, None, "レコード", "blank-line"))
            continue
        found += record.problems(values, number=number, today=today)
        found += _in_office(number, values, record.layout, document.office)
    return found


def looks_so(data: bytes) -> bool:
    """Whether the first line is the line of names of this format."""
    first = data.partition(b"\n")[0].rstrip(b"\r")
    return first == lines.join([names(edition().media)]).rstrip(b"\r\n")


def _arrange(rows: list[list[str]]) -> Document | FilingProblem:
    """Lines in their places, or the first place where the skeleton of the file is broken."""
    known = edition()
    wanted = {
        1: (names(known.media), "項目名の行"),
        3: (CONTROL_MARK, "[kanri]"),
        4: (COUNT_NAMES, "項目名の行"),
        6: (names(known.office), "項目名の行"),
        8: (DATA_MARK, "[data]"),
    }
    for number, (line, told) in wanted.items():
        if rows[number - 1 : number] != [line]:
            return _file_problem("head-line", f"{number}行目に{told}")
    for kind, layout in known.records.items():
        if rows[_HEAD_LINES - 1 : _HEAD_LINES] == [names(layout)]:
            return Document(kind, rows[1], rows[4], rows[6], rows[_HEAD_LINES:])
    return _file_problem("head-line", f"{_HEAD_LINES}行目に項目名の行")


def _in_head(record: Record, values: list[str], today: date) -> Iterator[FilingProblem]:
    for one in record.problems(values, number=None, today=today):
        named = f"{record.layout.name_ja} {one.item_name}"
        yield one if one.item is None else replace(one, item_name=named)


def _in_version(document: Document) -> Iterator[FilingProblem]:
    known = edition()
    wanted = known.versions[document.kind]
    if document.media[_VERSION - 1 : _VERSION] not in ([wanted], [""], []):
        name = f"{known.media.name_ja} {known.media.items[_VERSION - 1].name_ja}"
        yield FilingProblem(None, _VERSION, name, "code-not-listed", wanted)


def _in_office(
    number: int, values: Sequence[str], layout: Layout, office: Sequence[str]
) -> Iterator[FilingProblem]:
    """事業所番号 of a record has to be the one in the head (its last three items)."""
    first = layout.position(_OFFICE_NUMBER[0])
    own = list(values[first - 1 : first + 2])
    if len(values) == len(layout.items) and own != list(office[-3:]):
        yield FilingProblem(number, first, layout.items[first - 1].name_ja, "other-office")


def _file_problem(code: str, detail: str = "") -> FilingProblem:
    return FilingProblem(None, None, "ファイル", code, detail)
