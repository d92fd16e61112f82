"""Deposits: everything that must one day be destroyed is sealed under a key of its own."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from uuid import UUID

from django.db import transaction

from azukari.law.number import MyNumber
from azukari.tenancy.ids import new_id, new_ids
from azukari.vault import files
from azukari.vault.cells import Kind, store, stored
from azukari.vault.crash import crash_point
from azukari.vault.destroying import order_destruction
from azukari.vault.pieces import cut
from azukari.vault.sealing import Deposit
from azukari.vault.unsealed import core


def deposit_number(realm: UUID, subject: UUID, number: MyNumber) -> UUID:
    """Seals one number; its row joins the running transaction.  Answers the handle."""
    return deposit_numbers(realm, [(subject, number)])[0]


def deposit_numbers(realm: UUID, numbers: Sequence[tuple[UUID, MyNumber]]) -> list[UUID]:
    return _deposit(
        realm,
        Kind.NUMBER,
        [
            Deposit(cell, subject, number.reveal_digits().encode(), findable=True)
            for cell, (subject, number) in zip(new_ids(len(numbers)), numbers, strict=True)
        ],
    )


def deposit_waiting(realm: UUID, item: UUID, number: MyNumber, *, until: datetime) -> UUID:
    """A number handed in with an application: bound to its item until `adopt` takes it over.

    `destroy_due` destroys it once `until` has passed.
    """
    return deposit_all_waiting(realm, [(item, number)], until=until)[0]


def deposit_all_waiting(
    realm: UUID, numbers: Sequence[tuple[UUID, MyNumber]], *, until: datetime
) -> list[UUID]:
    """Of each item its number, as `deposit_waiting`; the handles in the same order."""
    if not numbers:
        return []
    return _deposit(
        realm,
        Kind.WAITING,
        [
            Deposit(cell, item, number.reveal_digits().encode(), findable=True)
            for cell, (item, number) in zip(new_ids(len(numbers)), numbers, strict=True)
        ],
        until,
    )


def deposit_file(
    realm: UUID, subject: UUID, content: bytes | Iterable[bytes], *, until: datetime
) -> UUID:
    """A file that holds numbers; `destroy_due` destroys it once `until` has passed.

    A long one is sealed and stored piece by piece as `content` gives it.
    """
    pieces = cut(content)
    first, second = next(pieces), next(pieces, None)
    if second is None:
        return _deposit(realm, Kind.FILE, [Deposit(new_id(), subject, first)], until)[0]
    cell = new_id()
    # Its key is durable before the first piece exists, as of any deposit.
    sealing = core().begin_file(realm, Kind.FILE.value, cell, subject)
    crash_point("deposit:keys-durable")
    with transaction.atomic():
        files.store(realm, cell, sealing, chain((first, second), pieces))
        store(realm, Kind.FILE, [sealing.head()], until)
    return cell


def deposit_secret(realm: UUID, subject: UUID, secret: str) -> UUID:
    return _deposit(realm, Kind.SECRET, [Deposit(new_id(), subject, secret.encode())])[0]


def deposit_canary(realm: UUID, subject: UUID, song: bytes) -> UUID:
    return _deposit(realm, Kind.CANARY, [Deposit(new_id(), subject, song)])[0]


def adopt(realm: UUID, waiting: Sequence[tuple[UUID, UUID]]) -> list[UUID]:
    """Re-binds waiting numbers (handle, person) to the people whose they are; the new handles.

    Nobody reads them: each is sealed anew in here, as a number of that person under a key of its
    own, and the waiting deposit is ordered destroyed.  Joins the running transaction, like the
    leaf in which the caller writes it down; `finish_destruction` follows after the commit.
    Raises `NotDeposited`.
    """
    secrets = core().open(stored(realm, Kind.WAITING, [cell for cell, _ in waiting]))
    adopted = _deposit(
        realm,
        Kind.NUMBER,
        [Deposit(new_id(), person, secrets[cell], findable=True) for cell, person in waiting],
    )
    order_destruction(realm, [cell for cell, _ in waiting])
    return adopted


def _deposit(
    realm: UUID, kind: Kind, deposits: list[Deposit], until: datetime | None = None
) -> list[UUID]:
    # The keys are durable before the rows exist.  When the transaction fails afterwards they
    # open nothing, and the sweep takes them away.
    sealed = core().seal(realm, kind.value, deposits)
    crash_point("deposit:keys-durable")
    store(realm, kind, sealed, until)
    return [deposit.cell for deposit in deposits]
