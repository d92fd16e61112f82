"""What goes onto a form, with its numbers: opened some people at a time, for many kept in pieces.

Numbers leave the vault here, for the filing and nothing else; each is written down in the ledger
before. What is gathered of so many people waits as a sealed piece in the vault until the file is
made, so that a worker that is killed goes on behind the last piece, and reads nobody twice but
those of the piece it was at; that reading is written down as well.
"""

import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from azukari.filings.problems import FilingRefused
from azukari.filings.recipes.facts import Flat, Numbers
from azukari.filings.recipes.look import told
from azukari.filings.recipes.recipe import Recipe
from azukari.law.number import MyNumber, parse
from azukari.law.purpose import PURPOSES, Purpose
from azukari.ledger.actions import Action
from azukari.progress import actions as progress
from azukari.register.models import Person
from azukari.tenancy.actor import Actor
from azukari.use import queries
from azukari.use.checking import stopping_numbers, to_stored
from azukari.use.models import Filing, FilingAct, FilingState
from azukari.use.queries import Frame, Stands, Subject, frame_of, subjects_of
from azukari.vault import door
from azukari.vault.door import Reading

# A piece waits for the worker, or for the next one after a crash; then the whole begins anew.
_KEPT: Final = timedelta(hours=24)
_LEVEL: Final = 1
_DAY: Final = "day"


# By person what the two-dimensional code of their form holds, where another room gives it.
Tickets = Callable[[Sequence[Person]], Mapping[UUID, str]]


@dataclass(frozen=True, slots=True)
class Told:
    """One subject as a form takes it; `used`: the records whose numbers were opened for it.

    `code`: 社員番号 or 支払先コード, empty for a form about the company alone.
    """

    code: str
    facts: Flat
    numbers: Numbers
    used: tuple[tuple[Purpose, UUID, UUID], ...] = ()  # purpose, record, person


class PieceMissing(Exception):
    """The pieces of a filing are not those of all its people: begin anew."""


def comes_in_pieces(filing: Filing) -> bool:
    return filing.people > queries.CHUNK


