"""The verbs of disposal.

Order of events, each step surviving `kill -9` after it: (1) one transaction: tombstone, sealed
bytes deleted, record ended, ledger leaf; (2) keys destroyed in the key store; (3) the disposal
marked done and written down.  What a crash leaves after (1) is finished by the sweep.
"""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from azukari.dispose.models import Disposal
from azukari.dispose.rules import Reason, note_is_missing
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.register import holds, queries
from azukari.register.actions import end_record
from azukari.register.models import Person
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.vault import door


class NothingToDispose(Exception):
    """No number is held for the person (any more)."""


class OnHold(Exception):
    """The disposal is held back until somebody releases it (廃棄の保留)."""


class NoteMissing(Exception):
    """The reason "other" needs a note."""


def dispose_number(person: Person, reason: Reason, note: str, *, actor: Actor) -> Disposal:
    """Destroys the person's number for good.  The key goes right after the commit."""
    actor.require(f"{person.kind}:delete")
    if note_is_missing(reason, note):
        raise NoteMissing
    person = Person.objects.select_for_update().get(id=person.id)
    record = queries.active_record(person)
    if record is None:
        raise NothingToDispose
    if holds.open_hold(person.id) is not None:
        raise OnHold
    record.person = person
    door.order_destruction(actor.company, [record.cell])
    end_record(record)
    disposal = Disposal.objects.create(
        company_id=actor.company,
        person=person,
        record=record,
        cell=record.cell,
        reason=reason.value,
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


def finish_disposals() -> int:
    """Destroys keys that wait in the company in scope, and writes each down; how many."""
    realm = scope.company_id()
    done = door.finish_destruction(realm)
    waiting = Disposal.objects.filter(keys_destroyed_at__isnull=True)
    # Also those whose keys went in an earlier try that died before it could write this down.
    gone = [disposal for disposal in waiting if door.is_destroyed(realm, disposal.cell)]
    generation = door.state().generation
    for disposal in gone:
        disposal.keys_destroyed_at = timezone.now()
        disposal.generation = done.get(disposal.cell, generation)
        disposal.save(update_fields=["keys_destroyed_at", "generation"])
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
                    "generation": disposal.generation,
                },
            ),
            realm,
        )
    return len(gone)


def _finish_after_commit(contract_id: UUID, company_id: UUID) -> None:
    def finish() -> None:
        with scope.enter(scope.Scope(contract_id=contract_id, company_id=company_id)):
            finish_disposals()

    # Robust: the order stands by then.  When the keys cannot be destroyed now, the sweep will.
    transaction.on_commit(finish, robust=True)
