"""保存期間 in the background."""

from uuid import UUID

from azukari.jobs.running import job
from azukari.register.actions.periods import count_company
from azukari.tenancy.actor import Actor


@job("keeping.recount")
def recount(actor: Actor, progress_id: UUID) -> None:
    """Counts the days of every number anew; what is done before a crash stays done."""
    count_company(actor, progress_id)
