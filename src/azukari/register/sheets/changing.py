"""番号変更 by file (番号法 第7条第2項): the numbers that give way to those of a plan.

There are few of them in any file, so they go one by one, like those typed on the screen.
"""

from collections.abc import Mapping
from uuid import UUID

from azukari.register.actions import number_book
from azukari.register.actions.numbers import supersede_record
from azukari.register.models import NumberRecord, RecordState
from azukari.register.sheets.comparison import Plan
from azukari.tenancy.actor import Actor


def supersede(plan: Plan, *, actor: Actor) -> Mapping[UUID, NumberRecord]:
    """Person → the number that was held; it is kept until nothing needs it."""
    why = {
        change.known.id: change.given.why
        for change in plan.changes
        if change.given is not None and change.given.why is not None
    }
    if not why:
        return {}
    records = NumberRecord.objects.filter(person_id__in=list(why), state=RecordState.ACTIVE)
    found = {record.person_id: record for record in records.select_related("person")}
    for person_id, record in found.items():
        supersede_record(record, why[person_id])
        number_book.note_change(record.person, ["個人番号"], actor=actor)
    return found
