"""Puts waiting records into the trees, and signs the heads.

One installation runs one loop (a session lock sees to it); correctness does not hang on that,
since every append holds the lock of its realm.
"""

import logging
from dataclasses import dataclass
from threading import Event
from time import monotonic
from typing import Final
from uuid import UUID

from django.db import Error, connections

from azukari.ledger import checkpoint, tree
from azukari.ledger.checkpoint import Signer, origin_of, sign_checkpoint
from azukari.ledger.realm_scope import in_realm, over_all_realms

USING: Final = "ledger"
_ROWS_PER_TRANSACTION: Final = 5000
_LOOP_LOCK: Final = 0x617A756B6172690  # any constant that nobody else takes
_PATIENCE: Final = "10s"

logger = logging.getLogger(__name__)


def sequence(realm: UUID) -> int:
    """Moves everything that waits in this realm into its tree; gives how many.

    Waits for others who append (at most ten seconds, then django.db.OperationalError).
    """
    moved = 0
    while step := _sequence_step(realm, patient=True):
        moved += step
    return moved


def sequence_all() -> int:
    """The same for every realm; realms somebody else is appending to are left for the next time."""
    moved = 0
    for realm in _waiting_realms():
        while step := _sequence_step(realm, patient=False):
            moved += step
    return moved


def _waiting_realms() -> list[UUID]:
    with over_all_realms(using=USING), connections[USING].cursor() as cursor:
        cursor.execute("SELECT DISTINCT realm FROM ledger_outbox")
        return [row[0] for row in cursor.fetchall()]


def _sequence_step(realm: UUID, *, patient: bool) -> int:
    with in_realm(realm, using=USING, sequencing=True):
        if not _take_lock(realm, patient=patient):
            return 0
        with connections[USING].cursor() as cursor:
            cursor.execute(
                "SELECT id, body FROM ledger_outbox WHERE realm = %s ORDER BY id LIMIT %s",
                [realm, _ROWS_PER_TRANSACTION],
            )
            rows = cursor.fetchall()
            if rows:
                tree.append(USING, realm, [[body.encode() for _, body in rows]])
                ids = [number for number, _ in rows]
                cursor.execute("DELETE FROM ledger_outbox WHERE id = ANY(%s)", [ids])
    return len(rows)


def _take_lock(realm: UUID, *, patient: bool) -> bool:
    if not patient:
        return tree.lock_if_free(USING, realm)
    with connections[USING].cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [_PATIENCE])
    tree.lock(USING, realm)
    return True


def checkpoint_now(realm: UUID, signer: Signer, *, using: str = USING) -> str:
    """Signs the present head and keeps it; gives the note (the kept one if nothing was added).

    `using` "default" signs what the running transaction has added: the note may leave the house
    only when that has committed.
    """
    with in_realm(realm, using=using), connections[using].cursor() as cursor:
        frontier = tree.read_frontier(using, realm)
        head = checkpoint.Checkpoint(origin_of(realm), frontier.size, frontier.root())
        cursor.execute(
            "INSERT INTO ledger_checkpoint (realm, size, root, note, at)"
            " VALUES (%s, %s, %s, %s, now()) ON CONFLICT (realm, size) DO NOTHING",
            [realm, head.size, head.root, sign_checkpoint(head, signer)],
        )
        cursor.execute(
            "SELECT note FROM ledger_checkpoint WHERE realm = %s AND size = %s",
            [realm, head.size],
        )
        note: str = cursor.fetchone()[0]
    return note


def checkpoint_all(signer: Signer) -> int:
    """Signs the head of every tree that has grown since its last checkpoint; gives how many."""
    with over_all_realms(using=USING), connections[USING].cursor() as cursor:
        cursor.execute(
            "SELECT realm FROM ledger_tree AS tree WHERE NOT EXISTS ("
            " SELECT FROM ledger_checkpoint AS head"
            " WHERE head.realm = tree.realm AND head.size = tree.size)"
        )
        realms = [row[0] for row in cursor.fetchall()]
    for realm in realms:
        checkpoint_now(realm, signer)
    return len(realms)


@dataclass(slots=True)
class SequencerLoop:
    """The service's loop: `run` in a thread of its own until `stop` is set. Times in seconds."""

    signer: Signer
    interval: float = 0.5
    checkpoint_interval: float = 3600.0
    retry_interval: float = 5.0

    def run(self, stop: Event) -> None:
        try:
            while not stop.is_set():
                try:
                    self._work(stop)
                except Error:
                    logger.warning("the ledger cannot be sequenced, trying again", exc_info=True)
                    connections[USING].close()
                stop.wait(self.retry_interval)
        finally:
            connections[USING].close()  # gives the session lock back

    def _work(self, stop: Event) -> None:
        """Until stopped, or at once when another process is the sequencer."""
        if not _become_the_sequencer():
            return
        signed_at = monotonic()
        while not stop.is_set():
            sequence_all()
            if monotonic() - signed_at >= self.checkpoint_interval:
                checkpoint_all(self.signer)
                signed_at = monotonic()
            stop.wait(self.interval)
        sequence_all()
        checkpoint_all(self.signer)


def _become_the_sequencer() -> bool:
    with connections[USING].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOOP_LOCK])
        return bool(cursor.fetchone()[0])
