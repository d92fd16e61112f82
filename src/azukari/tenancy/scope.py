"""Whose rows a piece of work may see.

A scope is entered once per request or job.  Inside it, managers filter by contract and company,
and PostgreSQL does the same by row-level security: the scope is told to the database with
`set_config(…, true)`, which ends with the transaction, so that the next borrower of the
connection starts with nothing.  Outside a scope managers refuse to answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connections, transaction

from azukari.tenancy.actor import Actor


class OutsideScope(RuntimeError):
    """Tenant rows were asked for without saying whose."""


@dataclass(frozen=True)
class Scope:
    contract_id: UUID | None = None
    company_id: UUID | None = None
    service: bool = False  # may list contracts and companies, and nothing inside them
    thumbprint: str = ""  # may see the one certificate with this SHA-256

    def settings(self) -> list[tuple[str, str]]:
        return [
            ("azukari.contract", str(self.contract_id or "")),
            ("azukari.company", str(self.company_id or "")),
            ("azukari.service", "on" if self.service else ""),
            ("azukari.thumbprint", self.thumbprint),
        ]


def of(actor: Actor) -> Scope:
    """The company an actor is at work in, for what runs outside of its request or job."""
    return Scope(contract_id=actor.contract_id, company_id=actor.company)


_current: ContextVar[Scope | None] = ContextVar("azukari_scope", default=None)


def current() -> Scope:
    scope = _current.get()
    if scope is None:
        raise OutsideScope("会社の範囲が決まっていない処理から、会社の情報を読もうとしました。")
    return scope


def contract_id() -> UUID:
    scope = current()
    if scope.contract_id is None:
        raise OutsideScope("契約の範囲が決まっていません。")
    return scope.contract_id


def company_id() -> UUID:
    scope = current()
    if scope.company_id is None:
        raise OutsideScope("会社の範囲が決まっていません。")
    return scope.company_id


@contextmanager
def enter(scope: Scope, *, using: str = "default") -> Iterator[Scope]:
    """One transaction in which exactly the rows of `scope` can be seen and written."""
    before = _current.get()
    with transaction.atomic(using=using):
        _tell_database(scope, using)
        token = _current.set(scope)
        try:
            yield scope
        finally:
            _current.reset(token)
        # A nested scope must not outlive its block; the outermost one ends with COMMIT anyway.
        if before is not None:
            _tell_database(before, using)


@contextmanager
def narrow(**changes: UUID | str | bool | None) -> Iterator[Scope]:
    """The current scope with some fields changed, for instance the company."""
    with enter(replace(current(), **changes)) as scope:  # type: ignore[arg-type]
        yield scope


def _tell_database(scope: Scope, using: str) -> None:
    settings = scope.settings()
    calls = ", ".join("set_config(%s, %s, true)" for _ in settings)
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {calls}", [part for pair in settings for part in pair])
