"""The verbs that bring a number in and change it: permission, rule, one transaction, vault."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils import timezone

from azukari.law import verification as law
from azukari.law.purpose import PersonKind as LawKind
from azukari.law.purpose import Purpose
from azukari.law.verification import METHODS, Provision, VerificationProblem, Verifier
from azukari.ledger.actions import Action
from azukari.register import clocks, notices, queries, rules
from azukari.register.actions import incoming, number_book
from azukari.register.actions.incoming import Incoming
from azukari.register.actions.writing import permission, write_down
from azukari.register.models import NumberRecord, NumberState, Person, RecordState
from azukari.register.number_rules import ChangeReason
from azukari.register.rules import Refused, RegisterProblem
from azukari.tenancy.actor import Actor
from azukari.tenancy.companies import company_at_work


@dataclass(frozen=True)
class Verification:
    """本人確認: how and when it was done.  Only the fact is kept, no copy of a document.

    The checks are codes of `law.verification.Method`; `provision` is a `Provision` or empty for
    the usual way of the person; `paper_held` the contract or consent that some ways need.
    """

    number_check: str = ""
    person_check: str = ""
    authority_check: str = ""
    verified_on: date | None = None
    provision: str = ""
    paper_held: bool = False


class NotVerified(Exception):
    """The checks do not settle what the law asks for; carries each problem."""

    def __init__(self, problems: frozenset[VerificationProblem]) -> None:
        super().__init__(",".join(sorted(problems)))
        self.problems = problems


@dataclass(frozen=True)
class Recorded:
    record: NumberRecord
    same_number: list[Person] = field(default_factory=list)  # others who hold it: a warning


def others_with(number: Incoming, person: Person) -> list[Person]:
    """Other people of the company for whom the same number is held."""
    subjects = incoming.subjects_with(number, person.company_id)
    return list(Person.objects.filter(id__in=subjects - {person.id}))


def record_number(
    person: Person,
    number: Incoming,
    purposes: list[Purpose],
    verification: Verification,
    *,
    actor: Actor,
    accept_same: bool = False,
) -> Recorded:
    """Seals the number, typed or waiting in the vault, and refers to it from the person.

    A number already held for somebody else is refused unless `accept_same`: one child may be
    the dependant of two employees, so it can be right, but somebody has to have looked.
    Raises `Refused` or `NotVerified`.
    """
    actor.require(permission(person, "create"))
    person = Person.objects.select_for_update().get(id=person.id)
    problem = rules.may_record(
        has_number=queries.active_record(person) is not None,
        needs_number=person.number_state != NumberState.NOT_NEEDED,
        kind=LawKind(person.kind),
        purposes=purposes,
        switched_off=notices.switched_off(),
    )
    if problem is not None:
        raise Refused(problem)
    verification = settled(person, purposes, verification)
    same = _others_accepted(person, number, accept_same=accept_same)
    record = _keep(person, number, purposes, verification, actor)
    _write_down(Action.NUMBER_RECORDED, record, verification, actor, [record])
    clocks.recount([person.id])
    return Recorded(record, same)


def change_number(
    person: Person,
    number: Incoming,
    why: ChangeReason,
    verification: Verification,
    *,
    actor: Actor,
    accept_same: bool = False,
) -> Recorded:
    """番号変更 (番号法 第7条第2項), or the correction of a number that was entered wrongly.

    The old one is kept as superseded until nothing needs it; purposes go over to the new one.
    Raises `Refused` or `NotVerified`.
    """
    actor.require(permission(person, "change"))
    person = Person.objects.select_for_update().get(id=person.id)
    old = queries.active_record(person)
    if old is None:
        raise Refused(RegisterProblem.NOTHING_TO_CHANGE)
    purposes = [Purpose[code] for code in old.purposes]
    verification = settled(person, purposes, verification)
    _refuse_equal(person, number, why)
    same = _others_accepted(person, number, accept_same=accept_same)
    supersede_record(old, why)
    record = _keep(person, number, purposes, verification, actor)
    correction = why is ChangeReason.CORRECTION
    action = Action.NUMBER_CORRECTED if correction else Action.NUMBER_SUPERSEDED
    _write_down(action, record, verification, actor, [old, record], reason=why.label)
    number_book.note_change(person, ["個人番号"], actor=actor)
    clocks.recount([person.id])
    return Recorded(record, same)


def settled(
    person: Person, purposes: Sequence[Purpose], verification: Verification
) -> Verification:
    """With the way the number came; refused when that does not fit or a check is missing."""
    kind = LawKind(person.kind)
    usual = law.usual_provision(kind, purposes)
    provision = Provision(verification.provision) if verification.provision else usual
    if not law.provision_fits(provision, kind, purposes):
        raise Refused(RegisterProblem.PROVISION_DOES_NOT_FIT)
    problems = law.problems(
        provision,
        number=METHODS.get(verification.number_check),
        person=METHODS.get(verification.person_check),
        authority=METHODS.get(verification.authority_check),
        paper_held=verification.paper_held,
    )
    if problems:
        raise NotVerified(problems)
    return replace(verification, provision=provision.value)


def _others_accepted(person: Person, number: Incoming, *, accept_same: bool) -> list[Person]:
    same = others_with(number, person)
    if same and not accept_same:
        raise Refused(RegisterProblem.HELD_FOR_SOMEBODY_ELSE)
    return same


def _refuse_equal(person: Person, number: Incoming, why: ChangeReason) -> None:
    """A changed number is a new one; a correction may only mend how it was checked."""
    if why is ChangeReason.CORRECTION:
        return
    if person.id in incoming.subjects_with(number, person.company_id):
        raise Refused(RegisterProblem.SAME_AS_BEFORE)


def supersede_record(old: NumberRecord, why: ChangeReason) -> None:
    """Another number takes its place; it stays until nothing needs it."""
    old.state = RecordState.SUPERSEDED
    old.superseded_at = timezone.now()
    old.superseded_because = why.label
    old.awaits_second_check = False
    old.save(update_fields=["state", "superseded_at", "superseded_because", "awaits_second_check"])


def _keep(
    person: Person,
    number: Incoming,
    purposes: Sequence[Purpose],
    verification: Verification,
    actor: Actor,
) -> NumberRecord:
    handle = incoming.seal(number, person)
    record = NumberRecord.objects.create(
        company_id=actor.company,
        person=person,
        cell=handle,
        purposes=[purpose.code for purpose in purposes],
        provision=verification.provision,
        number_check=verification.number_check,
        person_check=verification.person_check,
        authority_check=verification.authority_check,
        paper_held=verification.paper_held,
        verified_on=verification.verified_on,
        verified_by_name=verifier_of(person, verification, actor),
        awaits_second_check=company_at_work(actor.company).second_checker,
        recorded_by=actor.user_id,
        recorded_by_name=actor.name,
    )
    _set_state(person, NumberState.ACTIVE)
    return record


def verifier_of(person: Person, verification: Verification, actor: Actor) -> str:
    """Whoever looked at the documents: on most family papers that is the employee."""
    verifier = law.who_verifies(Provision(verification.provision))
    if verifier is Verifier.EMPLOYEE and person.host is not None:
        return person.host.name[:60]
    return actor.name if verifier is Verifier.COMPANY else ""


def _write_down(
    action: Action,
    record: NumberRecord,
    verification: Verification,
    actor: Actor,
    records: Sequence[NumberRecord],
    *,
    reason: str = "",
) -> None:
    write_down(
        action,
        record.person,
        actor,
        handles=tuple(one.cell for one in records),
        purpose=",".join(record.purposes),
        reason=reason,
        relation=verification.provision,
        number_check=verification.number_check,
        identity_check=verification.person_check,
        authority_check=verification.authority_check,
    )


def _set_state(person: Person, state: NumberState) -> None:
    person.number_state = state
    person.version += 1
    person.updated_at = timezone.now()
    person.save(update_fields=["number_state", "version", "updated_at"])
