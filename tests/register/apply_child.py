"""A process that applies a sheet again and again in forks of itself, and kills each one."""

import sys
from uuid import UUID

import django

django.setup()

from azukari.jobs import sheets as jobs  # noqa: E402
from azukari.jobs.running import actor_now  # noqa: E402
from azukari.register.sheets import limits  # noqa: E402
from tests.killing import work_until_killed  # noqa: E402


def main(rows: str, contract: str, company: str, user: str, progress: str, sheet: str) -> None:
    # Small steps, so that there are many instants to be killed at.
    limits.ROWS_PER_CHUNK = int(rows)
    place = UUID(contract), UUID(company), user
    work_until_killed(lambda: jobs.apply(actor_now(*place), UUID(progress), UUID(sheet)))


if __name__ == "__main__":
    main(*sys.argv[1:])
