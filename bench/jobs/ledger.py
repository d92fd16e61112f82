"""The ledger by itself: appending as bulk work does, and verifying the whole tree."""

from uuid import uuid4

from azukari.ledger import pens, sequencer
from azukari.ledger.actions import Action
from azukari.ledger.realm_scope import in_realm
from azukari.ledger.record import Record, bodies_for_each
from azukari.ledger.verify import verify_realm
from azukari.pki.signing import verify as check_signature
from azukari.tenancy.ids import new_id
from azukari.tenancy.signing import ledger_signer
from bench.jobs.house import actor_of
from bench.measure import Measured, expect, measuring


def append_and_verify(place: dict[str, str], leaves: int) -> dict[str, Measured]:
    realm = uuid4()
    people = [(new_id(), uuid4()) for _ in range(leaves)]  # as register and vault make them
    record = Record.by(actor_of(place), Action.NUMBER_RECORDED, purpose="HEALTH_PENSION", count=1)
    with measuring() as appending, in_realm(realm):
        added = pens.write_many(realm, bodies_for_each(record, people))
    expect("places in the tree", added, range(leaves))
    sequencer.checkpoint_now(realm, ledger_signer())
    with measuring() as verifying:
        found = verify_realm(realm, ledger_signer().public_key, check_signature)
    expect("findings", found.findings, [])
    expect("size of the tree", (found.size, found.mentions), (leaves, leaves))
    return {"append": Measured(leaves, appending), "verify": Measured(leaves, verifying)}
