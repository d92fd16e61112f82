"""Records go into the register, through its own verbs, in the order of each person.

A record whose person has an earlier one still open waits for it: a marriage that nobody has
looked at must not be overtaken by the divorce.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from azukari.check.link.events import (
    DAYS,
    OF_EMPLOYEES,
    OF_FAMILY,
    OPEN,
    Event,
    Problem,
    State,
)
from azukari.check.link.models import LinkSetting, Push, PushedRecord, UnknownPerson
from azukari.law.purpose import PURPOSES, Purpose, allows
from azukari.law.purpose import PersonKind as LawKind
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.progress import actions as progress
from azukari.register.actions import (
    NotVerified,
    SomebodyWasFaster,
    Verification,
    bring_back,
    change_person,
    keep_figures,
    leave,
    record_number,
    register_employee,
    register_family_member,
)
from azukari.register.actions.incoming import Waiting
from azukari.register.models import NumberState, Person, PersonKind
from azukari.register.rules import Refused
from azukari.tenancy import scope
from azukari.tenancy.access import command_actor
from azukari.tenancy.actor import Actor
from azukari.tenancy.rights import ALL_PERMISSIONS
from azukari.vault import door

_PER_STEP = 100
_OPEN = [state.value for state in OPEN]


class CannotReflect(Exception):
    """Why a record does not go into the register; `state` is what becomes of it."""

    def __init__(self, problem: Problem, detail: str = "", *, state: State = State.ERROR) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.detail = detail
        self.state = state


@dataclass
class Done:
    reflected: int = 0
    failed: list[UUID] = field(default_factory=list)


def reflect_push(actor: Actor, progress_id: UUID, push_id: UUID) -> None:
    """What the company lets go by itself, step by step; runs outside any scope.

    Begins where it was broken off: what is reflected is no longer waiting.
    """
    place = scope.of(actor)
    with scope.enter(place):
        push = Push.objects.get(id=push_id)
        setting = LinkSetting.objects.first()
        automatic = setting.automatic if setting is not None and setting.is_on else []
        found = PushedRecord.objects.filter(
            push=push, state=State.WAITING.value, event__in=automatic
        )
        ids = list(found.order_by("place").values_list("id", flat=True))
        progress.begin(progress_id, total=len(ids))
    for start in range(0, len(ids), _PER_STEP):
        with scope.enter(place):
            rows = PushedRecord.objects.select_for_update().filter(
                id__in=ids[start : start + _PER_STEP], state=State.WAITING.value
            )
            reflect(rows.order_by("id"), actor=_on_behalf(actor))
            progress.advance(progress_id, start + _PER_STEP)
    with scope.enter(place):
        door.finish_destruction(actor.company)
        progress.finish(progress_id)


def reflect(records: Iterable[PushedRecord], *, actor: Actor) -> Done:
    """Each in a savepoint of its own: one that fails takes nothing of the others back."""
    actor.require("link:change")
    setting = LinkSetting.objects.first() or LinkSetting(company_id=actor.company)
    done = Done()
    for record in records:
        if record.state not in OPEN:
            continue
        try:
            with transaction.atomic():
                _refuse_overtaking(record)
                person = _apply(record, setting, actor)
                _end(record, person, actor)
        except CannotReflect as why:
            _fail(record, why)
            done.failed.append(record.id)
        else:
            done.reflected += 1
    return done


def _on_behalf(actor: Actor) -> Actor:
    """A token may only push; what the company lets go by itself is done in its own name."""
    acting = command_actor(actor.contract_id, actor.company, ALL_PERMISSIONS)
    return Actor(
        contract_id=acting.contract_id,
        company_id=acting.company_id,
        user_id=actor.user_id,
        name=actor.name if actor.user_id else "給与計算サービス連携",
        roles=acting.roles,
        permissions=acting.permissions,
    )


def _refuse_overtaking(record: PushedRecord) -> None:
    """The employee and the family are one file of events; figures of a year are another."""
    earlier = PushedRecord.objects.filter(
        employee_code=record.employee_code, id__lt=record.id, state__in=_OPEN
    ).exclude(id=record.id)
    if record.event == Event.FIGURES:
        earlier = earlier.filter(event=Event.FIGURES, year=record.year)
    else:
        earlier = earlier.exclude(event=Event.FIGURES)
    if record.family_code:
        earlier = earlier.filter(family_code__in=[0, record.family_code])
    else:
        earlier = earlier.filter(family_code=0)
    if earlier.exists():
        raise CannotReflect(Problem.EARLIER_OPEN, state=State.HELD)


def _apply(record: PushedRecord, setting: LinkSetting, actor: Actor) -> Person:
    if record.relationship:
        raise CannotReflect(Problem.RELATIONSHIP_UNKNOWN, "relationship")
    if record.problem and record.state == State.ERROR and not record.employee_code:
        raise CannotReflect(Problem(record.problem), record.detail)
    try:
        person = _VERBS[Event(record.event)](record, setting, actor)
        if record.cell is not None:
            _record_number(record, person, setting, actor)
    except Refused as refused:
        raise CannotReflect(Problem.REGISTER_REFUSED, refused.problem.value) from None
    except SomebodyWasFaster:
        raise CannotReflect(Problem.REGISTER_REFUSED, "somebody_was_faster") from None
    return person


# events ---------------------------------------------------------------------------------------


def _hire(record: PushedRecord, setting: LinkSetting, actor: Actor) -> Person:  # noqa: ARG001
    """Somebody new, somebody back, or somebody who is here already and whose facts change."""
    facts = _facts(record)
    person = _find(record)
    if person is None:
        if not facts.get("name"):
            raise CannotReflect(Problem.NAME_MISSING, "name")
        return register_employee(
            {"kana": "", **facts, "employee_code": record.employee_code}, actor=actor
        )
    hired = facts.pop("hired_on", None)
    if person.left_on is not None and hired is not None and hired > person.left_on:
        person = bring_back(person, again=hired, version=person.version, actor=actor)
    elif hired is not None and person.left_on is None:
        facts["hired_on"] = hired
    return change_person(person, facts, version=person.version, actor=actor)


def _change(record: PushedRecord, setting: LinkSetting, actor: Actor) -> Person:
    person = _find(record)
    if person is not None:
        return change_person(person, _facts(record), version=person.version, actor=actor)
    if setting.unknown_person == UnknownPerson.REGISTER:
        return (_add_family if record.family_code else _hire)(record, setting, actor)
    held = setting.unknown_person == UnknownPerson.HOLD
    raise CannotReflect(Problem.PERSON_UNKNOWN, state=State.HELD if held else State.ERROR)


def _leave(record: PushedRecord, setting: LinkSetting, actor: Actor) -> Person:  # noqa: ARG001
    person = _find(record)
    if person is None:
        raise CannotReflect(Problem.PERSON_UNKNOWN)
    if record.on is None:
        raise CannotReflect(Problem.DAY_MISSING, "on")
    ended = person.left_on if person.is_employee else person.dependent_until
    if ended == record.on:
        return person
    if ended is not None:
        field_name = "left_on" if person.is_employee else "dependent_until"
        changed = {field_name: record.on}
        return change_person(person, changed, version=person.version, actor=actor)
    return leave(person, record.on, version=person.version, actor=actor)


def _add_family(record: PushedRecord, setting: LinkSetting, actor: Actor) -> Person:  # noqa: ARG001
    facts = _facts(record)
    person = _find(record)
    if person is not None:
        if person.dependent_until is not None:
            person = bring_back(person, version=person.version, actor=actor)
        return change_person(person, facts, version=person.version, actor=actor)
    host = Person.objects.filter(
        kind=PersonKind.EMPLOYEE, employee_code=record.employee_code
    ).first()
    if host is None:
        raise CannotReflect(Problem.EMPLOYEE_UNKNOWN)
    if not facts.get("name"):
        raise CannotReflect(Problem.NAME_MISSING, "name")
    if not facts.get("relationship"):
        raise CannotReflect(Problem.RELATIONSHIP_MISSING, "relationship")
    return register_family_member(
        host, {"kana": "", **facts}, family_code=record.family_code, actor=actor
    )


def _figures(record: PushedRecord, setting: LinkSetting, actor: Actor) -> Person:  # noqa: ARG001
    person = _find(record)
    if person is None:
        raise CannotReflect(Problem.PERSON_UNKNOWN)
    if record.year is None:
        raise CannotReflect(Problem(record.problem), record.detail)
    source = record.push.token_name
    keep_figures(person, record.year, record.facts, source=source, actor=actor)
    return person


_VERBS: dict[Event, Callable[[PushedRecord, LinkSetting, Actor], Person]] = {
    Event.HIRED: _hire,
    Event.CHANGED: _change,
    Event.LEFT: _leave,
    Event.FAMILY_ADDED: _add_family,
    Event.FAMILY_REMOVED: _leave,
    Event.FIGURES: _figures,
}


def _find(record: PushedRecord) -> Person | None:
    kind = PersonKind.FAMILY if record.family_code else PersonKind.EMPLOYEE
    return (
        Person.objects.select_for_update()
        .filter(kind=kind, employee_code=record.employee_code, family_code=record.family_code)
        .first()
    )


def _facts(record: PushedRecord) -> dict[str, Any]:
    """What the register keeps of such a person; payroll may know more of families than we do."""
    strange = OF_EMPLOYEES if record.family_code else OF_FAMILY
    return {
        name: date.fromisoformat(value) if name in DAYS else value
        for name, value in record.facts.items()
        if name not in strange
    }


# the number -----------------------------------------------------------------------------------


def _record_number(
    record: PushedRecord, person: Person, setting: LinkSetting, actor: Actor
) -> None:
    """A number that waited; one that is held already is compared inside the vault only."""
    assert record.cell is not None
    person.refresh_from_db()
    if person.number_state == NumberState.ACTIVE:
        if person.id not in set(door.find_same_as(actor.company, [record.cell])[0]):
            # A change of number has a reason, which payroll does not know.
            raise CannotReflect(Problem.NUMBER_ALREADY_HELD)
        door.order_destruction(actor.company, [record.cell])
        record.cell = None
        return
    verification = Verification(
        number_check=record.number_check or setting.number_check,
        person_check=record.person_check or setting.person_check,
        verified_on=record.verified_on or timezone.localdate(record.push.received_at),
    )
    try:
        record_number(
            person, Waiting(record.cell), _purposes(record, person, setting), verification,
            actor=actor,
        )  # fmt: skip
    except Refused as refused:
        raise CannotReflect(Problem.NUMBER_REFUSED, refused.problem.value) from None
    except NotVerified:
        raise CannotReflect(Problem.NUMBER_REFUSED, "not_verified") from None
    except door.NotDeposited:
        raise CannotReflect(Problem.NUMBER_REFUSED, "not_deposited") from None
    record.cell = None


def _purposes(record: PushedRecord, person: Person, setting: LinkSetting) -> list[Purpose]:
    """Those of the item, else the company's, as far as they fit the person (番号法 第9条)."""
    kind = LawKind(person.kind)
    codes: Sequence[str] = record.purposes or setting.purposes
    fitting = [PURPOSES[code] for code in codes if allows(PURPOSES[code], kind)]
    if person.category3 or person.kind != PersonKind.FAMILY:
        return fitting
    return [one for one in fitting if one is not Purpose.CATEGORY3]


# what became of it ----------------------------------------------------------------------------


def _end(record: PushedRecord, person: Person, actor: Actor) -> None:
    record.state = State.REFLECTED.value
    record.problem = record.detail = record.reason = ""
    record.person = person.id
    record.handled_by_name = actor.name
    record.handled_at = timezone.now()
    record.save()
    pens.write(
        Record.by(
            actor,
            Action.PUSHED_REFLECTED,
            subjects=(person.id,),
            count=1,
            details={"run": str(record.push_id), "kind": record.event},
        ),
        actor.company,
    )


def _fail(record: PushedRecord, why: CannotReflect) -> None:
    # What the attempt had set is taken back with its savepoint, on the row as well.
    fresh = PushedRecord.objects.get(id=record.id)
    fresh.state = why.state.value
    fresh.problem, fresh.detail = why.problem.value, why.detail[:40]
    fresh.save(update_fields=["state", "problem", "detail"])
