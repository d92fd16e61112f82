"""One act for many rows, in the background."""

from uuid import UUID

from azukari.check.bulk.actions import Outcome, carry_whole_out
from azukari.check.bulk.actions import carry_out as carry_order_out
from azukari.check.difference.dealing import note_proposed
from azukari.check.difference.models import DifferenceRow
from azukari.dispose import batch_queries, batches
from azukari.dispose.rules import DisposeRefused
from azukari.jobs.running import job
from azukari.tenancy.actor import Actor


@job("bulk.carry_out")
def carry_out(actor: Actor, progress_id: UUID, order_id: UUID) -> None:
    """Deals with the rows of an order; a rerun goes on where it stopped."""
    carry_order_out(actor, progress_id, order_id)


@job("bulk.dispose")
def dispose(actor: Actor, progress_id: UUID, order_id: UUID) -> None:
    """One batch of the numbers that may go already; a rerun does nothing more."""

    def propose(rows: list[DifferenceRow]) -> Outcome:
        people = [row.person for row in rows if row.person]
        try:
            batch = batches.propose_people(people, actor=actor)
        except DisposeRefused:
            return Outcome(0, note_proposed(rows, (), actor=actor))
        proposed = set(batch_queries.people_in(batch))
        left = note_proposed(rows, proposed, actor=actor)
        return Outcome(len(rows) - left, left)

    carry_whole_out(actor, progress_id, order_id, propose)
