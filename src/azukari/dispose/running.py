"""The execution of an approved batch, chunk by chunk, and what may follow it.

A chunk is one transaction: each number judged again under lock, tombstones, sealed bytes deleted,
records ended, rows and counts.  Two chunks are under way at a time.  When all are ordered the keys
go, once for the whole batch, since every bucket that keeps something gets a new key; then each
destruction is written down.  After `kill -9` the next run goes on with the rows that are still
pending.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from azukari.dispose import batches, certificates, finishing, rules
from azukari.dispose.certificates import KeysWait
from azukari.dispose.models import (
    BatchState,
    Certificate,
    DisposalBatch,
    DisposalItem,
    ItemState,
)
from azukari.dispose.pieces import Piece, pieces
from azukari.dispose.rules import (
    DisposeProblem,
    DisposeRefused,
    ItemProblem,
    Readiness,
    Reason,
    Stage,
    Standing,
    Step,
)
from azukari.ledger.actions import Action
from azukari.ledger.binary import read_binary
from azukari.progress import actions as progress
from azukari.progress.models import Progress
from azukari.progress.overlapping import overlapped
from azukari.progress.queue import enqueue
from azukari.progress.uncollected import uncollected
from azukari.progress.whole_joins import whole_joins
from azukari.register.actions import end_records
from azukari.tenancy import four_eyes, scope
from azukari.tenancy.actor import Actor
from azukari.vault import door
from azukari.vault.crash import crash_point

ROWS_PER_CHUNK: Final = 5_000


# start, stop, retry -----------------------------------------------------------------------------


def start(batch: DisposalBatch, *, actor: Actor) -> Progress:
    """Has a worker run the batch, or go on where its work broke off."""
    task, batch = begin(batch, actor=actor)
    enqueue("dispose.run", actor=actor, progress_id=task.id, batch_id=batch.id)
    return task


def begin(batch: DisposalBatch, *, actor: Actor) -> tuple[Progress, DisposalBatch]:
    """The batch is running from here on, by whoever calls `run`.  Raises `DisposeRefused`."""
    actor.require("disposal:delete")
    batch = DisposalBatch.objects.select_for_update().get(id=batch.id)
    last = progress.of_subject(batch.id)
    ready = Readiness(
        stage=Stage(batch.state),
        due_until=batch.due_until,
        second_person=batches.second_person_wanted(),
        approver=batch.approved_by,
        approval_over=four_eyes.is_over(batch.approved_at, now=timezone.now()),
        at_work=last is not None and not last.is_over,
    )
    problem = rules.may_start(ready, today=timezone.localdate())
    if problem is None and batches.digest_of(batch) != batch.digest:
        problem = DisposeProblem.NOT_WHAT_WAS_APPROVED
    if problem is not None:
        raise DisposeRefused(problem)
    batch.state = BatchState.RUNNING
    batch.save(update_fields=["state"])
    return progress.plan("disposal", batch.id, total=_planned(batch)), batch


def _planned(batch: DisposalBatch) -> int:
    """What the work of this run comes to, with what earlier runs have done."""
    return batches.pending(batch) + batch.done + batch.failed


def stop(batch: DisposalBatch, *, actor: Actor) -> None:
    """Asks the work to stop at the next safe point; what is ordered by then is destroyed."""
    actor.require("disposal:delete")
    problem = rules.may_take(Step.STOP, Stage(batch.state))
    task = progress.of_subject(batch.id)
    if problem is not None or task is None:
        raise DisposeRefused(problem or DisposeProblem.NOT_IN_THIS_STATE)
    progress.ask_to_cancel(task.id)


def retry(batch: DisposalBatch, *, actor: Actor) -> Progress:
    """Tries the failed rows once more.

    The approval covers them, since they were in it, as long as it is good; then they wait for
    another one.
    """
    actor.require("disposal:delete")
    batch = DisposalBatch.objects.select_for_update().get(id=batch.id)
    problem = rules.may_take(Step.RETRY, Stage(batch.state))
    if problem is not None:
        raise DisposeRefused(problem)
    failed = DisposalItem.objects.filter(batch=batch, state=ItemState.FAILED)
    again = DisposalItem.objects.filter(
        batch=batch, id__in=batches.free_of_others(failed).values("id")
    ).update(state=ItemState.PENDING, problem="")
    if not again:
        raise DisposeRefused(DisposeProblem.NOTHING_CHOSEN)
    batch.failed -= again
    batch.state = BatchState.APPROVED
    batch.save(update_fields=["failed", "state"])
    return start(batch, actor=actor)


def certify(batch: DisposalBatch, *, actor: Actor) -> Certificate:
    """The batch is over, whatever failed; its first certificate.

    Raises `DisposeRefused`, and `certificates.KeysWait` while a key waits to be destroyed.
    """
    actor.require("disposal:delete")
    batch = DisposalBatch.objects.select_for_update().get(id=batch.id)
    problem = rules.may_certify(Stage(batch.state), done=batch.done)
    if problem is not None:
        raise DisposeRefused(problem)
    batch.state = BatchState.CERTIFIED
    batch.save(update_fields=["state"])
    return certificates.issue(batch, actor=actor)


# run --------------------------------------------------------------------------------------------


def run(actor: Actor, progress_id: UUID, batch_id: UUID) -> None:
    """Runs outside any transaction; may be called again whenever it was cut off."""
    actor.require("disposal:delete")
    with scope.enter(scope.of(actor)):
        batch = DisposalBatch.objects.get(id=batch_id)
        task = progress.begin(progress_id, total=_planned(batch))
    is_stopped = False
    with uncollected():
        try:
            _order(actor, progress_id, batch)
        except progress.Cancelled:
            is_stopped = True
        finishing.finish_batch(batch, actor, task.created_at)
    with scope.enter(scope.of(actor)):
        _close(batch_id, progress_id, actor, is_stopped=is_stopped)
    if is_stopped:
        raise progress.Cancelled
    _certify_when_complete(actor, batch_id)


def _certify_when_complete(actor: Actor, batch_id: UUID) -> None:
    """Where rows failed, somebody decides first whether they are tried again."""
    with suppress(KeysWait), scope.enter(scope.of(actor)):
        batch = DisposalBatch.objects.select_for_update().get(id=batch_id)
        if batch.state == BatchState.EXECUTED and batch.done and not batch.failed:
            certify(batch, actor=actor)


def _order(actor: Actor, progress_id: UUID, batch: DisposalBatch) -> None:
    """All chunks.  Raises `progress.Cancelled` between two of them."""
    place = scope.of(actor)
    chunks = pieces(batch, ItemState.PENDING, ROWS_PER_CHUNK, place)
    order = partial(_order_chunk, place, progress_id, batch.id)
    for _ in overlapped(order, _unless_stopped(chunks, progress_id, place)):
        pass


def _unless_stopped(
    chunks: Iterable[Piece], progress_id: UUID, place: scope.Scope
) -> Iterator[Piece]:
    for chunk in chunks:
        with scope.enter(place):
            progress.heed(progress_id)
        yield chunk


def _order_chunk(place: scope.Scope, progress_id: UUID, batch_id: UUID, chunk: Piece) -> None:
    """One transaction, in which nobody closes the batch."""
    with scope.enter(place):
        batch = _kept_running(batch_id)
        if batch is None:
            return
        alike = _take(batch, chunk)
        going = [rows for rows in alike if rows.problem is None]
        if going:
            door.order_destruction(batch.company_id, _all(rows.cells for rows in going))
            in_use = _all(rows.people for rows in going if rows.are_in_use)
            end_records(_all(rows.records for rows in going), in_use)
        _mark_failed(batch, alike)
        done, all_ = (sum(len(rows.items) for rows in some) for some in (going, alike))
        _count(batch, progress_id, done=done, failed=all_ - done)
        crash_point("dispose:before-commit")
    crash_point("dispose:chunk-ordered")


def _kept_running(batch_id: UUID) -> DisposalBatch | None:
    """The batch, if it runs; until the end of the transaction nobody locks it for update."""
    # KEY SHARE lets the other chunk share it, and both count in it at their ends.
    found = read_binary(
        "default",
        "SELECT id FROM dispose_batch WHERE id = %s AND state = 'running' FOR KEY SHARE",
        [batch_id],
    )
    return DisposalBatch.objects.get(id=batch_id) if found else None


class _Alike(NamedTuple):
    """Rows of a chunk that stand alike now, and what that means for them."""

    problem: ItemProblem | None
    are_in_use: bool  # not replaced by another number
    items: list[UUID]
    records: list[UUID]
    people: list[UUID]
    cells: list[UUID]


# To mark the rows at once locks them; the few that may not go are marked again.  People and records
# are found by ids, and joined in full (see `_take`): a batch often runs soon after they were made.
_STANDING = """
WITH marked AS (
  UPDATE dispose_item SET state = 'done'
   WHERE company_id = %(company)s AND batch_id = %(batch)s AND state = 'pending'
     AND id > %(after)s AND id <= %(last)s
  RETURNING id, record_id, person_id, cell, due_on
), people AS (
  SELECT id, on_hold FROM register_person
   WHERE company_id = %(company)s AND id = ANY(ARRAY(SELECT person_id FROM marked))
     FOR NO KEY UPDATE
), records AS (
  SELECT id, cell, state, ended_at, due_on FROM register_number_record
   WHERE company_id = %(company)s AND id = ANY(ARRAY(SELECT record_id FROM marked))
     FOR NO KEY UPDATE
)
SELECT r.ended_at IS NOT NULL, r.cell <> m.cell, p.on_hold, r.due_on, m.due_on, r.state = 'active',
       array_agg(m.id), array_agg(m.record_id), array_agg(m.person_id), array_agg(m.cell)
  FROM marked m JOIN records r ON r.id = m.record_id JOIN people p ON p.id = m.person_id
 GROUP BY 1, 2, 3, 4, 5, 6
