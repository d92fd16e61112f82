"""A number on its way in: typed just now, or waiting in the vault with an application."""

from dataclasses import dataclass
from uuid import UUID

from azukari.law.number import MyNumber
from azukari.register.models import Person
from azukari.vault import door


@dataclass(frozen=True)
class Waiting:
    """The handle of a number that was handed in; nobody reads it on its way."""

    cell: UUID


Incoming = MyNumber | Waiting


def subjects_with(number: Incoming, company: UUID) -> set[UUID]:
    """Subjects of the company's other deposits that hold the same number, mostly people."""
    if isinstance(number, Waiting):
        [subjects] = door.find_same_as(company, [number.cell])
    else:
        [subjects] = door.find_same(company, [number])
    return set(subjects)


def seal(number: Incoming, person: Person) -> UUID:
    """Seals it for the person; the new handle."""
    if isinstance(number, Waiting):
        [handle] = door.adopt(person.company_id, [(number.cell, person.id)])
        return handle
    return door.deposit_number(person.company_id, person.id, number)
