"""A worker is killed in the middle of a job, and another one does it."""

import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from azukari.serve.postgres import Cluster
from azukari.serve.postgres_roles import DatabaseUrls, prepare_roles
from tests.register.sheet_files import company_files
from tests.service import ROOT, clean_environment, wait_until


class Place:
    """An installation of its own, so that its workers find no job of other tests."""

    def __init__(self, data: Path, urls: DatabaseUrls) -> None:
        self.data, self.urls = data, urls
        self.environment = clean_environment(
            AZUKARI_DATA=str(data),
            AZUKARI_DATABASE_URL=urls["database"],
            AZUKARI_OWNER_DATABASE_URL=urls["owner"],
            AZUKARI_KEYS_DATABASE_URL=urls["keys"],
            DJANGO_SETTINGS_MODULE="azukari.settings.service",
        )

    def command(self, *words: str) -> str:
        return self._run(["-m", "azukari", *words])

    def child(self, *words: str) -> str:
        return self._run([str(ROOT / "tests" / "jobs" / "rescue_child.py"), *words])

    def _run(self, words: list[str]) -> str:
        return subprocess.run(
            [sys.executable, *words],
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

    def job(self) -> str:
        """State of the one job about the sheet; it is deleted when it has succeeded."""
        asked = "SELECT coalesce(max(status::text), 'gone') FROM procrastinate_jobs"
        return str(self.ask(f"{asked} WHERE task_name = 'azukari.sheets.check'"))

    def sheet(self, identity: str) -> str:
        return str(self.ask("SELECT state FROM register_sheet WHERE id = %s", identity))


@pytest.fixture
def place(cluster: Cluster) -> Iterator[Place]:
    folder = Path(tempfile.mkdtemp(prefix="azukari-rescue-"))
    made = Place(folder / "data", prepare_roles(cluster, prefix="rescue_"))
    made.command("contract", "create", "--code", "R1", "--company", "救", "--out", str(folder))
    yield made
    shutil.rmtree(folder)


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

    assert left == ("doing", "checking")
    assert (too_early, rescued) == ("doing", "todo")
    assert done
    assert place.sheet(sheet) == "checked"
    assert second.wait(timeout=60) == 0
    assert place.ask("SELECT rows FROM register_sheet") == 6
