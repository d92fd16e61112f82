"""What keeps vault and register in step after a crash."""

from datetime import timedelta
from uuid import UUID

from django.db import connections

from azukari.ledger.realm_scope import in_realm
from azukari.vault import door
from azukari.vault.models import Cell
from azukari.vault.postgres_store import PostgresKeyStore

# On top of the age of the oldest open transaction: clocks of two database servers may differ.
GRACE = timedelta(hours=24)


def sweep_orphan_keys(realm: UUID) -> int:
    """Destroys keys of the realm whose cell was never stored; how many.

    A deposit's keys are durable before its row, which joins the caller's transaction: younger
    keys than the oldest open transaction may still get their row and are left alone.  The order
    of the three questions matters: what has committed since the first is seen by the last.
    """
    open_for = _age_of_oldest_transaction()
    old = PostgresKeyStore().cells_older_than(realm, GRACE + open_for)
    stored = _stored(realm, old)
    orphans = [cell for cell in old if cell not in stored]
    if orphans:
        door.core().destroy(orphans)
    return len(orphans)


def _age_of_oldest_transaction() -> timedelta:
    # All writers of deposits share the runtime role, so that none is hidden from it here.
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(clock_timestamp() - min(xact_start), interval '0')"
            " FROM pg_stat_activity WHERE datname = current_database()"
        )
        age: timedelta = cursor.fetchone()[0]
    return age


def _stored(realm: UUID, cells: list[UUID]) -> set[UUID]:
    # Inside the realm by itself: in a wrong scope no row is seen, and every key were an orphan.
    with in_realm(realm, using="ledger"):
        found = Cell.objects.using("ledger").filter(realm=realm, id__in=cells)
        return set(found.values_list("id", flat=True))
