"""Statements about many rows, on tables that PostgreSQL may not have counted yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, transaction

from azukari.tenancy import scope

FEW: Final = 10_000
_MANY_KNOWN: Final = 1_000


@contextmanager
def joins_of(rows: int, table: str) -> Iterator[None]:
    """Inside, PostgreSQL joins so many rows to `table`, of which the company may have a million.

    Few are looked up one by one, as long as PostgreSQL knows that there are many to look through;
    otherwise all is hashed.  Of a company of a million people that takes seconds.
    """
    if rows <= FEW and _expects_many(table):
        yield
    else:
        with whole_joins():
            yield


def _expects_many(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            f"EXPLAIN (FORMAT JSON) SELECT FROM {table} WHERE company_id = %s",
            [scope.company_id()],
        )
        [[plan]] = cursor.fetchone()
    return bool(plan["Plan"]["Plan Rows"] > _MANY_KNOWN)


@contextmanager
def whole_joins() -> Iterator[None]:
    """Inside, PostgreSQL joins by hashing or sorting and never row by row; joins the transaction.

    Of a table that was filled a moment ago the planner expects one row, and would walk through
    all of it for each row of another: a batch of 5,000 numbers was still being proposed after
    forty minutes (PostgreSQL manual, 19.7.1 Planner Method Configuration).
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # LOCAL: a rollback to the savepoint takes it back as well.
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop = on")
