"""As whom PostgreSQL runs: it refuses root, and we never create accounts.

An ordinary user runs it as himself. Root drops to an account that exists already. That account may
be unable to pass a parent of the data folder or of the virtual environment (/root is 0700); then
``setpriv`` (util-linux) leaves it the one capability it needs for that and nothing else.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from azukari.serve.postgres_errors import FolderUnusable, NoUsableAccount

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

# The second is a last resort: Docker's default set lacks the first. It lets PostgreSQL write where
# root could, which azukari itself, being root, can anyway.
_PASSING_CAPABILITIES = ("dac_read_search", "dac_override")


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int
    name: str

    def take(self, path: Path) -> None:
        """Give ``path`` to this account; does nothing when it runs as itself."""
        if os.geteuid() != 0:
            return
        try:
            os.chown(path, self.uid, self.gid)
        except PermissionError:
            raise NoUsableAccount(
                f"root ですが {path} を {self.name} に渡せません（権限 CAP_CHOWN がありません）。"
                "一般ユーザーで azukari を起動するか、コンテナにこの権限を許してください。"
            ) from None


@dataclass(frozen=True)
class Runner:
    """Runs programs as an account, with nothing of our environment but a plain locale."""

    account: Account
    prefix: tuple[str, ...] = ()

    def run(
        self, command: Sequence[str], *, output: IO[bytes] | int = subprocess.DEVNULL
    ) -> subprocess.CompletedProcess[bytes]:
        """Wait for ``command``; both its streams go to ``output``.

        A session of its own keeps Ctrl-C at our terminal away from it.
        """
        drops = os.geteuid() == 0 and not self.prefix
        return subprocess.run(  # noqa: S603 - our own lists of words, no shell
            [*self.prefix, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            start_new_session=True,
            user=self.account.uid if drops else None,
            group=self.account.gid if drops else None,
            extra_groups=() if drops else None,
            check=False,
        )


def account_for(cluster: Path) -> Account:
    """Who runs PostgreSQL on the folder ``cluster``, which need not exist yet."""
    owner = cluster.stat() if cluster.exists() else None
    if os.geteuid() != 0:
        return _myself(cluster, None if owner is None else owner.st_uid)
    if owner is not None and owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, _name(owner.st_uid))
    return _unprivileged()


def runner_for(account: Account, *, write: Path, execute: Path, read: Sequence[Path]) -> Runner:
    """The least privileged way in which ``account`` reaches all these paths; tried, not guessed."""
    trial = (
        'test -w "$1" || exit 1; "$2" --version || exit 1; '
        'shift 2; for f; do test -r "$f" || exit 1; done'
    )
    command = ["/bin/sh", "-c", trial, "sh", str(write), str(execute), *map(str, read)]
    for runner in _candidates(account):
        if runner.run(command).returncode == 0:
            return runner
    raise NoUsableAccount(
        f"アカウント {account.name} では {write} または {execute.parent} に届かないため、"
        "PostgreSQL を起動できません。次のどれかを行ってください。"
        "(1) root でない一般ユーザーで azukari を起動する。"
        "(2) データフォルダと azukari 本体を、誰でも通れる場所（/srv/azukari など）に置く。"
        "(3) util-linux の setpriv を入れ、権限 CAP_DAC_READ_SEARCH を許す。"
    )


def _candidates(account: Account) -> Iterator[Runner]:
    yield Runner(account)
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0 or setpriv is None:
        return
    for capability in _PASSING_CAPABILITIES:
        yield Runner(account, _with_capability(setpriv, account, capability))


def _with_capability(setpriv: str, account: Account, capability: str) -> tuple[str, ...]:
    return (
        setpriv,
        f"--reuid={account.uid}",
        f"--regid={account.gid}",
        "--clear-groups",
        "--no-new-privs",
        f"--bounding-set=-all,+{capability}",
        f"--inh-caps=-all,+{capability}",
        f"--ambient-caps=+{capability}",
        # access(2), which PostgreSQL asks about its own programs, otherwise ignores capabilities
        # of a process that is not root: capabilities(7), SECBIT_NO_SETUID_FIXUP.
        "--securebits=+no_setuid_fixup",
    )


def _myself(cluster: Path, owner: int | None) -> Account:
    uid = os.geteuid()
    if owner is not None and owner != uid:
        raise FolderUnusable(
            f"{cluster} は {_name(owner)} のものです。"
            f"{_name(owner)} または root で実行するか、別のデータフォルダを指定してください。"
        )
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        # initdb looks its caller up in the password database and gives up without an entry.
        raise NoUsableAccount(
            f"ユーザー番号 {uid} は /etc/passwd にありません。"
            "登録のあるユーザーで起動してください。"
        ) from None
    return Account(uid, os.getegid(), name)


def _unprivileged() -> Account:
    ordinary = [entry for entry in pwd.getpwall() if entry.pw_uid > 0]
    if not ordinary:
        raise NoUsableAccount(
            "PostgreSQL は root では動かず、ほかのアカウントがこの機械にありません。"
            "一般ユーザーを作り、そのユーザーで azukari を起動してください。"
        )
    chosen = next((entry for entry in ordinary if entry.pw_name == "nobody"), ordinary[0])
    return Account(chosen.pw_uid, chosen.pw_gid, chosen.pw_name)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"ユーザー番号 {uid}"
