"""Making the file: numbers leave the vault here, into the form and nowhere else.

One transaction under the lock of the filing and of its office.  After `kill -9` nothing of it has
happened but the ledger's leaves of readings, and the next try makes exactly one file.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.utils import timezone

from azukari.filings.catalog import tax
from azukari.filings.problems import FilingProblem, FilingRefused
from azukari.filings.recipes import records
from azukari.filings.recipes.facts import Flat, Numbers
from azukari.filings.recipes.look import told
from azukari.law.number import MyNumber
from azukari.law.purpose import Purpose
from azukari.ledger import pens
from azukari.ledger.actions import Action, Result
from azukari.ledger.record import Record
from azukari.progress import actions as progress
from azukari.register import clocks
from azukari.register.keeping_facts import chosen_periods
from azukari.register.models import NumberRecord
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import Office
from azukari.use import cover, printing, rules
from azukari.use.checking import Checked, check_common, check_subject, stopping_numbers
from azukari.use.models import (
    Filing,
    FilingAct,
    FilingOutput,
    FilingPerson,
    FilingState,
)
from azukari.use.queries import (
    CHUNK,
    Frame,
    Stands,
    Subject,
    frame_of,
    in_chunks,
    subjects_of,
)
from azukari.vault import door
from azukari.vault.door import Reading

Person = tuple[Flat, Numbers]
Used = dict[Purpose, list[NumberRecord]]


def look_ahead(filing_id: UUID, done: int, *, today: date) -> int | None:
    """Checks some of those on a filing that is being made; how many are done, None at the end.

    What is wrong is kept with the filing: `make_filing` refuses it then without opening a number.
    """
    filing = (
        Filing.objects.select_for_update(of=("self",)).select_related("office").get(id=filing_id)
    )
    if filing.state != FilingState.MAKING or filing.act == FilingAct.CANCEL:
        return None
    frame = frame_of(filing, today=today)
    found = Checked()
    try:
        if not done:
            filing.problems = []  # what an earlier try found
            check_common(frame, found)
        subjects = subjects_of(filing, first=done + 1, count=CHUNK, today=today)
        for subject in subjects:
            check_subject(frame, subject, found)
    except FilingRefused as refused:
        found.problems += refused.problems
        subjects = []
    if found.problems or not done:
        filing.problems = [*filing.problems, *to_stored(found.problems, filing)]
        filing.save(update_fields=["problems"])
    done += len(subjects)
    return done if subjects and done < filing.people else None


def make_filing(filing_id: UUID, *, actor: Actor, progress_id: UUID) -> Filing:
    """MAKING → MADE with the file in the vault, or REFUSED with every problem of every person.

    Does nothing to a filing that is not (any more) being made.
    """
    actor.require("filing:create")
    filing = Filing.objects.select_for_update().get(id=filing_id)
    if filing.state == FilingState.MAKING:
        # The office's lock gives out its 媒体通番 one after the other.
        filing.office = Office.objects.select_for_update().get(id=filing.office_id)
        _make(filing, actor)
    refused = filing.state == FilingState.REFUSED
    progress.advance(progress_id, 0 if refused else filing.people)
    note = "直すところがあるため、ファイルは作られていません。" if refused else ""
    progress.finish(progress_id, note)
    return filing


def _make(filing: Filing, actor: Actor) -> None:
    today = timezone.localdate()
    if filing.act == FilingAct.CANCEL:
        _cancel(filing, actor)
        return
    # Nobody's number is opened for a file that will be refused anyway.
    if filing.problems:
        _refuse(filing, [], actor)
        return
    frame = frame_of(filing, today=today)
    media_number = rules.next_media_number(filing.office.last_media_number)
    used: Used = {}
    sums = cover.Sums(frame.recipe)
    people = _opened(filing, frame, actor, (used, sums))
    try:
        content, name = _written(filing, frame, people, media_number)
    except FilingRefused as refused:
        _refuse(filing, refused.problems, actor)
        return
    if rules.has_media_number(frame.recipe):
        filing.media_number = media_number
        filing.office.last_media_number = media_number
        filing.office.save(update_fields=["last_media_number"])
    filing.cover = cover.cover_of(filing, frame, sums)
    _release(filing, frame, content, name, actor)
    completed = rules.completed_on(frame.recipe, year=filing.year, today=today)
    for purpose, held in used.items():
        clocks.note_use(held, purpose, filing.form, completed)


def _written(
    filing: Filing, frame: Frame, people: Iterator[tuple[Subject | None, Person]], media_number: int
) -> tuple[bytes, str]:
    """Bytes and name of the file.  Raises FilingRefused."""
    recipe, day = frame.recipe, frame.day
    if recipe.is_paper:
        return printing.printed(filing, frame, people)
    content = records.write(
        recipe,
        frame.common,
        (person for _, person in people),
        day=(day.today, day.year),
        media_number=media_number,
    )
    return content, records.file_name(recipe, day.year)


def _opened(
    filing: Filing,
    frame: Frame,
    actor: Actor,
    told_of: tuple[Used, cover.Sums],
) -> Iterator[tuple[Subject | None, Person]]:
    """Everybody with their numbers, some at a time; one leaf of the ledger for each number."""
    used, sums = told_of
    if not frame.recipe.has_people:
        yield None, (told(frame.recipe, frame.common, {}), {})
        return
    for subjects in in_chunks(filing, today=frame.day.today):
        # Somebody may have changed a purpose since everybody was looked at.
        stopped = [one for subject in subjects for one in stopping_numbers(frame, subject)]
        if stopped:
            raise FilingRefused(stopped)
        wanted = {one.place: _taken(frame, one) for one in subjects}
        opened = _open(filing, [one for found in wanted.values() for one in found.values()], actor)
        for subject in subjects:
            taken = wanted[subject.place]
            numbers = {place: opened[one.person.id] for place, one in taken.items()}
            for one in taken.values():
                if one.record is not None:
                    used.setdefault(one.purpose, []).append(one.record)
            facts = told(frame.recipe, frame.whole(subject), numbers)
            sums.add(facts)
            yield subject, (facts, numbers)


def _taken(frame: Frame, subject: Subject) -> dict[str, Stands]:
    """By place, who stands there with a number that is opened: what the form takes."""
    return {place: subject.usable[place] for place in frame.numbers(subject)}


def _open(filing: Filing, found: list[Stands], actor: Actor) -> Mapping[UUID, MyNumber]:
    """Numbers by person, opened for the purpose they are held for."""
    numbers: dict[UUID, MyNumber] = {}
    by_purpose: dict[Purpose, dict[UUID, UUID]] = {}
    for one in found:
        if one.record is not None:
            by_purpose.setdefault(one.purpose, {})[one.person.id] = one.record.cell
    for purpose, cells in by_purpose.items():
        reading = Reading(
            Action.NUMBER_OPENED,
            purpose=purpose.code,
            form=filing.form,
            details={"target": str(filing.id)},
        )
        opened = door.open_numbers(filing.company_id, list(cells.values()), reading, actor=actor)
        numbers |= {person: opened[cell] for person, cell in cells.items()}
    return numbers


def _cancel(filing: Filing, actor: Actor) -> None:
    """The bytes that were filed with another mark: nothing is made again from facts or numbers."""
    filed = Filing.objects.select_for_update().filter(id=str(filing.source)).first()
    if filed is None or filed.cell is None or filed.state != FilingState.MADE:
        problem = FilingProblem(None, None, "取り消す帳票", "whole", "控えがもう廃棄されています")
        _refuse(filing, [problem], actor)
        return
    reading = Reading(
        Action.FILE_DOWNLOADED,
        purpose=filing.purpose,
        form=filing.form,
        details={"target": str(filed.id), "file": filed.file_name, "file_hash": filed.sha256},
    )
    content = door.open_file(filing.company_id, filed.cell, reading, actor=actor)
    frame = frame_of(filing, today=timezone.localdate())
    filing.cover = filed.cover
    _release(filing, frame, tax.cancelled(content), filed.file_name, actor)


def _release(filing: Filing, frame: Frame, content: bytes, name: str, actor: Actor) -> None:
    now = timezone.now()
    filing.made_at = now
    filing.expires_at = now + rules.KEPT_UNLESS_DOWNLOADED
    filing.kept_until = max(filing.expires_at, _kept_until(filing, frame) or filing.expires_at)
    filing.cell = door.deposit_file(filing.company_id, filing.id, content, until=filing.kept_until)
    filing.state = FilingState.MADE
    filing.file_name = name
    filing.size = len(content)
    filing.sha256 = hashlib.sha256(content).hexdigest()
    filing.problems = []
    filing.save()
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
                "office": filing.office.code,
                "file": filing.file_name,
                "file_hash": filing.sha256,
                "size": filing.size,
                "expires_at": filing.kept_until.isoformat(),
            },
        ),
        filing.company_id,
    )


def _kept_until(filing: Filing, frame: Frame) -> datetime | None:
    """The first moment of the day on which the rule asks to keep the copy no longer."""
    today: date = frame.day.today
    completed = rules.completed_on(frame.recipe, year=filing.year, today=today)
    chosen = chosen_periods().get(frame.recipe.rule)
    kept = rules.keeping_of(frame.recipe, completed, chosen=chosen)
    if kept is None or filing.output == FilingOutput.ZIP:
        return None
    return timezone.make_aware(datetime.combine(kept.until, time.min))


def _refuse(filing: Filing, problems: list[FilingProblem], actor: Actor) -> None:
    filing.state = FilingState.REFUSED
    filing.problems = [*filing.problems, *to_stored(problems, filing)]
    filing.save(update_fields=["state", "problems"])
    pens.write(
        Record.by(
            actor,
            Action.FILING_REFUSED,
            purpose=filing.purpose,
            form=filing.form,
            result=Result.REFUSED,
            count=filing.people,
            details={"target": str(filing.id), "error": f"{len(filing.problems)} problems"},
        ),
        filing.company_id,
    )


def to_stored(problems: list[FilingProblem], filing: Filing) -> list[dict[str, Any]]:
    """Problems as JSON, each with the id of its person; a detail never holds a number."""
    places = {one.record for one in problems if one.record}
    rows = FilingPerson.objects.filter(filing=filing, member=0, place__in=places)
    by_place = {place: str(person) for place, person in rows.values_list("place", "person_id")}
    return [
        {
            "person": by_place.get(problem.record or 0, ""),
            "record": problem.record,
            "item": problem.item,
            "item_name": problem.item_name,
            "code": problem.code,
            "detail": problem.detail,
            "fact": problem.fact,
        }
        for problem in problems
    ]
