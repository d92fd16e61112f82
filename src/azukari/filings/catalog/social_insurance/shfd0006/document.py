"""SHFD0006.CSV as a whole: its five head lines and its records, read, checked and rendered.

1 媒体管理レコード · 2 [kanri] · 3 事業所数情報 · 4 事業所情報 · 5 [data] · 6… records, of which
several 様式コード may stand in one file. By electronic application a file holds one office.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Final

from azukari.filings.catalog.social_insurance.shfd0006.edition import (
    Checks,
    Edition,
    checks_of,
    edition_on,
)
from azukari.filings.catalog.social_insurance.shfd0006.office import (
    REPRESENTATIVE_CODE,
    head_problems,
)
from azukari.filings.engine import lines
from azukari.filings.engine.layout import Layout
from azukari.filings.problems import FilingProblem, FilingRefused

CONTROL_MARK: Final = ["[kanri]"]
DATA_MARK: Final = ["[data]"]
MEDIA_ITEMS: Final = 6
MEDIA_ITEMS_UNTIL_2018: Final = 5
_OFFICE_IDS: Final = ("pref_code", "district_code", "office_symbol", "office_no")


@dataclass(frozen=True, slots=True, repr=False)
class Document:
    """The items of every line. Its records hold individual numbers: its repr shows none."""

    media: list[str]
    count: list[str]
    offices: list[list[str]]
    records: list[list[str]]

    def __repr__(self) -> str:
        return f"Document({len(self.offices)} office(s), {len(self.records)} record(s))"


def read(data: bytes) -> Document:
    """The lines of a file, of known and unknown records alike, unchecked.

    `render(read(data)) == data` for every file that is read. Raises FilingRefused where the
    encoding, the line ends or the head lines are not those of this format.
    """
    rows, problems = lines.split(data)
    arranged = arrange(rows) if rows else None
    if isinstance(arranged, FilingProblem):
        problems.append(arranged)
    if problems or not isinstance(arranged, Document):
        raise FilingRefused(problems)
    return arranged


def render(document: Document) -> bytes:
    """The bytes of a document; nothing is checked, escaped or padded."""
    return lines.join(
        [
            document.media,
            CONTROL_MARK,
            document.count,
            *document.offices,
            DATA_MARK,
            *document.records,
        ]
    )


def check(data: bytes, *, today: date, check_digits: bool = True) -> list[FilingProblem]:
    """Everything the office of `today` would refuse in these bytes; an empty list is a good file.

    `check_digits` also tries the check digit of individual numbers, which the office does not.
    """
    edition = edition_on(today)
    if edition is None:
        return [_file_problem("edition-none")]
    rows, problems = lines.split(data)
    problems += size_problems(data, edition)
    if not rows:
        return problems
    arranged = arrange(rows)
    if isinstance(arranged, FilingProblem):
        return [*problems, arranged]
    return problems + document_problems(arranged, edition, today=today, check_digits=check_digits)


def size_problems(data: bytes, edition: Edition) -> list[FilingProblem]:
    """Whether the file is too large for electronic application."""
    if len(data) < edition.size_limit:
        return []
    return [_file_problem("too-large", f"{edition.size_limit / 1_000_000:g}MB")]


def document_problems(
    document: Document, edition: Edition, *, today: date, check_digits: bool = True
) -> list[FilingProblem]:
    """Everything wrong with the lines of a document."""
    if len(document.media) == MEDIA_ITEMS_UNTIL_2018:
        return [_file_problem("old-generation")]
    checks = checks_of(edition, check_digits=check_digits)
    problems = list(_in_head(document, checks, today))
    if not document.records:
        problems.append(_file_problem("no-records"))
    problems.extend(_in_records(document, edition, checks, today))
    return problems


def arrange(rows: list[list[str]]) -> Document | FilingProblem:
    """Lines in their places, or the first place where the skeleton of the file is broken."""
    if rows[1:2] != [CONTROL_MARK]:
        return _file_problem("head-line", "2行目に[kanri]")
    try:
        data_at = rows.index(DATA_MARK, 3)
    except ValueError:
        return _file_problem("head-line", "事業所情報の次の行に[data]")
    if data_at == 3:
        return _file_problem("head-line", "4行目に事業所情報")
    return Document(rows[0], rows[2], rows[3:data_at], rows[data_at + 1 :])


def _in_head(document: Document, checks: Checks, today: date) -> Iterator[FilingProblem]:
    from_consultant = len(document.media) == MEDIA_ITEMS and not any(document.media[:2])
    media = checks.media_consultant if from_consultant else checks.media
    in_media = head_problems(media, document.media, today=today)
    yield from in_media
    count = head_problems(checks.office_count, document.count, today=today)
    yield from count
    if not count and int(document.count[1]) != len(document.offices):
        yield _file_problem("office-count", f"{len(document.offices)}")
    if len(document.offices) > 1:
        yield _file_problem("several-offices", f"{len(document.offices)}")
    office = head_problems(checks.office, document.offices[0], today=today)
    yield from office
    same = document.media[:3] == document.offices[0][:3]
    if not (from_consultant or in_media or office or same):
        yield FilingProblem(None, None, media.layout.name_ja, "other-office")


def _in_records(
    document: Document, edition: Edition, checks: Checks, today: date
) -> Iterator[FilingProblem]:
    head = dict(zip(_OFFICE_IDS, document.offices[0], strict=False))
    offices = {code: _OfficeItems(layout, head) for code, layout in edition.records.items()}
    for number, values in enumerate(document.records, 1):
        record = checks.records.get(values[0])
        if record is None:
            yield _uncarried(number, values, edition)
            continue
        problems = record.problems(values, number=number, today=today)
        office = offices[values[0]]
        if problems:
            yield from problems
            if len(values) != len(record.item_checks):
                continue
        if not office.agree(values):
            yield from office.problems(values, number, {problem.item for problem in problems})


class _OfficeItems:
    """The items of a record that repeat the office of the head, and what they have to be."""

    def __init__(self, layout: Layout, head: dict[str, str]) -> None:
        shared = [(item, head[item.id]) for item in layout.items if item.id in head]
        self._shared = shared
        self._pick = itemgetter(*(item.pos - 1 for item, _ in shared))
        self._wanted = tuple(wanted for _, wanted in shared)

    def agree(self, values: Sequence[str]) -> bool:
        return bool(self._pick(values) == self._wanted)

    def problems(
        self, values: Sequence[str], number: int, told: set[int | None]
    ) -> Iterator[FilingProblem]:
        for item, wanted in self._shared:
            if values[item.pos - 1] != wanted and item.pos not in told:
                yield FilingProblem(number, item.pos, item.name_ja, "other-office")


def _uncarried(number: int, values: list[str], edition: Edition) -> FilingProblem:
    """A record whose 様式コード has no layout; the code is told only if it is a known one."""
    code = values[0]
    if values == [""]:
        return FilingProblem(number, None, "レコード", "blank-line")
    if code in edition.retired:
        title = f"{code}（{edition.retired[code]}）"
        return FilingProblem(number, None, "様式コード", "record-retired", title)
    return FilingProblem(number, 1, "様式コード", "record-unknown")


def _file_problem(code: str, detail: str = "") -> FilingProblem:
    return FilingProblem(None, None, "ファイル", code, detail)


def looks_so(data: bytes) -> bool:
    """Whether the first two lines are of this format, of today's or the older generation."""
    first, _, rest = data[:512].replace(b"\r\n", b"\n").partition(b"\n")
    items = first.split(b",")
    return (
        len(items) in {MEDIA_ITEMS, MEDIA_ITEMS_UNTIL_2018}
        and items[-1] == REPRESENTATIVE_CODE.encode()
        and rest.startswith(b"[kanri]\n")
    )
