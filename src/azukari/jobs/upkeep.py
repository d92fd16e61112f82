"""Work that comes round by the clock."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import close_old_connections
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from azukari.check import actions as outputs
from azukari.check.difference import actions as comparisons
from azukari.check.link import handling as link
from azukari.check.link import queries as pushes
from azukari.collect import by_clock, clearing
from azukari.dispose.finishing import finish_disposals
from azukari.jobs import telling
from azukari.ledger.actions import Action
from azukari.progress import actions as progress
from azukari.register.sheets import actions as sheets
from azukari.register.sheets.shutting import shut_old
from azukari.tenancy import certificates, contracts, scope, user_sheets
from azukari.tenancy.announcing import write_everywhere
from azukari.use import actions as filings
from azukari.vault import door, sweep

# How often one job may take its worker down with it.
_MOST_DEATHS = 5
# After how many seconds without a heartbeat a worker counts as dead; its jobs go to another one
# within the minute.
STALLED_AFTER = 30.0

_GIVEN_UP = (
    f"処理が{_MOST_DEATHS}回続けて途中で止まったため、中止しました。"
    "サーバの管理者に知らせ、原因を除いてから、もう一度始めてください。"
)

log = logging.getLogger("azukari.jobs")


@app.periodic(cron="* * * * *")
@app.task(name="azukari.rescue_stalled", queue="azukari", pass_context=True)
async def rescue_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    await rescue(context.app.job_manager, STALLED_AFTER)


async def rescue(manager: JobManager, silent_for: float) -> None:
    """Gives jobs of workers without a heartbeat for so many seconds to another one.

    The cursors of the jobs say where it goes on.  A job that went down with its worker time and
    again is given up, so that it does not take one worker after the other; who started it sees
    that on its page and may start it again.
    """
    for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=silent_for):
        if stalled.attempts + 1 < _MOST_DEATHS:
            await manager.retry_job(stalled)
            log.warning("stalled job rescued", extra={"job": stalled.task_name})
            continue
        await asyncio.to_thread(give_up, stalled.task_kwargs)
        await manager.finish_job(stalled, Status.FAILED, delete_job=False)
        log.error("stalled job given up", extra={"job": stalled.task_name})


def give_up(ids: Mapping[str, Any]) -> None:
    """Says so on the page of the work, where the job has one."""
    close_old_connections()
    if "progress_id" not in ids:
        return
    place = scope.Scope(contract_id=UUID(ids["contract_id"]), company_id=UUID(ids["company_id"]))
    with scope.enter(place):
        progress.fail(UUID(ids["progress_id"]), _GIVEN_UP)
    close_old_connections()


@app.periodic(cron="10 3 * * *")
@app.task(name="azukari.nightly", queue="azukari")
def nightly(timestamp: int) -> None:  # noqa: ARG001
    """The vault's tick, then what expiry and crashes have left."""
    close_old_connections()
    today = timezone.localdate()
    if door.state().ticked_on != today.isoformat():
        tick()
    go_round()


@app.periodic(cron="*/5 * * * *")
@app.task(name="azukari.go_round", queue="azukari")
def go_round_by_clock(timestamp: int) -> None:  # noqa: ARG001
    close_old_connections()
    go_round()


def tick() -> int:
    """A new ring generation, written into every company's ledger; the generation's number."""
    ring = door.rotate(on=timezone.localdate())
    generation = ring.newest[0]
    write_everywhere(Action.KEYS_TICKED, generation=generation)
    return generation


def go_round() -> None:
    """Every contract and company: unfinished disposals, files past due, orphaned keys."""
    for contract in contracts.list_contracts():
        _go_round_contract(contract.id)
    for contract_id, company_id in contracts.all_companies():
        with scope.enter(scope.Scope(contract_id=contract_id, company_id=company_id)):
            finish_disposals()
            telling.tell_of_singles()
            shut_old()
            user_sheets.give_up_old()
            door.destroy_due(company_id, close_rows_of)
            by_clock.go_round(contract_id, company_id, changed=pushes.people_with_another_number)
            sweep.sweep_orphan_keys(company_id)


def close_rows_of(cells: Sequence[UUID]) -> None:
    """Has the rooms of the company in scope close what they know of files that are destroyed."""
    for tell in (
        sheets.files_gone,
        comparisons.files_gone,
        link.numbers_gone,
        filings.files_gone,
        outputs.files_gone,
        clearing.files_gone,
    ):
        tell(cells)


def _go_round_contract(contract_id: UUID) -> None:
    """Certificate files nobody fetched in time, and what is sealed for the contract itself."""
    place = scope.Scope(contract_id=contract_id)
    with scope.enter(place):
        door.destroy_due(contract_id, certificates.files_gone)
    with scope.enter(place):
        door.finish_destruction(contract_id)
        sweep.sweep_orphan_keys(contract_id)
