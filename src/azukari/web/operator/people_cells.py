"""The columns of the CSV of a list.  Never a number: only in which state it is."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from azukari.register.models import Person, PersonKind
from azukari.tenancy.models import Office
from azukari.web.operator import person_words

_CONTACT = ("postcode", "address", "address_kana", "telephone", "mail")
_COLUMNS: dict[PersonKind, tuple[str, ...]] = {
    PersonKind.EMPLOYEE: (
        "employee_code", "name", "kana", "birth_date", "sex", "employment_class",
        "department_code", "department", "office_id", "hired_on", "left_on", *_CONTACT,
        "pension_number", "insured_number", "employment_insurance_number", "number_state",
        "number_due_on",
    ),
    PersonKind.FAMILY: (
        "employee_code", "family_code", "relationship", "name", "kana", "birth_date", "sex",
        "lives_together", *person_words.FLAGS, "dependent_until", *_CONTACT, "number_state",
        "number_due_on",
    ),
    PersonKind.PAYEE: (
        "employee_code", "name", "kana", "payee_kind", "contract_from", "contract_to", *_CONTACT,
        "number_state", "number_due_on",
    ),
}  # fmt: skip
_HOST_HEADS = ("社員氏名", "社員の部署名")


def heads(kind: PersonKind) -> list[str]:
    own = [person_words.label(name, kind.value) for name in _COLUMNS[kind]]
    return [*own, *_HOST_HEADS] if kind is PersonKind.FAMILY else own


def cells(
    kind: PersonKind, people: Sequence[Person], hosts: Mapping[UUID, Person]
) -> list[list[str]]:
    """`hosts`: the employees whom family members belong to."""
    offices = {one.id: one.name for one in Office.objects.all()}
    rows = [
        [_cell(name, getattr(person, name), offices) for name in _COLUMNS[kind]]
        for person in people
    ]
    if kind is not PersonKind.FAMILY:
        return rows
    return [row + _of_host(hosts, one) for row, one in zip(rows, people, strict=True)]


def _of_host(hosts: Mapping[UUID, Person], person: Person) -> list[str]:
    host = hosts.get(person.host_id) if person.host_id else None
    return [host.name, host.department] if host else ["", ""]


def _cell(name: str, value: Any, offices: Mapping[UUID, str]) -> str:
    """Dates and codes as other programs read them; the rest in the words of the screen."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if name == "office_id":
        return offices.get(value, "")
    if name in person_words.FLAGS:
        return "1" if value else "0"
    if name == "family_code":
        return str(value)
    # 〒 would stay in the way; hyphens keep leading zeros where a spreadsheet reads numbers.
    return person_words.text(name, value).removeprefix("〒")
