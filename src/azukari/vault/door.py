"""The door of the strong room: deposit · open · matches · find_same · adopt · destroy · rotate.

Nothing else of the vault may be used from outside.  A secret comes out only through `open_…`,
and only after the ledger has, on a connection of its own, durably written down who reads whose
secret for what.  When it cannot be written, `LedgerUnavailable` is raised and nothing is opened.
"""

import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache, partial
from itertools import chain
from threading import Lock
from typing import Any, Final, LiteralString
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from azukari.law.number import MyNumber, parse
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.ledger.tree import execute_binary, psycopg_cursor
from azukari.tenancy.actor import Actor
from azukari.tenancy.ids import new_id, new_ids
from azukari.vault import erasure, files, strongroom, tombstones
from azukari.vault.core import Core
from azukari.vault.crash import crash_point
from azukari.vault.envelope import NotOpened
from azukari.vault.erasure import ErasureClass, Finality
from azukari.vault.files import DepositedFile, NotDeposited
from azukari.vault.models import Cell, Generation
from azukari.vault.pieces import VERSION as IN_PIECES
from azukari.vault.pieces import cut
from azukari.vault.ring import Ring
from azukari.vault.sealing import Deposit, Sealed
from azukari.vault.tombstones import Resurrected

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
    "deposit_all_waiting",
    "deposit_canary",
    "deposit_file",
    "deposit_number",
    "deposit_numbers",
    "deposit_secret",
    "deposit_waiting",
    "destroy_due",
    "destroyed",
    "finality",
    "find_same",
    "find_same_as",
    "finish_destruction",
    "gone",
    "is_destroyed",
    "keep_until",
    "matches",
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


_ROWS_PER_STATEMENT = 5000
_UNSEALING: Final = Lock()
# Many cells are asked for by their ids alone: beside row-level security, which names the realm
# already, a second naming has PostgreSQL expect next to nothing of a realm and read all of it.
# The SELECT keeps it from counting the ids (decision 14).
_STORED: Final = (
    "SELECT id, subject, ciphertext, commitment, version FROM vault_cell"
    " WHERE kind = %(kind)s AND id = ANY((SELECT %(cells)b)::uuid[])"
)
_SUBJECTS: Final = (
    "SELECT id, subject FROM vault_cell"
    " WHERE kind = ANY(%(kinds)b) AND id = ANY((SELECT %(cells)b)::uuid[])"
    " AND realm IS NOT DISTINCT FROM %(realm)s"
)
_BURY: Final = (
    "WITH gone AS (DELETE FROM vault_cell WHERE id = ANY((SELECT %(cells)b)::uuid[])"
    " RETURNING id, realm, kind, version),"
    " pieces AS (DELETE FROM vault_piece WHERE (realm, cell) IN"
    " (SELECT realm, id FROM gone WHERE version = %(in_pieces)s))"
    " INSERT INTO vault_tombstone (cell, realm, kind, buried_at)"
    " SELECT id, realm, kind, now() FROM gone WHERE realm = %(realm)s"
)
_GONE: Final = (
    "SELECT asked.cell, t.buried_at FROM unnest(%(cells)b::uuid[]) AS asked (cell)"
    " LEFT JOIN vault_tombstone t ON t.realm = %(realm)s AND t.cell = asked.cell"
    " WHERE NOT EXISTS"
    " (SELECT FROM vault_cell c WHERE c.realm = %(realm)s AND c.id = asked.cell)"
)


class Kind(StrEnum):
    NUMBER = "number"
    WAITING = "waiting"  # a number that was handed in and is not accepted yet
    FILE = "file"
    SECRET = "secret"  # noqa: S105  a kind of deposit: one-time-code secrets of users
    CANARY = "canary"  # nobody's: by which a restored backup shows that it opens


@dataclass(frozen=True)
class Reading:
    """Why something is opened; all of it goes into the ledger first.

    `about`: the person whose it is, where the deposit is bound to something else of theirs.
    """

    action: Action
    purpose: str = ""
    form: str = ""
    reason: str = ""
    details: dict[str, str | int | bool] = field(default_factory=dict)
    about: UUID | None = None


