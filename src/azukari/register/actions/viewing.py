"""The verbs of looking: 表示, 照合, and the second person who allows a look."""

from datetime import datetime

from django.utils import timezone

from azukari.law.number import MyNumber
from azukari.law.purpose import Purpose
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action, Result
from azukari.register import approvals, number_rules, queries, rules
from azukari.register.actions.writing import permission, write_down
from azukari.register.models import NumberRecord, Person, ViewingRequest
from azukari.register.number_rules import Limit
from azukari.register.rules import Refused, RegisterProblem
from azukari.tenancy import four_eyes
from azukari.tenancy.actor import Actor
from azukari.tenancy.companies import company_at_work
from azukari.tenancy.models import Company
from azukari.vault import door
from azukari.vault.door import Reading


def reveal_number(person: Person, purpose: Purpose, reason: str, *, actor: Actor) -> MyNumber:
    """The number, for a stated purpose; written down durably before it is opened.

    Raises `Refused`, or `LedgerUnavailable` when it cannot be written down.
    """
    actor.require(permission(person, "reveal"))
    record = _viewable(person, purpose)
    if company_at_work(actor.company).second_person_viewing:
        raise Refused(RegisterProblem.NEEDS_SECOND_PERSON)
    return _open(
        person, record, Reading(Action.NUMBER_REVEALED, purpose.code, reason=reason), actor
    )


def compare_number(
    person: Person, number: MyNumber, purpose: Purpose, reason: str, *, actor: Actor
) -> bool:
    """照合: whether the typed number is the one that is held.  Nothing else is told.

    Raises `Refused`, or `LedgerUnavailable`.
    """
    actor.require(permission(person, "compare"))
    record = _viewable(person, purpose)
    refuse_beyond(number_rules.COMPARISON_LIMITS, Action.NUMBER_COMPARED, person, actor)
    reading = Reading(Action.NUMBER_COMPARED, purpose=purpose.code, reason=reason)
    return door.matches(actor.company, record.cell, number, reading, actor=actor)


def ask_to_view(person: Person, purpose: Purpose, reason: str, *, actor: Actor) -> ViewingRequest:
    """Asks a second person to allow one look at the number."""
    actor.require(permission(person, "reveal"))
    record = _viewable(person, purpose)
    person = Person.objects.select_for_update().get(id=person.id)
    if actor.user_id is None or approvals.open_viewings(person, actor).exists():
        raise Refused(RegisterProblem.ALREADY_ASKED)
    asked = ViewingRequest.objects.create(
        company_id=actor.company,
        person=person,
        purpose=purpose.code,
        reason=reason,
        asked_by=actor.user_id,
        asked_by_name=actor.name,
        cell=record.cell,
        expires_at=timezone.now() + number_rules.REQUEST_LASTS,
    )
    _write(Action.VIEWING_ASKED, asked, actor)
    needed = permission(person, "approve")
    if four_eyes.tell_if_alone(needed, Action.VIEWING_ASKED, asked.id, actor=actor):
        asked.expires_at = asked.asked_at + number_rules.ALONE_LASTS
        asked.save(update_fields=["expires_at"])
    return asked


def decide_viewing(asked: ViewingRequest, *, approved: bool, actor: Actor) -> ViewingRequest:
    """Allows or refuses a look that somebody asked for.  Raises `Refused`."""
    actor.require(permission(asked.person, "approve"))
    asked = ViewingRequest.objects.select_for_update().get(id=asked.id)
    problem = number_rules.may_decide(
        decided=asked.decided_at is not None, expires_at=asked.expires_at, now=timezone.now()
    )
    if problem is None and approved:
        needed = permission(asked.person, "approve")
        refusal = four_eyes.judge(asked.asked_by, needed, asked_at=asked.asked_at, actor=actor)
        problem = RegisterProblem(refusal) if refusal else None
    if problem is not None:
        raise Refused(problem)
    asked.approved, asked.decided_at = approved, timezone.now()
    asked.decided_by, asked.decided_by_name = actor.user_id, actor.name
    asked.save(update_fields=["approved", "decided_at", "decided_by", "decided_by_name"])
    _write(Action.VIEWING_APPROVED if approved else Action.VIEWING_REFUSED, asked, actor)
    return asked


def view_approved(asked: ViewingRequest, *, actor: Actor) -> MyNumber:
    """The one look that a second person allowed.  Raises `Refused` or `LedgerUnavailable`."""
    person = asked.person
    actor.require(permission(person, "reveal"))
    asked = ViewingRequest.objects.select_for_update().get(id=asked.id)
    now, held = timezone.now(), queries.active_record(person)
    problem = number_rules.may_view(
        asked_by=asked.asked_by,
        viewer=actor.user_id,
        approved=asked.approved,
        used=asked.used_at is not None,
        same_number=held is not None and held.cell == asked.cell,
        expires_at=asked.expires_at,
        now=now,
    )
    if problem is not None:
        raise Refused(problem)
    purpose = Purpose[asked.purpose]
    record = _viewable(person, purpose)
    asked.used_at = now
    asked.save(update_fields=["used_at"])
    details: dict[str, str | int | bool] = {
        "approved_by": asked.decided_by_name,
        "target": str(asked.id),
    }
    reading = Reading(
        Action.NUMBER_REVEALED, purpose=purpose.code, reason=asked.reason, details=details
    )
    return _open(person, record, reading, actor)


def refuse_beyond(limits: tuple[Limit, ...], action: Action, person: Person, actor: Actor) -> None:
    """Raises `Refused` when the act was done as often as a limit allows.

    The ledger is what counts: its record of a look stands even when the look then failed.  One
    after the other under the company's row, so that many at once do not pass together.
    """
    Company.objects.select_for_update(no_key=True).get(id=actor.company)
    for limit in limits:
        if _used_up(limit, action, actor, now=timezone.now()):
            write_down(
                Action.ALERT_RAISED, person, actor, result=Result.REFUSED, rule=limit.problem.value
            )
            raise Refused(limit.problem)


def _used_up(limit: Limit, action: Action, actor: Actor, *, now: datetime) -> bool:
    asked = ledger.Filter(
        actor=actor.user_id if limit.of_user else None,
        actions=(action,),
        since=now - limit.within,
    )
    return ledger.count(actor.company, asked, at_most=limit.most) >= limit.most


def _viewable(person: Person, purpose: Purpose) -> NumberRecord:
    record = queries.active_record(person)
    problem = rules.may_reveal(
        has_number=record is not None,
        held_for=record.purposes if record else [],
        wanted=purpose,
        awaits_second_check=record is not None and record.awaits_second_check,
    )
    if problem is not None or record is None:
        raise Refused(problem or RegisterProblem.NOTHING_TO_REVEAL)
    return record


def _open(person: Person, record: NumberRecord, reading: Reading, actor: Actor) -> MyNumber:
    company = company_at_work(actor.company)
    limits = number_rules.viewing_limits(company.viewings_per_hour)
    refuse_beyond(limits, Action.NUMBER_REVEALED, person, actor)
    return door.open_number(actor.company, record.cell, reading, actor=actor)


def _write(action: Action, asked: ViewingRequest, actor: Actor) -> None:
    write_down(
        action,
        asked.person,
        actor,
        purpose=asked.purpose,
        reason=asked.reason,
        target=str(asked.id),
    )
