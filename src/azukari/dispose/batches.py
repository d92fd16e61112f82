"""The acts of a batch: proposed → reviewed → approved by somebody else → run → certified.

Every act locks the batch, asks the rule, moves all rows by one statement and writes one leaf with
the counts.  What runs, and what became of it, is in `running`.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from azukari.dispose import due, rules
from azukari.dispose.models import BatchState, DisposalBatch, DisposalItem, ItemState
from azukari.dispose.rules import DisposeProblem, DisposeRefused, Reason, Stage, Step
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.progress.whole_joins import FEW, joins_of
from azukari.register import queries as register
from azukari.register.models import NumberRecord
from azukari.tenancy import four_eyes, scope
from azukari.tenancy.actor import Actor, NotPermitted
from azukari.tenancy.ids import new_id
from azukari.tenancy.models import Company
from azukari.tenancy.running_codes import next_code

_SUBJECTS_NAMED = 100  # in one leaf; of more only the number is told


def second_person_wanted() -> bool:
    """廃棄に承認者を求める, as the company in scope has set it."""
    return Company.objects.get(id=scope.company_id()).second_person_disposal


# propose ----------------------------------------------------------------------------------------


def propose(
    wanted: due.DueFilter, *, actor: Actor, chosen: Sequence[UUID] | None = None, note: str = ""
) -> DisposalBatch:
    """Everything that fits and waits in no batch, or of it the chosen records.

    Numbers on hold never come in.  Raises `DisposeRefused` when nothing is left.
    """
    actor.require("disposal:create")
    if chosen is not None and not chosen:
        raise DisposeRefused(DisposeProblem.NOTHING_CHOSEN)
    found = due.find_due(wanted).filter(person__on_hold=False)
    if chosen is not None:
        found = found.filter(id__in=chosen)
    with transaction.atomic():
        batch = _new_batch(wanted.until, Reason.PERIOD_OVER, note, actor)
        with joins_of(_at_most(wanted, chosen), "register_person"):
            _fill(batch, found)
        if not batch.items:
            raise DisposeRefused(DisposeProblem.NOTHING_DUE)
        _write_proposed(batch, actor)
    return batch


def _at_most(wanted: due.DueFilter, chosen: Sequence[UUID] | None) -> int:
    """How many rows there can be, without looking at people; counted as far as they are few."""
    if chosen is not None:
        return len(chosen)
    ripe = NumberRecord.objects.filter(due_on__lte=wanted.until, ended_at__isnull=True)
    return ripe[: FEW + 1].count()


def propose_people(people: Sequence[UUID], *, actor: Actor) -> DisposalBatch:
    """Of these people the numbers that may go by today.  Raises `DisposeRefused`."""
    held = register.active_records(list(people))
    return propose(
        due.DueFilter(until=timezone.localdate()),
        chosen=[record.id for record in held.values()],
        actor=actor,
    )


def propose_one(record: NumberRecord, reason: Reason, note: str, *, actor: Actor) -> DisposalBatch:
    """One number for a reason of its own; complete at once, so it waits for approval."""
    batch = _new_batch(timezone.localdate(), reason, note, actor)
    _fill(batch, NumberRecord.objects.filter(id=record.id))
    _write_proposed(batch, actor, subjects=(record.person_id,))
    _mark_reviewed(batch, actor)
    batch.state = BatchState.REVIEWED
    batch.save()
    return batch


def _new_batch(due_until: date, reason: Reason, note: str, actor: Actor) -> DisposalBatch:
    return DisposalBatch.objects.create(
        company_id=actor.company,
        code=next_code(DisposalBatch.objects.all(), f"{timezone.localdate().year}-", digits=4),
        due_until=due_until,
        reason=reason.value,
        note=note,
        proposed_by=actor.user_id,
        proposed_by_name=actor.name,
    )


# Ids of one batch begin alike and go on with the place in the list, so that the order of ids is
# the order of codes.  A number that waits in a batch already meets the index that lets it wait
# only once, and is passed over.
_FILL = """
INSERT INTO dispose_item (id, company_id, batch_id, record_id, person_id, cell, due_on, rule,
                          state, excluded_because, excluded_by_name, problem)
