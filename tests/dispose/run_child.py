"""A process that runs a batch again and again in forks of itself, and kills each one.

Reads from standard input how long (in seconds) the next one may live, and answers `killed` or
`ended`.  Forked, since starting Python and Django two hundred times would take longer than the
disposal of everything.
"""

import os
import signal
import sys
import time
from uuid import UUID

import django

django.setup()

from azukari.dispose import finishing, running  # noqa: E402
from azukari.jobs import dispose as jobs  # noqa: E402
from azukari.jobs.running import actor_now  # noqa: E402


def run(contract: UUID, company: UUID, user: str, progress: UUID, batch: UUID) -> None:
    jobs.run(actor_now(contract, company, user), progress, batch)


def main(rows: str, *ids: str) -> None:
    # Small steps, so that there are many instants to be killed at.
    running.ROWS_PER_CHUNK = finishing.ROWS_AT_ONCE = int(rows)  # type: ignore[misc]
    contract, company, user, progress, batch = ids
    for line in sys.stdin:
        worker = os.fork()
        if worker == 0:
            run(UUID(contract), UUID(company), user, UUID(progress), UUID(batch))
            os._exit(0)
        sys.stdout.write(_end(worker, float(line)) + "\n")
        sys.stdout.flush()


def _end(worker: int, seconds: float) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pid, status = os.waitpid(worker, os.WNOHANG)
        if pid:
            return "ended" if status == 0 else f"broke {status}"
        time.sleep(min(0.001, seconds))
    os.kill(worker, signal.SIGKILL)
    _, status = os.waitpid(worker, 0)
    return "killed" if os.WIFSIGNALED(status) else "ended"


if __name__ == "__main__":
    main(*sys.argv[1:])
