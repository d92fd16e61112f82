"""A worker and its sessions work behind pages; sessions of a strange PostgreSQL are let be."""

import os
import subprocess
import sys
from pathlib import Path

from azukari.serve.postgres import Cluster
from azukari.serve.postgres_roles import DatabaseUrls


def told(urls: DatabaseUrls, cluster: Path) -> list[int]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.serve.way_child", str(cluster)],
        env={
            **os.environ,
            "AZUKARI_DATABASE_URL": urls["database"],
            "AZUKARI_KEYS_DATABASE_URL": urls["keys"],
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [int(niceness) for niceness in done.stdout.split()]


def test_sessions_give_way_with_their_process(database: DatabaseUrls, cluster: Cluster) -> None:
    here = os.nice(0)

    assert told(database, cluster.folder) == [min(here + 10, 19), 10, 10]


def test_sessions_of_another_server_are_let_be(database: DatabaseUrls, tmp_path: Path) -> None:
    here = os.nice(0)
    before = os.getpriority(os.PRIO_PROCESS, os.getpid())

    assert told(database, tmp_path) == [min(here + 10, 19), before, before]
