"""Passwords of the embedded PostgreSQL, generated once and kept in files only their owner reads."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from azukari.serve.postgres_account import Account


def kept_passwords(path: Path, names: Iterable[str]) -> dict[str, str]:
    """Passwords by name from the JSON file ``path``; missing ones are made and kept there.

    Callers take turns by a lock of their own.
    """
    kept = read_passwords(path)
    missing = [name for name in names if name not in kept]
    if missing:
        kept |= {name: secrets.token_urlsafe(24) for name in missing}
        _replace(path, json.dumps(kept, indent=2, sort_keys=True) + "\n")
    return kept


def read_passwords(path: Path) -> dict[str, str]:
    """What ``path`` holds; nothing when it does not exist."""
    try:
        found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


@contextmanager
def lent_password(password: str, account: Account) -> Iterator[Path]:
    """A file that ``account`` can read, as long as the block runs: initdb takes no other way."""
    handle, name = tempfile.mkstemp(prefix="azukari-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(password + "\n")
        account.take(Path(name))
        yield Path(name)
    finally:
        Path(name).unlink()


def _replace(path: Path, text: str) -> None:
    """Write all of it or nothing, durably, mode 0600."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(draft).replace(path)
