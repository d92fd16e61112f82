"""Steps of a rescue in a process of its own, on the installation the environment names."""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

import django

django.setup()

from procrastinate.contrib.django import app  # noqa: E402

from azukari.jobs.upkeep import rescue  # noqa: E402
from azukari.law.purpose import Purpose  # noqa: E402
from azukari.progress import actions as progress  # noqa: E402
from azukari.progress import queue  # noqa: E402
from azukari.register.actions import Verification  # noqa: E402
from azukari.register.sheets.receiving import Sending, receive_sheet  # noqa: E402
from azukari.tenancy import contracts, scope  # noqa: E402
from azukari.tenancy.access import command_actor  # noqa: E402
from azukari.tenancy.rights import ALL_PERMISSIONS  # noqa: E402


def send(contract_id: UUID, company_id: UUID, file: Path) -> None:
    """A file of people, whose check is left to a worker; tells the id of the sheet."""
    actor = command_actor(contract_id, company_id, ALL_PERMISSIONS)
    with scope.enter(scope.Scope(contract_id=contract_id, company_id=company_id)):
        sheet = receive_sheet(
            Sending(
                file.read_bytes(),
                file.name,
                [Purpose.TAX_WITHHOLDING],
                Verification("CARD", "CARD"),
            ),
            actor=actor,
        )
    sys.stdout.write(f"{sheet.id}\n")


async def rescue_after(seconds: float) -> None:
    """As the worker does every minute, through a worker's own connections."""
    connector = app.connector.get_worker_connector()
    with app.replace_connector(connector) as working:
        async with working.open_async():
            await rescue(working.job_manager, seconds)


def again(contract_id: UUID, company_id: UUID, sheet: UUID) -> None:
    actor = command_actor(contract_id, company_id, ALL_PERMISSIONS)
    with scope.enter(scope.Scope(contract_id=contract_id, company_id=company_id)):
        task = progress.of_subject(sheet)
        assert task is not None
        assert queue.start_again(task.id, actor=actor)


if __name__ == "__main__":
    if sys.argv[1] == "send":
        [(contract, company)] = contracts.all_companies()
        send(contract, company, Path(sys.argv[2]))
    elif sys.argv[1] == "again":
        [(contract, company)] = contracts.all_companies()
        again(contract, company, UUID(sys.argv[2]))
    else:
        asyncio.run(rescue_after(float(sys.argv[2])))
