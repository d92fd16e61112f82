"""Browsers on the way in: a clock that can be turned, attempts, and the contract's ledger."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from azukari.tenancy import scope, sign_in
from azukari.tenancy.models import User
from azukari.tenancy.rights import RoleKind
from tests.cast import PASSWORD, Side


class Clock:
    """Time stands still until it is turned; starts at the real now."""

    def __init__(self) -> None:
        self.now: datetime = timezone.now()

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture(name="clock")
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock)
    return clock


def typed(side: Side, kind: RoleKind = RoleKind.OPERATOR, **other: str) -> dict[str, str]:
    return {
        "contract_code": side.contract.code,
        "user_code": side.users[kind].user_code,
        "password": PASSWORD,
        **other,
    }


def attempt(side: Side, **other: str) -> Any:
    return side.client().post("/sign-in", typed(side, **other))


def enter(side: Side, kind: RoleKind = RoleKind.OPERATOR) -> Client:
    client = side.client()
    answer = client.post("/sign-in", typed(side, kind))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/"), answer.content.decode()
    return client


@contextmanager
def contract_of(side: Side) -> Iterator[None]:
    with scope.enter(scope.Scope(contract_id=side.contract.id)):
        yield


def user_of(side: Side, kind: RoleKind = RoleKind.OPERATOR) -> User:
    with contract_of(side):
        return User.objects.get(id=side.users[kind].id)


def forgive(side: Side, kind: RoleKind = RoleKind.OPERATOR) -> None:
    with contract_of(side):
        sign_in.forget_failures(side.users[kind])


def actions_of(side: Side) -> list[str]:
    """Actions in the contract's ledger, oldest first, sequenced or still waiting."""
    return [body["action"] for body in bodies_of(side)]


def bodies_of(side: Side) -> list[dict[str, Any]]:
    with contract_of(side), connection.cursor() as cursor:
        cursor.execute(
            "SELECT body FROM ledger_leaf WHERE realm = %s"
            " UNION ALL SELECT body FROM ledger_outbox WHERE realm = %s",
            [side.contract.id, side.contract.id],
        )
        bodies = [json.loads(row[0]) for row in cursor.fetchall()]
    return sorted(bodies, key=lambda body: body["at"])


def plain(answer: Any) -> str:
    """The page without what differs between any two requests."""
    text = answer.content.decode()
    return re.sub(r'value="\w{64}"|[0-9a-f]{16}', "", text)
