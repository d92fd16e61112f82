"""廃棄 in the background."""

from uuid import UUID

from azukari.dispose import running
from azukari.jobs.running import job
from azukari.tenancy.actor import Actor


@job("dispose.run")
def run(actor: Actor, progress_id: UUID, batch_id: UUID) -> None:
    """Destroys the numbers of a batch chunk by chunk; a rerun goes on with what is pending."""
    running.run(actor, progress_id, batch_id)