# deposit -------------------------------------------------------------------------------------


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
        _store(realm, Kind.FILE, [sealing.head()], until)
    return cell


def deposit_secret(realm: UUID, subject: UUID, secret: str) -> UUID:
    return _deposit(realm, Kind.SECRET, [Deposit(new_id(), subject, secret.encode())])[0]


def deposit_canary(realm: UUID, subject: UUID, song: bytes) -> UUID:
    return _deposit(realm, Kind.CANARY, [Deposit(new_id(), subject, song)])[0]


def _deposit(
    realm: UUID, kind: Kind, deposits: list[Deposit], until: datetime | None = None
) -> list[UUID]:
    # The keys are durable before the rows exist.  When the transaction fails afterwards they
    # open nothing, and the sweep takes them away.
    sealed = core().seal(realm, kind.value, deposits)
    crash_point("deposit:keys-durable")
    _store(realm, kind, sealed, until)
    return [deposit.cell for deposit in deposits]


def _store(realm: UUID, kind: Kind, cells: Sequence[Sealed], until: datetime | None) -> None:
    # Arrays, since PostgreSQL takes no COPY into a table under row-level security.
    for start in range(0, len(cells), _ROWS_PER_STATEMENT):
        part = cells[start : start + _ROWS_PER_STATEMENT]
        execute_binary(
            "default",
            "INSERT INTO vault_cell (id, realm, kind, subject, version, ciphertext,"
            " commitment, created_at, destroy_at)"
            " SELECT id, %s, %s, subject, %s, ciphertext, commitment, now(), %s::timestamptz"
            " FROM unnest(%b::uuid[], %b::uuid[], %b::bytea[], %b::bytea[])"
            " AS new(id, subject, ciphertext, commitment)",
            [
                realm,
                kind.value,
                part[0].version,
                until,
                [c.cell for c in part],
                [c.subject for c in part],
                [c.ciphertext for c in part],
                [c.commitment for c in part],
            ],
        )


# open ----------------------------------------------------------------------------------------


def open_number(realm: UUID, cell: UUID, reading: Reading, *, actor: Actor) -> MyNumber:
    return open_numbers(realm, [cell], reading, actor=actor)[cell]


def open_numbers(
    realm: UUID, cells: Sequence[UUID], reading: Reading, *, actor: Actor
) -> dict[UUID, MyNumber]:
    """Numbers by handle; one ledger leaf for each person, durable before any is opened."""
    opened = open_each_number(realm, cells, reading, actor=actor)
    return dict(zip(cells, opened, strict=True))


def open_each_number(
    realm: UUID, cells: Sequence[UUID], reading: Reading, *, actor: Actor
) -> list[MyNumber]:
    """The same in the order of the handles: to find a number by its handle costs as much as to
    open it, of which whoever goes through many has no need.
    """
    opened = _open(realm, Kind.NUMBER, cells, reading, actor)
    return [parse(secret.decode()) for secret in opened]


def open_file(realm: UUID, cell: UUID, reading: Reading, *, actor: Actor) -> bytes:
    """The whole of it: for files that are short."""
    return b"".join(read_file(realm, cell, reading, actor=actor).pieces())


def read_file(realm: UUID, cell: UUID, reading: Reading, *, actor: Actor) -> DepositedFile:
    """The file to be gone through piece by piece; its reading is durably in the ledger by then."""
    [head] = _stored(realm, Kind.FILE, [cell])
    _write_down(realm, [head], reading, actor)
    return DepositedFile(core(), head)


def open_secret(realm: UUID, cell: UUID, reading: Reading, *, actor: Actor) -> str:
    [secret] = _open(realm, Kind.SECRET, [cell], reading, actor)
    return secret.decode()


def open_canary(realm: UUID, cell: UUID, reading: Reading, *, actor: Actor) -> bytes:
    [song] = _open(realm, Kind.CANARY, [cell], reading, actor)
    return song


def _open(
    realm: UUID, kind: Kind, cells: Sequence[UUID], reading: Reading, actor: Actor
) -> list[bytes]:
    sealed = _stored(realm, kind, cells)
    _write_down(realm, sealed, reading, actor)
    return core().open_each(sealed)


