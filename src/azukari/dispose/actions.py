"""The disposal of one person's number.

Order of events, each step surviving `kill -9` after it: (1) one transaction: tombstone, sealed
bytes deleted, record ended, ledger leaf; (2) keys destroyed in the key store; (3) the disposal
marked done and written down.  What a crash leaves after (1) is finished by the sweep.

Where the company wants a second person (廃棄に承認者を求める) the same wish becomes a batch of
one that waits for approval.
"""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from azukari.dispose import batches
from azukari.dispose.finishing import finish_disposals
from azukari.dispose.models import Disposal, DisposalBatch, DisposalItem, ItemState
from azukari.dispose.rules import DisposeProblem, DisposeRefused, Reason, may_dispose
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.register import queries
from azukari.register.actions import end_records
from azukari.register.models import NumberRecord, Person
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.vault import door


def dispose_number(person: Person, reason: Reason, note: str, *, actor: Actor) -> Disposal:
    """Destroys the person's number for good.  The key goes right after the commit.

    Raises `DisposeRefused`, for instance where a second person has to approve.
    """
    actor.require(f"{person.kind}:delete")
    if batches.second_person_wanted():
        raise DisposeRefused(DisposeProblem.SECOND_PERSON_NEEDED)
    record = _disposable(person, reason, note)
    door.order_destruction(actor.company, [record.cell])
    end_records([record.id], [person.id])
    disposal = Disposal.objects.create(
        company_id=actor.company,
        person=person,
        record=record,
        cell=record.cell,
        reason=reason.value,
        rules=[record.kept_by] if record.kept_by else [],
        due_on=record.due_on,
        note=note.strip(),
        ordered_by=actor.user_id,
        ordered_by_name=actor.name,
    )
    pens.write(
        Record.by(
            actor,
            Action.DISPOSAL_ORDERED,
            subjects=(person.id,),
            handles=(record.cell,),
            reason=reason.label,
            count=1,
            details={"target": str(disposal.id)},
        ),
        actor.company,
    )
    _finish_after_commit(actor.contract_id, actor.company)
    return disposal


def ask_for_disposal(person: Person, reason: Reason, note: str, *, actor: Actor) -> DisposalBatch:
    """A batch of this one number, complete as it is, that waits for a second person."""
    actor.require(f"{person.kind}:delete")
    with transaction.atomic():
        record = _disposable(person, reason, note)
        return batches.propose_one(record, reason, note.strip(), actor=actor)


def _disposable(person: Person, reason: Reason, note: str) -> NumberRecord:
    """The person's number, locked.  Raises `DisposeRefused`."""
    person = Person.objects.select_for_update().get(id=person.id)
    record = queries.active_record(person)
    if record is None:
        raise DisposeRefused(DisposeProblem.NOTHING_TO_DISPOSE)
    today = timezone.localdate()
    problem = may_dispose(reason, note, on_hold=person.on_hold, due_on=record.due_on, today=today)
    if problem is None and _is_asked(record):
        problem = DisposeProblem.ALREADY_ASKED
    if problem is not None:
        raise DisposeRefused(problem)
    return record


def _is_asked(record: NumberRecord) -> bool:
    return DisposalItem.objects.filter(record=record, state=ItemState.PENDING).exists()


def _finish_after_commit(contract_id: UUID, company_id: UUID) -> None:
    def finish() -> None:
        with scope.enter(scope.Scope(contract_id=contract_id, company_id=company_id)):
            finish_disposals()

    # Robust: the order stands by then.  When the keys cannot be destroyed now, the sweep will.
    transaction.on_commit(finish, robust=True)
