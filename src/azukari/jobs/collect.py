"""Requests to many people, and bulk approvals, in the background."""

from uuid import UUID

from azukari.collect import requesting, reviewing
from azukari.jobs.running import job
from azukari.progress import actions as progress
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor


@job("requests.make")
def make_requests(actor: Actor, progress_id: UUID, batch_id: UUID) -> None:
    """Chunk by chunk; after `kill -9` it goes on with who is left.  It may be stopped between."""
    with scope.enter(scope.of(actor)):
        total = progress.begin(progress_id).total
    left = 1
    while left:
        with scope.enter(scope.of(actor)):
            progress.heed(progress_id)
            left = requesting.make_requests(batch_id, actor=actor, limit=requesting.CHUNK)
            progress.count(progress_id, total - left)
    with scope.enter(scope.of(actor)):
        progress.finish(progress_id)


@job("applications.register")
def register_approved(actor: Actor, progress_id: UUID) -> None:
    """One transaction for each application that was approved in bulk."""
    with scope.enter(scope.of(actor)):
        waiting = reviewing.approved_by(actor)
        progress.begin(progress_id, total=len(waiting))
    for done, application_id in enumerate(waiting, 1):
        with scope.enter(scope.of(actor)):
            reviewing.register_approved(application_id, actor=actor)
            progress.advance(progress_id, done)
    with scope.enter(scope.of(actor)):
        progress.finish(progress_id)
