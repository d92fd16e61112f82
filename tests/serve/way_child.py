"""A process that gives way: prints how nice it is, and its two sessions."""

import os
import sys
from pathlib import Path

import django

django.setup()

from django.db import connections  # noqa: E402

from azukari.serve.giving_way import give_way  # noqa: E402

connections["default"].ensure_connection()
give_way(Path(sys.argv[1]))
connections["ledger"].ensure_connection()
sessions = [connections[name].connection.info.backend_pid for name in ("default", "ledger")]
print(os.nice(0), *(os.getpriority(os.PRIO_PROCESS, session) for session in sessions))
