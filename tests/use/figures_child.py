"""A worker in a process of its own reads a file of figures; killed at AZUKARI_CRASH_AT."""

import os
import sys
from uuid import UUID

import django

django.setup()

from azukari.jobs import filings as jobs  # noqa: E402
from azukari.tenancy.access import command_actor  # noqa: E402
from azukari.tenancy.rights import ALL_PERMISSIONS  # noqa: E402
from azukari.use import queries  # noqa: E402

if __name__ == "__main__":
    contract, company, progress, file = map(UUID, sys.argv[1:5])
    queries.CHUNK = int(sys.argv[5])
    jobs.take_figures(command_actor(contract, company, ALL_PERMISSIONS), progress, file)
    os._exit(0)
