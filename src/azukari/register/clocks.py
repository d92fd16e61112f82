"""The clocks of numbers: counted anew whenever a fact changes that a day depends on.

Everything joins the running transaction.  People are locked before their facts are read, so that
of two who change facts at the same moment the second sees what the first did.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from azukari.law.purpose import Purpose
from azukari.register.keeping_facts import held_people, kept_numbers
from azukari.tenancy import scope
from azukari.tenancy.ids import new_id

_Days = tuple[date | None, bool]  # number_due_on and on_hold of a person


def recount(people: Iterable[UUID]) -> None:
    """Counts the days of these people's numbers anew, and of the families of employees."""
    _recount(
        "SELECT id, number_due_on, on_hold FROM register_person"
        " WHERE company_id = %s"
        " AND (id = ANY(%s) OR host_id = ANY(%s))",
        list(set(people)),
        times=2,
    )


def note_use(used: Mapping[UUID, UUID], purpose: Purpose, form: str, completed_on: date) -> None:
    """Affairs of a purpose were completed with numbers (完結の日); the latest day stays.

    `used`: the record of each and whose it is.
    """
    if not used:
        return
    _execute(
        "INSERT INTO register_number_use AS known"
        " (id, company_id, record_id, purpose, form, completed_on)"
        " SELECT new.id, %s, new.record, %s, %s, %s"
        " FROM unnest(%s::uuid[], %s::uuid[]) AS new(id, record)"
        " ON CONFLICT (company_id, record_id, purpose, form) DO UPDATE"
        " SET completed_on = greatest(known.completed_on, excluded.completed_on)",
        purpose.code,
        form,
        completed_on,
        [new_id() for _ in used],
        sorted(used),
    )
    _recount(
        "SELECT id, number_due_on, on_hold FROM register_person"
        " WHERE company_id = %s AND id = ANY(%s)",
        list(set(used.values())),
        times=1,
    )


def _recount(whom: str, ids: list[UUID], *, times: int) -> None:
    if not ids:
        return
    with connection.cursor() as cursor:
        # In the order of ids, so that two never wait for each other in a circle.
        ordered = f"{whom} ORDER BY id FOR NO KEY UPDATE"
        cursor.execute(ordered, [scope.company_id(), *[ids] * times])
        stood: dict[UUID, _Days] = {row[0]: (row[1], row[2]) for row in cursor.fetchall()}
    held = held_people(stood)
    now: dict[UUID, _Days] = {person: (None, person in held) for person in stood}
    moved: list[tuple[UUID, date | None, str]] = []
    for kept in kept_numbers(stood):
        keeping = kept.keeping
        if (kept.due_on, kept.kept_by) != (keeping.due_on, keeping.kept_by):
            moved.append((kept.record, keeping.due_on, keeping.kept_by))
        if kept.is_active:
            now[kept.person] = (keeping.due_on, kept.person in held)
    _write_records(moved)
    _write_people([(person, *days) for person, days in now.items() if days != stood[person]])


def _write_records(moved: list[tuple[UUID, date | None, str]]) -> None:
    if moved:
        _execute(
            "UPDATE register_number_record kept SET due_on = new.due_on, kept_by = new.kept_by"
            " FROM (SELECT %s AS company) AS ours,"
            " unnest(%s::uuid[], %s::date[], %s::text[]) AS new(id, due_on, kept_by)"
            " WHERE kept.company_id = ours.company AND kept.id = new.id",
            *map(list, zip(*moved, strict=True)),
        )


def _write_people(moved: list[tuple[UUID, date | None, bool]]) -> None:
    """Not a change of the person that somebody typed, so the version stays."""
    if moved:
        _execute(
            "UPDATE register_person person"
            " SET number_due_on = new.due_on, on_hold = new.on_hold"
            " FROM (SELECT %s AS company) AS ours,"
            " unnest(%s::uuid[], %s::date[], %s::bool[]) AS new(id, due_on, on_hold)"
            " WHERE person.company_id = ours.company AND person.id = new.id",
            *map(list, zip(*moved, strict=True)),
        )


def _execute(statement: str, *values: Any) -> None:
    """The company in scope is the first value."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [scope.company_id(), *values])