def gather(
    filing_id: UUID, progress_id: UUID, *, actor: Actor, today: date, tickets: Tickets | None = None
) -> bool:
    """One more piece, in the running transaction; whether there is another to come.

    Does nothing for a filing of few people, for one that cancels another, that is refused anyway
    or not being made.
    """
    filing = (
        Filing.objects.select_for_update(of=("self",)).select_related("office").get(id=filing_id)
    )
    wanted = filing.state == FilingState.MAKING and filing.act != FilingAct.CANCEL
    first = len(filing.pieces) * queries.CHUNK + 1
    if not wanted or filing.problems or not comes_in_pieces(filing) or first > filing.people:
        return False
    actor.require("filing:create")
    frame = frame_of(filing, today=today)
    subjects = subjects_of(filing, first=first, count=queries.CHUNK, today=today)
    try:
        people = _opened(filing, frame, subjects, actor, tickets)
    except FilingRefused as refused:
        filing.problems = to_stored(refused.problems, filing)
        filing.save(update_fields=["problems"])
        return False
    until = timezone.now() + _KEPT
    piece = door.deposit_file(filing.company_id, filing.id, _packed(first, people), until=until)
    filing.pieces = [*filing.pieces, piece]
    filing.save(update_fields=["pieces"])
    done = first + len(subjects) - 1
    progress.advance(progress_id, (filing.people + done) // 2)
    return done < filing.people


def everybody(
    filing: Filing, frame: Frame, *, actor: Actor, tickets: Tickets | None = None
) -> Iterator[Told]:
    """Those on the filing in their order: from its pieces, or opened now where they are few.

    Raises FilingRefused, `PieceMissing` or, when it cannot be written down, LedgerUnavailable.
    """
    if not frame.recipe.has_people:
        yield Told("", told(frame.recipe, frame.common, {}), {})
    elif comes_in_pieces(filing):
        yield from _from_pieces(filing, actor)
    else:
        subjects = subjects_of(filing, today=frame.day.today)
        yield from _opened(filing, frame, subjects, actor, tickets)


def let_go(filing: Filing) -> None:
    """The pieces are needed no more; their keys go after the commit, like those of any deposit."""
    if filing.pieces:
        gone = door.gone(filing.company_id, filing.pieces)
        door.order_destruction(
            filing.company_id, [piece for piece in filing.pieces if piece not in gone]
        )
        filing.pieces = []


# open -------------------------------------------------------------------------------------------


def _opened(
    filing: Filing,
    frame: Frame,
    subjects: Sequence[Subject],
    actor: Actor,
    tickets: Tickets | None,
) -> list[Told]:
    # Somebody may have changed a purpose since everybody was looked at.
    stopped = [one for subject in subjects for one in stopping_numbers(frame, subject)]
    if stopped:
        raise FilingRefused(stopped)
    wanted = [_taken(frame, one) for one in subjects]
    opened = _open(filing, [one for found in wanted for one in found.values()], actor)
    given = (
        tickets([one.person for one in subjects]) if tickets and has_ticket(frame.recipe) else {}
    )
    return [
        _told(frame, subject, taken, opened, given.get(subject.person.id))
        for subject, taken in zip(subjects, wanted, strict=True)
    ]


def has_ticket(recipe: Recipe) -> bool:
    """Whether the form bears a code by which the paper is known again."""
    return "ticket" in recipe.derive


def _taken(frame: Frame, subject: Subject) -> dict[str, Stands]:
    """By place, who stands there with a number that is opened: what the form takes."""
    return {place: subject.usable[place] for place in frame.numbers(subject)}


def _told(
    frame: Frame,
    subject: Subject,
    taken: Mapping[str, Stands],
    opened: Mapping[UUID, MyNumber],
    ticket: str | None,
) -> Told:
    numbers = {place: opened[one.person.id] for place, one in taken.items()}
    whole = frame.whole(subject)
    if ticket is not None:
        whole["ticket.address"] = ticket
    return Told(
        subject.person.employee_code,
        told(frame.recipe, whole, numbers),
        numbers,
        tuple(
            (one.purpose, one.record.id, one.person.id)
            for one in taken.values()
            if one.record is not None
        ),
    )


def _open(filing: Filing, found: list[Stands], actor: Actor) -> Mapping[UUID, MyNumber]:
    """Numbers by person, opened for the purpose they are held for; a leaf for each."""
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


# pieces -----------------------------------------------------------------------------------------


def _from_pieces(filing: Filing, actor: Actor) -> Iterator[Told]:
    reading = Reading(
        Action.FILING_PIECE_READ,
        purpose=filing.purpose,
        form=filing.form,
        details={"target": str(filing.id)},
    )
    done = 0
    for piece in filing.pieces:
        content = door.open_file(filing.company_id, piece, reading, actor=actor)
        first, people = _unpacked(content)
        if first != done + 1:
            raise PieceMissing
        done += len(people)
        yield from people
    if done != filing.people:
        raise PieceMissing


def _packed(first: int, people: Sequence[Told]) -> bytes:
    rows = [
        {
            "code": one.code,
            "facts": one.facts,
            "numbers": {place: number.reveal_digits() for place, number in one.numbers.items()},
            "used": [
                [purpose.code, str(record), str(person)] for purpose, record, person in one.used
            ],
        }
        for one in people
    ]
    said = json.dumps({"first": first, "people": rows}, default=_day, ensure_ascii=False)
    return zlib.compress(said.encode(), _LEVEL)


def _unpacked(content: bytes) -> tuple[int, list[Told]]:
    said = json.loads(zlib.decompress(content), object_hook=_day_again)
    return said["first"], [
        Told(
            one["code"],
            one["facts"],
            {place: parse(digits) for place, digits in one["numbers"].items()},
            tuple(
                (PURPOSES[purpose], UUID(record), UUID(person))
                for purpose, record, person in one["used"]
            ),
        )
        for one in said["people"]
    ]


def _day(value: Any) -> dict[str, str]:
    assert type(value) is date
    return {_DAY: value.isoformat()}


def _day_again(found: dict[str, Any]) -> Any:
    return date.fromisoformat(found[_DAY]) if found.keys() == {_DAY} else found
