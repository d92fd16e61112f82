"""The embedded PostgreSQL: one cluster below one data folder, used by several processes at once.

    <data>/postgres/                 the cluster; belongs to the account PostgreSQL runs as
    <data>/run/                      its Unix socket, or <data>/socket-folder names a short path
    <data>/log/postgresql.log        its log, one older one beside it
    <data>/keys/postgres-superuser.json   password of the superuser, mode 0600
    <data>/postgres.gate             held while the cluster is made, started or stopped
    <data>/postgres.users            shared by everybody who needs it running

The server outlives an azukari that was killed; the next one adopts it.
"""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import time
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

from psycopg import pq

from azukari.serve import postgres_binaries
from azukari.serve.postgres_account import account_for, runner_for
from azukari.serve.postgres_errors import ClusterError, FolderUnusable, StartFailed, StopFailed
from azukari.serve.postgres_locks import alone, is_last, opened_lock, share
from azukari.serve.postgres_pid import clear_after_kill
from azukari.serve.postgres_secrets import kept_passwords, lent_password, read_passwords
from azukari.serve.postgres_socket import (
    PORT,
    prepare_socket_folder,
    remove_socket_folder,
    socket_folder,
)
from azukari.serve.uninterrupted import uninterrupted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azukari.serve.postgres_account import Account, Runner

SUPERUSER = "azukari_superuser"
_SETTINGS = Path(__file__).with_name("postgresql.conf")
_SIGN_IN = Path(__file__).with_name("postgresql_hba.conf")
_LOG_LIMIT = 10_000_000  # bytes, looked at when the server starts
_START_LIMIT = 600  # seconds; recovery after a crash replays up to a gigabyte
_STOP_LIMIT = 120  # seconds


