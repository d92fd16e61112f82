"""The embedded cluster, really started, stopped and killed in temporary folders."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from azukari.serve.postgres import Cluster
from azukari.serve.postgres_errors import (
    ClusterError,
    FolderUnusable,
    NoUsableAccount,
    ServiceRunning,
    VersionMismatch,
)
from azukari.serve.postgres_locks import service_lock
from tests.numbers import valid_number

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path / "data")
    yield made
    made.stop()


def ask(cluster: Cluster, statement: str) -> object:
    with psycopg.connect(cluster.superuser_url()) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return None if row is None else row[0]


def tell(cluster: Cluster, statement: str) -> None:
    with psycopg.connect(cluster.superuser_url(), autocommit=True) as connection:
        connection.execute(statement.encode())


def postmaster(cluster: Cluster) -> int:
    return int((cluster.folder / "postmaster.pid").read_text().splitlines()[0])


def python(code: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


@contextmanager
def other_process(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Python elsewhere; goes on when it has said a line, and is killed without warning."""
    with python(code, *arguments) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


USES_THE_CLUSTER = """
import sys, time
from pathlib import Path
from azukari.serve.postgres import Cluster
with Cluster(Path(sys.argv[1])).in_use():
    print("ready", flush=True)
    time.sleep(60)
"""
SERVES = """
import sys, time
from pathlib import Path
from azukari.serve.postgres_locks import service_lock
with service_lock(Path(sys.argv[1]), "https://127.0.0.1:8443/"):
    print("ready", flush=True)
    time.sleep(60)
"""


def test_cluster_in_use_runs_and_stops_after_the_last_user(cluster: Cluster) -> None:
    before = cluster.is_running()

    with cluster.in_use():
        with Cluster(cluster.data_folder).in_use():
            both = cluster.is_running()
        one_left = cluster.is_running()

    assert (before, both, one_left, cluster.is_running()) == (False, True, True, False)


def test_cluster_is_made_with_checksums_stable_sorting_and_no_network(cluster: Cluster) -> None:
    settings = ("data_checksums", "server_encoding", "listen_addresses", "fsync", "jit")

    with cluster.in_use():
        shown = {name: ask(cluster, f"SHOW {name}") for name in settings}
        sorting = ask(cluster, "SELECT datlocprovider::text || datlocale FROM pg_database LIMIT 1")

    assert shown == {
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "listen_addresses": "",
        "fsync": "on",
        "jit": "off",
    }
    assert sorting == "bC.UTF-8"


def test_cluster_refuses_a_wrong_password(cluster: Cluster) -> None:
    with cluster.in_use(), pytest.raises(psycopg.OperationalError):
        psycopg.connect(cluster.url(role="azukari_superuser", password="x", database="postgres"))


def test_cluster_keeps_its_password_private(cluster: Cluster) -> None:
    with cluster.in_use():
        kept = cluster.keys_folder / "postgres-superuser.json"

    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@needs_root
def test_cluster_of_root_belongs_to_an_unprivileged_account(cluster: Cluster) -> None:
    with cluster.in_use():
        owners = {cluster.folder.stat().st_uid, cluster.socket_folder.stat().st_uid}
        runs_as = Path(f"/proc/{postmaster(cluster)}").stat().st_uid

    assert owners == {runs_as}
    assert runs_as > 0