SELECT (%s || lpad(to_hex(row_number() OVER (ORDER BY p.employee_code, p.family_code, r.id)),
                   12, '0'))::uuid,
       r.company_id, %s, r.id, r.person_id, r.cell, r.due_on, r.kept_by, 'pending', '', '', ''
  FROM register_number_record r
  JOIN register_person p ON p.company_id = r.company_id AND p.id = r.person_id
 WHERE r.id IN ({chosen})
    ON CONFLICT DO NOTHING
"""


def _fill(batch: DisposalBatch, found: QuerySet[NumberRecord]) -> None:
    chosen, values = found.order_by().values("id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_FILL.format(chosen=chosen), [new_id().hex[:20], batch.id, *values])
        batch.items = cursor.rowcount
    batch.save(update_fields=["items"])


def _write_proposed(batch: DisposalBatch, actor: Actor, subjects: tuple[UUID, ...] = ()) -> None:
    write_down(
        Action.DISPOSAL_PROPOSED, batch, actor, count=batch.items, subjects=subjects,
        reason=Reason(batch.reason).label, period=batch.due_until.isoformat(),
    )  # fmt: skip


# exclude ----------------------------------------------------------------------------------------


def exclude(
    batch: DisposalBatch, items: QuerySet[DisposalItem], because: str, *, actor: Actor
) -> int:
    """Takes rows out, for a reason; they stay visible.  How many.

    The proposer's side does so until the list is complete, the approver before approving.
    """
    if not because.strip():
        raise DisposeRefused(DisposeProblem.BECAUSE_MISSING)
    batch = _locked(batch)
    _require_side(batch, actor)
    _refuse(rules.may_take(Step.EXCLUDE, Stage(batch.state)))
    of_batch = items.filter(batch=batch, state=ItemState.PENDING)
    people = tuple(of_batch.values_list("person_id", flat=True)[: _SUBJECTS_NAMED + 1])
    count = DisposalItem.objects.filter(batch=batch, id__in=of_batch.values("id")).update(
        state=ItemState.EXCLUDED,
        excluded_because=because.strip(),
        excluded_by_name=actor.name,
    )
    if not count:
        raise DisposeRefused(DisposeProblem.NOTHING_CHOSEN)
    _count_excluded(batch, count)
    write_down(
        Action.DISPOSAL_EXCLUDED, batch, actor, count=count, reason=because.strip(),
        subjects=people if count <= _SUBJECTS_NAMED else (),
    )  # fmt: skip
    return count


def include_again(batch: DisposalBatch, items: QuerySet[DisposalItem], *, actor: Actor) -> int:
    """Takes excluded rows back, unless they wait in another batch by now.  How many."""
    actor.require("disposal:create")
    batch = _locked(batch)
    _refuse(rules.may_take(Step.REVIEW, Stage(batch.state)))
    wanted = items.filter(batch=batch, state=ItemState.EXCLUDED)
    count = DisposalItem.objects.filter(
        batch=batch, id__in=free_of_others(wanted).values("id")
    ).update(state=ItemState.PENDING, excluded_because="", excluded_by_name="")
    if not count:
        raise DisposeRefused(DisposeProblem.NOTHING_CHOSEN)
    _count_excluded(batch, -count)
    write_down(Action.DISPOSAL_PROPOSED, batch, actor, count=count, changed="excluded")
    return count


def _require_side(batch: DisposalBatch, actor: Actor) -> None:
    actor.require("disposal:create" if batch.state == BatchState.PROPOSED else "disposal:approve")


def _count_excluded(batch: DisposalBatch, more: int) -> None:
    DisposalBatch.objects.filter(id=batch.id).update(excluded=F("excluded") + more)


def free_of_others(items: QuerySet[DisposalItem]) -> QuerySet[DisposalItem]:
    """Those whose number waits in no batch: one may wait in one batch only."""
    elsewhere = DisposalItem.objects.filter(record=OuterRef("record"), state=ItemState.PENDING)
    return items.filter(~Exists(elsewhere))


# review, approve --------------------------------------------------------------------------------


def review(batch: DisposalBatch, *, actor: Actor) -> DisposalBatch:
    """The list is complete.  Without a wish for a second person it may run from here."""
    actor.require("disposal:create")
    batch = _locked(batch)
    _refuse(rules.may_review(Stage(batch.state), pending=pending(batch)))
    _mark_reviewed(batch, actor)
    if second_person_wanted():
        batch.state = BatchState.REVIEWED
    else:
        _bind(batch)
    batch.save()
    return batch


def _mark_reviewed(batch: DisposalBatch, actor: Actor) -> None:
    batch.reviewed_at, batch.reviewed_by_name = timezone.now(), actor.name
    write_down(Action.DISPOSAL_REVIEWED, batch, actor, count=pending(batch))
    if second_person_wanted():
        four_eyes.tell_if_alone("disposal:approve", Action.DISPOSAL_REVIEWED, batch.id, actor=actor)


def approve(batch: DisposalBatch, *, actor: Actor) -> DisposalBatch:
    """The second person's word, bound to the cells as they stand now; good for a day."""
    actor.require("disposal:approve")
    batch = _locked(batch)
    left = pending(batch)
    over = four_eyes.is_over(batch.approved_at, now=timezone.now())
    _refuse(rules.may_approve(Stage(batch.state), pending=left, approval_over=over))
    refusal = four_eyes.judge(
        batch.proposed_by,
        "disposal:approve",
        asked_at=batch.reviewed_at or batch.proposed_at,
        actor=actor,
    )
    _refuse(DisposeProblem(refusal) if refusal else None)
    batch.approved_by, batch.approved_by_name = actor.user_id, actor.name
    batch.approved_at = timezone.now()
    _bind(batch)
    batch.save()
    write_down(Action.DISPOSAL_APPROVED, batch, actor, count=left, file_hash=batch.digest)
    return batch


