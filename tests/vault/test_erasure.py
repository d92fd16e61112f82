"""What was destroyed is unreachable, what lives is readable, whatever copies exist.

The adversary keeps every byte that main database and key store ever held, and takes today's ring
out of its file.  He tries every key he has on every sealed thing he has, until nothing new opens
(the closure of the key disclosure graph; Reardon et al., Secure Data Deletion, CCS 2013).

E  A number disposed of is out of his reach once the ring has forgotten the generations of the
   day of its disposal, eight finished ticks later at most.
R  A living number opens from the oldest copy of its row, today's key store and today's ring.
"""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azukari.vault import core as core_module
from azukari.vault import envelope
from azukari.vault.core import Core
from azukari.vault.keystore import Bucket, KeysOfBucket, RealmKey
from azukari.vault.ring import LIVE, Ring
from azukari.vault.sealing import Sealed
from tests.vault.memory_store import CellKey, MemoryStore
from tests.vault.rooms import DAY, fresh_number, memory_room, seal


class PowerCut(Exception):
    pass


@dataclass
class History:
    """One room, lived through; `row` of a deposit is its oldest copy."""

    core: Core
    store: MemoryStore
    realms: tuple[UUID, UUID] = field(default_factory=lambda: (uuid4(), uuid4()))
    rows: dict[UUID, Sealed] = field(default_factory=dict)
    secrets: dict[UUID, bytes] = field(default_factory=dict)
    disposed: dict[UUID, int] = field(default_factory=dict)  # cell → newest generation then

    def deposit(self, realm: int) -> None:
        secret = fresh_number()
        [cell] = seal(self.core, self.realms[realm], secret)
        self.rows[cell.cell] = cell
        self.secrets[cell.cell] = secret

    def dispose(self, which: int) -> None:
        if living := self.living():
            cell = living[which % len(living)]
            self.core.destroy([cell])
            self.disposed[cell] = self.core.ring().newest[0]

    def tick(self, _: int = 0) -> None:
        self.core.tick(on=DAY)

    def cut_tick(self, after_resealing: int) -> None:
        """A tick that dies after the new generation, or after everything is sealed under it."""

        def dying(name: str) -> None:
            if name == ("tick:resealed" if after_resealing else "tick:grown"):
                raise PowerCut

        with patch.object(core_module, "crash_point", dying), suppress(PowerCut):
            self.core.tick(on=DAY)

    def restart(self, _: int) -> None:
        self.core._known.clear()
        self.core._same.clear()
        self.core._ring._seen = None

    def find_same(self, which: int) -> None:
        if living := self.living():
            cell = living[which % len(living)]
            found = self.core.find_same(self.rows[cell].realm, [self.secrets[cell]])
            assert cell in found[0]

    def living(self) -> list[UUID]:
        return [cell for cell in self.rows if cell not in self.disposed]


def opened_by_all_means(history: History) -> set[UUID]:
    """Cells whose secret the adversary reads today."""
    ring = {key for _, key in history.core.ring().generations}
    keys = reachable(ring, history.store.ever)
    return {cell for cell, row in history.rows.items() if opens(row, keys)}


def reachable(keys: set[bytes], ever: Sequence[Bucket | CellKey | RealmKey]) -> set[bytes]:
    """Every key that these keys open, directly or by others, out of everything ever sealed."""
    keys = set(keys)
    sealed = [(_bound_to(thing), _blob(thing)) for thing in ever]
    tried: set[bytes] = set()
    while new := keys - tried:
        tried |= new
        for bound_to, blob in sealed:
            for key in new:
                try:
                    inner = envelope.unwrap(key, blob, bound_to)
                except envelope.NotOpened:
                    continue
                keys.add(inner[: envelope.KEY_BYTES])
    return keys


def _bound_to(thing: Bucket | CellKey | RealmKey) -> bytes:
    match thing:
        case Bucket():
            return core_module._bucket_context(thing)
        case CellKey():
            return envelope.context(b"key", thing.realm.bytes, thing.bucket.bytes, thing.cell.bytes)
        case RealmKey():
            return core_module._realm_context(thing)


def _blob(thing: Bucket | CellKey | RealmKey) -> bytes:
    return thing.wrapped if isinstance(thing, CellKey) else thing.sealed


