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
    kept = _rows(
        "SELECT id, person_id, state, purposes, recorded_at, superseded_at, due_on, kept_by"
        " FROM register_number_record"
        " WHERE company_id = %s AND person_id = ANY(%s)"
        " AND state IN ('active', 'superseded') ORDER BY person_id, recorded_at DESC",
        people,
    )
    known = _people(people)
    names = (
        "id", "person_id", "state", "purposes", "recorded_at", "superseded_at", "due_on", "kept_by",
    )  # fmt: skip
    return [dict(zip(names, row, strict=True)) | known[row[1]] for row in kept if row[1] in known]


def _people(people: list[UUID]) -> dict[UUID, dict[str, Any]]:
    """Ids in arrays, never a join: PostgreSQL plans that by what it has counted so far, which of
    tables that were just filled is nothing, and goes through all rows for each of them.
    """
    names = (
        "host_id", "left_on", "kind", "dependent_until", "contract_to", "last_paid_on", *FLAGS,
    )  # fmt: skip
    rows = _rows(
        f"SELECT id, {', '.join(names)} FROM register_person"  # noqa: S608  our own column names
        " WHERE company_id = %s AND id = ANY(%s)",
        people,
    )
    found = {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}
    left_on: dict[UUID, date | None] = dict(
        _rows(
            "SELECT id, left_on FROM register_person WHERE company_id = %s AND id = ANY(%s)",
            list({one["host_id"] for one in found.values() if one["host_id"] is not None}),
        )
    )
    held = held_people(people)
    for person, facts in found.items():
        host = facts.pop("host_id")
        if host is not None:
            facts["left_on"] = left_on.get(host)
        facts["held"] = person in held
    return found


def _superseded_on(row: Mapping[str, Any]) -> date | None:
    if row["state"] != RecordState.SUPERSEDED:
        return None
    return timezone.localdate(row["superseded_at"] or row["recorded_at"])


def _uses(records: list[UUID]) -> dict[UUID, dict[Purpose, date]]:
    """The last completion of each purpose, whatever the form."""
    found: dict[UUID, dict[Purpose, date]] = defaultdict(dict)
    for record, purpose, last in _rows(
        "SELECT record_id, purpose, max(completed_on) FROM register_number_use"
        " WHERE company_id = %s AND record_id = ANY(%s)"
        " GROUP BY record_id, purpose",
        records,
    ):
        found[record][Purpose[purpose]] = last
    return found


def _declared(records: list[UUID]) -> dict[UUID, int]:
    """The year of the last declaration without a number; before the first, that of the entry."""
    rows = _rows(
        "SELECT record_id, max(greatest(omitted_year, extract(year FROM received_on)::int))"
        " FROM register_number_ledger"
        " WHERE company_id = %s AND record_id = ANY(%s)"
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