def _bind(batch: DisposalBatch) -> None:
    batch.digest = digest_of(batch)
    batch.state = BatchState.APPROVED


def digest_of(batch: DisposalBatch) -> str:
    """SHA-256 over the cells of every row that was not excluded, one in each line, sorted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(sha256(convert_to("
            " coalesce(string_agg(cell::text, E'\\n' ORDER BY cell), ''), 'UTF8')), 'hex')"
            " FROM dispose_item WHERE company_id = %s AND batch_id = %s"
            " AND state IN ('pending', 'done', 'failed')",
            [batch.company_id, batch.id],
        )
        digest: str = cursor.fetchone()[0]
    return digest


# cancel -----------------------------------------------------------------------------------------


def cancel(batch: DisposalBatch, because: str, *, actor: Actor) -> DisposalBatch:
    """Gives up what has not been destroyed; its numbers are free for another batch."""
    if not (actor.may("disposal:create") or actor.may("disposal:approve")):
        raise NotPermitted("disposal:create")
    if not because.strip():
        raise DisposeRefused(DisposeProblem.BECAUSE_MISSING)
    batch = _locked(batch)
    _refuse(rules.may_take(Step.CANCEL, Stage(batch.state)))
    released = DisposalItem.objects.filter(batch=batch, state=ItemState.PENDING).update(
        state=ItemState.RELEASED
    )
    batch.cancelled_at, batch.cancelled_by_name = timezone.now(), actor.name
    batch.cancelled_because = because.strip()
    batch.state = BatchState(rules.stage_after_cancelling(batch.done).value)
    batch.save()
    write_down(Action.DISPOSAL_CANCELLED, batch, actor, count=released, reason=because.strip())
    return batch


# all --------------------------------------------------------------------------------------------


def pending(batch: DisposalBatch) -> int:
    return DisposalItem.objects.filter(batch=batch, state=ItemState.PENDING).count()


def write_down(
    action: Action,
    batch: DisposalBatch,
    actor: Actor,
    *,
    count: int,
    reason: str = "",
    subjects: tuple[UUID, ...] = (),
    **details: Any,
) -> None:
    """One leaf for an act on a batch; the people of it are in the leaves of their numbers."""
    pens.write(
        Record.by(
            actor,
            action,
            subjects=subjects,
            reason=reason,
            count=count,
            details={"batch": batch.code, "target": str(batch.id), **details},
        ),
        actor.company,
    )


def _locked(batch: DisposalBatch) -> DisposalBatch:
    return DisposalBatch.objects.select_for_update().get(id=batch.id)


def _refuse(problem: DisposeProblem | None) -> None:
    if problem is not None:
        raise DisposeRefused(problem)
