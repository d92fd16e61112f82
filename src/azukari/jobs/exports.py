"""ファイル出力 in the background."""

from uuid import UUID

from azukari.check.making import make_output
from azukari.jobs.running import job
from azukari.tenancy.actor import Actor


@job("exports.make")
def make(actor: Actor, progress_id: UUID, output_id: UUID) -> None:
    """Makes the sealed file; a rerun after a crash begins anew."""
    make_output(actor, progress_id, output_id)
