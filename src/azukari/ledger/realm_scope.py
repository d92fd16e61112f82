"""Telling PostgreSQL whose ledger is meant, where the running transaction does not know yet.

Row-level security of the ledger's tables admits the realm named by the local setting
`azukari.realm` (beside company and contract in scope). It is given back at the end of each use,
so that the rest of a business transaction sees no more than before.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from django.db import connections, transaction

_ENTER: Final = (
    "SELECT set_config('azukari.outer_realm', current_setting('azukari.realm', true), true);"
    "SELECT set_config('azukari.realm', %s, true);"
)
_LEAVE: Final = (
    ";SELECT set_config('azukari.realm', current_setting('azukari.outer_realm', true), true)"
)


def execute_in_realm(using: str, realm: UUID, statement: str, values: Sequence[Any]) -> None:
    """One statement without result inside the realm, in a single round trip.

    Several statements in one message are one transaction also outside of BEGIN.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(f"{_ENTER}{statement}{_LEAVE}", [str(realm), *values])


@contextmanager
def in_realm(realm: UUID, *, using: str = "default", sequencing: bool = False) -> Iterator[None]:
    """A transaction (or the running one) inside the realm; may be nested."""
    with transaction.atomic(using=using, savepoint=False):
        before = _settings(using)
        _tell(using, str(realm), "on" if sequencing else before[1])
        yield
        _tell(using, *before)


@contextmanager
def over_all_realms(*, using: str) -> Iterator[None]:
    """A transaction of the sequencer: it may see which realms wait, not what they say."""
    with transaction.atomic(using=using, savepoint=False):
        before = _settings(using)
        _tell(using, before[0], "on")
        yield
        _tell(using, *before)


def _settings(using: str) -> tuple[str, str]:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('azukari.realm', true), ''),"
            " coalesce(current_setting('azukari.sequencer', true), '')"
        )
        realm, sequencer = cursor.fetchone()
    return realm, sequencer


def _tell(using: str, realm: str, sequencer: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('azukari.realm', %s, true),"
            " set_config('azukari.sequencer', %s, true)",
            [realm, sequencer],
        )
