"""serve · worker · migrate on a PostgreSQL that is somebody else's, as a host has it."""

import shutil
import signal
import socket
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
from tests.cli.conftest import Shell
from tests.service import clean_environment, processes_on, start, wait_until


@pytest.fixture(scope="module")
def urls(cluster: Cluster) -> DatabaseUrls:
    """Two databases and three roles of a host."""
    return prepare_roles(cluster, prefix="host_")


@pytest.fixture(scope="module")
def settings(urls: DatabaseUrls) -> dict[str, str]:
    return {
        "AZUKARI_DATABASE_URL": urls["database"],
        "AZUKARI_OWNER_DATABASE_URL": urls["owner"],
        "AZUKARI_KEYS_DATABASE_URL": urls["keys"],
        "AZUKARI_HOSTS": "azukari.example.jp,localhost",
    }


@pytest.fixture(scope="module")
def host(settings: dict[str, str]) -> Iterator[Shell]:
    """Commands on a folder without a PostgreSQL of its own; the tables are there."""
    folder = Path(tempfile.mkdtemp(prefix="azukari-host-"))
    shell = Shell(folder / "data", clean_environment(**settings))
    without_owner = shell("migrate", AZUKARI_OWNER_DATABASE_URL="")
    assert (without_owner.code, without_owner.stdout) == (3, "")
    assert "azukari migrate を実行してください。" in without_owner.stderr
    assert shell.good("migrate") == {"ok": True}
    yield shell
    assert not (folder / "data" / "postgres").exists()
    assert processes_on(folder) == []
    shutil.rmtree(folder, ignore_errors=True)


def ask(urls: DatabaseUrls, question: str) -> Any:
    with psycopg.connect(urls["superuser"]) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return row[0]


def test_service_runs_on_it_and_leaves_it_running(
    host: Shell, urls: DatabaseUrls, cluster: Cluster
) -> None:
    host.good(
        "contract", "create", "--code", "H1", "--company", "設置", "--out", host.data / "papers"
    )

    service = start(
        "serve", "--host", "127.0.0.1", "--port", 0, "--portal-port", 0,
        data=host.data, environment=host.environment,
    )  # fmt: skip
    second = host("serve", "--port", 0, "--portal-port", 0)

    assert set(service.facts) == {"operator_url", "portal_url", "data", "pid"}
    assert service.facts["pid"] == service.process.pid
    assert (second.code, second.stdout) == (3, "")
    assert f"プロセス番号 {service.process.pid}、" in second.stderr
    assert service.url.startswith("https://127.0.0.1:")
    assert service.health() == 200
    # Whoever manages tables elsewhere gives no owner's URL: current ones are no obstacle.
    assert host("contract", "list", AZUKARI_OWNER_DATABASE_URL="").code == 0
    assert service.stop(signal.SIGINT) == 0
    assert cluster.is_running()
    assert ask(urls, "SELECT count(*) FROM tenancy_contract") == 1


def test_worker_works_until_sigterm(host: Shell, urls: DatabaseUrls) -> None:
    workers = "SELECT count(*) FROM procrastinate_workers"
    before = ask(urls, workers)
    process = subprocess.Popen(
        [sys.executable, "-m", "azukari", "worker", "--data", str(host.data)],
        env=host.environment,
        stdout=subprocess.PIPE,
    )
    came = wait_until(lambda: ask(urls, workers) == before + 1)

    process.terminate()
    said, _ = process.communicate(timeout=60)

    assert came
    assert (process.returncode, said, ask(urls, workers)) == (0, b"", before)


def test_role_that_row_level_security_cannot_bind_is_refused(
    host: Shell, urls: DatabaseUrls
) -> None:
    done = host("contract", "list", AZUKARI_DATABASE_URL=urls["owner"])

    assert (done.code, done.stdout) == (3, "")
    assert "はテーブルの所有者です。" in done.stderr


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("AZUKARI_DATABASE_URL", "mysql://x@y/z", "が PostgreSQL のURLではありません"),
        ("AZUKARI_DATABASE_URL", "postgresql://a:hidden@127.0.0.1:1/b", "に接続できません"),
        ("AZUKARI_KEYS_DATABASE_URL", "postgresql://a:hidden@127.0.0.1:1/b", "に接続できません"),
        ("AZUKARI_KEYS_DATABASE_URL", "", "設定されていません"),
        ("AZUKARI_ROOT_PASSPHRASE_FILE", "/no/such/file", "を読めません"),
    ],
)
def test_setting_that_cannot_be_used_is_named(
    host: Shell, setting: str, value: str, said: str
) -> None:
    done = host("contract", "list", **{setting: value})

    assert (done.code, done.stdout) == (3, "")
    assert setting in done.stderr
    assert said in done.stderr
    assert "hidden" not in done.stderr


def test_port_in_use_is_named(host: Shell) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        done = host("serve", "--host", "127.0.0.1", "--port", port, "--portal-port", 0)

    assert (done.code, done.stdout) == (3, "")
    # The worker is stopped first, and says so when it was still starting.
    assert done.stderr.splitlines()[-1].startswith(f"ポート {port} を使えません（")


def test_server_certificate_without_its_key_is_said(host: Shell, tmp_path: Path) -> None:
    file = tmp_path / "server.pem"
    file.write_text("not a certificate")

    alone = host("serve", "--key", file)
    wrong = host("serve", "--port", 0, "--portal-port", 0, "--certificate", file)

    assert (alone.code, wrong.code) == (2, 3)
    assert wrong.stderr.startswith(f"サーバ証明書 {file} かその鍵を使えません")


def test_folder_that_cannot_be_made_is_said(host: Shell, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    done = host("contract", "list", "--data", file / "data")

    assert (done.code, done.stdout) == (3, "")
    assert done.stderr.startswith(f"データフォルダ {file}/data に書き込めません")
