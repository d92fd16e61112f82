"""Making the file: numbers leave the vault here, into the sealed archive and nowhere else."""

import hashlib
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.utils import timezone

from azukari.check import number_book, queries
from azukari.check.binding import digest_of
from azukari.check.lines import cells, headings, written
from azukari.check.models import Output, OutputState
from azukari.check.rules import KEPT, Content, Format, OutputProblem, OutputRefused
from azukari.check.sealed_zip import new_passphrase, seal
from azukari.law.number import MyNumber
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.progress import actions as progress
from azukari.register.models import Person
from azukari.register.queries import usable_records
from azukari.register.sheets.headings import SheetKind, label_of
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.vault import door
from azukari.vault.door import Reading

_PER_STEP = 2_000


def make_output(actor: Actor, progress_id: UUID, output_id: UUID) -> None:
    """MAKING → MADE with the sealed file in the vault; runs outside any scope.

    Begins anew when it is run again, and does nothing to an output that is made.
    """
    place = scope.Scope(contract_id=actor.contract_id, company_id=actor.company)
    with scope.enter(place):
        output = Output.objects.get(id=output_id)
        holds = Content(output.content).holds_numbers
        actor.require("export:reveal" if holds else "export:create")
        progress.begin(progress_id, total=output.people)
        if output.state == OutputState.MAKING and output.digest != digest_of(output.id):
            raise OutputRefused(OutputProblem.NOT_WHAT_WAS_ASKED)
    if output.state == OutputState.MAKING:
        _make(output, actor, place, progress_id)
    with scope.enter(place):
        progress.finish(progress_id)


def _make(output: Output, actor: Actor, place: scope.Scope, progress_id: UUID) -> None:
    kind, content, how = SheetKind(output.kind), Content(output.content), Format(output.format)
    name = "記載省略の帳簿" if content is Content.BOOK else f"{kind.label}_{content.label}"
    stem = f"{name}_{timezone.localdate():%Y%m%d}"
    number_at = number_book.NUMBER_AT if content is Content.BOOK else -1
    if content is Content.NUMBERS:
        number_at = headings(kind, content).index(label_of(kind, "number"))
    passphrase = new_passphrase()
    counted = _Counted()
    rows = _rows(output, actor, place, progress_id, counted)
    sealed = seal(f"{stem}.{how.ending}", written(rows, how, number_at=number_at), passphrase)
    with scope.enter(place):
        made = Output.objects.select_for_update().get(id=output.id)
        if made.state != OutputState.MAKING:
            return
        made.made_at = timezone.now()
        made.expires_at = made.made_at + KEPT
        made.cell = door.deposit_file(actor.company, made.id, sealed, until=made.expires_at)
        made.secret_cell = door.deposit_secret(actor.company, made.id, passphrase)
        made.file_name = f"{stem}.zip"
        made.size, made.sha256 = len(sealed), hashlib.sha256(sealed).hexdigest()
        made.people, made.without_number = counted.people, counted.without_number
        made.people_ids = []
        made.state = OutputState.MADE
        made.save()
        _write(made, actor)


class _Counted:
    people = 0
    without_number = 0


def _rows(
    output: Output, actor: Actor, place: scope.Scope, progress_id: UUID, counted: _Counted
) -> Iterator[Sequence[str]]:
    kind, content = SheetKind(output.kind), Content(output.content)
    if content is Content.BOOK:
        yield from _book_rows(output, actor, place, progress_id, counted)
        return
    yield headings(kind, content)
    for start in range(0, len(output.people_ids), _PER_STEP):
        with scope.enter(place):
            people = queries.in_order(output.people_ids[start : start + _PER_STEP])
            numbers = _numbers(output, people, actor) if content is Content.NUMBERS else {}
            progress.advance(progress_id, start + len(people))
        counted.people += len(people)
        if content is Content.NUMBERS:
            counted.without_number += len(people) - len(numbers)
        for person in people:
            yield cells(person, kind, content, numbers)


def _book_rows(
    output: Output, actor: Actor, place: scope.Scope, progress_id: UUID, counted: _Counted
) -> Iterator[Sequence[str]]:
    yield number_book.HEADINGS
    for start in range(0, len(output.people_ids), _PER_STEP):
        with scope.enter(place):
            ids = output.people_ids[start : start + _PER_STEP]
            rows, without = number_book.rows_of(ids, output, actor)
            progress.advance(progress_id, start + len(ids))
        counted.people += len(rows)
        counted.without_number += without
        yield from rows


def _numbers(output: Output, people: Sequence[Person], actor: Actor) -> dict[UUID, MyNumber]:
    """Of those for whom a number is held for the purpose (番号法 第9条) and wants no second check;
    one leaf for each.
    """
    records = {
        person: record
        for person, record in usable_records([one.id for one in people]).items()
        if output.purpose in record.purposes
    }
    if not records:
        return {}
    reading = Reading(
        Action.NUMBER_OPENED,
        purpose=output.purpose,
        reason=output.reason,
        details={"target": str(output.id)},
    )
    handles = [record.cell for record in records.values()]
    opened = door.open_numbers(actor.company, handles, reading, actor=actor)
    return {person: opened[record.cell] for person, record in records.items()}


def _write(output: Output, actor: Actor) -> None:
    pens.write(
        Record.by(
            actor,
            Action.FILE_MADE,
            handles=(output.cell,) if output.cell else (),
            purpose=output.purpose,
            reason=output.reason,
            count=output.people,
            details={
                "target": str(output.id),
                "method": output.content,
                "format": output.format,
                "file": output.file_name,
                "file_hash": output.sha256,
                "size": output.size or 0,
                "expires_at": output.expires_at.isoformat() if output.expires_at else "",
            },
        ),
        output.company_id,
    )
