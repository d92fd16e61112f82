"""Keys that are checked once per statement find and hold every row, wherever the rows lie."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError

from azukari.serve.postgres_roles import DatabaseUrls
from azukari.tenancy.ids import new_ids
from tests.cast import Cast, Side, make_side

BEFORE = 60


@pytest.fixture
def side(cast: Cast) -> Side:
    return make_side("KEY")


def _employees(side: Side, count: int, first: int = 0) -> list[UUID]:
    return _added(
        side, [{"kind": "employee", "employee_code": f"K{first + one}"} for one in range(count)]
    )


def _point_to(side: Side, hosts: Sequence[UUID]) -> None:
    relatives = [
        {"kind": "family", "employee_code": f"K{place}", "family_code": 1, "host_id": host}
        for place, host in enumerate(hosts)
    ]
    _added(side, relatives)


def _added(side: Side, people: Sequence[dict[str, Any]]) -> list[UUID]:
    """By one statement."""
    from azukari.register.models import Person

    ids = new_ids(len(people))
    Person.objects.bulk_create(
        Person(id=one, company_id=side.company.id, **facts)
        for one, facts in zip(ids, people, strict=True)
    )
    return ids


def _free(database: DatabaseUrls, side: Side, people: Sequence[UUID]) -> set[UUID]:
    """Those that another connection could delete now."""
    with psycopg.connect(database["database"]) as other:
        other.execute("SELECT set_config('azukari.company', %s, true)", [str(side.company.id)])
        rows = other.execute(
            "SELECT id FROM register_person WHERE id = ANY(%s) FOR UPDATE SKIP LOCKED",
            [list(people)],
        )
        return {one for (one,) in rows}


@pytest.mark.parametrize("step", [1, 2, 7, BEFORE - 1])
@pytest.mark.parametrize("own", [0, 5])
def test_rows_pointed_to_are_held_wherever_they_lie(
    database: DatabaseUrls, side: Side, step: int, own: int
) -> None:
    with side.scope():
        before = _employees(side, BEFORE)
    with side.scope():
        made = _employees(side, own, first=BEFORE)
        _point_to(side, [*before[::step], *made, *made])

        assert _free(database, side, before) == set(before) - set(before[::step])


@pytest.mark.parametrize("step", [1, 7])
def test_one_that_is_missing_is_refused(side: Side, step: int) -> None:
    with side.scope():
        before = _employees(side, BEFORE)
    with pytest.raises(IntegrityError), side.scope():
        _point_to(side, [*before[::step], *new_ids(1)])


def test_one_of_another_company_is_refused(cast: Cast, side: Side) -> None:
    with cast.a.scope():
        [other] = _employees(cast.a, 1, first=9_000)
    with side.scope():
        before = _employees(side, BEFORE)
    with pytest.raises(IntegrityError), side.scope():
        _point_to(side, [*before, other])