class Cluster:
    """PostgreSQL below ``data_folder``; nothing is made or started before it is needed."""

    def __init__(self, data_folder: Path) -> None:
        self.data_folder = data_folder.resolve()
        self.folder = self.data_folder / "postgres"
        self.log_file = self.data_folder / "log" / "postgresql.log"
        self.keys_folder = self.data_folder / "keys"
        self._gate = self.data_folder / "postgres.gate"
        self._users = self.data_folder / "postgres.users"
        self._secret = self.keys_folder / "postgres-superuser.json"

    # -- life --------------------------------------------------------------------------------

    @contextmanager
    def in_use(self) -> Iterator[Cluster]:
        """Keep the cluster running inside the block; the last user to leave stops it.

        Raises a ``ClusterError`` when it cannot be started.
        """
        with opened_lock(self._users) as users:
            try:
                # A server whose start is cut short would come up afterwards, and nobody stop it.
                with uninterrupted(), alone(self._gate):
                    share(users)
                    self._bring_up()
                yield self
            finally:
                with uninterrupted(), alone(self._gate):
                    if is_last(users):
                        self._shut_down()

    def start(self) -> None:
        """Start the server if it does not run, making the cluster if there is none."""
        with alone(self._gate):
            self._bring_up()

    def stop(self) -> None:
        """Stop the server, whoever uses it: sessions end, what was committed is kept."""
        with alone(self._gate):
            self._shut_down()

    def is_running(self) -> bool:
        """Whether it takes connections; asked on the socket, so process numbers cannot mislead."""
        return self._answer() == pq.Ping.OK

    # -- doors -------------------------------------------------------------------------------

    def url(self, *, role: str, password: str, database: str) -> str:
        """Where ``role`` finds ``database``; libpq and dj-database-url read it alike."""
        who = f"{quote(role, safe='')}:{quote(password, safe='')}"
        where = f"{quote(str(self.socket_folder), safe='')}:{PORT}"
        return f"postgresql://{who}@{where}/{database}"

    def superuser_url(self, database: str = "postgres") -> str:
        return self.url(role=SUPERUSER, password=self._password(), database=database)

    @property
    def programs(self) -> Path:
        """The folder with ``pg_dump``, ``psql`` and the like of this cluster's major version."""
        return postgres_binaries.folder_for(self._made_by())

    @property
    def socket_folder(self) -> Path:
        """Where the server listens. Known once it has been started."""
        found = socket_folder(self.data_folder)
        if found is None:
            raise ClusterError(
                f"データフォルダ {self.data_folder} の PostgreSQL はまだ起動していません。"
            )
        return found

    # -- steps, all inside the gate ----------------------------------------------------------

    def _bring_up(self) -> None:
        if self._settled():
            return
        postgres_binaries.folder_for(self._made_by())
        self._open_folders()
        if self._made_by() is None:
            self._create()
        prepare_socket_folder(self.data_folder, self._account)
        clear_after_kill(self.folder, self.socket_folder)
        self._launch()

    def _shut_down(self) -> None:
        if self._answer() == pq.Ping.NO_RESPONSE:
            return
        command = [*self._pg_ctl, "-m", "fast", "-w", "-t", str(_STOP_LIMIT), "stop"]
        self._runner.run(command)
        if self._answer() != pq.Ping.NO_RESPONSE:
            raise StopFailed(
                f"PostgreSQL が {_STOP_LIMIT} 秒以内に止まりませんでした。"
                f"{self.log_file} を確かめてください。"
            )
        remove_socket_folder(self.data_folder)

    def _settled(self) -> bool:
        """True when running, False when stopped; waits out a start or stop that was abandoned."""
        deadline = time.monotonic() + _START_LIMIT
        while (answer := self._answer()) == pq.Ping.REJECT:
            if time.monotonic() > deadline:
                raise StartFailed(
                    f"PostgreSQL が {_START_LIMIT} 秒たっても接続を受け付けません。"
                    f"{self.log_file} を確かめてください。"
                )
            time.sleep(0.1)
        return answer == pq.Ping.OK

    def _answer(self) -> int:
        folder = socket_folder(self.data_folder)
        if folder is None or not folder.exists():
            return pq.Ping.NO_RESPONSE
        asked = f"host='{folder}' port={PORT} dbname=postgres user={SUPERUSER} connect_timeout=10"
        return pq.PGconn.ping(asked.encode())

    def _open_folders(self) -> None:
        """Make what azukari owns; its own folder must let the account through to the cluster."""
        self.log_file.parent.mkdir(mode=0o700, exist_ok=True)
        self.keys_folder.mkdir(mode=0o700, exist_ok=True)
        mode = stat.S_IMODE(self.data_folder.stat().st_mode)
        if os.geteuid() == 0 and mode & 0o111 != 0o111:
            self.data_folder.chmod(mode | 0o111)

    def _create(self) -> None:
        """Run initdb in a folder beside and move it into place: a cluster is whole or absent."""
        draft = self.data_folder / "postgres.new"
        if self.folder.exists():
            self._refuse_strange_folder()
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        account = self._account
        account.take(draft)
        runner = runner_for(
            account, write=draft, execute=self.programs / "postgres", read=[_SETTINGS]
        )
        password = kept_passwords(self._secret, [SUPERUSER])[SUPERUSER]
        with lent_password(password, account) as password_file, self._open_log() as log:
            done = runner.run(self._initdb(draft, password_file), output=log)
        if done.returncode != 0:
            raise StartFailed(f"データベースを作成できませんでした。{self._last_lines()}")
        draft.rename(self.folder)

    def _initdb(self, draft: Path, password_file: Path) -> list[str]:
        # PostgreSQL's own C.UTF-8 sorts alike everywhere; a C library's may change by an upgrade
        # of the machine and silently break indexes.
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return [
            str(self.programs / "initdb"),
            f"--pgdata={draft}",
            f"--username={SUPERUSER}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            *locale,
            "--data-checksums",
            "--no-instructions",
        ]

    def _launch(self) -> None:
        self._turn_log()
        options = shlex.join(
            [
                f"--config-file={_SETTINGS}",
                f"--hba-file={_SIGN_IN}",
                f"--unix-socket-directories={self.socket_folder}",
            ]
        )
        command = [*self._pg_ctl, "-w", "-t", str(_START_LIMIT), "-o", options, "start"]
        with self._open_log() as log:
            done = self._runner.run(command, output=log)
        if done.returncode != 0:
            raise StartFailed(f"PostgreSQL を起動できませんでした。{self._last_lines()}")

    @property
    def _pg_ctl(self) -> list[str]:
        return [str(self.programs / "pg_ctl"), "-s", "-D", str(self.folder)]

    @cached_property
    def _account(self) -> Account:
        return account_for(self.folder)

    @cached_property
    def _runner(self) -> Runner:
        return runner_for(
            self._account,
            write=self.folder,
            execute=self.programs / "postgres",
            read=[_SETTINGS, _SIGN_IN],
        )

    # -- folders and files -------------------------------------------------------------------

    def _made_by(self) -> int | None:
        """Major version that made the cluster; None when there is none yet."""
        try:
            written = (self.folder / "PG_VERSION").read_text(encoding="ascii")
        except FileNotFoundError:
            return None
        except PermissionError:
            account_for(self.folder)  # tells whose it is
            raise
        return int(written.strip().split(".")[0])

    def _refuse_strange_folder(self) -> None:
        if any(self.folder.iterdir()):
            raise FolderUnusable(
                f"{self.folder} は空でなく、PostgreSQL のデータでもありません。"
                "中身を確かめて移すか、別のデータフォルダを指定してください。"
            )
        self.folder.rmdir()

    def _turn_log(self) -> None:
        with suppress(FileNotFoundError):
            if self.log_file.stat().st_size > _LOG_LIMIT:
                self.log_file.replace(self.log_file.with_suffix(".log.1"))

    def _open_log(self) -> IO[bytes]:
        """Opened by azukari and inherited: the account itself cannot reach the folder."""
        return os.fdopen(
            os.open(self.log_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab"
        )

    def _last_lines(self) -> str:
        lines = self.log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
        return f"{self.log_file} の末尾: " + " / ".join(lines)

    def _password(self) -> str:
        kept = read_passwords(self._secret)
        if SUPERUSER not in kept:
            raise ClusterError(
                f"{self._secret} に PostgreSQL の管理用パスワードがありません。"
                "バックアップからこのファイルを戻してください。"
            )
        return kept[SUPERUSER]
