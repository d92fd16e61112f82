"""Whether a join is left to PostgreSQL: only where it knows what there is to look through."""

import psycopg
from django.db import connection

from azukari.progress.whole_joins import FEW, joins_of
from azukari.serve.postgres_roles import DatabaseUrls
from tests.cast import Side, make_side
from tests.dispose.cast import due_people


def looks_up_one_by_one(side: Side, rows: int) -> bool:
    with side.scope(), joins_of(rows, "register_person"), connection.cursor() as cursor:
        cursor.execute("SHOW enable_nestloop")
        return bool(cursor.fetchone()[0] == "on")


def test_few_rows_are_looked_up_once_postgresql_has_counted_the_company(
    database: DatabaseUrls,
) -> None:
    side = make_side("JOINS")
    due_people(side, 2_000)
    assert not looks_up_one_by_one(side, 1)

    with psycopg.connect(database["owner"], autocommit=True) as owner:
        owner.execute("ANALYZE register_person")

    assert looks_up_one_by_one(side, FEW)
    assert not looks_up_one_by_one(side, FEW + 1)


def test_afterwards_joins_are_as_before() -> None:
    side = make_side("JOINS2")
    with side.scope():
        with joins_of(FEW + 1, "register_person"):
            pass
        with connection.cursor() as cursor:
            cursor.execute("SHOW enable_nestloop")
            assert cursor.fetchone() == ("on",)
