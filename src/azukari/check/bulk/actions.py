"""The verbs: do it at once, order it, carry an order out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from azukari.check.bulk.models import Act, BulkOrder
from azukari.check.difference import dealing as differences
from azukari.check.difference.models import DifferenceRow
from azukari.check.link import handling
from azukari.ledger.number_in_text import mentions_number
from azukari.progress import actions as progress
from azukari.progress import queue
from azukari.progress.models import Progress
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor

AT_ONCE: Final = 200
"""So many rows are dealt with while somebody waits for the page; more of them by a worker."""

WANTS_REASON: Final = frozenset({Act.ASIDE, Act.DISCARD})
_PER_STEP: Final = 100
_LONGEST_REASON: Final = 200
_OF_DIFFERENCES: Final = frozenset({Act.TAKE, Act.ASIDE, Act.REOPEN, Act.DISPOSE})
Whole = Callable[[list[DifferenceRow]], "Outcome"]
"""What another room does about all rows of an order at once."""


class ReasonMissing(Exception):
    """The act wants a reason, and no number in it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Rows that were dealt with, and those that could not be; the others were dealt with before."""

    done: int = 0
    refused: int = 0


def do_at_once(act: Act, rows: Sequence[UUID], reason: str, *, actor: Actor) -> Outcome:
    """In the running transaction.  Raises ReasonMissing."""
    _refuse_reason(act, reason)
    return _DO[act](rows, reason.strip(), actor)


def order(
    act: Act, rows: Sequence[UUID], reason: str, *, subject: UUID | None = None, actor: Actor
) -> Progress:
    """Freezes the rows and hands them to a worker.  Raises ReasonMissing.

    `subject`: the row whose page shows the result, if it is not the list of all.
    """
    task, made = plan(act, rows, reason, subject=subject, actor=actor)
    work = "bulk.dispose" if act is Act.DISPOSE else "bulk.carry_out"
    queue.enqueue(work, actor=actor, progress_id=task.id, order_id=made.id)
    return task


def plan(
    act: Act, rows: Sequence[UUID], reason: str, *, subject: UUID | None = None, actor: Actor
) -> tuple[Progress, BulkOrder]:
    """The order, nothing done yet.  Raises ReasonMissing."""
    actor.require("difference:change" if act in _OF_DIFFERENCES else "link:change")
    if act is Act.DISPOSE:
        actor.require("disposal:create")
    _refuse_reason(act, reason)
    made = BulkOrder.objects.create(
        company_id=actor.company,
        act=act,
        rows=list(rows),
        total=len(rows),
        reason=reason.strip()[:_LONGEST_REASON],
        ordered_by_name=actor.name,
    )
    kind = "bulk.difference" if act in _OF_DIFFERENCES else "bulk.link"
    return progress.plan(kind, subject or made.id, total=len(rows)), made


def carry_out(actor: Actor, progress_id: UUID, order_id: UUID) -> None:
    """Step by step from where it was broken off; runs outside any scope."""
    place = scope.of(actor)
    with scope.enter(place):
        progress.begin(progress_id)
    while _step(place, actor, progress_id, order_id):
        pass
    with scope.enter(place):
        made = BulkOrder.objects.defer("rows").get(id=order_id)
        BulkOrder.objects.filter(id=order_id).update(rows=[])
        progress.finish(progress_id, _told(made))


def carry_whole_out(actor: Actor, progress_id: UUID, order_id: UUID, deal: Whole) -> None:
    """In one transaction, for what makes one thing of all rows; runs outside any scope."""
    with scope.enter(scope.of(actor)):
        progress.begin(progress_id)
        made = BulkOrder.objects.select_for_update().get(id=order_id)
        if made.position < made.total:
            outcome = deal(_differences(made.rows))
            made.position, made.rows = made.total, []
            made.done, made.refused = outcome.done, outcome.refused
            made.save(update_fields=["position", "rows", "done", "refused"])
        progress.advance(progress_id, made.position)
        progress.finish(progress_id, _told(made))


def _step(place: scope.Scope, actor: Actor, progress_id: UUID, order_id: UUID) -> bool:
    """One transaction: the rows, the place in the order, the progress.  False at the end."""
    with scope.enter(place):
        made = BulkOrder.objects.select_for_update().defer("rows").get(id=order_id)
        if made.position >= made.total:
            return False
        stop = made.position + _PER_STEP
        [rows] = BulkOrder.objects.filter(id=order_id).values_list(
            f"rows__{made.position}_{stop}", flat=True
        )
        outcome = _DO[Act(made.act)](rows, made.reason, actor)
        made.position += len(rows)
        made.done += outcome.done
        made.refused += outcome.refused
        made.save(update_fields=["position", "done", "refused"])
        progress.advance(progress_id, made.position)
    return True


def _told(made: BulkOrder) -> str:
    said = f"{made.done:,}件を処理しました。"
    if made.refused:
        said += f"{made.refused:,}件はできず、そのまま残っています。"
        said += _WHERE_WHY[made.act in _OF_DIFFERENCES]
    return said


# Of differences, of pushed records: how a list shows them, each with its reason.
_WHERE_WHY: Final = {
    True: "一覧の条件「できなかったものだけ」で、人ごとに理由を確かめられます。",
    False: "一覧の条件の状態「エラー」で、人ごとに理由を確かめられます。",
}


def _refuse_reason(act: Act, reason: str) -> None:
    if mentions_number(reason) or (act in WANTS_REASON and not reason.strip()):
        raise ReasonMissing


# what each act is -----------------------------------------------------------------------------


def _take(rows: Sequence[UUID], _reason: str, actor: Actor) -> Outcome:
    dealt = differences.take_over(_differences(rows), actor=actor)
    return Outcome(dealt.done, len(dealt.refused or {}))


def _aside(rows: Sequence[UUID], reason: str, actor: Actor) -> Outcome:
    return Outcome(differences.set_aside(_differences(rows), reason, actor=actor))


def _reopen(rows: Sequence[UUID], _reason: str, actor: Actor) -> Outcome:
    return Outcome(differences.bring_back(_differences(rows), actor=actor))


def _differences(rows: Sequence[UUID]) -> list[DifferenceRow]:
    return list(DifferenceRow.objects.select_for_update().filter(id__in=rows))


def _reflect(rows: Sequence[UUID], _reason: str, actor: Actor) -> Outcome:
    done = handling.reflect_now(rows, actor=actor)
    return Outcome(done.reflected, len(done.failed))


def _hold(rows: Sequence[UUID], reason: str, actor: Actor) -> Outcome:
    return Outcome(handling.hold(rows, reason, actor=actor))


def _discard(rows: Sequence[UUID], reason: str, actor: Actor) -> Outcome:
    return Outcome(handling.discard(rows, reason, actor=actor))


_DO: Final[Mapping[Act, Callable[[Sequence[UUID], str, Actor], Outcome]]] = {
    Act.TAKE: _take,
    Act.ASIDE: _aside,
    Act.REOPEN: _reopen,
    Act.REFLECT: _reflect,
    Act.HOLD: _hold,
    Act.DISCARD: _discard,
}
