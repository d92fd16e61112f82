"""Statements about many rows, on tables that PostgreSQL may not have counted yet."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def whole_joins() -> Iterator[None]:
    """Inside, PostgreSQL joins by hashing or sorting and never row by row; joins the transaction.

    Of a table that was filled a moment ago the planner expects one row, and would walk through
    all of it for each row of another: a batch of 5,000 numbers was still being proposed after
    forty minutes.  To hash what turns out to be small costs next to nothing (PostgreSQL manual,
    19.7.1 Planner Method Configuration).
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # LOCAL: a rollback to the savepoint takes it back as well.
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop = on")