@needs_root
def test_cluster_behind_a_closed_parent_runs_with_one_capability(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    cluster = Cluster(closed / "data")

    with cluster.in_use():
        status = Path(f"/proc/{postmaster(cluster)}/status").read_text()
        rows = ask(cluster, "SELECT count(*) FROM pg_database")

    held = {
        line.split()[0]: int(line.split()[1], 16) for line in status.splitlines() if "Cap" in line
    }
    assert held["CapEff:"] in {1 << 2, 1 << 1}  # dac_read_search, or where missing dac_override
    assert held["CapEff:"] == held["CapBnd:"] == held["CapPrm:"]
    assert rows == 3


@needs_root
def test_cluster_behind_a_closed_parent_without_setpriv_tells_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr("azukari.serve.postgres_account.shutil.which", lambda _: None)

    with pytest.raises(NoUsableAccount) as refusal, Cluster(closed / "data").in_use():
        pass

    assert "一般ユーザーで azukari を起動する" in str(refusal.value)


def test_killed_server_recovers_what_was_committed(cluster: Cluster) -> None:
    with cluster.in_use():
        tell(cluster, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
        os.kill(postmaster(cluster), signal.SIGKILL)
        while cluster.is_running():
            time.sleep(0.05)

        cluster.start()

        assert ask(cluster, "SELECT count(*) FROM kept") == 1000


def test_killed_user_leaves_a_server_that_the_next_adopts_and_stops(cluster: Cluster) -> None:
    with other_process(USES_THE_CLUSTER, str(cluster.data_folder)):
        first = postmaster(cluster)
    left_running = cluster.is_running()

    with cluster.in_use():
        adopted = postmaster(cluster)

    assert left_running
    assert adopted == first
    assert not cluster.is_running()


def test_server_stays_while_another_process_uses_it(cluster: Cluster) -> None:
    with other_process(USES_THE_CLUSTER, str(cluster.data_folder)):
        with cluster.in_use():
            pass

        assert cluster.is_running()


def test_first_start_by_two_processes_at_once_makes_one_cluster(cluster: Cluster) -> None:
    both = [python(USES_THE_CLUSTER, str(cluster.data_folder)) for _ in range(2)]

    said = [process.stdout.readline() for process in both if process.stdout]

    for process in both:
        process.kill()
        process.communicate()
    assert said == ["ready\n", "ready\n"]


def test_interrupted_creation_is_done_again(cluster: Cluster) -> None:
    half = cluster.data_folder / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    with cluster.in_use():
        assert cluster.is_running()


def test_process_number_taken_by_a_stranger_is_no_obstacle(cluster: Cluster) -> None:
    with cluster.in_use():
        note = (cluster.folder / "postmaster.pid").read_text().splitlines()
    owner = cluster.folder.stat().st_uid
    with subprocess.Popen(["sleep", "60"], user=owner, cwd="/") as stranger:
        (cluster.folder / "postmaster.pid").write_text(
            "\n".join([str(stranger.pid), *note[1:]]) + "\n"
        )

        with cluster.in_use():
            running = cluster.is_running()

        stranger.kill()
    assert running


def test_folder_of_another_major_version_is_named(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path)
    cluster.folder.mkdir()
    (cluster.folder / "PG_VERSION").write_text("9\n")

    with pytest.raises(VersionMismatch) as refusal:
        cluster.start()

    assert "PostgreSQL 9 で作られていますが" in str(refusal.value)


def test_folder_with_strange_files_is_left_alone(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path)
    cluster.folder.mkdir()
    (cluster.folder / "letter.txt").write_text("mine")

    with pytest.raises(FolderUnusable):
        cluster.start()

    assert (cluster.folder / "letter.txt").read_text() == "mine"


def test_damaged_cluster_tells_where_to_look(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    shutil.rmtree(cluster.folder / "global")

    with pytest.raises(ClusterError) as refusal:
        cluster.start()

    assert str(cluster.log_file) in str(refusal.value)


def test_long_path_gets_a_short_socket_that_goes_away_again(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / ("x" * 100))

    with cluster.in_use():
        folder = cluster.socket_folder
        answer = ask(cluster, "SELECT 1")

    assert answer == 1
    assert folder.parent != cluster.data_folder
    assert not folder.exists()


def test_short_socket_is_made_anew_after_the_temporary_folder_was_emptied(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / ("x" * 100))
    with cluster.in_use():
        os.kill(postmaster(cluster), signal.SIGKILL)
        while cluster.is_running():
            time.sleep(0.05)
        shutil.rmtree(cluster.socket_folder)

        cluster.start()

        assert ask(cluster, "SELECT 1") == 1


def test_log_never_holds_what_a_statement_carried(cluster: Cluster) -> None:
    number = valid_number(7)
    refused = (
        f"INSERT INTO people VALUES ('{number}', 1)",  # unique
        f"INSERT INTO people VALUES ('{number}', -1)",  # check, with the failing row
        f"SELECT '{number}x'::bigint",  # the message itself quotes the input
        f"DO $$ BEGIN RAISE EXCEPTION '{number}'; END $$",
    )

    with cluster.in_use():
        tell(cluster, "CREATE TABLE people (number text UNIQUE, age int CHECK (age > 0))")
        tell(cluster, refused[0])
        for statement in refused:
            with pytest.raises(psycopg.Error) as error:
                tell(cluster, statement)
            assert number in str(error.value)
        connection = psycopg.connect(cluster.superuser_url(), autocommit=True)
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO people VALUES (%s, 1)", [number])
        crash_while_running(connection, number)
        connection.close()
        cluster.start()

    written = b"".join(path.read_bytes() for path in cluster.log_file.parent.iterdir())
    assert b"was terminated by signal 9" in written
    assert number.encode() not in written


def crash_while_running(connection: psycopg.Connection, number: str) -> None:
    session = connection.info.backend_pid
    connection.pgconn.send_query(f"SELECT pg_sleep(60), '{number}'".encode())
    time.sleep(0.2)
    os.kill(session, signal.SIGKILL)
    time.sleep(0.5)


def test_second_service_is_refused_by_name_of_the_first(tmp_path: Path) -> None:
    with (
        other_process(SERVES, str(tmp_path)) as first,
        pytest.raises(ServiceRunning) as refusal,
        service_lock(tmp_path, "https://127.0.0.1:9443/"),
    ):
        pass

    assert (refusal.value.pid, refusal.value.address) == (first.pid, "https://127.0.0.1:8443/")
    assert f"すでに azukari が動いています（プロセス番号 {first.pid}、" in str(refusal.value)


def test_service_lock_is_free_again_after_a_kill(tmp_path: Path) -> None:
    with other_process(SERVES, str(tmp_path)) as first:
        pass

    with service_lock(tmp_path, "https://127.0.0.1:9443/"):
        held = (tmp_path / "service.lock").read_text()

    assert first.returncode == -signal.SIGKILL
    assert held == f"{os.getpid()}\nhttps://127.0.0.1:9443/\n"


def test_lost_superuser_password_tells_which_file_to_restore(cluster: Cluster) -> None:
    with cluster.in_use():
        kept = cluster.keys_folder / "postgres-superuser.json"
        kept.write_text(json.dumps({}))

        with pytest.raises(ClusterError) as refusal:
            cluster.superuser_url()

    assert str(kept) in str(refusal.value)
