"""The verbs about numbers: permission, rule, one transaction, ledger, vault."""

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from azukari.law.number import MyNumber
from azukari.law.purpose import PersonKind as LawKind
from azukari.law.purpose import Purpose
from azukari.ledger.actions import Action
from azukari.register import queries, rules
from azukari.register.actions.writing import permission, write_down
from azukari.register.models import NumberRecord, NumberState, Person, RecordState
from azukari.register.rules import Refused, RegisterProblem
from azukari.tenancy.actor import Actor
from azukari.vault import door
from azukari.vault.door import Reading


@dataclass(frozen=True)
class Verification:
    """本人確認: how and when it was done.  Only the fact is kept, no copy of a document."""

    number_check: str = ""
    person_check: str = ""
    authority_check: str = ""  # only in the ledger: 代理権 of who brought a 第3号 spouse's number
    verified_on: date | None = None


@dataclass(frozen=True)
class Recorded:
    record: NumberRecord
    same_number: list[Person] = field(default_factory=list)  # others who hold it: a warning


def others_with(number: MyNumber, person: Person) -> list[Person]:
    """Other people of the company for whom the same number is held."""
    [subjects] = door.find_same(person.company_id, [number])
    return list(Person.objects.filter(id__in=set(subjects) - {person.id}))


def record_number(
    person: Person,
    number: MyNumber,
    purposes: list[Purpose],
    verification: Verification,
    *,
    actor: Actor,
    accept_same: bool = False,
) -> Recorded:
    """Seals the number and refers to it from the person.

    A number already held for somebody else is refused unless `accept_same`: one child may be
    the dependant of two employees, so it can be right, but somebody has to have looked.
    """
    actor.require(permission(person, "create"))
    person = Person.objects.select_for_update().get(id=person.id)
    problem = rules.may_record(
        has_number=queries.active_record(person) is not None,
        needs_number=person.number_state != NumberState.NOT_NEEDED,
        kind=LawKind(person.kind),
        purposes=purposes,
    )
    if problem is not None:
        raise Refused(problem)
    same = others_with(number, person)
    if same and not accept_same:
        raise Refused(RegisterProblem.HELD_FOR_SOMEBODY_ELSE)
    handle = door.deposit_number(actor.company, person.id, number)
    record = NumberRecord.objects.create(
        company_id=actor.company,
        person=person,
        cell=handle,
        purposes=[purpose.code for purpose in purposes],
        number_check=verification.number_check,
        person_check=verification.person_check,
        verified_on=verification.verified_on,
        recorded_by=actor.user_id,
        recorded_by_name=actor.name,
    )
    _set_state(person, NumberState.ACTIVE)
    write_down(
        Action.NUMBER_RECORDED,
        person,
        actor,
        handles=(handle,),
        purpose=",".join(record.purposes),
        number_check=verification.number_check,
        identity_check=verification.person_check,
        authority_check=verification.authority_check,
    )
    return Recorded(record, same)


def reveal_number(person: Person, purpose: Purpose, reason: str, *, actor: Actor) -> MyNumber:
    """The number, for a stated purpose; written down durably before it is opened.

    Raises `Refused`, or `LedgerUnavailable` when it cannot be written down.
    """
    actor.require(permission(person, "reveal"))
    record = queries.active_record(person)
    problem = rules.may_reveal(
        has_number=record is not None,
        held_for=record.purposes if record else [],
        wanted=purpose,
    )
    if problem is not None or record is None:
        raise Refused(problem or RegisterProblem.NOTHING_TO_REVEAL)
    reading = Reading(Action.NUMBER_REVEALED, purpose=purpose.code, reason=reason)
    return door.open_number(actor.company, record.cell, reading, actor=actor)


def end_record(record: NumberRecord) -> None:
    """The number of this record was disposed of; called by the room `dispose` only."""
    record.state = RecordState.DISPOSED
    record.ended_at = timezone.now()
    record.save(update_fields=["state", "ended_at"])
    _set_state(record.person, NumberState.DISPOSED)


def _set_state(person: Person, state: NumberState) -> None:
    person.number_state = state
    person.version += 1
    person.updated_at = timezone.now()
    person.save(update_fields=["number_state", "version", "updated_at"])
