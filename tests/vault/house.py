"""The installation's own strong room, and second processes at its door."""

import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from uuid import UUID, uuid4

from azukari.law.number import MyNumber, parse
from azukari.ledger.actions import Action
from azukari.ledger.realm_scope import in_realm
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.tenancy.actor import Actor
from azukari.vault import door
from tests.killing import child_environment
from tests.numbers import valid_number

READING = door.Reading(Action.NUMBER_REVEALED, reason="届出の確認")
SOMEBODY = Actor(contract_id=uuid4(), company_id=None, user_id=uuid4(), name="番号 花子")
LATER = datetime(2100, 1, 1, tzinfo=UTC)
_seeds = count(50_000_000)


def fresh_seed() -> int:
    return next(_seeds)


def fresh_number() -> MyNumber:
    return parse(valid_number(fresh_seed()))


def deposit(realm: UUID, numbers: Sequence[MyNumber]) -> list[UUID]:
    """Committed deposits of as many subjects."""
    with in_realm(realm):
        return door.deposit_numbers(realm, [(uuid4(), number) for number in numbers])


def open_digits(realm: UUID, cells: Sequence[UUID]) -> list[str]:
    with in_realm(realm):
        opened = door.open_numbers(realm, cells, READING, actor=SOMEBODY)
    return [opened[cell].reveal_digits() for cell in cells]


def digits(numbers: Sequence[MyNumber]) -> list[str]:
    return [number.reveal_digits() for number in numbers]


def child(
    urls: DatabaseUrls, act: str, realm: UUID, *arguments: object, crash_at: str = ""
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.vault.door_child", act, str(realm), *map(str, arguments)],
        env=child_environment(urls, crash_at),
        stdout=subprocess.PIPE,
        text=True,
    )


def killed(urls: DatabaseUrls, act: str, realm: UUID, *arguments: object, at: str) -> None:
    """Runs a child that must be killed at the named instant."""
    process = child(urls, act, realm, *arguments, crash_at=at)
    process.communicate(timeout=60)
    assert process.returncode == -9, (act, at, process.returncode)


def start_again() -> None:
    """What the next start does, and then its first round."""
    door.forget_core()
    door.core()
