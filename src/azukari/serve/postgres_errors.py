"""Refusals of the embedded PostgreSQL; the text of each is shown to the person at the terminal."""

from __future__ import annotations


class ClusterError(Exception):
    """The embedded PostgreSQL cannot be used; the message says in Japanese what to do."""


class BinariesMissing(ClusterError):
    """No PostgreSQL of the needed major version is installed."""


class VersionMismatch(ClusterError):
    """The data folder was made by a major version of PostgreSQL that is not installed."""


class NoUsableAccount(ClusterError):
    """PostgreSQL refuses to run as root and no other account can run it on this folder."""


class FolderUnusable(ClusterError):
    """The data folder cannot be written, or belongs to somebody else."""


class StartFailed(ClusterError):
    """initdb or the server itself gave up."""


class StopFailed(ClusterError):
    """The server did not stop in time."""


class ServiceRunning(ClusterError):
    """Another azukari service holds this data folder. ``pid`` is 0 while it is not known yet."""

    def __init__(self, message: str, *, pid: int, address: str) -> None:
        super().__init__(message)
        self.pid = pid
        self.address = address
