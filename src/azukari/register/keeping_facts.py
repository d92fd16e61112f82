"""What the tables know of numbers that are kept, as `keeping` wants to have it.

A handful of statements for any number of people; ids go as one array, since ten thousand
parameters cost more than the question.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from azukari.law.purpose import PersonKind as LawKind
from azukari.law.purpose import Purpose
from azukari.register.keeping import Facts, Keeping, why_kept
from azukari.register.models import RecordState, RetentionChoice
from azukari.tenancy import scope

# Which flags of a family member a purpose comes from (所得税法, 健康保険法, 国民年金法).
FLAGS_OF_PURPOSE: Mapping[Purpose, tuple[str, ...]] = {
    Purpose.TAX_WITHHOLDING: ("tax_dependent", "specific_relative"),
    Purpose.TAX_DEDUCTION_FORMS: ("tax_dependent", "specific_relative"),
    Purpose.HEALTH_PENSION: ("health_dependent",),
    Purpose.CATEGORY3: ("category3",),
}
FLAGS = ("category3", "health_dependent", "specific_relative", "tax_dependent")


@dataclass(frozen=True, slots=True)
class Kept:
    """A number that is kept, and why.  `due_on` and `kept_by` as they stand in the table."""

    record: UUID
    person: UUID
    is_active: bool
    due_on: date | None
    kept_by: str
    facts: Facts

    @property
    def keeping(self) -> Keeping:
        return why_kept(self.facts)


def kept_numbers(people: Iterable[UUID], *, choices: Mapping[str, int] | None = None) -> list[Kept]:
    """The numbers kept for these people, newest first for each; with other `choices`, what if."""
    rows = _records(list(people))
    records = [row["id"] for row in rows]
    uses, declared, no_longer = _uses(records), _declared(records), _no_longer(rows)
    periods = chosen_periods() if choices is None else choices
    return [
        Kept(
            record=row["id"],
            person=row["person_id"],
            is_active=row["state"] == RecordState.ACTIVE,
            due_on=row["due_on"],
            kept_by=row["kept_by"],
            facts=Facts(
                kind=LawKind(row["kind"]),
                purposes=tuple(Purpose[code] for code in row["purposes"]),
                recorded_on=timezone.localdate(row["recorded_at"]),
                superseded_on=_superseded_on(row),
                left_on=row["left_on"],
                dependent_until=row["dependent_until"],
                contract_to=row["contract_to"],
                last_paid_on=row["last_paid_on"],
                no_longer=no_longer.get(row["person_id"], {}),
                uses=uses.get(row["id"], {}),
                declared_in=declared.get(row["id"]),
                choices=periods,
                on_hold=row["held"],
            ),
        )
        for row in rows
    ]


def held_people(people: Iterable[UUID]) -> set[UUID]:
    """Those of the people whose numbers must not be disposed of (廃棄の保留)."""
    rows = _rows(
        "SELECT person_id FROM register_hold"
        " WHERE company_id = %s AND person_id = ANY(%s) AND released_at IS NULL",
        list(people),
    )
    return {row[0] for row in rows}


def chosen_periods() -> dict[str, int]:
    """What the company chose, by rule."""
    return dict(RetentionChoice.objects.values_list("rule", "length"))


def _records(people: list[UUID]) -> list[dict[str, Any]]:
    """`left_on` of a family member is the employee's."""
    rows = _rows(
        "SELECT kept.id, kept.person_id, kept.state, kept.purposes, kept.recorded_at,"
        " kept.superseded_at, kept.due_on, kept.kept_by, person.kind,"
        " CASE WHEN person.host_id IS NULL THEN person.left_on ELSE host.left_on END,"
        " person.dependent_until, person.contract_to, person.last_paid_on,"
        " EXISTS (SELECT FROM register_hold hold"
        " WHERE hold.company_id = person.company_id AND hold.person_id = person.id"
        " AND hold.released_at IS NULL), person.category3, person.health_dependent,"
        " person.specific_relative, person.tax_dependent"
        " FROM register_number_record kept"
        " JOIN register_person person"
        " ON person.company_id = kept.company_id AND person.id = kept.person_id"
        " LEFT JOIN register_person host"
        " ON host.company_id = person.company_id AND host.id = person.host_id"
        " WHERE kept.company_id = %s AND kept.person_id = ANY(%s)"
        " AND kept.state IN ('active', 'superseded')"
        " ORDER BY kept.person_id, kept.recorded_at DESC",
        people,
    )
    names = (
        "id", "person_id", "state", "purposes", "recorded_at", "superseded_at", "due_on",
        "kept_by", "kind", "left_on", "dependent_until", "contract_to", "last_paid_on",
        "held", *FLAGS,
    )  # fmt: skip
    return [dict(zip(names, row, strict=True)) for row in rows]


def _superseded_on(row: Mapping[str, Any]) -> date | None:
    if row["state"] != RecordState.SUPERSEDED:
        return None
    return timezone.localdate(row["superseded_at"] or row["recorded_at"])


def _uses(records: list[UUID]) -> dict[UUID, dict[Purpose, date]]:
    """The last completion of each purpose, whatever the form."""
    found: dict[UUID, dict[Purpose, date]] = defaultdict(dict)
    for record, purpose, last in _rows(
        "SELECT record_id, purpose, max(completed_on) FROM register_number_use"
        " WHERE company_id = %s AND record_id = ANY(%s) GROUP BY record_id, purpose",
        records,
    ):
        found[record][Purpose[purpose]] = last
    return found


def _declared(records: list[UUID]) -> dict[UUID, int]:
    """The year of the last declaration without a number; before the first, that of the entry."""
    rows = _rows(
        "SELECT record_id, max(greatest(omitted_year, extract(year FROM received_on)::int))"
        " FROM register_number_ledger WHERE company_id = %s AND record_id = ANY(%s)"
        " GROUP BY record_id",
        records,
    )
    return dict(rows)


def _no_longer(rows: list[dict[str, Any]]) -> dict[UUID, dict[Purpose, date]]:
    """Person → purposes whose flag was taken back, and the day this was recorded.

    A flag that never stood tells nothing: then what the number was recorded for stands alone.
    """
    without = {
        row["person_id"]: row
        for row in rows
        if row["kind"] == LawKind.FAMILY and not all(row[flag] for flag in FLAGS)
    }
    taken: dict[UUID, dict[str, date]] = defaultdict(dict)
    changes = _rows(
        "SELECT person_id, at, changes::text FROM register_person_change"
        " WHERE company_id = %s AND person_id = ANY(%s)"
        " AND changes ?| %s ORDER BY at",
        list(without),
        list(FLAGS),
    )
    for person, at, text in changes:
        for flag in _taken_back(text):
            taken[person][flag] = timezone.localdate(at)
    return {person: _ended(without[person], days) for person, days in taken.items()}


def _taken_back(changes: str) -> list[str]:
    known: Mapping[str, Any] = json.loads(changes)
    return [flag for flag in FLAGS if known.get(flag) == [True, False]]


def _ended(stands: Mapping[str, Any], taken: Mapping[str, date]) -> dict[Purpose, date]:
    """A purpose ends with the last of its flags."""
    return {
        purpose: max(taken[flag] for flag in flags if flag in taken)
        for purpose, flags in FLAGS_OF_PURPOSE.items()
        if not any(stands[flag] for flag in flags) and any(flag in taken for flag in flags)
    }


def _rows(statement: str, ids: list[UUID], *more: list[str]) -> list[Any]:
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, [scope.company_id(), ids, *more])
        return list(cursor.fetchall())
