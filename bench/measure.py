"""What a piece of work costs: CPU of this process and of PostgreSQL, wall time, peak memory.

Linux only: PostgreSQL's CPU and the peak are read from /proc (proc(5)).
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


class WrongResult(Exception):
    """The work was done, and what came out is not right: its figures mean nothing."""


@dataclass
class Cost:
    """Seconds and megabytes; `server_cpu` is of every process of the PostgreSQL cluster."""

    client_cpu: float = 0.0
    server_cpu: float = 0.0
    wall: float = 0.0
    peak_mb: float = 0.0

    @property
    def cpu(self) -> float:
        return self.client_cpu + self.server_cpu


@dataclass
class Measured:
    """`count` pieces of work, and further figures such as `p99` in milliseconds."""

    count: int
    cost: Cost
    figures: dict[str, float] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        return self.count / self.cost.wall

    @property
    def per_cpu_second(self) -> float:
        return self.count / self.cost.cpu


@contextmanager
def measuring() -> Iterator[Cost]:
    """The cost of the block; checks of its result belong behind it."""
    cost = Cost()
    _forget_peak()
    server, client, wall = server_cpu(), process_time(), perf_counter()
    yield cost
    cost.wall = perf_counter() - wall
    cost.client_cpu = process_time() - client
    cost.server_cpu = server_cpu() - server
    cost.peak_mb = _peak_mb()


def server_cpu() -> float:
    """Seconds used so far by the cluster: the postmaster, its children, and those that ended.

    Background writers and autovacuum are in it, as they work for whoever wrote.
    """
    pid_file = Path(os.environ["AZUKARI_DATA"]) / "postgres" / "postmaster.pid"
    postmaster = int(pid_file.read_text().split("\n", 1)[0])
    ticks = 0
    for folder in _PROC.iterdir():
        if not folder.name.isdecimal():
            continue
        with suppress(OSError):  # it may have ended since
            parent, own, of_ended = _times(folder)
            if int(folder.name) == postmaster:
                ticks += own + of_ended
            elif parent == postmaster:
                ticks += own
    return ticks / _TICKS


def _times(folder: Path) -> tuple[int, int, int]:
    """Parent, utime + stime, cutime + cstime; the name before them may hold blanks."""
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    return int(fields[1]), int(fields[11]) + int(fields[12]), int(fields[13]) + int(fields[14])


def _forget_peak() -> None:
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak_mb() -> float:
    # Not getrusage: its ru_maxrss begins with the memory of the process that started this one.
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise OSError("/proc/self/status has no VmHWM")


def latencies(seconds: Sequence[float]) -> dict[str, float]:
    """p50 and p99 in milliseconds."""
    ordered = sorted(seconds)
    return {
        "p50": ordered[len(ordered) // 2] * 1000,
        "p99": ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)] * 1000,
    }


def expect(name: str, found: object, wanted: object) -> None:
    """Raises WrongResult; neither value may be a number of a person."""
    if found != wanted:
        raise WrongResult(f"{name}: {found}, not {wanted}")
