"""Locks on a data folder. All are ``flock``: the kernel lets go even after ``kill -9``."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from azukari.serve.postgres_errors import FolderUnusable, ServiceRunning

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def service_lock(data_folder: Path, address: str) -> Iterator[None]:
    """Only one service per data folder; ``address`` is what a second one tells its person.

    Raises ``ServiceRunning`` naming the process that holds the folder.
    """
    with opened_lock(data_folder / "service.lock") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _refusal(data_folder, lock) from None
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n{address}\n".encode(), 0)
        try:
            yield
        finally:
            os.ftruncate(lock, 0)


@contextmanager
def opened_lock(path: Path) -> Iterator[int]:
    """A descriptor on ``path`` for ``flock``; unlocked on leaving even if a forked child has it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError:
        raise FolderUnusable(
            f"データフォルダ {path.parent} に書き込めません。"
            "フォルダの持ち主として実行するか、別のデータフォルダを指定してください。"
        ) from None
    try:
        yield lock
    finally:
        fcntl.flock(lock, fcntl.LOCK_UN)
        os.close(lock)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait until nobody else is inside."""
    with opened_lock(path) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def share(lock: int) -> None:
    """Be one of the users; waits while somebody holds it for himself."""
    fcntl.flock(lock, fcntl.LOCK_SH)


def is_last(lock: int) -> bool:
    """Whether no other user shares ``lock``. Call only when leaving: a refusal drops the share."""
    with suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _refusal(data_folder: Path, lock: int) -> ServiceRunning:
    pid, address = _holder(lock)
    who = f"プロセス番号 {pid}、{address}" if pid else "起動の途中です"
    return ServiceRunning(
        f"データフォルダ {data_folder} では、すでに azukari が動いています（{who}）。"
        "そちらを使うか、止めてから起動し直すか、別のデータフォルダを指定してください。",
        pid=pid,
        address=address,
    )


def _holder(lock: int) -> tuple[int, str]:
    """Process number and address; (0, "") when the holder has not written them within a second."""
    for _ in range(20):
        lines = os.pread(lock, 4096, 0).decode(errors="replace").splitlines()
        if len(lines) == 2 and lines[0].isdigit():
            return int(lines[0]), lines[1]
        time.sleep(0.05)
    return 0, ""
