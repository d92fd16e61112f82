"""A secret leaves only through here, and only after the ledger has durably written down who reads
whose secret for what; on a connection of its own.  What is compared stays inside.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from azukari.law.number import MyNumber, parse
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.tenancy.actor import Actor
from azukari.vault.cells import Kind, stored, subjects
from azukari.vault.files import DepositedFile
from azukari.vault.sealing import Sealed
from azukari.vault.unsealed import core


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
    [head] = stored(realm, Kind.FILE, [cell])
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
    sealed = stored(realm, kind, cells)
    _write_down(realm, sealed, reading, actor)
    return core().open_each(sealed)


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
    sealed = stored(realm, kind, [cell])
    same = hmac.compare_digest(core().open(sealed)[cell], number.reveal_digits().encode())
    said = {**reading.details, "kind": "same" if same else "different"}
    _write_down(realm, sealed, replace(reading, details=said), actor)
    return same


def find_same(realm: UUID, numbers: Sequence[MyNumber]) -> list[list[UUID]]:
    """For each number, whose (subjects) numbers of the realm are the same, waiting ones aside."""
    candidates = core().find_same(realm, [n.reveal_digits().encode() for n in numbers])
    if not any(candidates):  # as of most that come
        return candidates
    living = subjects(realm, [cell for cells in candidates for cell in cells], Kind.NUMBER)
    return [[living[cell] for cell in cells if cell in living] for cells in candidates]


def find_same_as(realm: UUID, cells: Sequence[UUID]) -> list[list[UUID]]:
    """For each waiting number the subjects of other deposits that hold the same one.

    Subjects are people, or items of applications whose numbers wait as well.
    """
    secrets = core().open(stored(realm, Kind.WAITING, cells))
    candidates = core().find_same(realm, [secrets[cell] for cell in cells])
    named = [one for some in candidates for one in some]
    living = subjects(realm, named, Kind.NUMBER, Kind.WAITING)
    return [
        [living[one] for one in some if one in living and one != cell]
        for cell, some in zip(cells, candidates, strict=True)
    ]
