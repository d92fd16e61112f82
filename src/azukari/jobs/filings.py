"""法定帳票作成 in the background."""

from uuid import UUID

from django.utils import timezone

from azukari.jobs.running import company_of, job
from azukari.progress import actions as progress
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.use import making


@job("filings.make")
def make(actor: Actor, progress_id: UUID, filing_id: UUID) -> None:
    """Looks at everybody, some at a time, which is what the page sees going on; then makes the
    file in one transaction, so that a rerun after a crash begins anew.
    """
    with scope.enter(company_of(actor)):
        progress.begin(progress_id)
    done: int | None = 0
    while done is not None:
        with scope.enter(company_of(actor)):
            done = making.look_ahead(filing_id, done, today=timezone.localdate())
            if done is not None:
                progress.advance(progress_id, done)
    with scope.enter(company_of(actor)):
        making.make_filing(filing_id, actor=actor, progress_id=progress_id)