def _stored(realm: UUID, kind: Kind, cells: Sequence[UUID]) -> list[Sealed]:
    # A cell of another realm that could be seen would not open: its realm is bound to it.
    found = {
        cell.int: Sealed(cell, realm, subject, kind.value, *sealed)
        for cell, subject, *sealed in _rows(_STORED, {"kind": kind.value, "cells": list(cells)})
    }
    try:
        return [found[cell.int] for cell in cells]
    except KeyError:
        raise NotDeposited from None


def _write_down(realm: UUID, sealed: list[Sealed], reading: Reading, actor: Actor) -> None:
    record = Record.by(
        actor,
        reading.action,
        purpose=reading.purpose,
        form=reading.form,
        reason=reading.reason,
        details=reading.details,
        count=1,
    )
    whose = [(reading.about or c.subject, c.cell) for c in sealed]
    pens.before_open_each(realm, record, whose)


# compare -------------------------------------------------------------------------------------


def matches(
    realm: UUID,
    cell: UUID,
    number: MyNumber,
    reading: Reading,
    *,
    actor: Actor,
    kind: Kind = Kind.NUMBER,
) -> bool:
    """Whether the deposit is this number.  What is deposited stays in here.

    The answer is in the ledger (`kind`: same or different) before it is given; when it cannot be
    written, `LedgerUnavailable` is raised and nothing is said.
    """
    sealed = _stored(realm, kind, [cell])
    same = hmac.compare_digest(core().open(sealed)[cell], number.reveal_digits().encode())
    said = {**reading.details, "kind": "same" if same else "different"}
    _write_down(realm, sealed, replace(reading, details=said), actor)
    return same


# find the same -------------------------------------------------------------------------------


def find_same(realm: UUID, numbers: Sequence[MyNumber]) -> list[list[UUID]]:
    """For each number, whose (subjects) numbers of the realm are the same, waiting ones aside."""
    candidates = core().find_same(realm, [n.reveal_digits().encode() for n in numbers])
    living = _subjects(realm, [cell for cells in candidates for cell in cells], Kind.NUMBER)
    return [[living[cell] for cell in cells if cell in living] for cells in candidates]


def _subjects(realm: UUID, cells: list[UUID], *kinds: Kind) -> dict[UUID, UUID]:
    """By cell, of those that live."""
    if not cells:
        return {}
    told = {"realm": realm, "cells": cells, "kinds": [kind.value for kind in kinds]}
    return dict(_rows(_SUBJECTS, told))


def find_same_as(realm: UUID, cells: Sequence[UUID]) -> list[list[UUID]]:
    """For each waiting number the subjects of other deposits that hold the same one.

    Subjects are people, or items of applications whose numbers wait as well.
    """
    secrets = core().open(_stored(realm, Kind.WAITING, cells))
    candidates = core().find_same(realm, [secrets[cell] for cell in cells])
    named = [one for some in candidates for one in some]
    living = _subjects(realm, named, Kind.NUMBER, Kind.WAITING)
    return [
        [living[one] for one in some if one in living and one != cell]
        for cell, some in zip(cells, candidates, strict=True)
    ]


# adopt ---------------------------------------------------------------------------------------


def adopt(realm: UUID, waiting: Sequence[tuple[UUID, UUID]]) -> list[UUID]:
    """Re-binds waiting numbers (handle, person) to the people whose they are; the new handles.

    Nobody reads them: each is sealed anew in here, as a number of that person under a key of its
    own, and the waiting deposit is ordered destroyed.  Joins the running transaction, like the
    leaf in which the caller writes it down; `finish_destruction` follows after the commit.
    Raises `NotDeposited`.
    """
    secrets = core().open(_stored(realm, Kind.WAITING, [cell for cell, _ in waiting]))
    adopted = _deposit(
        realm,
        Kind.NUMBER,
        [Deposit(new_id(), person, secrets[cell], findable=True) for cell, person in waiting],
    )
    order_destruction(realm, [cell for cell, _ in waiting])
    return adopted


# destroy -------------------------------------------------------------------------------------


