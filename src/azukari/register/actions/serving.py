"""What a number that is held may be used for, changed without the number being touched."""

from dataclasses import astuple
from typing import Any

from azukari.law import verification as law
from azukari.law.purpose import PersonKind as LawKind
from azukari.law.purpose import Purpose
from azukari.law.verification import Provision
from azukari.ledger.actions import Action
from azukari.register import clocks, notices, queries, rules
from azukari.register.actions.numbers import Verification, settled, verifier_of
from azukari.register.actions.writing import permission, write_down
from azukari.register.models import NumberRecord, Person
from azukari.register.rules import Refused, RegisterProblem
from azukari.tenancy.actor import Actor
from azukari.tenancy.companies import company_at_work


def change_purposes(
    person: Person,
    purposes: list[Purpose],
    reason: str,
    *,
    actor: Actor,
    verification: Verification | None = None,
) -> NumberRecord:
    """Adds purposes and takes them away; the clock is counted anew.

    What is added must stand in a published notice that the person was told.  Where a new purpose
    wants the number to have come in another way (第3号 is the spouse's own filing), how it was
    verified then is given with it.  Raises `Refused` or `NotVerified`.
    """
    actor.require(permission(person, "change"))
    person = Person.objects.select_for_update().get(id=person.id)
    record = queries.active_record(person)
    if record is None:
        raise Refused(RegisterProblem.NOTHING_TO_CHANGE)
    kind, held = LawKind(person.kind), [Purpose[code] for code in record.purposes]
    problem = rules.may_change_purposes(
        kind=kind,
        held=held,
        wanted=purposes,
        switched_off=notices.switched_off(),
        published=notices.published_purposes(kind),
        told=notices.purposes_told(person),
    )
    if problem is not None:
        raise Refused(problem)
    verified = _verify_anew(record, person, purposes, verification, actor)
    before = " ".join(record.purposes)
    record.purposes = [purpose.code for purpose in Purpose if purpose in purposes]
    record.save(update_fields=["purposes", *verified])
    write_down(
        Action.PURPOSES_CHANGED,
        person,
        actor,
        handles=(record.cell,),
        purpose=",".join(record.purposes),
        reason=reason,
        before=before,
        after=" ".join(record.purposes),
        relation=record.provision,
        number_check=record.number_check,
        identity_check=record.person_check,
        authority_check=record.authority_check,
    )
    clocks.recount([person.id])
    return record


def verification_of(record: NumberRecord) -> Verification:
    """How the number that is held was verified."""
    return Verification(
        number_check=record.number_check,
        person_check=record.person_check,
        authority_check=record.authority_check,
        verified_on=record.verified_on,
        provision=record.provision,
        paper_held=record.paper_held,
    )


def _verify_anew(
    record: NumberRecord,
    person: Person,
    purposes: list[Purpose],
    given: Verification | None,
    actor: Actor,
) -> list[str]:
    """The columns of the record that changed; none where the earlier check is good for all."""
    if given is None or astuple(given) == astuple(verification_of(record)):
        kind = LawKind(person.kind)
        came = Provision(record.provision) if record.provision else None
        fits = law.provision_fits(came or law.usual_provision(kind, ()), kind, purposes)
        if not fits:
            raise Refused(RegisterProblem.PROVISION_DOES_NOT_FIT)
        return []
    facts = settled(person, purposes, given)
    changed: dict[str, Any] = {
        "provision": facts.provision,
        "number_check": facts.number_check,
        "person_check": facts.person_check,
        "authority_check": facts.authority_check,
        "paper_held": facts.paper_held,
        "verified_on": facts.verified_on,
        "verified_by_name": verifier_of(person, facts, actor),
        "awaits_second_check": company_at_work(actor.company).second_checker,
        "second_checked_at": None,
        "second_checked_by": None,
        "second_checked_by_name": "",
        "recorded_by": actor.user_id,
        "recorded_by_name": actor.name,
    }
    for name, value in changed.items():
        setattr(record, name, value)
    return list(changed)
