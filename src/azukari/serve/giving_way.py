"""Where both want the processor, somebody's page comes before somebody's million rows."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

_NICE: Final = 10
_PROC: Final = Path("/proc")


def give_way(cluster: Path) -> None:
    """From now on this process works behind others, and so do its sessions of that PostgreSQL.

    `cluster`: the folder of the embedded one.  Half of the work for a file is done by its session,
    which would have its turn like that of a page.  Sessions of a PostgreSQL that is somebody
    else's are left as they are.
    """
    os.nice(_NICE)

    def step_back(connection: BaseDatabaseWrapper, **_: Any) -> None:
        session = connection.connection.info.backend_pid
        # Its number may be that of a stranger, where the server runs on another machine.
        with suppress(OSError):
            if _PROC.joinpath(str(session), "cwd").readlink() == cluster:
                os.setpriority(os.PRIO_PROCESS, session, _NICE)

    connection_created.connect(step_back, weak=False, dispatch_uid="giving way")
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None:
            step_back(connection)
