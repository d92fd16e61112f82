"""Asking PostgreSQL with a statement of our own."""

from typing import Any

from django.db import connection

from azukari.register.search.conditions import Sql


def rows_of(asked: Sql) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(asked.text, asked.values)
        return list(cursor.fetchall())
