"""Which of the things a chunk did can be taken back, and which cannot, and why.

Somebody the file added goes entirely, if nobody has done anything with them since; somebody it
changed becomes as before, if nobody has changed them since; a number it brought is destroyed, if
it was not used.  Whatever else refers to a person or a number keeps them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models
from psycopg import sql

from azukari.register.models import (
    NumberRecord,
    Person,
    PersonChange,
    RecordState,
    SheetStep,
)
from azukari.tenancy import scope

# What a person brings along and what goes with them.
_OWN = {("register_number_record", "person_id"), ("register_person", "host_id")}


_OF_RECORD = ("id", "company_id", "person_id", "state", "cell")
_OF_PERSON = (
    "id", "company_id", "kind", "employee_code", "family_code", "name", "version", "on_hold",
    "host_id",
)  # fmt: skip


class Obstacle(StrEnum):
    """Why something stays."""

    CHANGED_SINCE = "changed_since"
    HAS_FAMILY = "has_family"
    IN_USE = "in_use"
    ON_HOLD = "on_hold"
    NUMBER_CHANGED = "number_changed"


@dataclass
class Plan:
    """`removed`: people who go, with their records; `restored`: people and the values they had;
    `ended`: numbers of people who stay; `revived`: of them those whose place another one took,
    and takes no longer, by person; `kept`: people of whom something cannot be taken back.
    """

    removed: list[Person] = field(default_factory=list)
    removed_records: list[NumberRecord] = field(default_factory=list)
    restored: list[tuple[Person, dict[str, Any]]] = field(default_factory=list)
    ended: list[NumberRecord] = field(default_factory=list)
    revived: dict[UUID, NumberRecord] = field(default_factory=dict)
    kept: dict[UUID, tuple[Person, Obstacle]] = field(default_factory=dict)


def plan_step(step: SheetStep, *, lock: bool = False) -> Plan:
    """What taking the chunk back does; with `lock` its people stay as they are until the end."""
    brought = NumberRecord.objects.filter(id__in=step.records)
    records = {row.id: row for row in (brought if lock else brought.only(*_OF_RECORD))}
    changes = list(PersonChange.objects.filter(id__in=step.changes))
    ids = {
        *step.added, *(row.person_id for row in records.values()),
        *(one.person_id for one in changes),
    }  # fmt: skip
    people = Person.objects.filter(id__in=ids).order_by("id")
    if lock:
        people = people.select_for_update()
    elif not changes:
        # To be looked at only, and there can be a great many.
        people = people.only(*_OF_PERSON)
    known = {one.id: one for one in people}
    plan = Plan()
    standing = _standing(plan, records.values(), known)
    _plan_added(plan, step, standing, known)
    gone = {one.id for one in plan.removed}
    plan.ended = [
        row
        for row in standing.values()
        if row.person_id not in gone and row.person_id not in plan.kept
    ]
    plan.revived = _revived(step, {row.person_id for row in plan.ended})
    for change in changes:
        _plan_restoring(plan, change, known[change.person_id])
    return plan


def _revived(step: SheetStep, people: set[UUID]) -> dict[UUID, NumberRecord]:
    """Numbers from before a 番号変更 by this file that are still kept."""
    if not step.superseded:
        return {}
    records = NumberRecord.objects.filter(
        id__in=step.superseded, person_id__in=people, state=RecordState.SUPERSEDED
    )
    return {row.person_id: row for row in records}


def _standing(
    plan: Plan, records: Iterable[NumberRecord], known: dict[UUID, Person]
) -> dict[UUID, NumberRecord]:
    """By person: the numbers that are as the file brought them, and were used for nothing."""
    used = _referred("register_number_record", [row.id for row in records])
    standing: dict[UUID, NumberRecord] = {}
    for row in records:
        person = known[row.person_id]
        if row.state != RecordState.ACTIVE:
            plan.kept[person.id] = person, Obstacle.NUMBER_CHANGED
        elif row.id in used:
            plan.kept[person.id] = person, Obstacle.IN_USE
        elif person.on_hold:
            plan.kept[person.id] = person, Obstacle.ON_HOLD
        else:
            standing[person.id] = row
    return standing


def _plan_added(
    plan: Plan,
    step: SheetStep,
    standing: dict[UUID, NumberRecord],
    known: dict[UUID, Person],
) -> None:
    added = [known[one] for one in step.added if one in known]
    referred = _referred("register_person", [one.id for one in added])
    going: dict[UUID, Person] = {}
    for person in added:
        if person.id in plan.kept:
            continue
        if person.version != 1:
            plan.kept[person.id] = person, Obstacle.CHANGED_SINCE
        elif person.id in referred:
            plan.kept[person.id] = person, Obstacle.IN_USE
        else:
            going[person.id] = person
    for host in _hosts_of_others(going):
        plan.kept[host] = going.pop(host), Obstacle.HAS_FAMILY
    plan.removed = list(going.values())
    plan.removed_records = [standing[one] for one in going if one in standing]


def _hosts_of_others(going: dict[UUID, Person]) -> set[UUID]:
    """Those among them whose family stays."""
    family = Person.objects.filter(host_id__in=list(going)).values_list("id", "host_id")
    return {host for member, host in family if host is not None and member not in going}


def _plan_restoring(plan: Plan, change: PersonChange, person: Person) -> None:
    before: dict[str, Any] = {}
    for name, (old, new) in change.changes.items():
        if plain(getattr(person, name)) != new:
            plan.kept[person.id] = person, Obstacle.CHANGED_SINCE
            return
        column = Person._meta.get_field(name)  # noqa: SLF001  Django's public _meta
        assert isinstance(column, models.Field)
        before[name] = column.to_python(old)  # the history keeps JSON
    plan.restored.append((person, before))


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _referred(table: str, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the rows that any other table of the company points to."""
    found: set[UUID] = set()
    if not ids:
        return found
    with connection.cursor() as cursor:
        for source, column in _references(table):
            if (source, column) in _OWN:
                continue
            cursor.execute(
                sql.SQL(
                    "SELECT DISTINCT {column} FROM {table} WHERE company_id = %s"
                    " AND {column} = ANY(%s)"
                ).format(column=sql.Identifier(column), table=sql.Identifier(source)),
                [scope.company_id(), list(ids)],
            )
            found |= {row[0] for row in cursor.fetchall()}
    return found


@cache
def _references(table: str) -> tuple[tuple[str, str], ...]:
    """(table, column) of every foreign key to it, from the catalogue: also of rooms above."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT source.relname, a.attname FROM pg_constraint c"
            " JOIN pg_class source ON source.oid = c.conrelid"
            " CROSS JOIN LATERAL unnest(c.conkey) AS key(place)"
            " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = key.place"
            " WHERE c.contype = 'f' AND c.confrelid = %s::regclass AND a.attname <> 'company_id'",
            [table],
        )
        return tuple(cursor.fetchall())
