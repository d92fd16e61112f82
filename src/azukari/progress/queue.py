"""Handing work to the workers.

The job is written in the running transaction: it exists exactly when what it works on exists.
Arguments are ids only (`docs/developer/jobs.md`): whatever else is needed is read again.
"""

from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from azukari.progress import actions
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


def start_again(progress_id: UUID, *, actor: Actor) -> bool:
    """Defers the job of failed work anew, on behalf of the actor; whether that was possible.

    Jobs go on at their cursors, and do nothing where nothing is left to do.
    """
    job = _failed_job(progress_id, actor)
    if job is None or not actions.begin_again(progress_id):
        return False
    ids = {**job.args, "user_id": str(actor.user_id or "")}
    app.configure_task(job.task_name).defer(**ids)
    return True


def may_start_again(progress_id: UUID, *, actor: Actor) -> bool:
    """Whether the job is still known; one that ended orderly, if only by a refusal, is not."""
    return _failed_job(progress_id, actor) is not None


def _failed_job(progress_id: UUID, actor: Actor) -> ProcrastinateJob | None:
    failed = ProcrastinateJob.objects.filter(
        args__progress_id=str(progress_id), args__company_id=str(actor.company), status="failed"
    )
    return failed.order_by("-id").first()