"""


def _take(batch: DisposalBatch, chunk: Piece) -> list[_Alike]:
    """The pending rows, marked as done; their people and records are locked and judged."""
    until, reason = min(batch.due_until, timezone.localdate()), Reason(batch.reason)
    values = {"company": batch.company_id, "batch": batch.id, **chunk._asdict()}
    with whole_joins():
        found = read_binary("default", _STANDING, values)
    judged = []
    for *standing, approved_due_on, are_in_use, items, records, people, cells in found:
        problem = rules.may_execute(
            Standing(*standing), reason=reason, approved_due_on=approved_due_on, until=until
        )
        judged.append(_Alike(problem, are_in_use, items, records, people, cells))
    return judged


def _all(ids: Iterable[list[UUID]]) -> list[UUID]:
    return list(chain.from_iterable(ids))


def _mark_failed(batch: DisposalBatch, alike: Iterable[_Alike]) -> None:
    failed: dict[ItemProblem, list[UUID]] = {}
    for rows in alike:
        if rows.problem is not None:
            failed.setdefault(rows.problem, []).extend(rows.items)
    for problem, ids in failed.items():
        DisposalItem.objects.filter(batch=batch, id__in=ids).update(
            state=ItemState.FAILED, problem=problem.value
        )


def _count(batch: DisposalBatch, progress_id: UUID, *, done: int, failed: int) -> None:
    """Last of all: from here on the other chunk waits for this one."""
    DisposalBatch.objects.filter(id=batch.id).update(
        done=F("done") + done, failed=F("failed") + failed
    )
    batch.refresh_from_db(fields=["done", "failed"])
    progress.count(progress_id, batch.done + batch.failed)


def _close(batch_id: UUID, progress_id: UUID, actor: Actor, *, is_stopped: bool) -> None:
    """Stopped on wish it may go on later; otherwise it is over, with its failures."""
    batch = DisposalBatch.objects.select_for_update().get(id=batch_id)
    if batch.state == BatchState.RUNNING and is_stopped:
        batch.state = BatchState.APPROVED
        batch.save(update_fields=["state"])
    elif batch.state == BatchState.RUNNING:
        batch.state, batch.executed_at = BatchState.EXECUTED, timezone.now()
        batch.save(update_fields=["state", "executed_at"])
        batches.write_down(
            Action.DISPOSAL_FINISHED, batch, actor, count=batch.done, error=batch.failed
        )
    if not is_stopped:
        progress.finish(progress_id)
