"""The door of the strong room: deposit · open · matches · find_same · adopt · destroy · rotate.

Nothing else of the vault may be used from outside.  A secret comes out only through `open_…`,
and only after the ledger has, on a connection of its own, durably written down who reads whose
secret for what.  When it cannot be written, `LedgerUnavailable` is raised and nothing is opened.
"""

from datetime import date, datetime

from django.utils import timezone

from azukari.vault import erasure, strongroom, tombstones
from azukari.vault.cells import Kind
from azukari.vault.depositing import (
    adopt,
    deposit_all_waiting,
    deposit_canary,
    deposit_file,
    deposit_number,
    deposit_numbers,
    deposit_secret,
    deposit_waiting,
)
from azukari.vault.destroying import (
    count_destroyed,
    destroy_due,
    destroy_waiting_keys,
    destroyed,
    finish_destruction,
    gone,
    is_destroyed,
    keep_until,
    newest_generation,
    order_destruction,
)
from azukari.vault.envelope import NotOpened
from azukari.vault.erasure import ErasureClass, Finality
from azukari.vault.files import DepositedFile, NotDeposited
from azukari.vault.models import Generation
from azukari.vault.opening import (
    Reading,
    find_same,
    find_same_as,
    matches,
    open_canary,
    open_each_number,
    open_file,
    open_number,
    open_numbers,
    open_secret,
    read_file,
)
from azukari.vault.ring import Ring
from azukari.vault.tombstones import Resurrected
from azukari.vault.unsealed import core, forget_core

__all__ = [
    "DepositedFile",
    "ErasureClass",
    "Finality",
    "Kind",
    "NotDeposited",
    "NotOpened",
    "Reading",
    "Resurrected",
    "adopt",
    "core",
    "count_destroyed",
    "deposit_all_waiting",
    "deposit_canary",
    "deposit_file",
    "deposit_number",
    "deposit_numbers",
    "deposit_secret",
    "deposit_waiting",
    "destroy_due",
    "destroy_waiting_keys",
    "destroyed",
    "finality",
    "find_same",
    "find_same_as",
    "finish_destruction",
    "forget_core",
    "gone",
    "is_destroyed",
    "keep_until",
    "matches",
    "newest_generation",
    "open_canary",
    "open_each_number",
    "open_file",
    "open_number",
    "open_numbers",
    "open_secret",
    "order_destruction",
    "read_file",
    "rotate",
    "state",
]


def rotate(*, on: date) -> Ring:
    """The nightly tick: a new generation, everything resealed under it, the oldest forgotten.

    Raises `Resurrected`: a key store put back under a running service must not be resealed.
    """
    tombstones.refuse_resurrection(core())
    ring = core().tick(on=on.isoformat())
    Generation.objects.bulk_create(
        [Generation(number=ring.settled, settled_on=on)], ignore_conflicts=True
    )
    return ring


def state() -> strongroom.State:
    """What `azukari vault status` shows; no key in it."""
    return strongroom.state(core())


def finality(generation: int, destroyed_at: datetime) -> Finality:
    """Logical and cryptographic finality of what was destroyed under `generation`.

    `generation` as `finish_destruction` gave it, `destroyed_at` the moment its key went.
    """
    return erasure.finality(
        generation,
        destroyed_at,
        strongroom.ring_time(core(), generation),
        strongroom.policy(),
        today=timezone.localdate(),
    )
