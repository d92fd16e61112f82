"""The two doors: operators with their certificate, employees without, in one event loop."""

import asyncio
import os
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from wsgiref.types import WSGIApplication

import uvicorn

from azukari.serve.body import BodyRoom
from azukari.serve.bridge import Bridge
from azukari.serve.peer_certificate import PeerCertificateProtocol

OPERATOR, PORTAL = "operator", "portal"

HANDSHAKE_SECONDS = 15.0
# How long a closed line may take to deliver the rest and hear the other side close.
PARTING_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 30
MEGABYTE = 1_048_576


@dataclass(frozen=True, slots=True)
class Bind:
    """Where one door is. Port 0: any free one. `body_limit`: bytes of one request's body."""

    host: str
    port: int
    tls: ssl.SSLContext
    body_limit: int = 64 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Running:
    """What `ready` is told: the true ports, and how to stop from any thread."""

    operator_port: int
    portal_port: int | None
    stop: Callable[[], None]


class CannotListen(OSError):
    """The address is in use or not ours; `host`, `port` and the system's reason are attributes."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"cannot listen on {host}:{port}: {reason}")
        self.host, self.port, self.reason = host, port, reason


def serve(
    application: WSGIApplication,
    *,
    operator: Bind,
    portal: Bind | None = None,
    threads: int = 8,
    queue: int = 64,
    bodies_together: int = 256 * MEGABYTE,
    grace_seconds: int = 30,
    ready: Callable[[Running], None] | None = None,
) -> None:
    """Serve until SIGTERM, SIGINT or `Running.stop`, then finish the requests under way.

    Each door has its own threads, queue and room for bodies, so that a crowd at one does not shut
    the other. `ready` is called in the serving thread once both listen. Raises `CannotListen`.
    Signals are caught only in the main thread; elsewhere, as in tests, `stop` is the way.
    """
    doors = [
        _Door(bind, Bridge(application, name, threads, queue, _room(bind, bodies_together)))
        for name, bind in ((OPERATOR, operator), (PORTAL, portal))
        if bind is not None
    ]
    server = _Doors(doors, grace_seconds, ready)
    try:
        asyncio.run(server.serve())
    finally:
        for door in doors:
            door.bridge.close(wait=False)


def _room(bind: Bind, together: int) -> BodyRoom:
    return BodyRoom(limit=bind.body_limit, together=max(together, bind.body_limit))


@dataclass(frozen=True, slots=True)
class _Door:
    bind: Bind
    bridge: Bridge

    def settings(self, grace_seconds: int) -> uvicorn.Config:
        # No forwarded headers and no access log: addresses carry one-time links, and the ledger
        # is what records who did what.
        return uvicorn.Config(
            self.bridge,
            http=PeerCertificateProtocol,
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=grace_seconds,
        )


class _Doors(uvicorn.Server):
    """uvicorn's life cycle over several listeners, each with its own TLS settings."""

    def __init__(
        self,
        doors: list[_Door],
        grace_seconds: int,
        ready: Callable[[Running], None] | None,
    ) -> None:
        super().__init__(doors[0].settings(grace_seconds))
        self._doors = doors
        self._grace_seconds = grace_seconds
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        del sockets
        await self.lifespan.startup()
        self.servers = []
        try:
            for door in self._doors:
                self.servers.append(await self._open(door))
        except CannotListen:
            for server in self.servers:
                server.close()
            raise
        self.started = True
        ports = [server.sockets[0].getsockname()[1] for server in self.servers]
        if self._ready is not None:
            self._ready(Running(ports[0], ports[1] if len(ports) > 1 else None, self._stop))

    async def _open(self, door: _Door) -> asyncio.Server:
        settings = door.settings(self._grace_seconds)
        settings.load()
        loop = asyncio.get_running_loop()
        connection: Callable[[], asyncio.Protocol] = partial(
            PeerCertificateProtocol,
            config=settings,
            server_state=self.server_state,
            app_state={},
            _loop=loop,
        )
        bind = door.bind
        try:
            return await loop.create_server(
                connection,
                bind.host,
                bind.port,
                ssl=bind.tls,
                ssl_handshake_timeout=HANDSHAKE_SECONDS,
                ssl_shutdown_timeout=PARTING_SECONDS,
                backlog=settings.backlog,
            )
        except OSError as error:
            reason = os.strerror(error.errno or 0) if (error.errno or 0) > 0 else str(error)
            raise CannotListen(bind.host, bind.port, reason) from error

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, but without raising the signal anew at the end.

        The caller still has a database to stop; a second SIGTERM would cut that short.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        handled = (signal.SIGINT, signal.SIGTERM)
        before: dict[signal.Signals, Any] = {
            number: signal.signal(number, self.handle_exit) for number in handled
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self) -> None:
        self.should_exit = True
