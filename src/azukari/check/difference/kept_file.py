"""The file of a run while it lies in the vault."""

from azukari.check.difference.models import DifferenceRun
from azukari.ledger.actions import Action
from azukari.register.sheets.packed import Packed
from azukari.register.sheets.table import Table, open_known
from azukari.tenancy.actor import Actor
from azukari.vault import door
from azukari.vault.door import Reading


def open_kept(run: DifferenceRun, reason: str, *, actor: Actor) -> Table:
    """Its reading is written down first, with the reason; in a scope, read also outside of it."""
    assert run.cell is not None
    reading = Reading(Action.DIFFERENCE_COMPARED, reason=reason, details={"run": str(run.id)})
    content = Packed.deposited(door.read_file(actor.company, run.cell, reading, actor=actor).pieces)
    return open_known(content, run.encoding, run.book_sheet)
