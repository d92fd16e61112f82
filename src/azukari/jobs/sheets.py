"""一括登録 in the background."""

from uuid import UUID

from azukari.jobs.running import job
from azukari.register.sheets import undoing, work
from azukari.tenancy.actor import Actor


@job("sheets.check")
def check(actor: Actor, progress_id: UUID, sheet_id: UUID) -> None:
    """Checks every row; a rerun after a crash begins anew."""
    work.check(actor, progress_id, sheet_id)


@job("sheets.apply")
def apply(actor: Actor, progress_id: UUID, sheet_id: UUID) -> None:
    """Writes the good rows chunk by chunk; a rerun goes on behind the last one."""
    work.apply(actor, progress_id, sheet_id)


@job("sheets.undo")
def undo(actor: Actor, progress_id: UUID, sheet_id: UUID) -> None:
    """Takes a whole sheet back; a rerun goes on with what is left."""
    undoing.undo(actor, progress_id, sheet_id)
