"""Making the file of a filing: looked at first, gathered, then written and put into the vault.

Looking and gathering go some people at a time, each step in a transaction of its own (`jobs`);
writing is one transaction under the lock of the filing and of its office, out of what is gathered.
After `kill -9` the next try goes on with what is there and makes exactly one file.
"""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from azukari.filings.catalog import tax
from azukari.filings.problems import FilingProblem, FilingRefused
from azukari.filings.recipes import records
from azukari.law.purpose import Purpose
from azukari.ledger import pens
from azukari.ledger.actions import Action, Result
from azukari.ledger.record import Record
from azukari.progress import actions as progress
from azukari.register import clocks
from azukari.register.keeping_facts import chosen_periods
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import Office
from azukari.tenancy.passphrases import new_passphrase
from azukari.use import cover, gathering, printing, queries, rules
from azukari.use.checking import Checked, check_common, check_subject, to_stored
from azukari.use.gathering import Tickets, Told
from azukari.use.models import Filing, FilingAct, FilingState
from azukari.use.queries import Frame, frame_of, subjects_of
from azukari.vault import door
from azukari.vault.door import Reading

Used = dict[Purpose, dict[UUID, UUID]]  # of each purpose, record → person
_NOTED_AT_ONCE = 5_000


def look_ahead(filing_id: UUID, done: int, *, today: date) -> int | None:
    """Checks some of those on a filing that is being made; how many are done, None at the end.

    What is wrong is kept with the filing: `make_filing` refuses it then without opening a number.
    """
    filing = (
        Filing.objects.select_for_update(of=("self",)).select_related("office").get(id=filing_id)
    )
    if filing.state != FilingState.MAKING or filing.act == FilingAct.CANCEL or filing.pieces:
        return None
    frame = frame_of(filing, today=today)
    found = Checked()
    try:
        if not done:
            filing.problems = []  # what an earlier try found
            check_common(frame, found)
        subjects = subjects_of(filing, first=done + 1, count=queries.CHUNK, today=today)
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


def make_filing(
    filing_id: UUID, *, actor: Actor, progress_id: UUID, tickets: Tickets | None = None
) -> Filing:
    """MAKING → MADE with the file in the vault, or REFUSED with every problem of every person.

    Does nothing to a filing that is not (any more) being made.
    """
    actor.require("filing:create")
    filing = Filing.objects.select_for_update().get(id=filing_id)
    if filing.state == FilingState.MAKING:
        # The office's lock gives out its 媒体通番 one after the other.
        filing.office = Office.objects.select_for_update().get(id=filing.office_id)
        _make(filing, actor, tickets)
        transaction.on_commit(partial(door.finish_destruction, filing.company_id), robust=True)
    refused = filing.state == FilingState.REFUSED
    progress.advance(progress_id, 0 if refused else filing.people)
    note = "直すところがあるため、ファイルは作られていません。" if refused else ""
    progress.finish(progress_id, note)
    return filing


def _make(filing: Filing, actor: Actor, tickets: Tickets | None) -> None:
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
    passphrase = new_passphrase() if filing.locked else None
    people = _counted(gathering.everybody(filing, frame, actor=actor, tickets=tickets), used, sums)
    try:
        content, name = _written(filing, frame, people, media_number, passphrase)
    except FilingRefused as refused:
        _refuse(filing, refused.problems, actor)
        return
    if rules.has_media_number(frame.recipe):
        filing.media_number = media_number
        filing.office.last_media_number = media_number
        filing.office.save(update_fields=["last_media_number"])
    filing.cover = cover.cover_of(filing, frame, sums)
    if passphrase is not None:
        filing.secret_cell = door.deposit_secret(filing.company_id, filing.id, passphrase)
    _release(filing, frame, content, name, actor)
    completed = rules.completed_on(frame.recipe, year=filing.year, today=today)
    for purpose, held in used.items():
        records_used = list(held)
        for first in range(0, len(records_used), _NOTED_AT_ONCE):
            some = {one: held[one] for one in records_used[first : first + _NOTED_AT_ONCE]}
            clocks.note_use(some, purpose, filing.form, completed)


def _counted(people: Iterator[Told], used: Used, sums: cover.Sums) -> Iterator[Told]:
    for one in people:
        for purpose, record, person in one.used:
            used.setdefault(purpose, {})[record] = person
        sums.add(one.facts)
        yield one


def _written(
    filing: Filing,
    frame: Frame,
    people: Iterator[Told],
    media_number: int,
    passphrase: str | None,
) -> tuple[bytes, str]:
    """Bytes and name of the file.  Raises FilingRefused."""
    recipe, day = frame.recipe, frame.day
    if recipe.is_paper:
        return printing.printed(filing, frame, people, passphrase)
    content = records.write(
        recipe,
        frame.common,
        ((one.facts, one.numbers) for one in people),
        day=(day.today, day.year),
        media_number=media_number,
    )
    return content, records.file_name(recipe, day.year)


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
    gathering.let_go(filing)
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
    if kept is None:
        return None
    return timezone.make_aware(datetime.combine(kept.until, time.min))


def _refuse(filing: Filing, problems: list[FilingProblem], actor: Actor) -> None:
    filing.state = FilingState.REFUSED
    filing.problems = [*filing.problems, *to_stored(problems, filing)]
    gathering.let_go(filing)
    filing.save(update_fields=["state", "problems", "pieces"])
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
