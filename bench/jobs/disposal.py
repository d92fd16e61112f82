"""Disposal of everything that is due: proposed, approved by somebody else, run.

Measured are the proposal (one statement over the register) and the run: each number judged again
under lock, tombstone, sealed bytes and key gone, record and person ended, a leaf for each, and
the certificate.
"""

import random
from datetime import date
from typing import Final
from uuid import UUID

from django.utils import timezone

from azukari.dispose import batches, running
from azukari.dispose.due import DueFilter
from azukari.dispose.models import BatchState, Certificate, Disposal, DisposalBatch
from azukari.ledger.actions import Action
from azukari.ledger.models import Leaf
from azukari.ledger.realm_scope import in_realm
from azukari.register.models import NumberRecord, NumberState, Person, PersonKind, RecordState
from azukari.synthetic.generator import number_at
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.tenancy.rights import RoleKind
from azukari.vault import door
from azukari.vault.door import Reading
from bench.jobs.house import SEED, scope_of, user_of
from bench.jobs.registration import check_ledger
from bench.measure import Measured, WrongResult, expect, measuring
from bench.settling import settle

_PER_STEP: Final = 5_000
_LIVING: Final = 500
_SAMPLE: Final = 50
_DUE = date(2024, 1, 11)  # the first wave of 所得税法施行規則第76条の3


def dispose(place: dict[str, str], numbers: int) -> dict[str, Measured]:
    """`numbers` that are due, among some that are not."""
    proposer, approver = user_of(place, RoleKind.OPERATOR), user_of(place, RoleKind.OFFICER)
    due = _people(place, numbers, _DUE)
    living = _people(place, _LIVING, None)
    settle()
    with measuring() as proposing, scope.enter(scope_of(place)):
        batch = batches.propose(DueFilter(until=timezone.localdate()), actor=proposer)
    with scope.enter(scope_of(place)):
        batches.review(batch, actor=proposer)
        batches.approve(batch, actor=approver)
    with measuring() as executing:
        with scope.enter(scope_of(place)):
            task, _ = running.begin(batch, actor=proposer)
        running.run(proposer, task.id, batch.id)
    _check(place, batch, due, living, proposer)
    return {"propose": Measured(numbers, proposing), "execute": Measured(numbers, executing)}


def _people(place: dict[str, str], count: int, due_on: date | None) -> list[UUID]:
    """Cells of so many employees; numbers are made here and kept nowhere."""
    cells: list[UUID] = []
    seed = SEED + (due_on is None)
    for start in range(0, count, _PER_STEP):
        with scope.enter(scope_of(place)):
            people = [
                Person(
                    company_id=place["company"],
                    kind=PersonKind.EMPLOYEE,
                    employee_code=f"{'D' if due_on else 'L'}{start + one:07d}",
                    name="満了　太郎",
                    kana="マンリョウ　タロウ",
                    search_key="満了太郎 マンリョウタロウ",
                    number_state=NumberState.ACTIVE,
                    number_due_on=due_on,
                )
                for one in range(min(_PER_STEP, count - start))
            ]
            Person.objects.bulk_create(people)
            secrets = [number_at(start + one, seed) for one in range(len(people))]
            handles = door.deposit_numbers(
                UUID(place["company"]),
                [(one.id, number) for one, number in zip(people, secrets, strict=True)],
            )
            NumberRecord.objects.bulk_create(
                NumberRecord(
                    company_id=place["company"],
                    person=one,
                    cell=cell,
                    purposes=["TAX_WITHHOLDING"],
                    due_on=due_on,
                    kept_by="R-TAX-01" if due_on else "",
                )
                for one, cell in zip(people, handles, strict=True)
            )
        cells += handles
    return cells


def _check(
    place: dict[str, str], batch: DisposalBatch, due: list[UUID], living: list[UUID], actor: Actor
) -> None:
    company = UUID(place["company"])
    with scope.enter(scope_of(place)):
        batch.refresh_from_db()
        found = (batch.state, batch.done, batch.failed)
        expect("batch", found, (BatchState.CERTIFIED, len(due), 0))
        expect("certificates", Certificate.objects.filter(batch=batch).count(), 1)
        ended = NumberRecord.objects.filter(state=RecordState.DISPOSED, ended_at__isnull=False)
        expect("records ended", ended.count(), len(due))
        gone = Person.objects.filter(number_state=NumberState.DISPOSED)
        expect("people without a number", gone.count(), len(due))
        finished = Disposal.objects.filter(batch=batch, keys_destroyed_at__isnull=False)
        expect("disposals finished", finished.count(), len(due))
        expect("keys left of them", len(due) - len(door.destroyed(company, due)), 0)
        opened = door.open_numbers(company, living, Reading(Action.NUMBER_COMPARED), actor=actor)
        expect("living numbers that open", len(opened), len(living))
    for cell in random.Random(SEED).sample(due, min(_SAMPLE, len(due))):
        _expect_closed(place, cell, actor)
    check_ledger(company)
    with in_realm(company):
        leaves = Leaf.objects.filter(realm=company, action=Action.NUMBER_DISPOSED)
        expect("leaves of disposed numbers", leaves.count(), len(due))


def _expect_closed(place: dict[str, str], cell: UUID, actor: Actor) -> None:
    try:
        with scope.enter(scope_of(place)):
            door.open_number(
                UUID(place["company"]), cell, Reading(Action.NUMBER_COMPARED), actor=actor
            )
    except door.NotDeposited:
        return
    raise WrongResult("a disposed number opens")
