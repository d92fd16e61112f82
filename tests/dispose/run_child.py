"""A process that runs a batch again and again in forks of itself, and kills each one."""

import sys
from uuid import UUID

import django

django.setup()

from azukari.dispose import finishing, running  # noqa: E402
from azukari.jobs import dispose as jobs  # noqa: E402
from azukari.jobs.running import actor_now  # noqa: E402
from tests.killing import work_until_killed  # noqa: E402


def run(contract: UUID, company: UUID, user: str, progress: UUID, batch: UUID) -> None:
    jobs.run(actor_now(contract, company, user), progress, batch)


def main(rows: str, *ids: str) -> None:
    # Small steps, so that there are many instants to be killed at.
    running.ROWS_PER_CHUNK = finishing.ROWS_AT_ONCE = int(rows)  # type: ignore[misc]
    contract, company, user, progress, batch = ids
    work_until_killed(lambda: run(UUID(contract), UUID(company), user, UUID(progress), UUID(batch)))


if __name__ == "__main__":
    main(*sys.argv[1:])
