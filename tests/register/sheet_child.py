"""A second process that applies a sheet in small chunks; killed at AZUKARI_CRASH_AT."""

import os
import sys
from uuid import UUID

import django

django.setup()

from azukari.progress import actions as progress  # noqa: E402
from azukari.register.sheets import limits, work  # noqa: E402
from azukari.tenancy import scope  # noqa: E402
from azukari.tenancy.access import command_actor  # noqa: E402
from azukari.tenancy.rights import ALL_PERMISSIONS  # noqa: E402


def main(contract: str, company: str, sheet: str, rows: str) -> None:
    limits.ROWS_PER_CHUNK = int(rows)
    actor = command_actor(UUID(contract), UUID(company), ALL_PERMISSIONS)
    with scope.enter(scope.of(actor)):
        task = progress.of_subject(UUID(sheet))
        assert task is not None
    work.apply(actor, task.id, UUID(sheet))


if __name__ == "__main__":
    main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)
