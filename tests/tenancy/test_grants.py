"""What the runtime role may do is told again by every command, while the service runs."""

from threading import Event, Thread

import psycopg

from azukari.serve import schema
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.tenancy.grants import GRANTS

_MAY_READ_ALL = """
    SELECT bool_and(has_table_privilege(format('public.%%I', name), 'SELECT'))
    FROM unnest(%s::text[]) name"""


def test_running_service_never_finds_a_table_taken_from_it(database: DatabaseUrls) -> None:
    told, looks = Event(), list[bool]()

    def look() -> None:
        with psycopg.connect(database["database"], autocommit=True) as connection:
            while not told.is_set():
                row = connection.execute(_MAY_READ_ALL, [list(GRANTS)]).fetchone()
                assert row is not None
                looks.append(row[0])

    service = Thread(target=look)
    service.start()
    for _ in range(3):
        schema.bring_up_to_date(database["owner"])
    told.set()
    service.join()

    assert len(looks) > 3
    assert all(looks)
