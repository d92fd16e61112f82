"""法定帳票作成 in the background."""

from uuid import UUID

from azukari.jobs.running import company_of, job
from azukari.progress import actions as progress
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.use.making import make_filing


@job("filings.make")
def make(actor: Actor, progress_id: UUID, filing_id: UUID) -> None:
    """Makes the file in one transaction, so that a rerun after a crash begins anew."""
    with scope.enter(company_of(actor)):
        progress.begin(progress_id)
    with scope.enter(company_of(actor)):
        make_filing(filing_id, actor=actor, progress_id=progress_id)
