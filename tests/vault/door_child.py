"""A second process at the door; killed at AZUKARI_CRASH_AT."""

import os
import sys
from collections.abc import Callable
from uuid import UUID, uuid4

import django

django.setup()

from azukari.law.number import parse  # noqa: E402
from azukari.ledger.realm_scope import in_realm  # noqa: E402
from azukari.vault import door  # noqa: E402
from azukari.vault.crash import crash_point  # noqa: E402
from tests.numbers import valid_number  # noqa: E402


def deposit(realm: str, *seeds: str) -> None:
    place = UUID(realm)
    with in_realm(place):
        door.deposit_numbers(place, [(uuid4(), parse(valid_number(int(s)))) for s in seeds])
        crash_point("deposit:before-commit")


def destroy(realm: str, *cells: str) -> None:
    place = UUID(realm)
    with in_realm(place):
        door.order_destruction(place, [UUID(cell) for cell in cells])
        crash_point("destroy:before-commit")
    door.finish_destruction(place)


def tick(_realm: str) -> None:
    door.core().tick(on="2026-05-01")


ACTS: dict[str, Callable[..., None]] = {"deposit": deposit, "destroy": destroy, "tick": tick}

if __name__ == "__main__":
    ACTS[sys.argv[1]](*sys.argv[2:])
    sys.stdout.flush()
    os._exit(0)
