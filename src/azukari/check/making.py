"""Making the file: numbers leave the vault here, into the sealed archive and nowhere else."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Final, Generic, TypeVar
from uuid import UUID

from django.utils import timezone

from azukari.check import number_book
from azukari.check.binding import digest_of
from azukari.check.lines import Line, as_text, cells_of, fields, head_as_text, headings, lines_of
from azukari.check.models import Output, OutputState
from azukari.check.people import Found, frozen, people_of
from azukari.check.rules import KEPT, Content, Format, OutputProblem, OutputRefused
from azukari.check.sealed_zip import seal
from azukari.law.number import MyNumber
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.progress import actions as progress
from azukari.progress.overlapping import overlapped
from azukari.progress.uncollected import uncollected
from azukari.register.sheets.headings import SheetKind, label_of
from azukari.register.spreadsheet import as_plain_book
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.tenancy.passphrases import new_passphrase
from azukari.vault import door
from azukari.vault.door import Reading

_PER_STEP: Final = 3_000
_STEPS_AT_ONCE: Final = 5  # of ids: a part of the list costs PostgreSQL as much as the whole of it


def make_output(actor: Actor, progress_id: UUID, output_id: UUID) -> None:
    """MAKING → MADE with the sealed file in the vault; runs outside any scope.

    Begins anew when it is run again, and does nothing to an output that is made.
    """
    place = scope.of(actor)
    with scope.enter(place):
        output = Output.objects.defer("people_ids").get(id=output_id)
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
    head = list(number_book.HEADINGS) if content is Content.BOOK else headings(kind, content)
    number_at = number_book.NUMBER_AT if content is Content.BOOK else -1
    if content is Content.NUMBERS:
        number_at = head.index(label_of(kind, "number"))
    passphrase = new_passphrase()
    counted = _Counted()
    steps = _frozen(output, actor, place, progress_id)
    make = partial(_book_lines if content is Content.BOOK else _lines, output, actor, place)
    with uncollected():
        if how is Format.BOOK:
            told = counted.through(overlapped(make, steps))
            parts: Iterable[bytes] = [as_plain_book(head, map(cells_of, chain.from_iterable(told)))]
        else:
            text = partial(_text, make, how, number_at)
            parts = chain([head_as_text(head, how)], counted.through(overlapped(text, steps)))
        sealed = seal(f"{stem}.{how.ending}", parts, passphrase)
    with scope.enter(place):
        made = Output.objects.defer("people_ids").select_for_update().get(id=output.id)
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


Told = TypeVar("Told")


@dataclass
class _Made(Generic[Told]):
    """Some people of the file, and how many of them lack their number."""

    told: Told
    people: int
    without_number: int


@dataclass
class _Counted:
    people: int = 0
    without_number: int = 0

    def through(self, steps: Iterable[_Made[Told]]) -> Iterator[Told]:
        for one in steps:
            self.people += one.people
            self.without_number += one.without_number
            yield one.told


def _frozen(
    output: Output, actor: Actor, place: scope.Scope, progress_id: UUID
) -> Iterator[list[str]]:
    after = 0
    while True:
        with scope.enter(place):
            progress.advance(progress_id, after)
            ids = frozen(output.id, actor.company, after, _PER_STEP * _STEPS_AT_ONCE)
        if not ids:
            return
        after += len(ids)
        yield from (ids[at : at + _PER_STEP] for at in range(0, len(ids), _PER_STEP))


def _text(
    make: Callable[[Sequence[str]], _Made[list[Line]]],
    how: Format,
    number_at: int,
    ids: Sequence[str],
) -> _Made[bytes]:
    """Beside the other steps, and less than the lines take in memory."""
    made = make(ids)
    text = as_text(made.told, how, number_at=number_at)
    return _Made(text, made.people, made.without_number)


def _lines(
    output: Output, actor: Actor, place: scope.Scope, ids: Sequence[str]
) -> _Made[list[Line]]:
    """In a transaction of its own."""
    kind, content = SheetKind(output.kind), Content(output.content)
    with scope.enter(place):
        people = people_of(ids, actor.company, fields(kind, content), output.purpose)
        numbers = _numbers(output, people, actor) if content is Content.NUMBERS else []
    without = len(people) - len(numbers) if content is Content.NUMBERS else 0
    return _Made(lines_of(people, numbers), len(people), without)


def _book_lines(
    output: Output, actor: Actor, place: scope.Scope, ids: Sequence[str]
) -> _Made[list[Line]]:
    with scope.enter(place):
        lines, without = number_book.lines_of([UUID(one) for one in ids], output, actor)
    return _Made(lines, len(lines), without)


def _numbers(output: Output, people: Sequence[Found], actor: Actor) -> list[MyNumber]:
    """Of those who have a handle; one leaf for each, durable before any leaves the vault."""
    handles = [handle for handle, _ in people if handle is not None]
    if not handles:
        return []
    reading = Reading(
        Action.NUMBER_OPENED,
        purpose=output.purpose,
        reason=output.reason,
        details={"target": str(output.id)},
    )
    return door.open_each_number(actor.company, handles, reading, actor=actor)


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
