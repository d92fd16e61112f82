"""Random lives of a realm in PostgreSQL, with copies of both databases put back at any time.

The adversary keeps every byte that the realm's rows ever had, in both databases, and takes today's
ring.  E and R as in `test_erasure.py`, whose closure of everything that opens is used again; what
an old copy lost (deposits younger than it) is neither living nor disposed of.
"""

from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings as installation
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from psycopg.rows import dict_row

from azukari.ledger.realm_scope import in_realm
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.vault import core as core_module
from azukari.vault import destroying, door, envelope, postgres_store, strongroom, tombstones
from azukari.vault.cells import stored
from azukari.vault.core import Core
from azukari.vault.keystore import Bucket, RealmKey
from azukari.vault.models import Cell
from azukari.vault.ring import LIVE
from azukari.vault.sealing import Sealed
from tests.vault import house
from tests.vault.memory_store import CellKey
from tests.vault.rooms import DAY
from tests.vault.test_erasure import PowerCut, opens, reachable

POINTS = ("destroy:ordered", "destroy:in-bucket", "destroy:between-buckets", "destroy:keys-gone",
          "destroy:marked", "destroy:before-count")  # fmt: skip
MAIN = {"vault_cell": "realm", "vault_tombstone": "realm"}
KEYS = {"vault_bucket": "realm", "vault_cell_key": "realm", "vault_realm_key": "realm"}

Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Copy:
    """Rows of the realm in both databases at one instant, and who lived then."""

    main: Rows
    keys: Rows
    counted: int
    ticks: int
    living: set[UUID]


class Lives(RuleBasedStateMachine):
    urls: DatabaseUrls

    def __init__(self) -> None:
        super().__init__()
        self.realm = uuid4()
        self.secrets: dict[UUID, str] = {}
        self.oldest: dict[UUID, Sealed] = {}
        self.living: set[UUID] = set()
        self.disposed: set[UUID] = set()
        self.ever: dict[bytes, Bucket | CellKey | RealmKey] = {}
        self.copies: list[Copy] = []
        self.ticks = 0
        self.main = psycopg.connect(self.urls["superuser"], autocommit=True, row_factory=dict_row)
        self.keys = psycopg.connect(self.urls["keys"], autocommit=True, row_factory=dict_row)

    # what happens -----------------------------------------------------------------------------

    @rule(many=st.integers(1, 3))
    def deposit(self, many: int) -> None:
        numbers = [house.fresh_number() for _ in range(many)]
        for cell, digits in zip(
            house.deposit(self.realm, numbers), house.digits(numbers), strict=True
        ):
            self.secrets[cell] = digits
            self.living.add(cell)
        with in_realm(self.realm):
            for sealed in stored(self.realm, door.Kind.NUMBER, list(self.living)):
                self.oldest.setdefault(sealed.cell, sealed)

    @precondition(lambda self: self.living)
    @rule(which=st.integers(0, 9), point=st.sampled_from(["", *POINTS]))
    def destroy(self, which: int, point: str) -> None:
        chosen = sorted(self.living)[which % len(self.living)]
        with in_realm(self.realm):
            door.order_destruction(self.realm, [chosen])
        self.living.discard(chosen)
        self.disposed.add(chosen)
        with dying_at(point), suppress(PowerCut):
            door.finish_destruction(self.realm)
        self.restart()
        door.finish_destruction(self.realm)

    @rule(point=st.sampled_from(["", "", "tick:grown", "tick:resealed"]))
    def tick(self, point: str) -> None:
        with dying_at(point), suppress(PowerCut):
            door.core().tick(on=DAY)
            self.ticks += 1
        self.restart()

    @rule()
    def restart(self) -> None:
        door.forget_core()
        door.core()

    @rule()
    def copy(self) -> None:
        [row] = self.keys.execute("SELECT coalesce(max(batches), 0) AS n FROM vault_count")
        self.copies.append(
            Copy(
                self._rows(self.main, MAIN), self._rows(self.keys, KEYS), row["n"],
                self.ticks, set(self.living),
            )
        )  # fmt: skip

    @precondition(lambda self: self.copies)
    @rule(which=st.integers(0, 9), what=st.sampled_from(["main", "keys", "both"]))
    def put_back(self, which: int, what: str) -> None:
        copy = self.copies[which % len(self.copies)]
        if what != "main" and self.ticks - copy.ticks >= LIVE - 1:
            return  # a key store as old as that opens nothing, which test_backup.py shows
        self.remember()
        if what != "keys":
            self._put(self.main, MAIN, copy.main)
        if what != "main":
            self._put(self.keys, KEYS, copy.keys)
            self.keys.execute("UPDATE vault_count SET batches = %s", [copy.counted])
        self.living &= copy.living
        core = strongroom.unseal_unchecked(installation.DATA_FOLDER)
        log = strongroom.tombstone_log(installation.DATA_FOLDER)
        tombstones.replay(core, tombstones.read_log(log))
        self.restart()

    # what holds -------------------------------------------------------------------------------

    @invariant()
    def remember(self) -> None:
        for row in self._rows(self.keys, KEYS)["vault_bucket"]:
            self._keep(Bucket(row["id"], self.realm, row["generation"], row["sealed"]))
        for row in self._rows(self.keys, KEYS)["vault_cell_key"]:
            self._keep(CellKey(row["cell"], self.realm, row["bucket"], row["wrapped"]))
        for row in self._rows(self.keys, KEYS)["vault_realm_key"]:
            self._keep(RealmKey(self.realm, row["generation"], row["sealed"]))

    def _keep(self, thing: Bucket | CellKey | RealmKey) -> None:
        self.ever[thing.wrapped if isinstance(thing, CellKey) else thing.sealed] = thing

    @invariant()
    def living_open_and_disposed_do_not(self) -> None:
        living = sorted(self.living)
        opened = door.core().open([self.oldest[cell] for cell in living])
        assert [opened[cell].decode() for cell in living] == [self.secrets[c] for c in living]
        with in_realm(self.realm):
            held = set(Cell.objects.filter(realm=self.realm).values_list("id", flat=True))
        assert not held & self.disposed
        for cell in self.disposed:
            with suppress(envelope.NotOpened):
                door.core().open([self.oldest[cell]])
                raise AssertionError("disposed of, and yet it opens")

    def teardown(self) -> None:
        with self.main, self.keys:
            self.restart()
            for _ in range(LIVE + 1):
                door.core().tick(on=DAY)
                self.remember()
            ring = {key for _, key in door.core().ring().generations}
            reached = reachable(ring, list(self.ever.values()))
            assert not [cell for cell in self.disposed if opens(self.oldest[cell], reached)], "E"
            self.living_open_and_disposed_do_not()

    # the databases ------------------------------------------------------------------------------

    def _rows(self, connection: psycopg.Connection[Any], tables: dict[str, str]) -> Rows:
        return {
            table: connection.execute(
                f"SELECT * FROM {table} WHERE {column} = %s",
                [self.realm],  # type: ignore[arg-type]
            ).fetchall()
            for table, column in tables.items()
        }

    def _put(self, connection: psycopg.Connection[Any], tables: dict[str, str], rows: Rows) -> None:
        for table, column in tables.items():
            connection.execute(f"DELETE FROM {table} WHERE {column} = %s", [self.realm])  # type: ignore[arg-type]
            for row in rows[table]:
                holes = ", ".join(["%s"] * len(row))
                connection.execute(
                    f"INSERT INTO {table} ({', '.join(row)}) VALUES ({holes})",  # type: ignore[arg-type]
                    list(row.values()),
                )


