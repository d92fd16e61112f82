"""Everybody of the register as payroll speaks of them, each as one text made by PostgreSQL.

A person who agrees with payroll then costs one comparison here, and no object for each column.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection

from azukari.check.difference.comparing import Here
from azukari.check.difference.facts import BETWEEN, FIELDS, OF_FAMILY, Field, SpokenOf
from azukari.law.relationship import Relationship
from azukari.tenancy import scope

_FLAGS = ("tax_dependent", "health_dependent", "category3")
_FLAG = "CASE WHEN {} THEN '1' ELSE '0' END"
_COLUMNS = {
    Field.NAME: "name",
    Field.KANA: "kana",
    Field.BIRTH: "coalesce(birth_date::text, '')",
    Field.SEX: "sex",
    Field.RELATIONSHIP: "relationship",
    Field.TAX: _FLAG.format("tax_dependent"),
    Field.HEALTH: _FLAG.format("health_dependent"),
    Field.CATEGORY3: _FLAG.format("category3"),
    Field.POSTCODE: "postcode",
    Field.ADDRESS: "address",
    Field.ENDED: "coalesce(coalesce(left_on, dependent_until)::text, '')",
}
_ALWAYS = frozenset({Field.NAME, Field.ENDED})
_NOTHING = "''"
_BETWEEN = f" || E'\\x{ord(BETWEEN):x}' || "
_BETWEEN_LINES = "\x1e"  # control characters are never registered
_PER_FETCH = 2_000


@dataclass
class Register:
    """Some thousand people each, as bytes: they take half the room of text while they wait."""

    packed: list[bytes]
    count: int

    def people(self) -> Iterator[Here]:
        """Each once: who is given out is forgotten."""
        self.packed.reverse()
        while self.packed:
            for line in self.packed.pop().decode().split(_BETWEEN_LINES):
                yield Here._make(line.split(BETWEEN, 5))


def read(spoken_of: SpokenOf) -> Register:
    """Employees and families of the company in scope, as they come; inside a transaction."""
    statement = (
        f"SELECT {_BETWEEN.join(_texts(spoken_of))} FROM register_person"  # noqa: S608  our names
        " WHERE company_id = %s AND kind IN ('employee', 'family')"
    )
    register = Register([], 0)
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, [scope.company_id()])
        while rows := cursor.fetchmany(_PER_FETCH):
            register.count += len(rows)
            register.packed.append(_BETWEEN_LINES.join([line for (line,) in rows]).encode())
    return register


def _texts(spoken_of: SpokenOf) -> Iterator[str]:
    """SQL of the parts of `Here`; its facts are all that stands behind the fifth."""
    yield from ("id::text", "employee_code", "family_code::text", "number_state")
    yield " || ".join(_FLAG.format(one) for one in _FLAGS)
    for field in FIELDS:
        of_employee = _of_employee(field, spoken_of.employees | _ALWAYS)
        of_family = _COLUMNS[field] if field in spoken_of.families | _ALWAYS else _NOTHING
        if of_employee == of_family:
            yield of_family
        else:
            yield f"CASE kind WHEN 'family' THEN {of_family} ELSE {of_employee} END"


def _of_employee(field: Field, spoken_of: Iterable[Field]) -> str:
    if field not in spoken_of:
        return _NOTHING
    if field is Field.RELATIONSHIP:
        return f"'{Relationship.SELF.code}'"
    return _NOTHING if field in OF_FAMILY else _COLUMNS[field]
