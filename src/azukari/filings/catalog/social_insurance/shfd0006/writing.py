"""Writing a file: all of it or nothing, and only after its own bytes were read back."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from azukari.filings.catalog.social_insurance.shfd0006 import family, notice
from azukari.filings.catalog.social_insurance.shfd0006.document import (
    Document,
    document_problems,
    read,
    render,
    size_problems,
)
from azukari.filings.catalog.social_insurance.shfd0006.edition import edition_on
from azukari.filings.catalog.social_insurance.shfd0006.family import FamilyChange
from azukari.filings.catalog.social_insurance.shfd0006.notice import Notice
from azukari.filings.catalog.social_insurance.shfd0006.office import (
    Office,
    media_items,
    office_items,
)
from azukari.filings.engine.notation import Conversion
from azukari.filings.problems import FilingProblem, FilingRefused

Facts = FamilyChange | Notice


def to_records(office: Office, facts: Facts) -> list[tuple[list[str], list[Conversion]]]:
    """The records about one person, of which a family may need several. Checks nothing."""
    if isinstance(facts, FamilyChange):
        return family.to_records(office, facts)
    return [notice.to_record(office, facts)]


def write(
    office: Office,
    people: Iterable[Facts],
    *,
    media_seq: int,
    created_on: date,
    today: date,
) -> bytes:
    """The bytes of SHFD0006.CSV for these people, in their order.

    `media_seq` 媒体通番 is 1 to 999, raised when a file really leaves. Raises FilingRefused with
    every problem of every person (`record` is the place in `people`, from 1); then no byte exists.
    """
    records: list[list[str]] = []
    places: list[int] = []
    for place, facts in enumerate(people, 1):
        for record, _ in to_records(office, facts):
            records.append(record)
            places.append(place)
    document = Document(
        media=media_items(office, media_seq=media_seq, created_on=created_on),
        count=["", "001"],
        offices=[office_items(office)],
        records=records,
    )
    try:
        return release(document, today=today)
    except FilingRefused as refused:
        raise FilingRefused([_of_person(one, places) for one in refused.problems]) from None


def _of_person(problem: FilingProblem, places: list[int]) -> FilingProblem:
    """The same problem, told at the place of the person instead of the record."""
    return (
        problem if problem.record is None else replace(problem, record=places[problem.record - 1])
    )


def release(document: Document, *, today: date) -> bytes:
    """The bytes of a document that passes every check. Raises FilingRefused."""
    edition = edition_on(today)
    if edition is None:
        raise FilingRefused([FilingProblem(None, None, "ファイル", "edition-none")])
    problems = document_problems(document, edition, today=today)
    if problems:
        raise FilingRefused(problems)
    data = render(document)
    problems = size_problems(data, edition)
    if not problems and read(data) != document:
        problems = [FilingProblem(None, None, "ファイル", "read-back")]
    if problems:
        raise FilingRefused(problems)
    return data