class dying_at:
    """Inside the block the process dies, as far as it can while it goes on, at a named instant."""

    def __init__(self, point: str) -> None:
        self._point, self._stack = point, ExitStack()

    def __enter__(self) -> None:
        for module in (core_module, destroying, tombstones):
            self._stack.enter_context(patch.object(module, "crash_point", self._die))

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _die(self, name: str) -> None:
        if name == self._point:
            raise PowerCut


@pytest.fixture
def lives(database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch) -> type[Lives]:
    """Three deposits fill a bucket, so that short lives have several."""
    monkeypatch.setattr(postgres_store, "CELLS_PER_BUCKET", 3)
    monkeypatch.setattr(core_module, "CELLS_PER_BUCKET", 3)
    Lives.urls = database
    return Lives


def test_copies_put_back_bring_nothing_back(lives: type[Lives]) -> None:
    run = settings(
        max_examples=8,
        stateful_step_count=10,
        suppress_health_check=list(HealthCheck),
    )
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(lives, settings=run)


def lost_with_the_key_store_and_destroyed(lives: type[Lives]) -> None:
    """Its wrapped key lies in the lost store's WAL, under a bucket key that was put back."""
    life = lives()
    life.deposit(1)
    life.copy()
    life.deposit(1)
    life.remember()
    newest = next(iter(life.living - life.copies[0].living))
    life.destroy(sorted(life.living).index(newest), "")
    life.put_back(0, "keys")
    life.teardown()


def test_deposit_younger_than_the_copy_is_gone_too(lives: type[Lives]) -> None:
    lost_with_the_key_store_and_destroyed(lives)


def test_replay_that_renews_no_bucket_is_refuted(
    lives: type[Lives], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Core, "renew", lambda _self, _realm=None: None)

    with pytest.raises(AssertionError, match="E"):
        lost_with_the_key_store_and_destroyed(lives)
