"""法定帳票作成 in the background."""

from functools import partial
from uuid import UUID

from django.utils import timezone

from azukari.collect.tickets import issue_tickets
from azukari.jobs.running import job
from azukari.progress import actions as progress
from azukari.progress.uncollected import uncollected
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.use import gathering, making, preparing, yearly
from azukari.use.figures import taking
from azukari.use.rules import UseRefused
from azukari.vault.crash import crash_point


@job("filings.prepare")
def prepare(actor: Actor, progress_id: UUID, filing_id: UUID) -> None:
    """Puts those chosen onto the filing, some at a time; a rerun goes on behind the last ones."""
    with scope.enter(scope.of(actor)):
        progress.begin(progress_id)
    more = True
    while more:
        with scope.enter(scope.of(actor)):
            more = preparing.ready_some(filing_id, progress_id, actor=actor)
        crash_point("filing:some-ready")


@job("filings.take_told")
def take_told(actor: Actor, progress_id: UUID, filing_id: UUID) -> None:
    """Puts in what payroll has told, some people at a time; a rerun goes on behind the last."""
    with scope.enter(scope.of(actor)):
        progress.begin(progress_id)
    more = True
    while more:
        try:
            with scope.enter(scope.of(actor)):
                more = yearly.take_some_told(filing_id, progress_id, actor=actor)
        except UseRefused:
            with scope.enter(scope.of(actor)):
                progress.fail(progress_id, "帳票が変更できなくなったため、途中でやめました。")
            return
        crash_point("filing:some-told")


@job("filings.take_figures")
def take_figures(actor: Actor, progress_id: UUID, file_id: UUID) -> None:
    """Reads a file of figures and puts in what it tells; a rerun after a crash begins anew."""
    taking.take(actor, progress_id, file_id)


@job("filings.make")
def make(actor: Actor, progress_id: UUID, filing_id: UUID) -> None:
    """Looks at everybody, gathers what goes onto the form, makes the file.

    A rerun after a crash goes on behind the last piece that was gathered, and makes one file.
    """
    with scope.enter(scope.of(actor)):
        progress.begin(progress_id)
    _look(actor, progress_id, filing_id)
    tickets = partial(issue_tickets, actor=actor)
    more = True
    while more:
        with scope.enter(scope.of(actor)):
            more = gathering.gather(
                filing_id, progress_id, actor=actor, today=timezone.localdate(), tickets=tickets
            )
        crash_point("filing:some-gathered")
    with scope.enter(scope.of(actor)), uncollected():
        making.make_filing(filing_id, actor=actor, progress_id=progress_id, tickets=tickets)


def _look(actor: Actor, progress_id: UUID, filing_id: UUID) -> None:
    done: int | None = 0
    while done is not None:
        with scope.enter(scope.of(actor)):
            done = making.look_ahead(filing_id, done, today=timezone.localdate())
            if done is not None:
                progress.advance(progress_id, done // 2)  # the other half is gathering
