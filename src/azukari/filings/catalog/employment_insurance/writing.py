"""Writing a 連記式 file: all of it or nothing, and only after its own bytes were read back."""

from collections.abc import Iterable, Mapping
from datetime import date

from azukari.filings.catalog.employment_insurance.document import (
    ONE_OFFICE,
    Document,
    document_problems,
    read,
    render,
)
from azukari.filings.catalog.employment_insurance.edition import edition
from azukari.filings.engine.entry import Fact, fill
from azukari.filings.problems import FilingProblem, FilingRefused


def write(
    kind: str,
    office: Mapping[str, Fact],
    people: Iterable[Mapping[str, Fact]],
    *,
    media_seq: int,
    created_on: date,
    today: date,
) -> bytes:
    """The bytes of a file of one 帳票種別 for these people, in their order.

    Facts are keyed by the ids of the layouts; 雇用保険適用事業所番号 is that of the office. Raises
    FilingRefused with every problem of every person (`record` counts from 1); no byte exists then.
    """
    known = edition()
    head: dict[str, Fact] = {
        "district_code": office.get("district_code"),
        "office_symbol": office.get("office_symbol"),
        "media_seq": media_seq,
        "created_on": f"{created_on:%Y%m%d}",
        "renki_version": known.versions[kind],
    }
    own = {"office": office.get("koyo_office")}
    document = Document(
        kind,
        fill(known.media, head)[0],
        ["", ONE_OFFICE],
        fill(known.office, office)[0],
        [fill(known.records[kind], own | dict(one))[0] for one in people],
    )
    problems = document_problems(document, today=today)
    if problems:
        raise FilingRefused(problems)
    data = render(document)
    if read(data) != document:
        raise FilingRefused([FilingProblem(None, None, "ファイル", "read-back")])
    return data
