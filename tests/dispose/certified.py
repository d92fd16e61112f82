"""Numbers destroyed for certificates, and the verifier that stands alone."""

from datetime import UTC, datetime
from uuid import uuid4

from django.utils import timezone

from azukari.dispose import actions, certificates
from azukari.dispose.models import Certificate, Disposal, DisposalBatch
from azukari.dispose.rules import Reason
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record, bodies_for_each
from azukari.ledger.standalone import verify_ledger as verifier
from azukari.register.models import NumberRecord, Person, PersonKind
from azukari.tenancy.ids import new_id
from tests.cast import Cast, Side
from tests.web.browser import employee, new_code, new_number, with_number

DAY = datetime(2026, 1, 11, 3, tzinfo=UTC)


def disposed(side: Side, **facts: str) -> Disposal:
    person = with_number(side, employee(side, **facts), new_number())
    with side.scope():
        done = actions.dispose_number(person, Reason.RECORDED_BY_MISTAKE, "", actor=side.operator)
    with side.scope():
        done.refresh_from_db()
    return done


def issued(side: Side, subject: Disposal | DisposalBatch) -> Certificate:
    with side.scope():
        return certificates.issue(subject, actor=side.operator)


def batch_of(side: Side, count: int, *, name: str = "髙橋　太郎") -> DisposalBatch:
    """A batch whose numbers were never there: what a destruction leaves, without the vault."""
    at = timezone.now()
    with side.scope():
        batch = DisposalBatch.objects.create(
            company_id=side.company.id,
            code=new_code()[-12:],
            state="executed",
            due_until=at.date(),
            items=count,
            done=count,
            proposed_by_name="起案　者",
            approved_at=at,
            approved_by_name="承認　者",
            executed_at=at,
        )
        people = [
            Person(
                id=new_id(), company_id=side.company.id, kind=PersonKind.EMPLOYEE,
                employee_code=new_code(), name=name, kana="タカハシ　タロウ", search_key="",
            )
            for _ in range(count)
        ]  # fmt: skip
        Person.objects.bulk_create(people, batch_size=5000)
        records = [
            NumberRecord(
                id=new_id(), company_id=side.company.id, person=person, cell=uuid4(),
                purposes=[], state="disposed",
            )
            for person in people
        ]  # fmt: skip
        NumberRecord.objects.bulk_create(records, batch_size=5000)
        Disposal.objects.bulk_create(
            [
                Disposal(
                    company_id=side.company.id, person=record.person, record=record,
                    cell=record.cell, batch=batch, reason=Reason.PERIOD_OVER.value,
                    rules=["R-HI-01", "R-PEN-01"], due_on=DAY.date(), ordered_by_name="実行　者",
                    keys_destroyed_at=at, generation=1,
                )
                for record in records
            ],
            batch_size=5000,
        )  # fmt: skip
        told = Record(at=at, action=Action.NUMBER_DISPOSED, count=1)
        pens.write_many(
            side.company.id,
            bodies_for_each(told, [(record.person_id, record.cell) for record in records]),
        )
    return batch


def verdict(document: bytes, trusted: str = "", export: verifier.Export | None = None):
    return verifier.check_certificate(document.splitlines(keepends=True), trusted, export)


def failed(document: bytes, trusted: str = "") -> list[str]:
    return [step.kind for step in verdict(document, trusted).steps if step.good is False]


__all__ = ["Cast", "batch_of", "disposed", "failed", "issued", "verdict"]
