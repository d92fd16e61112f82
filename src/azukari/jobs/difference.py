"""差分チェック in the background."""

from uuid import UUID

from azukari.check.difference.work import compare as compare_run
from azukari.jobs.running import job
from azukari.tenancy.actor import Actor


@job("difference.compare")
def compare(actor: Actor, progress_id: UUID, run_id: UUID) -> None:
    """Compares a run; a rerun after a crash begins anew."""
    compare_run(actor, progress_id, run_id)
