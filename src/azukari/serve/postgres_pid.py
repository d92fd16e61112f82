"""What a killed server leaves: process numbers in lock files, which mislead the next one."""

from __future__ import annotations

import time
from pathlib import Path

from azukari.serve.postgres_socket import PORT

_PROC = Path("/proc")
# Seconds; sessions of a killed server notice its death and leave by themselves.
_ORPHANS_LIMIT = 10


def clear_after_kill(cluster: Path, socket_folder: Path) -> None:
    """Remove both lock files when no process of this cluster's server is alive any more.

    PostgreSQL refuses to start while *any* process of its user has the number in them, which is
    usual after a container restarts, numbers being small there. They are kept whenever in doubt
    (also without /proc): PostgreSQL then decides, looking at the shared memory they name.
    """
    number = cluster / "postmaster.pid"
    if not number.exists() or not _PROC.joinpath("self").exists():
        return
    deadline = time.monotonic() + _ORPHANS_LIMIT
    while any(_may_serve(process, cluster) for process in _PROC.glob("[0-9]*")):
        if time.monotonic() > deadline:
            return
        time.sleep(0.05)
    number.unlink()
    (socket_folder / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def _may_serve(process: Path, cluster: Path) -> bool:
    """Whether it works in the cluster's folder, as each process of a server does."""
    try:
        return process.joinpath("cwd").readlink() == cluster
    except PermissionError:
        return _looks_like_postgres(process)
    except (FileNotFoundError, ProcessLookupError):
        return False


def _looks_like_postgres(process: Path) -> bool:
    try:
        return "postgres" in process.joinpath("comm").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
