"""People whose numbers may go, many at once, and ways through a batch."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from azukari.dispose import batches, running
from azukari.dispose.due import DueFilter
from azukari.dispose.models import BatchState, DisposalBatch, DisposalItem
from azukari.law.number import parse
from azukari.register.models import NumberRecord, NumberState, Person, PersonKind
from azukari.tenancy.ids import new_id
from azukari.tenancy.models import Company
from azukari.vault import door
from tests.cast import Side
from tests.numbers import valid_number

_codes = itertools.count(1)
_seeds = itertools.count(600_000_000)
TODAY = timezone.localdate()
YESTERDAY = TODAY - timedelta(days=1)


def due_people(
    side: Side, count: int, due_on: date | None = YESTERDAY, **facts: Any
) -> list[NumberRecord]:
    """So many employees with a number that may go from that day on; codes ascend."""
    with side.scope():
        people = [
            Person(
                id=new_id(),
                company_id=side.company.id,
                kind=PersonKind.EMPLOYEE,
                employee_code=f"D{next(_codes):06d}",
                number_state=NumberState.ACTIVE,
                number_due_on=due_on,
                **{
                    "name": "満了　太郎",
                    "kana": "マンリョウ　タロウ",
                    "search_key": "満了",
                    **facts,
                },
            )
            for _ in range(count)
        ]
        Person.objects.bulk_create(people)
        numbers = [parse(valid_number(next(_seeds))) for _ in people]
        cells = door.deposit_numbers(
            side.company.id, [(p.id, n) for p, n in zip(people, numbers, strict=True)]
        )
        return NumberRecord.objects.bulk_create(
            NumberRecord(
                company_id=side.company.id,
                person=person,
                cell=cell,
                purposes=["HEALTH_PENSION"],
                due_on=due_on,
                kept_by="R-TAX-01",
            )
            for person, cell in zip(people, cells, strict=True)
        )


@contextmanager
def second_person(side: Side, *, wanted: bool) -> Iterator[None]:
    """廃棄に承認者を求める, for the time of a test."""
    set_second_person(side, wanted=wanted)
    try:
        yield
    finally:
        set_second_person(side, wanted=False)


def set_second_person(side: Side, *, wanted: bool) -> None:
    with side.scope():
        Company.objects.filter(id=side.company.id).update(second_person_disposal=wanted)


def proposed(side: Side, records: list[NumberRecord], until: date = TODAY) -> DisposalBatch:
    with side.scope():
        return batches.propose(
            DueFilter(until=until), chosen=[one.id for one in records], actor=side.operator
        )


def approved(side: Side, records: list[NumberRecord], until: date = TODAY) -> DisposalBatch:
    """Proposed and found complete by the operator, approved by the officer."""
    batch = proposed(side, records, until)
    with second_person(side, wanted=True), side.scope():
        batches.review(batch, actor=side.operator)
        return batches.approve(batch, actor=side.officer)


def ran(side: Side, batch: DisposalBatch) -> DisposalBatch:
    """Run here and now, as a worker would."""
    with side.scope():
        task, _ = running.begin(batch, actor=side.operator)
    running.run(side.operator, task.id, batch.id)
    return again(side, batch)


def again(side: Side, batch: DisposalBatch) -> DisposalBatch:
    """The batch as it stands now."""
    with side.scope():
        return DisposalBatch.objects.get(id=batch.id)


def items(side: Side, batch: DisposalBatch) -> list[DisposalItem]:
    with side.scope():
        return list(DisposalItem.objects.filter(batch=batch).order_by("id"))


def is_at(side: Side, batch: DisposalBatch, state: BatchState) -> bool:
    return again(side, batch).state == state
