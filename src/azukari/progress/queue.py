"""Handing work to the workers.

The job is written in the running transaction: it exists exactly when what it works on exists.
Arguments are ids only (`docs/developer/jobs.md`): whatever else is needed is read again.
"""

from uuid import UUID

from procrastinate.contrib.django import app

from azukari.tenancy.actor import Actor


def enqueue(task: str, *, actor: Actor, progress_id: UUID, **ids: UUID) -> None:
    """Defers `task` (`room.verb`, see `azukari.jobs`) on behalf of the actor."""
    app.configure_task(f"azukari.{task}").defer(
        contract_id=str(actor.contract_id),
        company_id=str(actor.company),
        user_id=str(actor.user_id or ""),
        progress_id=str(progress_id),
        **{name: str(value) for name, value in ids.items()},
    )
