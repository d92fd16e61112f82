"""Making the file: numbers leave the vault here, into the form and nowhere else.

One transaction under the lock of the filing and of its office.  After `kill -9` nothing of it has
happened but the ledger's leaves of readings, and the next try makes exactly one file.
"""

import hashlib
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from azukari.filings.catalog.social_insurance import shfd0006
from azukari.filings.problems import FilingProblem, FilingRefused
from azukari.law.number import MyNumber
from azukari.law.purpose import Purpose
from azukari.ledger import pens
from azukari.ledger.actions import Action, Result
from azukari.ledger.record import Record
from azukari.progress import actions as progress
from azukari.register import clocks
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import Office
from azukari.use import queries, rules
from azukari.use.acquisition import problems_of, to_acquisition
from azukari.use.models import Filing, FilingState
from azukari.use.queries import Subject
from azukari.use.rules import NumberUse
from azukari.vault import door
from azukari.vault.door import Reading

FILE_NAME = "SHFD0006.CSV"


def make_filing(filing_id: UUID, *, actor: Actor, progress_id: UUID) -> Filing:
    """MAKING → MADE with the file in the vault, or REFUSED with every problem of every person.

    Does nothing to a filing that is not (any more) being made.
    """
    actor.require("filing:create")
    filing = Filing.objects.select_for_update().get(id=filing_id)
    if filing.state == FilingState.MAKING:
        # The office's lock gives out its 媒体通番 one after the other.
        office = Office.objects.select_for_update().get(id=filing.office_id)
        _make(filing, office, actor)
    progress.advance(progress_id, filing.people if filing.state != FilingState.REFUSED else 0)
    refused = filing.state == FilingState.REFUSED
    note = "直すところがあるため、ファイルは作られていません。" if refused else ""
    progress.finish(progress_id, note)
    return filing


def check_filing(filing: Filing, subjects: list[Subject], *, today: date) -> list[FilingProblem]:
    """Everything that can be told without opening a number; `record` is the person's place."""
    office = queries.pension_office(filing.office)
    found = list(shfd0006.office_problems(office))
    for one in subjects:
        found += problems_of(office, one.known, one.facts, today=today, place=one.place)
    return found


def _make(filing: Filing, office: Office, actor: Actor) -> None:
    filing.office = office
    subjects = queries.subjects_of(filing)
    today = timezone.localdate()
    # Nobody's number is opened for a file that will be refused anyway.
    problems = check_filing(filing, subjects, today=today)
    if problems:
        _refuse(filing, subjects, problems, actor)
        return
    media_number = rules.next_media_number(office.last_media_number)
    try:
        content = _render(filing, subjects, media_number, today, actor)
    except FilingRefused as refused:
        _refuse(filing, subjects, refused.problems, actor)
        return
    _release(filing, office, media_number, content, actor)
    _note_use(filing, subjects, today)


def _note_use(filing: Filing, subjects: list[Subject], today: date) -> None:
    """The affairs of the numbers in the file are completed the day it is made (完結の日)."""
    used = [
        one.record
        for one in subjects
        if one.record is not None and one.known.number is NumberUse.USABLE
    ]
    clocks.note_use(used, Purpose[filing.purpose], filing.form, today)


def _render(
    filing: Filing, subjects: list[Subject], media_number: int, today: date, actor: Actor
) -> bytes:
    numbers = _open_numbers(filing, subjects, actor)
    return shfd0006.write(
        queries.pension_office(filing.office),
        [to_acquisition(one.known, one.facts, numbers.get(one.person.id)) for one in subjects],
        media_seq=media_number,
        created_on=today,
        today=today,
    )


def _open_numbers(filing: Filing, subjects: list[Subject], actor: Actor) -> dict[UUID, MyNumber]:
    """Numbers by person, one leaf for each; only those held for what the form serves."""
    cells = {
        one.person.id: one.record.cell
        for one in subjects
        if one.record is not None and one.known.number is NumberUse.USABLE
    }
    if not cells:
        return {}
    reading = Reading(
        Action.NUMBER_OPENED,
        purpose=filing.purpose,
        form=filing.form,
        details={"target": str(filing.id)},
    )
    opened = door.open_numbers(filing.company_id, list(cells.values()), reading, actor=actor)
    return {person: opened[cell] for person, cell in cells.items()}


def _release(
    filing: Filing, office: Office, media_number: int, content: bytes, actor: Actor
) -> None:
    filing.made_at = timezone.now()
    filing.expires_at = filing.made_at + rules.KEPT_UNLESS_DOWNLOADED
    filing.cell = door.deposit_file(filing.company_id, filing.id, content, until=filing.expires_at)
    filing.state = FilingState.MADE
    filing.media_number = media_number
    filing.file_name = FILE_NAME
    filing.size = len(content)
    filing.sha256 = hashlib.sha256(content).hexdigest()
    filing.problems = []
    filing.save()
    office.last_media_number = media_number
    office.save(update_fields=["last_media_number"])
    pens.write(
        Record.by(
            actor,
            Action.FILING_MADE,
            handles=(filing.cell,),
            purpose=filing.purpose,
            form=filing.form,
            count=filing.people,
            details={
                "target": str(filing.id),
                "office": office.code,
                "file": filing.file_name,
                "file_hash": filing.sha256,
                "size": filing.size,
                "expires_at": filing.expires_at.isoformat(),
            },
        ),
        filing.company_id,
    )


def _refuse(
    filing: Filing, subjects: list[Subject], problems: list[FilingProblem], actor: Actor
) -> None:
    filing.state = FilingState.REFUSED
    filing.problems = to_stored(problems, subjects)
    filing.save(update_fields=["state", "problems"])
    pens.write(
        Record.by(
            actor,
            Action.FILING_REFUSED,
            purpose=filing.purpose,
            form=filing.form,
            result=Result.REFUSED,
            count=filing.people,
            details={"target": str(filing.id), "error": f"{len(problems)} problems"},
        ),
        filing.company_id,
    )


def to_stored(problems: list[FilingProblem], subjects: list[Subject]) -> list[dict[str, Any]]:
    """Problems as JSON, each with the id of its person; a detail never holds a number."""
    by_place = {one.place: str(one.person.id) for one in subjects}
    return [
        {
            "person": by_place.get(problem.record or 0, ""),
            "record": problem.record,
            "item": problem.item,
            "item_name": problem.item_name,
            "code": problem.code,
            "detail": problem.detail,
        }
        for problem in problems
    ]
