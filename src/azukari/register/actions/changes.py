"""How a person's facts are changed: lock, compare, save, history, leaf, clocks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from azukari.law.name import search_key
from azukari.ledger.actions import Action
from azukari.register import clocks, queries
from azukari.register.actions import number_book
from azukari.register.actions.writing import write_down
from azukari.register.keeping_facts import FLAGS
from azukari.register.models import Person, PersonChange, PersonKind
from azukari.register.rules import Refused, RegisterProblem
from azukari.tenancy.actor import Actor

Facts = Mapping[str, Any]


class SomebodyWasFaster(Exception):
    """The person changed since the form was opened; nothing was saved."""


@dataclass(frozen=True)
class Ending:
    """The day on which the need for a number of such a person ends, and the leaf that says so."""

    field: str
    action: Action


ENDINGS: dict[str, Ending] = {
    PersonKind.EMPLOYEE.value: Ending("left_on", Action.PERSON_LEFT),
    PersonKind.FAMILY.value: Ending("dependent_until", Action.DEPENDENT_REMOVED),
    PersonKind.PAYEE.value: Ending("contract_to", Action.PAYEE_ENDED),
}

# Facts that decide since when a number is no longer needed; the clocks look at them again.
_MOVING = frozenset(ending.field for ending in ENDINGS.values()).union(FLAGS)


def keys_of(values: Facts) -> str:
    """What a search looks through, folded: name and kana without blanks or variants."""
    return f"{search_key(values['name'])} {search_key(values['kana'])}"


def lock_person(person: Person, version: int) -> Person:
    """The person as it is now, locked.  Raises `SomebodyWasFaster` when that is another version."""
    person = Person.objects.select_for_update().get(id=person.id)
    if person.version != version:
        raise SomebodyWasFaster
    return person


def save_changes(person: Person, wanted: Facts, *, actor: Actor) -> None:
    """Saves what differs on the locked person; nothing is written when nothing differs.

    A day that ends or renews the need for the number is a leaf of its own, whichever form it
    came by, and the clocks of the person and of the family follow it.
    """
    changes = {
        name: [plain(getattr(person, name)), plain(value)]
        for name, value in wanted.items()
        if getattr(person, name) != value
    }
    if not changes:
        return
    for name, value in wanted.items():
        setattr(person, name, value)
    person.search_key = keys_of(vars(person))
    person.version += 1
    person.updated_at = timezone.now()
    save_person(person, update_fields=[*wanted, "search_key", "version", "updated_at"])
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
    _write_leaves(person, changes, actor)
    number_book.note_person_change(person, changes, actor=actor)
    if _MOVING & changes.keys():
        clocks.recount([person.id])  # and the family, whose need ends with the employee's


def _write_leaves(person: Person, changes: dict[str, list[Any]], actor: Actor) -> None:
    ending = ENDINGS[person.kind]
    others = [name for name in sorted(changes) if name != ending.field]
    if ending.field in changes:
        before, after = changes[ending.field]
        write_down(
            Action.PERSON_RETURNED if after is None else ending.action,
            person,
            actor,
            changed=ending.field,
            before=before or "",
            after=after or "",
        )
    if others:
        write_down(Action.PERSON_CHANGED, person, actor, changed=" ".join(others))


def save_person(person: Person, **how: Any) -> None:
    """Saves; two people who take one code at the same moment are told apart by the constraint."""
    try:
        with transaction.atomic():
            person.save(**how)
    except IntegrityError as error:
        if "person_code" not in str(error):
            raise
        raise Refused(RegisterProblem.CODE_TAKEN) from None


def plain(value: Any) -> Any:
    """A value as the history keeps it."""
    if isinstance(value, date | UUID):
        return str(value)
    return value
