"""One act in an installation of its own: python -m tests.serve.backup_child DATA ACT [JSON]."""

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from threading import Event
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from azukari.serve.installation import opened


def deposit(realm: UUID, seeds: list[int]) -> dict[str, int]:
    """Seeds by cell."""
    from azukari.law.number import parse
    from azukari.ledger.realm_scope import in_realm
    from azukari.vault import door
    from tests.numbers import valid_number

    with in_realm(realm):
        numbers = [(uuid4(), parse(valid_number(seed))) for seed in seeds]
        cells = door.deposit_numbers(realm, numbers)
    return dict(zip(map(str, cells), seeds, strict=True))


def destroy(realm: UUID, cells: list[str]) -> list[str]:
    from azukari.ledger.realm_scope import in_realm
    from azukari.vault import door

    with in_realm(realm):
        door.order_destruction(realm, [UUID(cell) for cell in cells])
    return [str(cell) for cell in door.finish_destruction(realm)]


def tick(_realm: UUID, nights: int) -> int:
    from azukari.vault import door

    first = date.fromisoformat(door.state().ticked_on)
    for night in range(1, nights + 1):
        door.rotate(on=first + timedelta(days=night))
    return door.state().generation


def read(realm: UUID, seeds_by_cell: dict[str, int]) -> dict[str, str]:
    """By cell: open, gone, or wrong."""
    from azukari.law.number import parse
    from azukari.ledger.realm_scope import in_realm
    from azukari.vault import door
    from tests.numbers import valid_number
    from tests.vault.house import READING, SOMEBODY

    found = {}
    for cell, seed in seeds_by_cell.items():
        try:
            with in_realm(realm):
                number = door.open_number(realm, UUID(cell), READING, actor=SOMEBODY)
            found[cell] = "open" if number == parse(valid_number(seed)) else "wrong"
        except (door.NotDeposited, door.NotOpened):
            found[cell] = "gone"
    return found


def work_during_backup(realm: UUID, folder: str) -> dict[str, Any]:
    """Backups while others deposit, destroy and tick; what was living at the end."""
    from django.db import connections

    from azukari.serve.backup import making

    over = Event()

    def live(first: int) -> int:
        rounds = 0
        while not over.is_set():
            cells = list(deposit(realm, list(range(first, first + 5))))
            destroy(realm, cells[:3])
            rounds += 1
        connections.close_all()
        return rounds

    with ThreadPoolExecutor(2) as pool:
        workers = [pool.submit(live, 71_000_000 + 100 * n) for n in range(2)]
        try:
            files = [str(making.create(Path(folder)).file) for _ in range(2)]
            tick(realm, 1)
            files.append(str(making.create(Path(folder)).file))
        finally:
            over.set()
        rounds = [worker.result() for worker in workers]
    return {"files": files, "rounds": rounds}


def employ(realm: UUID, seeds: list[int]) -> list[str]:
    """Employees whose numbers may go; the first of them waits in a batch that is approved."""
    from azukari.dispose import batches
    from azukari.dispose.due import DueFilter
    from azukari.register.models import NumberRecord, NumberState, Person
    from azukari.tenancy.models import Company

    cells = list(deposit(realm, seeds))
    with _at_work() as actor:
        Company.objects.update(second_person_disposal=False)
        due = timezone.localdate()
        for number, cell in enumerate(cells):
            person = Person.objects.create(
                company_id=realm, kind="employee", employee_code=f"R{number}", name="復元　花子",
                kana="フクゲン　ハナコ", search_key="復元",
                number_state=NumberState.ACTIVE, number_due_on=due,
            )  # fmt: skip
            NumberRecord.objects.create(
                company_id=realm,
                person=person,
                cell=cell,
                purposes=["TAX_WITHHOLDING"],
                due_on=due,
                kept_by="R-TAX-01",
            )
        record = NumberRecord.objects.get(cell=cells[0])
        batch = batches.propose(DueFilter(until=due), chosen=[record.id], actor=actor)
        batches.review(batch, actor=actor)
    return cells


def dispose(_realm: UUID) -> None:
    """The batch, and the second employee's number singly."""
    from azukari.dispose import actions, running
    from azukari.dispose.models import DisposalBatch
    from azukari.dispose.rules import Reason
    from azukari.register.models import Person

    with _at_work() as actor:
        task, batch = running.begin(DisposalBatch.objects.get(), actor=actor)
    running.run(actor, task.id, batch.id)
    with _at_work() as actor:
        person = Person.objects.get(employee_code="R1")
        actions.dispose_number(person, Reason.PERIOD_OVER, "", actor=actor)


def told(realm: UUID) -> dict[str, Any]:
    """What the rows say: people, their disposals, the batch, and whether a certificate is good."""
    from azukari.dispose import certificates
    from azukari.dispose.models import Disposal, DisposalBatch
    from azukari.ledger import queries as ledger
    from azukari.ledger.actions import Action
    from azukari.register.models import Person

    with _at_work() as actor:
        people = Person.objects.order_by("employee_code")
        states = dict(people.values_list("employee_code", "number_state"))
        disposals = list(Disposal.objects.order_by("person__employee_code"))
        leaves = ledger.Filter(actions=(Action.NUMBER_DISPOSED,))
        told = {
            "people": states,
            "disposals": [one.reason for one in disposals],
            "leaves": ledger.count(realm, leaves, at_most=9),
            "failed": [one.failed for one in DisposalBatch.objects.all()],
        }
    with _at_work() as actor:
        told["certified"] = bool(
            disposals and certificates.issue(disposals[0], actor=actor).document
        )
    return told


@contextmanager
def _at_work() -> Iterator[Any]:
    from azukari.tenancy import contracts, scope
    from azukari.tenancy.access import command_actor
    from azukari.tenancy.rights import ALL_PERMISSIONS

    [(contract, company)] = contracts.all_companies()
    with scope.enter(scope.Scope(contract_id=contract, company_id=company)):
        yield command_actor(contract, company, ALL_PERMISSIONS)


ACTS: dict[str, Callable[..., Any]] = {
    "deposit": deposit,
    "destroy": destroy,
    "tick": tick,
    "read": read,
    "work_during_backup": work_during_backup,
    "employ": employ,
    "dispose": dispose,
    "told": told,
}

if __name__ == "__main__":
    with opened(Path(sys.argv[1])):
        from azukari.tenancy import contracts

        company = contracts.all_companies()[0][1]
        print(json.dumps(ACTS[sys.argv[2]](company, *map(json.loads, sys.argv[3:]))))
