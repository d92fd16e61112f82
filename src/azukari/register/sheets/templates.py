"""Templates to fill in: empty, or with exactly the people whose number is still missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from azukari.law.relationship import Relationship
from azukari.law.sex import Sex
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.register.models import EmploymentClass, NumberState, PayeeKind, Person
from azukari.register.sheets.comparison import KIND_OF_PERSON
from azukari.register.sheets.headings import SheetKind, template_fields, template_headings
from azukari.register.spreadsheet import Colours, as_book, as_text
from azukari.tenancy.actor import Actor

TO_FILL_IN = "#fff3c4"
CHOICES: dict[str, dict[str, str]] = {
    "sex": {sex.value: sex.label for sex in Sex},
    "relationship": {one.code: one.label for one in Relationship},
    "employment_class": {str(value): str(label) for value, label in EmploymentClass.choices},
    "payee_kind": {str(value): str(label) for value, label in PayeeKind.choices},
}
# From when on nobody asks for the number any more.
ENDS = {
    SheetKind.EMPLOYEES: "left_on",
    SheetKind.FAMILIES: "dependent_until",
    SheetKind.PAYEES: "contract_to",
}


@dataclass(frozen=True)
class Line:
    cells: Sequence[str]
    colours: Colours = field(default_factory=dict)


def empty_template(kind: SheetKind, *, book: bool = False, of_the_number: bool = False) -> bytes:
    """`of_the_number`: also the columns that say for each row how its number came."""
    head = template_headings(kind, of_the_number=of_the_number)
    return _written([Line(head)], kind, book=book)


def missing_template(
    kind: SheetKind,
    *,
    department: str = "",
    book: bool = False,
    of_the_number: bool = False,
    people_ids: Sequence[UUID] = (),
    actor: Actor,
) -> bytes:
    """Everybody of the kind whose number is missing, or just these; only the number is left to
    fill in.
    """
    actor.require("sheet:create")
    people = list(_missing(kind, department, people_ids))
    pens.write(
        Record.by(
            actor,
            Action.STATUS_EXPORTED,
            count=len(people),
            details={"kind": kind.value, "format": "xlsx" if book else "csv"},
        ),
        actor.company,
    )
    names = template_fields(kind, of_the_number=of_the_number)
    mark = {names.index("number"): TO_FILL_IN}
    lines = [Line([text_of(person, name) for name in names], mark) for person in people]
    head = template_headings(kind, of_the_number=of_the_number)
    return _written([Line(head), *lines], kind, book=book)


def count_missing(kind: SheetKind, department: str = "") -> int:
    return _without_number(kind, department).count()


def _missing(kind: SheetKind, department: str, ids: Sequence[UUID]) -> Iterator[Person]:
    found = _without_number(kind, department).order_by("employee_code", "family_code")
    found = found.filter(id__in=ids) if ids else found
    return found.iterator(chunk_size=2000)


def _without_number(kind: SheetKind, department: str) -> QuerySet[Person]:
    return people_asked(kind, department).filter(number_state=NumberState.NONE)


def people_asked(kind: SheetKind, department: str = "") -> QuerySet[Person]:
    """People at work, whose number the company asks for; families of employees at work."""
    place = "host__" if kind is SheetKind.FAMILIES else ""
    found = Person.objects.filter(kind=KIND_OF_PERSON[kind], **{f"{ENDS[kind]}__isnull": True})
    if kind is SheetKind.FAMILIES:
        found = found.filter(host__left_on__isnull=True)
    return found.filter(**{f"{place}department": department}) if department else found


def text_of(person: Person, name: str) -> str:
    """What the register says of the person, as a sheet says it; nothing for the number."""
    value = getattr(person, name, "")  # the number is no column of anybody
    if name in CHOICES:
        return CHOICES[name].get(value, "")
    if isinstance(value, bool):
        return "1" if value else "0"
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _written(lines: Sequence[Line], kind: SheetKind, *, book: bool) -> bytes:
    return as_book(lines, kind.label) if book else as_text(line.cells for line in lines)
