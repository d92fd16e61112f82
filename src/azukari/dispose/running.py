"""The execution of an approved batch, chunk by chunk, and what may follow it.

A chunk is one transaction: each number judged again under lock, tombstones, sealed bytes deleted,
records ended, disposals, rows and counts.  When all are ordered the keys go, once for the whole
batch, since every bucket that keeps something gets a new key; then each destruction is marked and
written down.  After `kill -9` the next run goes on with the rows that are still pending.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection
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
    again = DisposalItem.objects.filter(id__in=batches.free_of_others(failed).values("id")).update(
        state=ItemState.PENDING, problem=""
    )
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
    with scope.enter(place_of(actor)):
        batch = DisposalBatch.objects.get(id=batch_id)
        task = progress.begin(progress_id, total=_planned(batch))
    after: UUID | None = UUID(int=0)
    is_stopped = False
    while after is not None and not is_stopped:
        after, is_stopped = _order_chunk(actor, progress_id, batch_id, after)
    _finish(batch, actor, task.created_at)
    with scope.enter(place_of(actor)):
        _close(batch_id, progress_id, actor, is_stopped=is_stopped)
    if is_stopped:
        raise progress.Cancelled
    _certify_when_complete(actor, batch_id)


def _certify_when_complete(actor: Actor, batch_id: UUID) -> None:
    """Where rows failed, somebody decides first whether they are tried again."""
    with suppress(KeysWait), scope.enter(place_of(actor)):
        batch = DisposalBatch.objects.get(id=batch_id)
        if batch.state == BatchState.EXECUTED and batch.done and not batch.failed:
            certify(batch, actor=actor)


@uncollected()
def _order_chunk(
    actor: Actor, progress_id: UUID, batch_id: UUID, after: UUID
) -> tuple[UUID | None, bool]:
    """One transaction.  The id to go on behind, None when all is done; whether to stop."""
    with scope.enter(place_of(actor)):
        batch = DisposalBatch.objects.select_for_update().get(id=batch_id)
        if batch.state != BatchState.RUNNING:
            return None, False
        rows = _take(batch, after)
        if not rows:
            return None, False
        _order(batch, [row for row in rows if row.problem is None])
        _store_outcome(batch, rows)
        is_stopped = _advance(progress_id, batch)
        crash_point("dispose:before-commit")
    crash_point("dispose:chunk-ordered")
    return rows[-1].id, is_stopped


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
_ITEMS = """
SELECT id, record_id, person_id, cell, due_on FROM dispose_item
 WHERE company_id = %s AND batch_id = %s AND state = 'pending' AND id > %s
 ORDER BY id LIMIT %s
"""
_PEOPLE = """
SELECT id, on_hold FROM register_person WHERE company_id = %s AND id = ANY(%b)
   FOR NO KEY UPDATE
"""
_RECORDS = """
SELECT id, cell, state, ended_at IS NOT NULL, due_on FROM register_number_record
 WHERE company_id = %s AND id = ANY(%b) FOR NO KEY UPDATE
"""


def _take(batch: DisposalBatch, after: UUID) -> list[_Row]:
    """The next pending rows; their people and records are locked and judged."""
    company, until = batch.company_id, min(batch.due_until, timezone.localdate())
    items = _rows(_ITEMS, [company, batch.id, after, ROWS_PER_CHUNK])
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


def _rows(statement: str, values: list[Any]) -> list[Any]:
    with psycopg_cursor(connection.alias) as cursor:
        cursor.execute(statement, values, binary=True)
        return cursor.fetchall()


def _order(batch: DisposalBatch, going: list[_Row]) -> None:
    if going:
        door.order_destruction(batch.company_id, [row.cell for row in going])
        end_records([row.record for row in going], [row.person for row in going if row.is_in_use])


def _store_outcome(batch: DisposalBatch, rows: list[_Row]) -> None:
    outcomes: dict[ItemProblem | None, list[UUID]] = {}
    for row in rows:
        outcomes.setdefault(row.problem, []).append(row.id)
    with psycopg_cursor(connection.alias) as cursor:
        for problem, ids in outcomes.items():
            state = ItemState.FAILED if problem else ItemState.DONE
            cursor.execute(
                "UPDATE dispose_item SET state = %s, problem = %s"
                " WHERE company_id = %s AND id = ANY(%b)",
                [state.value, problem.value if problem else "", batch.company_id, ids],
            )
    done = len(outcomes.get(None, []))
    batch.done += done
    batch.failed += len(rows) - done
    batch.save(update_fields=["done", "failed"])


def _advance(progress_id: UUID, batch: DisposalBatch) -> bool:
    try:
        progress.advance(progress_id, batch.done + batch.failed)
    except progress.Cancelled:
        return True
    return False


def _finish(batch: DisposalBatch, actor: Actor, ordered_at: datetime) -> None:
    generation = finishing.destroy_keys(actor.company)
    common = finishing.Finishing(batch, actor, ordered_at, generation)
    after: UUID | None = UUID(int=0)
    while after is not None:
        with scope.enter(place_of(actor)):
            after = finishing.finish_some(common, after)


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


def place_of(actor: Actor) -> scope.Scope:
    return scope.Scope(contract_id=actor.contract_id, company_id=actor.company)
