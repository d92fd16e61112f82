"""One act in an installation of its own: python -m tests.serve.backup_child DATA ACT [JSON]."""

import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from threading import Event
from typing import Any
from uuid import UUID, uuid4

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


ACTS: dict[str, Callable[..., Any]] = {
    "deposit": deposit,
    "destroy": destroy,
    "tick": tick,
    "read": read,
    "work_during_backup": work_during_backup,
}

if __name__ == "__main__":
    with opened(Path(sys.argv[1])):
        from azukari.tenancy import contracts

        company = contracts.all_companies()[0][1]
        print(json.dumps(ACTS[sys.argv[2]](company, *map(json.loads, sys.argv[3:]))))
