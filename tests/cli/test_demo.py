"""The life of a demo on one data folder: started, disturbed, killed, started again, ended."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from azukari.serve.postgres import Cluster
from tests.cli.conftest import Shell
from tests.service import Service, clean_environment, processes_on, start_demo, wait_until

EMPLOYEES = 20


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="azukari-demo-"))
    yield made / "data"
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[Service]:
    running = start_demo(folder, employees=EMPLOYEES)
    yield running
    if running.process.poll() is None:
        running.stop()


def ask(folder: Path, question: str, *given: object) -> Any:
    with psycopg.connect(Cluster(folder).superuser_url("azukari")) as connection:
        row = connection.execute(question.encode(), given).fetchone()
    assert row is not None
    return row[0]


def postmaster(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def worker_of(service: Service) -> list[int]:
    """Children of any of its threads."""
    threads = Path(f"/proc/{service.process.pid}/task").iterdir()
    return [int(one) for thread in threads for one in (thread / "children").read_text().split()]


def test_demo_tells_what_a_person_needs(demo: Service, folder: Path) -> None:
    told = dict(demo.facts)
    links, ways = told.pop("setup_links"), told.pop("portal_links")
    operator, portal = told.pop("operator_url"), told.pop("portal_url")

    assert told.pop("import_password")
    assert told == {
        "contract": "10000001",
        "company": "001",
        "company_name": told["company_name"],
        "certificate": str(folder / "demo" / "MNS_10000001cert.p12"),
        "access_sheet": str(folder / "demo" / "アクセス情報シート_10000001.pdf"),
        "server_authority": str(folder / "keys" / "server" / "authority" / "ca.pem"),
        "data": str(folder),
        "pid": demo.process.pid,
    }
    assert all(Path(told[name]).is_file() for name in ("certificate", "access_sheet"))
    assert operator != portal
    assert {code: link.startswith(portal) for code, link in ways.items()} == {
        "P0000001": True, "P0000002": True, "K0000001": True,
    }  # fmt: skip
    assert {role: link.startswith(f"{operator}setup/") for role, link in links.items()} == {
        "steward": True, "operator": True, "officer": True, "auditor": True,
    }  # fmt: skip
    assert demo.health() == 200


def test_payroll_of_the_demo_has_told_of_everybody(demo: Service, folder: Path) -> None:
    """Workers reflect what goes by itself; leavers, a strange 続柄 and a stranger wait."""
    assert demo.health() == 200
    count = "SELECT count(*) FROM check_pushed_record WHERE "
    busy = f"{count} state = 'waiting' AND event <> 'left'"
    for _ in range(240):
        if not ask(folder, busy):
            break
        time.sleep(0.5)

    assert ask(folder, busy) == 0
    assert ask(folder, f"{count} event = 'left' AND state = 'waiting'") >= 3
    assert ask(folder, f"{count} problem = 'relationship_unknown' AND state = 'error'") == 2
    assert ask(folder, f"{count} problem = 'person_unknown' AND state = 'held'") == 1
    assert ask(folder, f"{count} event = 'hired' AND state = 'reflected'") == EMPLOYEES
    assert ask(folder, "SELECT count(*) FROM register_yearly_figures") > 0
    assert (folder / "demo" / "payroll.token").stat().st_mode & 0o777 == 0o600


def test_second_service_on_the_folder_is_refused_by_the_number_of_the_first(
    demo: Service, folder: Path
) -> None:
    done = Shell(folder)("serve", "--port", 0, "--portal-port", 0)

    assert (done.code, done.stdout) == (3, "")
    assert f"すでに azukari が動いています（プロセス番号 {demo.process.pid}、" in done.stderr
    assert demo.health() == 200


def test_commands_work_beside_the_running_service(demo: Service, folder: Path) -> None:
    everybody = EMPLOYEES + 2  # and the two who are asked for their numbers
    found = Shell(folder).good("person", "find", "--kind", "employee", "--limit", everybody)

    assert (len(found["people"]), found["more"]) == (everybody, False)
    assert demo.health() == 200


def test_killed_worker_is_replaced(demo: Service) -> None:
    [before] = worker_of(demo)

    os.kill(before, signal.SIGKILL)

    assert wait_until(lambda: worker_of(demo) not in ([], [before]))


def test_killed_database_is_started_again_and_everybody_goes_on(
    demo: Service, folder: Path
) -> None:
    before = postmaster(folder)
    killed_at = ask(folder, "SELECT now()")

    os.kill(before, signal.SIGKILL)

    assert wait_until(lambda: not Path(f"/proc/{before}").exists())
    assert wait_until(lambda: demo.health() == 200)
    assert postmaster(folder) != before
    # The worker has reported to the new one, and the sequencer puts new records into the tree.
    beat = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > %s"
    assert wait_until(lambda: ask(folder, beat, killed_at) > 0)
    Shell(folder).good("user", "create", "--id", "later", "--name", "後 から", "--role", "auditor")
    assert wait_until(lambda: ask(folder, "SELECT count(*) FROM ledger_outbox") == 0)
    assert demo.process.poll() is None


def test_after_kill_9_the_next_start_goes_on_with_the_same_contract(
    demo: Service, folder: Path
) -> None:
    people = "SELECT count(*) FROM register_person"
    before = ask(folder, people)
    [worker] = worker_of(demo)

    demo.process.kill()
    demo.process.wait()
    worker_left = wait_until(lambda: not Path(f"/proc/{worker}").exists())
    again = start_demo(folder, employees=EMPLOYEES * 2)

    kept = ("contract", "certificate", "import_password", "access_sheet", "server_authority")
    assert worker_left
    assert [again.facts[name] for name in kept] == [demo.facts[name] for name in kept]
    assert all(again.facts["setup_links"].values())
    assert ask(folder, people) == before
    assert Shell(folder).good("ledger", "verify")["good"]
    assert len(again.relatives()) >= 3  # service, worker, PostgreSQL
    assert (again.health(), again.stop()) == (200, 0)
    assert (again.relatives(), Cluster(folder).is_running()) == ([], False)
    assert (folder / "service.lock").read_text() == ""


def test_signal_while_starting_leaves_nothing_running(folder: Path) -> None:
    fresh = folder.parent / "fresh"
    process = subprocess.Popen(
        [sys.executable, "-m", "azukari", "demo", "--port", "0", "--data", str(fresh)],
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert wait_until((fresh / "postgres" / "postmaster.pid").exists)

    process.terminate()
    said, _ = process.communicate(timeout=60)

    assert (process.returncode, said) == (143, b"")
    assert processes_on(fresh) == []
