"""Rows that an old backup has brought back, of numbers that were destroyed after it was made.

The vault destroys such deposits again by itself (`vault.tombstones.replay`), so nothing opens
them; but records and people still say that a number is held.  Here they end as in any disposal:
record and person, rows of batches that wait for it, a disposal that can be shown, and a leaf for
each person.

A record whose deposit is not there although nothing tells that it was destroyed is another
matter: then something was lost.  It is counted and left as it is.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from azukari.dispose.models import Disposal, DisposalBatch, ItemState
from azukari.dispose.rules import ItemProblem, Reason
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.binary import read_binary
from azukari.ledger.record import Record, bodies_for_each
from azukari.register.actions import end_records
from azukari.register.models import RecordState
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.vault import door

_AT_ONCE: Final = 5_000


@dataclass(frozen=True)
class Mended:
    """`numbers`: ended; `lost`: said to be held, though nothing tells what became of them."""

    numbers: int = 0
    lost: int = 0


class _Back(NamedTuple):
    """A record whose deposit is gone; `buried_at`: since when, None where nothing tells."""

    record: UUID
    person: UUID
    cell: UUID
    is_in_use: bool  # not replaced by another number
    kept_by: str
    due_on: date | None
    buried_at: datetime | None


def mend_numbers(*, actor: Actor) -> Mended:
    """Ends every record of the company whose number was destroyed.  Runs outside any scope.

    Chunk by chunk, one transaction each; may be repeated.
    """
    actor.require("disposal:delete")
    place = scope.of(actor)
    numbers = lost = 0
    after: UUID | None = UUID(int=0)
    while after is not None:
        with scope.enter(place):
            after, back = _take(after)
            destroyed = [one for one in back if one.buried_at is not None]
            _end(destroyed, actor)
        numbers += len(destroyed)
        lost += len(back) - len(destroyed)
    return Mended(numbers, lost)


def still_to_mend() -> Mended:
    """The same counts for the company in scope, with nothing changed."""
    numbers = lost = 0
    after: UUID | None = UUID(int=0)
    while after is not None:
        after, back = _take(after)
        destroyed = sum(one.buried_at is not None for one in back)
        numbers, lost = numbers + destroyed, lost + len(back) - destroyed
    return Mended(numbers, lost)


_HELD = """
SELECT id, cell FROM register_number_record
 WHERE company_id = %s AND id > %s AND ended_at IS NULL ORDER BY id LIMIT %s
"""
_PEOPLE = """
SELECT p.id FROM register_person p
 WHERE p.company_id = %(company)s AND p.id IN (
       SELECT person_id FROM register_number_record
        WHERE company_id = %(company)s AND id = ANY(%(records)b))
 ORDER BY p.id FOR NO KEY UPDATE
"""
# Ended meanwhile by a disposal that was under way: not ours.
_RECORDS = """
SELECT id, person_id, cell, state = %(active)s, kept_by, due_on FROM register_number_record
 WHERE company_id = %(company)s AND id = ANY(%(records)b) AND ended_at IS NULL
 ORDER BY id FOR NO KEY UPDATE
"""


def _take(after: UUID) -> tuple[UUID | None, list[_Back]]:
    """Of the next records those whose deposits are gone, locked; the id to go on behind."""
    company = scope.company_id()
    held = read_binary("default", _HELD, [company, after, _AT_ONCE])
    if not held:
        return None, []
    gone = door.gone(company, [cell for _, cell in held])
    asked = {
        "company": company,
        "records": [record for record, cell in held if cell in gone],
        "active": RecordState.ACTIVE.value,
    }
    if not asked["records"]:
        return held[-1][0], []
    read_binary("default", _PEOPLE, asked)
    rows = read_binary("default", _RECORDS, asked)
    return held[-1][0], [
        _Back(record, person, cell, is_in_use, kept_by, due_on, gone[cell])
        for record, person, cell, is_in_use, kept_by, due_on in rows
    ]


def _end(back: list[_Back], actor: Actor) -> None:
    if not back:
        return
    end_records([one.record for one in back], [one.person for one in back if one.is_in_use])
    _fail_waiting_rows([one.record for one in back], actor.company)
    now, generation = timezone.now(), door.state().generation
    # Read again as they are now: what the copy held lives only until this generation is forgotten.
    Disposal.objects.bulk_create(
        Disposal(
            company_id=actor.company,
            person_id=one.person,
            record_id=one.record,
            cell=one.cell,
            reason=Reason.RESTORED.value,
            rules=[one.kept_by] if one.kept_by else [],
            due_on=one.due_on,
            note=_note(one.buried_at),
            ordered_by_name=actor.name,
            ordered_at=now,
            keys_destroyed_at=now,
            generation=generation,
        )
        for one in back
    )
    record = Record.by(
        actor,
        Action.NUMBER_DISPOSED,
        reason=Reason.RESTORED.label,
        count=1,
        details={"method": "crypto-erase", "kind": "restored", "generation": generation},
    )
    pens.write_many(
        actor.company, bodies_for_each(record, [(one.person, one.cell) for one in back])
    )


def _note(buried_at: datetime | None) -> str:
    if buried_at is None:
        return ""
    first = timezone.localtime(buried_at)
    return f"最初に廃棄した日時：{first.year}年{first.month}月{first.day}日 {first:%H:%M}"


_FAIL = """
UPDATE dispose_item SET state = %(failed)s, problem = %(problem)s
 WHERE company_id = %(company)s AND record_id = ANY(%(records)b) AND state = %(pending)s
RETURNING batch_id
"""


def _fail_waiting_rows(records: list[UUID], company: UUID) -> None:
    """A batch that was not run when the backup was made must not wait for them."""
    failed = read_binary(
        "default",
        _FAIL,
        {
            "company": company,
            "records": records,
            "failed": ItemState.FAILED.value,
            "pending": ItemState.PENDING.value,
            "problem": ItemProblem.ALREADY_GONE.value,
        },
    )
    for batch, count in Counter(batch for (batch,) in failed).items():
        DisposalBatch.objects.filter(id=batch).update(failed=F("failed") + count)
