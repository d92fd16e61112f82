"""Everybody of the register, as facts; of employees it says nothing that only families have."""

from collections.abc import Iterator

from django.db import connection

from azukari.check.difference.comparing import Here
from azukari.check.difference.facts import FIELDS, OF_FAMILY, Field
from azukari.tenancy import scope

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
_STATEMENT = (
    "SELECT id, employee_code, family_code, number_state, "  # noqa: S608  our own names
    + ", ".join(
        f"CASE kind WHEN 'family' THEN {_COLUMNS[one]} END" if one in OF_FAMILY else _COLUMNS[one]
        for one in FIELDS
    )
    + " FROM register_person WHERE company_id = %s AND kind IN ('employee', 'family')"
)
_PER_FETCH = 5_000


def people() -> Iterator[Here]:
    """Employees and families of the company in scope, as they come; inside a transaction."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_STATEMENT, [scope.company_id()])
        while rows := cursor.fetchmany(_PER_FETCH):
            for row in rows:
                yield Here(row[0], row[1:3], row[4:], row[3])
