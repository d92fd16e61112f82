"""再確認: a second person confirms how somebody was verified, or sends it back.

Sending back destroys nothing by itself.  The number may not be used from then on; whoever
registers numbers enters it anew (`change_number` as a correction, after which the old one is due
at once) or destroys it as recorded by mistake.
"""

from collections.abc import Sequence

from django.utils import timezone

from azukari.law.number import MyNumber
from azukari.ledger.actions import Action, Result
from azukari.register import number_rules
from azukari.register.actions.viewing import refuse_beyond
from azukari.register.actions.writing import permission, write_down
from azukari.register.models import NumberRecord, RecordState
from azukari.register.rules import Refused, RegisterProblem
from azukari.tenancy.actor import Actor
from azukari.vault import door
from azukari.vault.door import Reading


def confirm_check(
    record: NumberRecord, *, actor: Actor, number: MyNumber | None = None
) -> NumberRecord:
    """The checks hold; from now on the number may be used.

    With `number`, typed off the document by the second person, it must be the one that is held.
    Raises `Refused`, or `LedgerUnavailable`.
    """
    record = _locked(record, actor)
    if number is not None:
        refuse_beyond(number_rules.COMPARISON_LIMITS, Action.NUMBER_COMPARED, record.person, actor)
        reading = Reading(Action.NUMBER_COMPARED, reason="本人確認の再確認")
        if not door.matches(actor.company, record.cell, number, reading, actor=actor):
            raise Refused(RegisterProblem.NUMBER_DIFFERS)
    record.awaits_second_check = False
    record.second_checked_at = timezone.now()
    record.second_checked_by, record.second_checked_by_name = actor.user_id, actor.name
    record.returned_because = record.returned_by_name = ""
    record.save(
        update_fields=[
            "awaits_second_check", "second_checked_at", "second_checked_by",
            "second_checked_by_name", "returned_because", "returned_by_name",
        ]
    )  # fmt: skip
    _write(record, actor)
    return record


def confirm_checks(records: Sequence[NumberRecord], *, actor: Actor) -> int:
    """Confirms those of the records that this actor may; how many.  For the marked of a list."""
    done = 0
    for record in records:
        if not actor.may(permission(record.person, "approve")):
            continue
        try:
            confirm_check(record, actor=actor)
        except Refused:
            continue
        done += 1
    return done


def return_check(record: NumberRecord, because: str, *, actor: Actor) -> NumberRecord:
    """Sends it back with a reason; the number stays shut.  Raises `Refused`."""
    record = _locked(record, actor)
    record.returned_because, record.returned_by_name = because, actor.name
    record.save(update_fields=["returned_because", "returned_by_name"])
    _write(record, actor, result=Result.REFUSED, reason=because)
    return record


def _locked(record: NumberRecord, actor: Actor) -> NumberRecord:
    actor.require(permission(record.person, "approve"))
    record = (
        NumberRecord.objects.select_for_update(of=("self",))
        .select_related("person")
        .get(id=record.id)
    )
    if record.state != RecordState.ACTIVE or not record.awaits_second_check:
        raise Refused(RegisterProblem.NOT_AWAITING)
    problem = number_rules.second_person(first=record.recorded_by, second=actor.user_id)
    if problem is not None:
        raise Refused(problem)
    return record


def _write(
    record: NumberRecord, actor: Actor, *, result: Result = Result.DONE, reason: str = ""
) -> None:
    write_down(
        Action.IDENTITY_VERIFIED,
        record.person,
        actor,
        handles=(record.cell,),
        result=result,
        reason=reason,
        kind="second_check",
        relation=record.provision,
        number_check=record.number_check,
        identity_check=record.person_check,
        authority_check=record.authority_check,
    )
