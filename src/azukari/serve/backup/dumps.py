"""Dumps of both databases as of two snapshots, and their way back; streams only.

The main database's snapshot comes first: a deposit's keys are durable before its row, so that
every row in the one has its keys in the other.
"""

import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from azukari.serve import postgres_binaries
from azukari.serve.refusals import Unavailable

_CHUNK = 1 << 20
# Owners and grants are made by `prepare_roles` and `apply_grants` where it is restored.
_PLAIN = ["--no-owner", "--no-privileges", "--no-comments", "--no-security-labels"]


class BackupFailed(Unavailable):
    """A backup could not be made or restored."""


@dataclass(frozen=True)
class Snapshot:
    """One database as of an instant, as long as the connection is open."""

    url: str
    connection: psycopg.Connection
    name: str

    @classmethod
    @contextmanager
    def taken(cls, url: str) -> Iterator["Snapshot"]:
        with psycopg.connect(url) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            row = connection.execute("SELECT pg_export_snapshot()").fetchone()
            assert row is not None, "a function answers"
            yield cls(url, connection, row[0])

    def dump(self) -> Iterator[bytes]:
        """What `pg_restore` takes.  Raises `BackupFailed`."""
        program = [
            "pg_dump", "--format=custom", "--compress=none", f"--snapshot={self.name}", *_PLAIN,
        ]  # fmt: skip
        with _running(program, self.url, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None, "piped"
            while chunk := process.stdout.read(_CHUNK):
                yield chunk


def restore(url: str, dump: Iterable[bytes]) -> None:
    """Into an empty database, wholly or not at all.  Raises `BackupFailed`."""
    program = [
        "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
    ]  # fmt: skip
    with _running(program, url, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None, "piped"
        try:
            for chunk in dump:
                process.stdin.write(chunk)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it gave up, and says why by its code


def is_empty(url: str) -> bool:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT NOT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')"
        ).fetchone()
    return bool(row and row[0])


@contextmanager
def _running(
    program: list[str], url: str, *, stdin: int | None = None, stdout: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    # The password goes by the environment: a command line can be read by everybody.
    told = conninfo_to_dict(url)
    password = str(told.pop("password", ""))
    path = postgres_binaries.folder_for(None) / program[0]
    command = [str(path), *program[1:], "--no-password", f"--dbname={make_conninfo('', **told)}"]
    with subprocess.Popen(  # noqa: S603  a program of the wheel
        command,
        stdin=stdin if stdin is not None else subprocess.DEVNULL,
        stdout=stdout if stdout is not None else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**_surroundings(), "PGPASSWORD": password},
    ) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        finally:
            said = _first_error(process)
    if process.returncode:
        raise BackupFailed(
            f"{program[0]} が失敗しました（{said or process.returncode}）。"
            "データベースの状態と空き容量を確かめ、もう一度実行してください。"
        )


def _first_error(process: subprocess.Popen[bytes]) -> str:
    """Its first line only: the following ones quote rows."""
    assert process.stderr is not None, "piped"
    lines = process.stderr.read().decode(errors="replace").splitlines()
    return next((line.split("error:", 1)[1].strip() for line in lines if "error:" in line), "")


def _surroundings() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "HOME": str(Path.home())}
