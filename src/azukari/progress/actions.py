"""The verbs of long work: begin, advance, finish, fail, cancel.

`advance` joins the transaction of the rows it counts, so that after `kill -9` the count is exactly
what is in the tables.
"""

from uuid import UUID

from django.utils import timezone

from azukari.progress.models import Progress, State
from azukari.tenancy import scope


class Cancelled(Exception):
    """Somebody asked to stop; raised at a safe point."""


def plan(kind: str, subject: UUID, *, total: int = 0) -> Progress:
    """A row for work that will be enqueued in the same transaction."""
    return Progress.objects.create(
        company_id=scope.company_id(), kind=kind, subject=subject, total=total
    )


def begin(progress_id: UUID, *, total: int | None = None) -> Progress:
    progress = Progress.objects.select_for_update().get(id=progress_id)
    progress.state = State.RUNNING
    progress.started_at = progress.started_at or timezone.now()
    if total is not None:
        progress.total = total
    progress.save(update_fields=["state", "started_at", "total"])
    return progress


def advance(progress_id: UUID, done: int) -> None:
    """So many are done altogether.  Raises `Cancelled` when somebody asked to stop."""
    count(progress_id, done)
    heed(progress_id)


def count(progress_id: UUID, done: int) -> None:
    Progress.objects.filter(id=progress_id).update(done=done)


def heed(progress_id: UUID) -> None:
    """Raises `Cancelled` when somebody asked to stop."""
    if Progress.objects.filter(id=progress_id, cancel_asked=True).exists():
        raise Cancelled


def finish(progress_id: UUID, note: str = "") -> None:
    _end(progress_id, State.DONE, note)


def fail(progress_id: UUID, note: str) -> None:
    _end(progress_id, State.FAILED, note)


def cancelled(progress_id: UUID, note: str = "") -> None:
    _end(progress_id, State.CANCELLED, note)


def begin_again(progress_id: UUID) -> bool:
    """Work that could not be ended waits for a worker once more; False when it is under way."""
    return bool(
        Progress.objects.filter(id=progress_id, state=State.FAILED).update(
            state=State.WAITING, note="", started_at=None, finished_at=None, cancel_asked=False
        )
    )


def ask_to_cancel(progress_id: UUID) -> None:
    Progress.objects.filter(id=progress_id, finished_at__isnull=True).update(cancel_asked=True)


def of_subject(subject: UUID, *, kind: str = "") -> Progress | None:
    """The latest work on a row, of one kind where rows have several."""
    found = Progress.objects.filter(subject=subject)
    return (found.filter(kind=kind) if kind else found).order_by("-created_at").first()


def _end(progress_id: UUID, state: State, note: str) -> None:
    Progress.objects.filter(id=progress_id).update(
        state=state, note=note[:200], finished_at=timezone.now()
    )