def opens(row: Sealed, keys: set[bytes]) -> bool:
    return any(
        envelope.commitment(key, row.bound_to) == row.commitment
        and envelope.open_cell(key, row.ciphertext, row.commitment, row.bound_to)
        for key in keys
    )


def hold_e_and_r(history: History) -> None:
    reached = opened_by_all_means(history)
    oldest = history.core.ring().generations[0][0]
    final = {cell for cell, generation in history.disposed.items() if generation < oldest}
    assert not reached & final, "E: a number disposed of for good is still reachable"
    living = [history.rows[cell] for cell in history.living()]
    opened = history.core.open(living)
    assert opened == {row.cell: history.secrets[row.cell] for row in living}, "R"


Step = tuple[str, int]
WEIGHTED = ("deposit", "deposit", "dispose", "dispose", "tick", "tick", "cut_tick", "restart",
            "find_same")  # fmt: skip
HISTORIES = st.lists(st.tuples(st.sampled_from(WEIGHTED), st.integers(0, 1)), max_size=25)


def live_through(steps: Sequence[Step], kind: type[Core]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        core = memory_room(Path(folder), kind=kind)
        history = History(core, core._store)  # type: ignore[arg-type]
        for step, choice in steps:
            getattr(history, step)(choice)
        hold_e_and_r(history)
        for _ in range(LIVE + 1):  # the first of them may only finish a tick that was cut
            history.tick()
        oldest = core.ring().generations[0][0]
        assert all(generation < oldest for generation in history.disposed.values())
        hold_e_and_r(history)


@settings(max_examples=60)
@given(HISTORIES)
def test_disposed_is_unreachable_and_living_is_readable(steps: list[Step]) -> None:
    live_through(steps, Core)


class KeyRowOnly(Core):
    """Deletes the key row and leaves the bucket key as it is."""

    def _renew(self, bucket: Bucket, staying: KeysOfBucket) -> None:
        pass


class WithoutForgetting(Core):
    """Rewraps, but its ring keeps every generation."""

    def tick(self, *, on: str) -> Ring:
        with self._ring.changing() as change:
            ring = change.ring.grown()
            self._store.reseal_buckets(
                [core_module._resealed(b, ring) for b in self._store.all_buckets()]
            )
            self._store.reseal_realm_keys(
                [core_module._resealed_realm(k, ring) for k in self._store.all_realm_keys()]
            )
            change.store(Ring(ring.generations, ring.newest[0], ring.revision))
            return change.ring


class WithoutResealing(Core):
    """Forgets generations, and with them what lives."""

    def tick(self, *, on: str) -> Ring:
        with self._ring.changing() as change:
            change.store(change.ring.grown().trimmed(on=on))
            return change.ring


@pytest.mark.parametrize(
    ("kind", "refutation"),
    [(KeyRowOnly, AssertionError), (WithoutForgetting, AssertionError),
     (WithoutResealing, envelope.NotOpened)],
)  # fmt: skip
def test_careless_rooms_are_refuted_by_the_same_check(
    kind: type[Core], refutation: type[Exception]
) -> None:
    steps = [("deposit", 0), ("deposit", 0), ("dispose", 0), ("tick", 0)]

    with pytest.raises(refutation):
        live_through(steps, kind)


def test_careless_room_is_refuted_by_random_histories() -> None:
    # The same histories every time: whether the careless room is caught must not be luck.
    search: Callable[[], None] = settings(max_examples=300, database=None, derandomize=True)(
        given(HISTORIES)(lambda steps: live_through(steps, KeyRowOnly))
    )

    with pytest.raises((AssertionError, ExceptionGroup)):
        search()


def test_disposed_is_still_reachable_the_day_before(tmp_path: Path) -> None:
    """The bound is exact: so the check sees the last key that goes, and not an earlier one."""
    core = memory_room(tmp_path)
    history = History(core, core._store)  # type: ignore[arg-type]
    history.deposit(0)
    history.dispose(0)
    for _ in range(LIVE - 1):
        history.tick()
    before = opened_by_all_means(history)

    history.tick()

    assert (before, opened_by_all_means(history)) == (set(history.rows), set())
