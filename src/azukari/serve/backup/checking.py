"""What a restored installation must show: ledgers as signed, keys for every deposit, canaries."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from azukari.dispose import after_restore
from azukari.ledger import sequencer
from azukari.ledger.checkpoint import (
    Checkpoint,
    CheckpointRefused,
    open_checkpoint,
    origin_of,
    parse_checkpoint,
)
from azukari.ledger.merkle import ProofRefused, root_at
from azukari.ledger.realm_scope import in_realm
from azukari.ledger.tree import StoredHashes, read_frontier
from azukari.ledger.verify import verify_realm
from azukari.pki import signing
from azukari.tenancy import contracts, scope
from azukari.tenancy.access import command_actor
from azukari.tenancy.rights import ALL_PERMISSIONS
from azukari.tenancy.signing import ledger_signer
from azukari.vault import archiving


@dataclass
class LedgerFound:
    """`anchored`: signed heads the tree agrees with; `beyond`: heads newer than the backup."""

    realm: str
    size: int = 0
    anchored: int = 0
    beyond: int = 0
    findings: list[str] = field(default_factory=list)


@dataclass
class Found:
    ledgers: list[LedgerFound] = field(default_factory=list)
    canaries: dict[str, bool | None] = field(default_factory=dict)
    without_key: int = 0  # deposits that nothing opens any more
    numbers_to_end: int = 0  # rows that say a destroyed number is held
    numbers_lost: int = 0  # rows of numbers of which nothing is left, and nobody destroyed them

    @property
    def good(self) -> bool:
        return (
            all(not ledger.findings for ledger in self.ledgers)
            and all(sings is True for sings in self.canaries.values())
            and not (self.without_key or self.numbers_to_end or self.numbers_lost)
        )

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "good": self.good}


def check(notes: Iterable[str], public_key: bytes) -> Found:
    """`notes`: signed heads kept outside (with the backup, printed, mailed); the key as hexadecimal
    stands in the manifest.  Readings of canaries are written into the ledger first, as any.
    """
    anchors: dict[str, list[str]] = {}
    for note in notes:
        anchors.setdefault(note.split("\n", 1)[0], []).append(note)
    found = Found()
    companies = contracts.all_companies()
    for realm in sorted({realm for pair in companies for realm in pair}):
        notes_of = anchors.get(origin_of(realm), [])
        found.ledgers.append(_check_ledger(realm, notes_of, public_key))
        found.without_key += archiving.cells_without_key(realm)
    for contract, company in companies:
        actor = command_actor(contract, company, ALL_PERMISSIONS)
        found.canaries[str(company)] = archiving.opens_canary(company, actor=actor)
        with scope.enter(scope.Scope(contract_id=contract, company_id=company)):
            left = after_restore.still_to_mend()
        found.numbers_to_end += left.numbers
        found.numbers_lost += left.lost
    return found


def _check_ledger(realm: UUID, notes: list[str], public_key: bytes) -> LedgerFound:
    sequencer.sequence(realm)
    told = verify_realm(realm, ledger_signer().public_key, signing.verify)
    found = LedgerFound(str(realm), told.size)
    found.findings = [f"{one.fault.value} {one.number}" for one in told.findings]
    for note in notes:
        _check_anchor(realm, note, public_key, found)
    return found


def _check_anchor(realm: UUID, note: str, public_key: bytes, found: LedgerFound) -> None:
    try:
        head = open_checkpoint(
            note, origin=origin_of(realm), public_key=public_key, verify=signing.verify
        )
    except CheckpointRefused:
        found.findings.append("anchor_refused")
        return
    if head.size > found.size:
        found.beyond += 1
    elif _root(realm, head) == head.root:
        found.anchored += 1
    else:
        found.findings.append(f"anchor_contradicted {head.size}")


def _root(realm: UUID, head: Checkpoint) -> bytes | None:
    with in_realm(realm):
        if head.size == read_frontier("default", realm).size:
            return read_frontier("default", realm).root()
        try:
            return root_at(StoredHashes(realm), head.size)
        except ProofRefused:
            return None


def notes_in(text: str) -> list[str]:
    """Signed notes out of a file that has one or several behind each other."""
    notes, lines = [], text.replace("\r\n", "\n").split("\n")
    begun: list[str] = []
    for line in lines:
        if line or begun:
            begun.append(line)
        if line.startswith("\N{EM DASH} "):
            notes.append("\n".join(begun) + "\n")
            begun = []
    for note in notes:
        parse_checkpoint(note)
    return notes
