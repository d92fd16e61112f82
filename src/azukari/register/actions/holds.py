"""廃棄の保留: litigation or an inquiry forbids disposal until somebody releases it.

The person's row is the lock: whoever disposes takes it too, so that a number is either held or
gone, never both.
"""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.register import clocks, keeping, queries
from azukari.register.keeping import HoldProblem
from azukari.register.keeping_facts import held_people
from azukari.register.models import Hold, Person
from azukari.tenancy.actor import Actor


class HoldRefused(Exception):
    """Carries which problem."""

    def __init__(self, problem: HoldProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def place_hold(
    person: Person, reason: str, review_on: date, *, actor: Actor, with_family: bool = False
) -> list[Hold]:
    """Holds back the disposal of the person's numbers, and with it that of the family's.

    Raises `HoldRefused`.  Family members held already stay as they are.
    """
    actor.require("disposal:change")
    people = _locked([person, *(queries.family_of(person) if with_family else ())])
    held = held_people(one.id for one in people)
    problem = keeping.may_hold(
        is_held=person.id in held,
        reason=reason,
        review_on=review_on,
        today=timezone.localdate(),
    )
    if problem is not None:
        raise HoldRefused(problem)
    placed = [
        Hold.objects.create(
            company_id=actor.company,
            person=one,
            reason=reason.strip(),
            review_on=review_on,
            placed_by=actor.user_id,
            placed_by_name=actor.name,
        )
        for one in people
        if one.id not in held
    ]
    for hold in placed:
        _write_down(Action.HOLD_PLACED, hold, reason, actor)
    clocks.recount(hold.person_id for hold in placed)
    return placed


def put_off_review(hold: Hold, reason: str, review_on: date, *, actor: Actor) -> Hold:
    """Somebody looked again and the hold stands: with the reason, and until the next look."""
    actor.require("disposal:change")
    hold = _open(hold)
    problem = keeping.may_review(reason=reason, review_on=review_on, today=timezone.localdate())
    if problem is not None:
        raise HoldRefused(problem)
    hold.review_on = review_on
    hold.save(update_fields=["review_on"])
    _write_down(Action.HOLD_PLACED, hold, reason, actor)
    return hold


def release_hold(hold: Hold, reason: str, *, actor: Actor) -> Hold:
    """The clock ran on meanwhile: a number whose day has come may go at once.

    Raises `HoldRefused` without a reason, or when somebody else was first.
    """
    actor.require("disposal:change")
    hold = _open(hold)
    if not reason.strip():
        raise HoldRefused(HoldProblem.REASON_MISSING)
    hold.released_at = timezone.now()
    hold.released_by = actor.user_id
    hold.released_by_name = actor.name
    hold.release_reason = reason.strip()
    hold.save(update_fields=["released_at", "released_by", "released_by_name", "release_reason"])
    _write_down(Action.HOLD_RELEASED, hold, reason, actor)
    clocks.recount([hold.person_id])
    return hold


def _open(hold: Hold) -> Hold:
    _locked([hold.person])
    hold = Hold.objects.select_related("person").get(id=hold.id)
    if hold.released_at is not None:
        raise HoldRefused(HoldProblem.RELEASED)
    return hold


def _locked(people: Iterable[Person]) -> list[Person]:
    """In the order of ids, as everybody locks people."""
    found = Person.objects.filter(id__in=[one.id for one in people])
    return list(found.order_by("id").select_for_update())


def _write_down(action: Action, hold: Hold, reason: str, actor: Actor) -> None:
    pens.write(
        Record.by(
            actor,
            action,
            subjects=(hold.person_id,),
            reason=reason.strip(),
            count=1,
            details={"target": str(hold.id), "period": hold.review_on.isoformat()},
        ),
        actor.company,
    )
