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
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from django.db import connection
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
from azukari.ledger.tree import psycopg_cursor
from azukari.progress import actions as progress
from azukari.progress.models import Progress
from azukari.progress.overlapping import overlapped
from azukari.progress.queue import enqueue
from azukari.progress.uncollected import uncollected
from azukari.register.actions import end_records
from azukari.register.models import RecordState
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
        rows = _take(batch, chunk)
        going = [row for row in rows if row.problem is None]
        if going:
            door.order_destruction(batch.company_id, [row.cell for row in going])
            in_use = [row.person for row in going if row.is_in_use]
            end_records([row.record for row in going], in_use)
        _mark_failed(batch, rows)
        _count(batch, progress_id, done=len(going), failed=len(rows) - len(going))
        crash_point("dispose:before-commit")
    crash_point("dispose:chunk-ordered")


def _kept_running(batch_id: UUID) -> DisposalBatch | None:
    """The batch, if it runs; until the end of the transaction nobody locks it for update."""
    # KEY SHARE lets the other chunk share it, and both count in it at their ends.
    found = _rows(
        "SELECT id FROM dispose_batch WHERE id = %s AND state = 'running' FOR KEY SHARE", [batch_id]
    )
    return DisposalBatch.objects.get(id=batch_id) if found else None


class _Row(NamedTuple):
    """A row, judged as it stands now."""

    id: UUID
    record: UUID
    person: UUID
    cell: UUID
    is_in_use: bool  # not replaced by another number
    problem: ItemProblem | None


# One after the other, each by ids: joined, the plan would depend on what PostgreSQL has counted
# so far, and a batch often runs soon after its rows were made.
# To mark the rows at once locks them; the few that may not go are marked again.
_ITEMS = """
UPDATE dispose_item SET state = 'done'
 WHERE company_id = %s AND batch_id = %s AND state = 'pending' AND id > %s AND id <= %s
RETURNING id, record_id, person_id, cell, due_on
"""
_PEOPLE = """
SELECT id, on_hold FROM register_person WHERE company_id = %s AND id = ANY(%b)
   FOR NO KEY UPDATE
"""
_RECORDS = """
SELECT id, cell, state, ended_at IS NOT NULL, due_on FROM register_number_record
 WHERE company_id = %s AND id = ANY(%b) FOR NO KEY UPDATE
"""


def _take(batch: DisposalBatch, chunk: Piece) -> list[_Row]:
    """The pending rows, marked as done; their people and records are locked and judged."""
    company, until = batch.company_id, min(batch.due_until, timezone.localdate())
    items = _rows(_ITEMS, [company, batch.id, chunk.after, chunk.last])
    if not items:
        return []
    held = dict(_rows(_PEOPLE, [company, [person for _, _, person, _, _ in items]]))
    found = _rows(_RECORDS, [company, [record for _, record, _, _, _ in items]])
    records = {record: rest for record, *rest in found}
    judged, reason = [], Reason(batch.reason)
    for item, record, person, cell, due_on in items:
        cell_now, state, is_gone, due_now = records[record]
        problem = rules.may_execute(
            Standing(is_gone, cell_now != cell, held[person], due_now),
            reason=reason,
            approved_due_on=due_on,
            until=until,
        )
        in_use = state == RecordState.ACTIVE
        judged.append(_Row(item, record, person, cell, in_use, problem))
    return judged


def _rows(statement: LiteralString, values: list[Any]) -> list[Any]:
    with psycopg_cursor(connection.alias) as cursor:
        cursor.execute(statement, values, binary=True)
        return cursor.fetchall()


def _mark_failed(batch: DisposalBatch, rows: list[_Row]) -> None:
    failed: dict[ItemProblem, list[UUID]] = {}
    for row in rows:
        if row.problem is not None:
            failed.setdefault(row.problem, []).append(row.id)
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
