"""One act for many rows, in the background."""

from uuid import UUID

from azukari.check.bulk.actions import carry_out as carry_order_out
from azukari.jobs.running import job
from azukari.tenancy.actor import Actor


@job("bulk.carry_out")
def carry_out(actor: Actor, progress_id: UUID, order_id: UUID) -> None:
    """Deals with the rows of an order; a rerun goes on where it stopped."""
    carry_order_out(actor, progress_id, order_id)
