"""Asking PostgreSQL with a statement of our own."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.db import connection

from azukari.register.models import Person
from azukari.register.search.conditions import Sql
from azukari.tenancy import scope

PERSON: Final = ", ".join(f"p.{field.column}" for field in Person._meta.concrete_fields)  # noqa: SLF001
"""The columns of a row `p` that `people_of` takes."""


def rows_of(asked: Sql) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(asked.text, asked.values)
        return list(cursor.fetchall())


def people_of(asked: Sql) -> list[Person]:
    """Whoever a statement gives that selects `PERSON`."""
    return list(Person.anywhere.raw(asked.text, asked.values))


def people_by(ids: Sequence[UUID]) -> list[Person]:
    """In the order of the ids; those that are nobody of the company are left out."""
    asked = f"SELECT {PERSON} FROM register_person p WHERE p.company_id = %s AND p.id = ANY(%s)"  # noqa: S608
    known = {one.id: one for one in people_of(Sql(asked, (scope.company_id(), list(ids))))}
    return [known[one] for one in ids if one in known]
