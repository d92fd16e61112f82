"""Where the embedded PostgreSQL listens: a folder only its own account and root can enter."""

from __future__ import annotations

import os
import re
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azukari.serve.postgres_account import Account

# The port is only part of the socket's name.
PORT = 5432
# sun_path holds 108 bytes on Linux and 104 on macOS.
_LENGTH_LIMIT = 100
# The server splits its setting at commas, libpq its hosts; neither is worth the quoting.
_PLAIN_PATH = re.compile(r"[\w/.+ -]+")


def socket_folder(data_folder: Path) -> Path | None:
    """``<data>/run`` when its path is short and plain, else the remembered folder, if it stands."""
    own = data_folder / "run"
    if _fits(own):
        return own
    with suppress(FileNotFoundError):
        remembered = Path(_note(data_folder).read_text(encoding="utf-8").strip())
        if _is_private(remembered, owner=(data_folder / "postgres").stat().st_uid):
            return remembered
    return None


def prepare_socket_folder(data_folder: Path, account: Account) -> None:
    """Make the folder for ``account``; a remembered one may be gone after a reboot."""
    folder = socket_folder(data_folder)
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="azukari-", dir=_short_temporary_folder()))
        _note(data_folder).write_text(f"{folder}\n", encoding="utf-8")
    folder.mkdir(mode=0o700, exist_ok=True)
    account.take(folder)


def remove_socket_folder(data_folder: Path) -> None:
    """Leave nothing of a stopped server in the shared temporary folder."""
    folder = socket_folder(data_folder)
    if folder is not None and folder.parent != data_folder:
        with suppress(
            OSError
        ):  # a stranger's file in it, at worst; then it stays and is used again
            folder.rmdir()
            _note(data_folder).unlink()


def _fits(folder: Path) -> bool:
    socket = folder / f".s.PGSQL.{PORT}"
    return len(os.fsencode(socket)) < _LENGTH_LIMIT and bool(_PLAIN_PATH.fullmatch(str(folder)))


def _is_private(folder: Path, *, owner: int) -> bool:
    """Nobody else made it or may enter it: names in a shared temporary folder can be taken."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    mine = stat.S_ISDIR(found.st_mode) and found.st_uid == owner
    return mine and stat.S_IMODE(found.st_mode) & 0o077 == 0


def _short_temporary_folder() -> str:
    """The usual one, unless TMPDIR itself is too long."""
    usual = tempfile.gettempdir()
    return usual if _fits(Path(usual) / "azukari-12345678") else "/tmp"  # noqa: S108


def _note(data_folder: Path) -> Path:
    return data_folder / "socket-folder"
