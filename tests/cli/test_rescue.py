"""A worker is killed in the middle of a job, and another one does it."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from azukari.serve.postgres import Cluster
from azukari.serve.postgres_roles import prepare_roles
from tests.cli.conftest import Shell
from tests.register.sheet_files import company_files
from tests.service import wait_until

CHILD = Path(__file__).parent / "rescue_child.py"


class Place:
    """Workers and steps of a rescue as processes on the installation of `shell`."""

    def __init__(self, shell: Shell) -> None:
        self.urls = prepare_roles(Cluster(shell.data))
        self.environment = {
            **shell.environment,
            "AZUKARI_DATA": str(shell.data),
            "AZUKARI_DATABASE_URL": self.urls["database"],
            "AZUKARI_KEYS_DATABASE_URL": self.urls["keys"],
            "DJANGO_SETTINGS_MODULE": "azukari.settings.service",
        }

    def child(self, *words: str) -> str:
        return subprocess.run(
            [sys.executable, str(CHILD), *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=60,
        ).stdout

    def worker(self, **environment: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "azukari", "worker"], env=self.environment | environment
        )

    def ask(self, question: str, *given: Any) -> Any:
        with psycopg.connect(self.urls["superuser"]) as connection:
            row = connection.execute(question.encode(), given).fetchone()
        assert row is not None
        return row[0]

    def run(self, statement: str) -> None:
        with psycopg.connect(self.urls["superuser"]) as connection:
            connection.execute(statement.encode())

    def progress(self, subject: str) -> tuple[str, str]:
        where = "FROM progress WHERE subject = %s"
        return tuple(self.ask(f"SELECT json_build_array(state, note) {where}", subject))

    def job(self) -> str:
        """State of the one job about a sheet; it is deleted when it has succeeded."""
        asked = "SELECT coalesce(max(status::text), 'gone') FROM procrastinate_jobs"
        return str(self.ask(f"{asked} WHERE task_name = 'azukari.sheets.check'"))

    def sheet(self, identity: str) -> tuple[str, int]:
        where = "FROM register_sheet WHERE id = %s"
        return tuple(self.ask(f"SELECT json_build_array(state, rows) {where}", identity))


@pytest.fixture
def place(shell: Shell, opened: dict[str, Any]) -> Place:
    return Place(shell)


def test_job_of_a_dead_worker_is_done_by_another(place: Place, tmp_path: Path) -> None:
    company_files(tmp_path, 6, seed=313, company="001")
    sheet = place.child("send", str(tmp_path / "employees.csv")).strip()

    first = place.worker(AZUKARI_CRASH_AT="sheet:chunk-checked")
    assert first.wait(timeout=60) == -signal.SIGKILL
    left = (place.job(), place.sheet(sheet))

    place.child("rescue", "3600")
    too_early = place.job()
    place.child("rescue", "0")
    rescued = place.job()

    second = place.worker()
    done = wait_until(lambda: place.job() == "gone")
    second.terminate()

    assert left == ("doing", ("checking", 0))
    assert (too_early, rescued) == ("doing", "todo")
    assert done
    assert place.sheet(sheet) == ("checked", 6)
    assert second.wait(timeout=60) == 0


def test_job_that_kills_its_workers_is_given_up_and_may_be_started_again(
    place: Place, tmp_path: Path
) -> None:
    company_files(tmp_path, 6, seed=314, company="001")
    sheet = place.child("send", str(tmp_path / "employees.csv")).strip()
    # As if four workers had died of it before this one.
    place.run("UPDATE procrastinate_jobs SET attempts = 4 WHERE task_name = 'azukari.sheets.check'")
    assert place.worker(AZUKARI_CRASH_AT="sheet:chunk-checked").wait(timeout=60) == -signal.SIGKILL

    place.child("rescue", "0")
    given_up = place.job(), place.progress(sheet)
    place.child("again", sheet)
    waiting = place.progress(sheet)[0]
    worker = place.worker()
    done = wait_until(lambda: place.sheet(sheet) == ("checked", 6))
    worker.terminate()

    assert given_up[0] == "failed"
    assert given_up[1][0] == "failed"
    assert "5回続けて" in given_up[1][1]
    assert waiting == "waiting"
    assert done
    assert worker.wait(timeout=60) == 0
