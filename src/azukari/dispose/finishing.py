"""The end of every disposal: keys destroyed, the disposal marked, the destruction written down.

Orders are committed before; this may be repeated at any time and by several processes at once.
Keys go bucket by bucket for everything that waits, so a batch asks for it once, not per chunk.

A single disposal has its row from the order on and is marked here.  The rows of a batch are made
here, with everything in them: writing 100,000 rows twice would take as long as all the rest.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from django.utils import timezone

from azukari.dispose.models import Disposal, DisposalBatch, ItemState
from azukari.dispose.pieces import Piece, pieces
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.binary import read_binary
from azukari.ledger.record import Record, bodies_for_each
from azukari.progress.overlapping import alongside, overlapped
from azukari.progress.uncollected import uncollected
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.vault import door
from azukari.vault.crash import crash_point

ROWS_AT_ONCE: Final = 10_000


# singles ----------------------------------------------------------------------------------------


def finish_disposals() -> int:
    """Destroys keys that wait in the company in scope, and writes singles down; how many."""
    realm = scope.company_id()
    with uncollected():
        done = door.finish_destruction(realm)
    crash_point("dispose:keys-gone")
    # Of keys that went in an earlier try, which died before it was written down, the newest one is
    # late rather than early.
    generation = max(done.values(), default=door.newest_generation())
    # What another process marks at this moment is that one's to write down.
    waiting = list(
        Disposal.objects.select_for_update(skip_locked=True).filter(keys_destroyed_at__isnull=True)
    )
    gone = door.destroyed(realm, [disposal.cell for disposal in waiting]) if waiting else set()
    finished = [disposal for disposal in waiting if disposal.cell in gone]
    for disposal in finished:
        disposal.keys_destroyed_at, disposal.generation = timezone.now(), generation
        disposal.save(update_fields=["keys_destroyed_at", "generation"])
        _write_single_down(disposal)
    return len(finished)


def _write_single_down(disposal: Disposal) -> None:
    pens.write(
        Record(
            at=timezone.now(),
            action=Action.NUMBER_DISPOSED,
            actor=disposal.ordered_by,
            actor_name=disposal.ordered_by_name,
            subjects=(disposal.person_id,),
            handles=(disposal.cell,),
            count=1,
            details={
                "target": str(disposal.id),
                "method": "crypto-erase",
                "generation": disposal.generation or 0,
            },
        ),
        disposal.company_id,
    )


# batches ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finishing:
    """What all disposals of a run have in common."""

    batch: DisposalBatch
    actor: Actor
    ordered_at: datetime
    generation: int


# The disposal has the id of its row, so that either leads to the other.
_DISPOSALS = """
INSERT INTO dispose_disposal (id, company_id, person_id, record_id, cell, batch_id, reason, rules,
                              due_on, note, ordered_by, ordered_by_name, approved_by_name,
                              ordered_at, keys_destroyed_at, generation)
SELECT i.id, i.company_id, i.person_id, i.record_id, i.cell, i.batch_id, %(reason)s::text,
       CASE WHEN i.rule = '' THEN '{}'::varchar[] ELSE ARRAY[i.rule] END,
       i.due_on, %(note)s::text, %(by)s::uuid, %(by_name)s::text,
       %(approved_by_name)s::text, %(ordered_at)s::timestamptz, now(),
       %(generation)s::bigint
  FROM dispose_item i
 WHERE i.company_id = %(company)s AND i.batch_id = %(batch)s AND i.state = 'done'
   AND i.id > %(after)s AND i.id <= %(last)s
    ON CONFLICT DO NOTHING
RETURNING person_id::text, cell::text
"""


def finish_batch(batch: DisposalBatch, actor: Actor, ordered_at: datetime) -> None:
    """Destroys the keys of what was ordered, makes the disposals and writes them down.

    Runs outside any transaction.  What an earlier run has written is passed over.  The ring counts
    the destroyed keys meanwhile; that is done, too, when this returns.
    """
    realm = actor.company
    gone = door.destroy_waiting_keys(realm)
    crash_point("dispose:keys-gone")
    # Of keys that went some time before, the newest generation is late rather than early.
    common = Finishing(batch, actor, ordered_at, door.newest_generation())
    done = pieces(batch, ItemState.DONE, ROWS_AT_ONCE, scope.of(actor))
    with alongside(partial(door.count_destroyed, realm, gone)) as counted:
        for _ in overlapped(partial(_finish_some, common), done):
            pass
        counted()


def _finish_some(common: Finishing, piece: Piece) -> None:
    """One transaction; each person gets one leaf."""
    batch, actor = common.batch, common.actor
    with scope.enter(scope.of(actor)):
        written = read_binary(
            "default",
            _DISPOSALS,
            {
                **piece._asdict(),
                "company": batch.company_id,
                "batch": batch.id,
                "reason": batch.reason,
                "note": batch.note,
                "by": actor.user_id,
                "by_name": actor.name,
                "approved_by_name": batch.approved_by_name,
                "ordered_at": common.ordered_at,
                "generation": common.generation,
            },
        )
        if written:
            pens.write_many(batch.company_id, bodies_for_each(_leaf(common), written))
        crash_point("dispose:before-written-down")


def _leaf(common: Finishing) -> Record:
    return Record.by(
        common.actor,
        Action.NUMBER_DISPOSED,
        count=1,
        details={
            "batch": common.batch.code,
            "target": str(common.batch.id),
            "method": "crypto-erase",
            "generation": common.generation,
        },
    )
