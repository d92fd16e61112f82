"""Payroll's people as the link has told them: the side of 差分チェック that needs no file."""

from collections.abc import Sequence

from azukari.check.difference.facts import FIELDS, Facts, Field, Key, facts_of
from azukari.check.link.events import Event, Problem
from azukari.check.link.models import PayrollPerson, PushedRecord

_GONE = frozenset({Event.LEFT, Event.FAMILY_REMOVED})
_PER_STATEMENT = 2_000


def tell(records: Sequence[PushedRecord]) -> None:
    """What the records say goes over what was told before, whether it is reflected or not."""
    fresh: dict[Key, dict[str, str]] = {}
    for record in records:
        if record.event in {"", Event.FIGURES} or not record.employee_code:
            continue
        if record.problem and record.problem != Problem.RELATIONSHIP_UNKNOWN:
            continue
        key = (record.employee_code, record.family_code)
        fresh.setdefault(key, {}).update(_facts(record))
    if not fresh:
        return
    codes = list({code for code, _ in fresh})
    known = {
        (one.employee_code, one.family_code): one
        for one in PayrollPerson.objects.filter(employee_code__in=codes)
    }
    rows = []
    for (code, family), facts in fresh.items():
        row = known.get((code, family)) or PayrollPerson(
            company_id=records[0].company_id, employee_code=code, family_code=family
        )
        row.facts = {**row.facts, **facts}
        rows.append(row)
    PayrollPerson.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["company", "employee_code", "family_code"],
        update_fields=["facts", "told_at"],
        batch_size=_PER_STATEMENT,
    )


def people() -> dict[Key, Facts]:
    """Everybody told so far, as the comparison takes a side."""
    rows = PayrollPerson.objects.values_list("employee_code", "family_code", "facts")
    return {
        (code, family): facts_of({one: facts[one] for one in FIELDS if one in facts})
        for code, family, facts in rows.iterator(chunk_size=_PER_STATEMENT)
    }


def is_empty() -> bool:
    return not PayrollPerson.objects.exists()


def _facts(record: PushedRecord) -> dict[str, str]:
    told = {
        name.value: _text(record.facts[name.value]) for name in Field if name.value in record.facts
    }
    if record.relationship:
        told[Field.RELATIONSHIP.value] = record.relationship
    if record.event in _GONE and record.on is not None:
        told[Field.ENDED.value] = record.on.isoformat()
    elif record.event in {Event.HIRED, Event.FAMILY_ADDED}:
        told[Field.ENDED.value] = ""
    return told


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)
