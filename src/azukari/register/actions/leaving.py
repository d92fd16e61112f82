"""Acts with a day that end the need for a number, or take that back.

退職, 扶養から外れた, 支払先の契約終了 start the clocks of what is kept; a return before disposal
lets the same person go on with the same number.
"""

from datetime import date
from typing import Any

from django.utils import timezone

from azukari.register import rules
from azukari.register.actions.changes import ENDINGS, lock_person, save_changes
from azukari.register.actions.writing import permission
from azukari.register.models import Person, PersonKind
from azukari.register.rules import Refused, RegisterProblem
from azukari.tenancy.actor import Actor

# Where the day of a return stands; a dependant has no such day.
_BEGINNINGS = {PersonKind.EMPLOYEE.value: "hired_on", PersonKind.PAYEE.value: "contract_from"}


def leave(
    person: Person, on: date, *, version: int, actor: Actor, last_paid_on: date | None = None
) -> Person:
    """Records the last day of employment, dependence or contract; it may lie ahead.

    `last_paid_on`: of a payee who is paid after the end.
    Raises `Refused`, or `SomebodyWasFaster` when `version` is not current.
    """
    actor.require(permission(person, "change"))
    person = lock_person(person, version)
    ending = ENDINGS[person.kind].field
    _refuse(rules.may_leave(ended=getattr(person, ending)) or _day_fits(person, on))
    paid = {"last_paid_on": last_paid_on} if last_paid_on is not None else {}
    save_changes(person, {ending: on, **paid}, actor=actor)
    return person


def bring_back(person: Person, *, again: date | None = None, version: int, actor: Actor) -> Person:
    """Takes the leaving back: as a mistake, or because the person is back since the day `again`.

    The earlier days stay in the history.  Raises as `leave` does.
    """
    actor.require(permission(person, "change"))
    person = lock_person(person, version)
    ending = ENDINGS[person.kind].field
    _refuse(rules.may_return(ended=getattr(person, ending), again=again))
    wanted: dict[str, Any] = {ending: None}
    if again is not None and person.kind in _BEGINNINGS:
        wanted[_BEGINNINGS[person.kind]] = again
    save_changes(person, wanted, actor=actor)
    return person


def _day_fits(person: Person, on: date) -> RegisterProblem | None:
    if person.kind == PersonKind.EMPLOYEE:
        return rules.dates_fit(
            born=person.birth_date, hired=person.hired_on, left=on, today=timezone.localdate()
        )
    if person.kind == PersonKind.FAMILY:
        return rules.dependence_fits(born=person.birth_date, until=on)
    return rules.contract_fits(start=person.contract_from, end=on)


def _refuse(problem: RegisterProblem | None) -> None:
    if problem is not None:
        raise Refused(problem)
