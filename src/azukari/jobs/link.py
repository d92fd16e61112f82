"""What a payroll service has pushed, in the background."""

from uuid import UUID

from azukari.check.link import queries
from azukari.check.link.reflecting import reflect_push
from azukari.collect import announcing
from azukari.jobs.running import job
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor


@job("link.reflect")
def reflect(actor: Actor, progress_id: UUID, push_id: UUID) -> None:
    """Reflects what the company lets go by itself; a rerun goes on with what still waits."""
    reflect_push(actor, progress_id, push_id)
    with scope.enter(scope.of(actor)):
        if queries.has_failed(push_id):
            announcing.sync_failed(push_id)
