"""`kill -9` at random instants: a process that does its work in forks and kills each of them.

Forked, since starting Python and Django two hundred times would take longer than the work.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from azukari.serve.postgres_roles import DatabaseUrls

KILLS = int(os.environ.get("AZUKARI_TEST_KILLS", "15"))
"""A few every day; AZUKARI_TEST_KILLS=200 kills much larger work two hundred times."""
LONG = 600.0


class Killer:
    """Lets the run live for some random time, a little longer or shorter as it gets on."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        # Short at first: a quiet machine finishes everything in a fraction of a second.
        self._spread = 0.03
        self._random = random.Random(20260111)

    def kill(self) -> bool:
        """Whether it was killed; it may have come to its end before."""
        return self.live(self._random.uniform(0.005, self._spread)) == "killed"

    def live(self, seconds: float) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{seconds}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def aim(self, *, done: float, kills: float) -> None:
        """`done` of the work after `kills` of the kills: what is left should be enough."""
        self._spread = max(0.01, self._spread * (0.8 if done > kills else 1.15))


def child_environment(urls: DatabaseUrls, crash_at: str = "") -> dict[str, str]:
    return {
        **os.environ,
        "AZUKARI_DATABASE_URL": urls["database"],
        "AZUKARI_KEYS_DATABASE_URL": urls["keys"],
        "AZUKARI_CRASH_AT": crash_at,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }


def killed_at(at: str, urls: DatabaseUrls, module: str, *facts: object) -> None:
    """Runs `module`, which must be killed at this instant."""
    command = [sys.executable, "-m", module, *map(str, facts)]
    child = subprocess.run(command, env=child_environment(urls, at), check=False, timeout=60)
    assert child.returncode == -9, at


@contextmanager
def killer(urls: DatabaseUrls, module: str, *facts: object, crash_at: str = "") -> Iterator[Killer]:
    """`module` calls `work_until_killed`."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *map(str, facts)],
        env=child_environment(urls, crash_at),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Killer(process)
    finally:
        process.kill()
        process.wait()


def work_until_killed(run: Callable[[], None]) -> None:
    """Reads from standard input how long (in seconds) the next fork may live; answers `killed`,
    `ended` or `broke` with the status.
    """
    for line in sys.stdin:
        worker = os.fork()
        if worker == 0:
            run()
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