def order_destruction(realm: UUID, cells: Sequence[UUID]) -> None:
    """Joins the running transaction: the sealed bytes go, a tombstone stands for each.

    The keys are destroyed after the commit by `finish_destruction`; should the process die in
    between, the next sweep finishes it, since the tombstones say what is due.  Raises
    `NotDeposited`, and then nothing is ordered.
    """
    # The savepoint takes everything back when one of them is missing.
    with transaction.atomic():
        if _bury(realm, cells) != len(set(cells)):
            raise NotDeposited


def _bury(realm: UUID, cells: Sequence[UUID]) -> int:
    with psycopg_cursor("default") as cursor:
        cursor.execute(_BURY, {"realm": realm, "cells": list(cells), "in_pieces": IN_PIECES})
        return cursor.rowcount


def keep_until(realm: UUID, cells: Sequence[UUID], until: datetime) -> None:
    """Sets the clock of deposits that have one anew; nothing happens to those that are gone."""
    Cell.objects.filter(realm=realm, id__in=cells).update(destroy_at=until)


def destroy_due(realm: UUID, *owners: Callable[[Sequence[UUID]], None]) -> int:
    """Destroys the realm's files whose clock has run out; how many.

    Each of `owners` is given their handles before, to close the rows it knows in the same
    transaction, and passes over those of others.  A file that its owner forgot goes as well.
    """
    due = list(
        Cell.objects.filter(realm=realm, destroy_at__lte=timezone.now())
        .order_by("destroy_at", "id")
        .values_list("id", flat=True)
    )
    if not due:
        return 0
    for tell in owners:
        tell(due)
    # Fewer where somebody has just destroyed one of them by hand.
    destroyed = _bury(realm, due)
    transaction.on_commit(partial(finish_destruction, realm), robust=True)
    return destroyed


def finish_destruction(realm: UUID) -> dict[UUID, int]:
    """Destroys the keys of every committed tombstone of the realm that still waits.

    Answers the ring's generation by cell for those done now: once it is forgotten, no copy of
    anything opens them.  May be repeated at any time, also inside a transaction: it reads and
    marks on a connection of its own, so that a tombstone that may yet be rolled back costs no
    key, and a rollback takes no mark back.
    """
    waiting = tombstones.waiting(realm)
    if not waiting:
        return {}
    crash_point("destroy:ordered")
    going = [cell for cell, keys_are_gone in waiting if not keys_are_gone]
    if core().destroy(going) < len(going):
        core().renew(realm)
    crash_point("destroy:keys-gone")
    cells = [cell for cell, _ in waiting]
    # Only the process whose update marked a tombstone answers it as done now.
    done = tombstones.count(core(), realm, cells, strongroom.tombstone_log(settings.DATA_FOLDER))
    generation, _ = core().ring().newest
    return dict.fromkeys(done, generation)


def is_destroyed(realm: UUID, cell: UUID) -> bool:
    return cell in destroyed(realm, [cell])


def destroyed(realm: UUID, cells: Sequence[UUID]) -> set[UUID]:
    """Those of the cells whose keys are gone."""
    rows = _rows(
        "SELECT cell FROM vault_tombstone"
        " WHERE realm = %s AND cell = ANY(%b) AND keys_destroyed_at IS NOT NULL",
        [realm, list(cells)],
    )
    return {cell for (cell,) in rows}


def gone(realm: UUID, cells: Sequence[UUID]) -> dict[UUID, datetime | None]:
    """Those of the cells that are not deposited (any more), with the moment they were ordered
    to be destroyed; None for one that nothing tells of.
    """
    return dict(_rows(_GONE, {"realm": realm, "cells": list(cells)}))


def _rows(statement: LiteralString, values: list[Any] | dict[str, Any]) -> list[Any]:
    # Binary both ways: ids and blobs by the hundred thousand are bytes on either side.
    with psycopg_cursor("default") as cursor:
        cursor.execute(statement, values, binary=True)
        return cursor.fetchall()


# rotate --------------------------------------------------------------------------------------


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


def core() -> Core:
    # Threads of a service that has just started must not unseal side by side.
    with _UNSEALING:
        return _core()


@cache
def _core() -> Core:
    return strongroom.unseal(settings.DATA_FOLDER)


def forget_core() -> None:
    """The next use unseals anew, as a start does."""
    _core.cache_clear()
