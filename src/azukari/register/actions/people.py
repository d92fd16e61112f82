"""The verbs about people: permission, rule, one transaction, ledger."""

from typing import Any

from django.db.models import Max
from django.utils import timezone

from azukari.ledger.actions import Action
from azukari.register import queries, rules
from azukari.register.actions.changes import (
    Facts,
    keys_of,
    lock_person,
    save_changes,
    save_person,
)
from azukari.register.actions.writing import permission, write_down
from azukari.register.models import NumberState, Person, PersonKind
from azukari.register.rules import Refused, RegisterProblem
from azukari.tenancy.actor import Actor

# Basic information that people may change; everything else of a person is set by the verbs.
FIELDS = (
    "employee_code", "name", "kana", "birth_date", "sex", "postcode", "address", "address_kana",
    "telephone", "mail", "hired_on", "left_on", "employment_class", "department_code",
    "department", "office_id", "pension_number", "insured_number", "employment_insurance_number",
    "relationship", "lives_together", "tax_dependent", "health_dependent", "category3",
    "specific_relative", "disabled", "nonresident", "dependent_until", "payee_kind",
    "contract_from", "contract_to", "last_paid_on",
)  # fmt: skip


def register_employee(facts: Facts, *, actor: Actor) -> Person:
    """Registers an employee's basic information; the number comes by `record_number`."""
    actor.require("employee:create")
    return _register(PersonKind.EMPLOYEE, facts, actor)


def register_payee(facts: Facts, *, actor: Actor) -> Person:
    """Registers 支払先: somebody paid but not employed.  `employee_code` is the 支払先コード."""
    actor.require("payee:create")
    return _register(PersonKind.PAYEE, facts, actor)


def _register(kind: PersonKind, facts: Facts, actor: Actor) -> Person:
    person = Person(company_id=actor.company, kind=kind, search_key=keys_of(facts), **facts)
    _refuse_misfit(person)
    _refuse_taken_code(person, person.employee_code)
    save_person(person, force_insert=True)
    write_down(Action.PERSON_REGISTERED, person, actor)
    return person


def register_family_member(
    employee: Person,
    facts: Facts,
    *,
    number_needed: bool = True,
    family_code: int | None = None,
    actor: Actor,
) -> Person:
    """`family_code`: the 家族連番 payroll knows the member by; None gives the next one."""
    actor.require("family:create")
    # The employee's row is the lock under which the next number is given out.
    employee = Person.objects.select_for_update().get(id=employee.id)
    last = queries.family_of(employee).aggregate(last=Max("family_code"))["last"] or 0
    person = Person(
        company_id=actor.company,
        kind=PersonKind.FAMILY,
        host=employee,
        employee_code=employee.employee_code,
        family_code=family_code or last + 1,
        search_key=keys_of(facts),
        number_state=NumberState.NONE if number_needed else NumberState.NOT_NEEDED,
        **facts,
    )
    _refuse_misfit(person)
    save_person(person, force_insert=True)
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
    assert facts.keys() <= set(FIELDS)
    actor.require(permission(person, "change"))
    person = lock_person(person, version)
    wanted = {**facts, **_state_wanted(person, number_needed=number_needed)}
    _refuse_misfit(person, wanted)
    _refuse_taken_code(person, wanted.get("employee_code", person.employee_code))
    save_changes(person, wanted, actor=actor)
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


def _refuse_taken_code(person: Person, code: str) -> None:
    if person.kind == PersonKind.FAMILY:
        return
    taken = Person.objects.filter(kind=person.kind, employee_code=code)
    if taken.exclude(id=person.id).exists():
        raise Refused(RegisterProblem.CODE_TAKEN)


def _refuse_misfit(person: Person, facts: Facts | None = None) -> None:
    """Of the person as it would be with the facts."""

    def will_be(name: str) -> Any:
        return facts[name] if facts and name in facts else getattr(person, name)

    problem = (
        rules.dates_fit(
            born=will_be("birth_date"),
            hired=will_be("hired_on"),
            left=will_be("left_on"),
            today=timezone.localdate(),
        )
        or rules.family_fits(
            relationship=will_be("relationship"),
            category3=will_be("category3"),
            specific_relative=will_be("specific_relative"),
        )
        or rules.home_fits(
            together=will_be("lives_together"),
            address=will_be("address"),
            of_employee=person.host.address if person.host else "",
        )
        or rules.dependence_fits(born=will_be("birth_date"), until=will_be("dependent_until"))
        or rules.contract_fits(start=will_be("contract_from"), end=will_be("contract_to"))
    )
    if problem is not None:
        raise Refused(problem)
