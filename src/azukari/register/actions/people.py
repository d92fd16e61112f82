"""The verbs about people: permission, rule, one transaction, ledger."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from azukari.law.name import search_key
from azukari.ledger.actions import Action
from azukari.register import queries, rules
from azukari.register.actions import number_book
from azukari.register.actions.writing import permission, write_down
from azukari.register.models import NumberState, Person, PersonChange, PersonKind
from azukari.register.rules import Refused, RegisterProblem
from azukari.tenancy.actor import Actor

Facts = Mapping[str, Any]

# Basic information that people may change; everything else of a person is set by the verbs.
FIELDS = (
    "employee_code", "name", "kana", "birth_date", "sex", "postcode", "address", "address_kana",
    "telephone", "mail", "hired_on", "left_on", "department_code", "department", "office_id",
    "pension_number", "insured_number", "relationship", "lives_together", "tax_dependent",
    "health_dependent", "category3",
)  # fmt: skip


class SomebodyWasFaster(Exception):
    """The person changed since the form was opened; nothing was saved."""


def keys_of(values: Facts) -> str:
    """What a search looks through, folded: name and kana without blanks or variants."""
    return f"{search_key(values['name'])} {search_key(values['kana'])}"


def register_employee(facts: Facts, *, actor: Actor) -> Person:
    """Registers an employee's basic information; the number comes by `record_number`."""
    actor.require("employee:create")
    _refuse_misfit(facts)
    person = Person(
        company_id=actor.company, kind=PersonKind.EMPLOYEE, search_key=keys_of(facts), **facts
    )
    _refuse_taken_code(person, facts)
    _save_code(person, force_insert=True)
    write_down(Action.PERSON_REGISTERED, person, actor)
    return person


def register_family_member(
    employee: Person, facts: Facts, *, number_needed: bool = True, actor: Actor
) -> Person:
    actor.require("family:create")
    _refuse_misfit(facts)
    # The employee's row is the lock under which the next number is given out.
    Person.objects.select_for_update().get(id=employee.id)
    last = queries.family_of(employee).aggregate(last=Max("family_code"))["last"] or 0
    person = Person(
        company_id=actor.company,
        kind=PersonKind.FAMILY,
        host=employee,
        employee_code=employee.employee_code,
        family_code=last + 1,
        search_key=keys_of(facts),
        number_state=NumberState.NONE if number_needed else NumberState.NOT_NEEDED,
        **facts,
    )
    person.save(force_insert=True)
    write_down(Action.PERSON_REGISTERED, person, actor)
    return person


def change_person(
    person: Person,
    facts: Facts,
    *,
    version: int,
    actor: Actor,
    number_needed: bool | None = None,
) -> Person:
    """Saves what differs, keeps before and after in the history.

    `number_needed` (None leaves it) sets or lifts 個人番号登録不要.  Raises `SomebodyWasFaster`
    when `version` is not current.  Nothing is written when nothing differs.
    """
    actor.require(permission(person, "change"))
    _refuse_misfit(facts)
    person = Person.objects.select_for_update().get(id=person.id)
    if person.version != version:
        raise SomebodyWasFaster
    wanted = {**facts, **_state_wanted(person, number_needed=number_needed)}
    changes = {
        name: [plain(getattr(person, name)), plain(value)]
        for name, value in wanted.items()
        if getattr(person, name) != value
    }
    if not changes:
        return person
    _refuse_taken_code(person, facts)
    for name, value in wanted.items():
        setattr(person, name, value)
    person.search_key = keys_of(vars(person))
    person.version += 1
    person.updated_at = timezone.now()
    _save_code(person, update_fields=[*wanted, "search_key", "version", "updated_at"])
    if "employee_code" in changes and person.is_employee:
        queries.family_of(person).update(employee_code=person.employee_code)
    PersonChange.objects.create(
        company_id=actor.company,
        person=person,
        version=person.version,
        actor=actor.user_id,
        actor_name=actor.name,
        changes=changes,
    )
    write_down(Action.PERSON_CHANGED, person, actor, changed=" ".join(sorted(changes)))
    number_book.note_person_change(person, changes, actor=actor)
    return person


def _state_wanted(person: Person, *, number_needed: bool | None) -> dict[str, NumberState]:
    """What 個人番号登録不要 makes of the state; a number that is held forbids it."""
    is_needed = person.number_state != NumberState.NOT_NEEDED
    if number_needed is None or number_needed is is_needed:
        return {}
    if number_needed:
        return {"number_state": NumberState.NONE}
    problem = rules.may_be_without(has_number=person.number_state == NumberState.ACTIVE)
    if problem is not None:
        raise Refused(problem)
    return {"number_state": NumberState.NOT_NEEDED}


def _save_code(person: Person, **how: Any) -> None:
    """Saves; two people who take one code at the same moment are told apart by the constraint."""
    try:
        with transaction.atomic():
            person.save(**how)
    except IntegrityError as error:
        if "person_code" not in str(error):
            raise
        raise Refused(RegisterProblem.CODE_TAKEN) from None


def _refuse_taken_code(person: Person, facts: Facts) -> None:
    code = facts.get("employee_code", person.employee_code)
    taken = Person.objects.filter(kind=PersonKind.EMPLOYEE, employee_code=code)
    if person.is_employee and taken.exclude(id=person.id).exists():
        raise Refused(RegisterProblem.CODE_TAKEN)


def _refuse_misfit(facts: Facts) -> None:
    problem = rules.dates_fit(
        born=facts.get("birth_date"),
        hired=facts.get("hired_on"),
        left=facts.get("left_on"),
        today=timezone.localdate(),
    ) or rules.family_fits(
        relationship=facts.get("relationship", ""), category3=facts.get("category3", False)
    )
    if problem is not None:
        raise Refused(problem)


def plain(value: Any) -> Any:
    """A value as the history keeps it."""
    if isinstance(value, date | UUID):
        return str(value)
    return value
