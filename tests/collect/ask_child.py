"""A process that asks the people of a batch again and again in forks of itself, and kills each."""

import sys
from uuid import UUID

import django

django.setup()

from azukari.collect import requesting  # noqa: E402
from azukari.jobs import collect as jobs  # noqa: E402
from azukari.jobs.running import actor_now  # noqa: E402
from tests.killing import work_until_killed  # noqa: E402


def main(people: str, contract: str, company: str, user: str, progress: str, batch: str) -> None:
    # Small steps, so that there are many instants to be killed at.
    requesting.CHUNK = int(people)  # type: ignore[misc]
    place = UUID(contract), UUID(company), user
    work_until_killed(lambda: jobs.make_requests(actor_now(*place), UUID(progress), UUID(batch)))


if __name__ == "__main__":
    main(*sys.argv[1:])
