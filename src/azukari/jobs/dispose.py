"""廃棄 in the background."""

from uuid import UUID

from azukari.dispose import running
from azukari.jobs.running import job
from azukari.jobs.telling import tell_of_batch
from azukari.tenancy.actor import Actor


@job("dispose.run")
def run(actor: Actor, progress_id: UUID, batch_id: UUID) -> None:
    """Destroys the numbers of a batch chunk by chunk; a rerun goes on with what is pending.

    Whose they were is told afterwards, where the company wants it.
    """
    running.run(actor, progress_id, batch_id)
    tell_of_batch(actor, batch_id)
