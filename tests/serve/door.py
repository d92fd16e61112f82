"""A server with both doors in a thread, a small WSGI application behind them, and clients."""

import contextlib
import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from azukari.pki.authority import Authority, Issued
from azukari.pki.reading import fingerprint
from azukari.serve.listener import Bind, Running, serve
from azukari.serve.tls import (
    ServerCertificate,
    keep_server_certificate,
    operator_context,
    portal_context,
)

# What a careless exception might quote of a request.
QUOTED = "secret-in-the-message"


@dataclass
class Certificates:
    """Every row of the matrix of visitors' certificates."""

    folder: Path
    clients: Authority = field(default_factory=lambda: Authority.create("test clients", 10))
    foreign: Authority = field(default_factory=lambda: Authority.create("someone else", 10))

    def __post_init__(self) -> None:
        self.clients.save(self.folder / "clients")
        self.server: ServerCertificate = keep_server_certificate(self.folder / "server")
        past = datetime.now(UTC) - timedelta(days=40)
        self.issued: dict[str, Issued] = {
            "good": self.clients.issue_client("MNS_100001"),
            "other name": self.clients.issue_client("MSG_100001"),
            "expired": self.clients.issue_client("MNS_100001", days=30, now=past),
            "foreign": self.foreign.issue_client("MNS_100001"),
        }
        for name, issued in self.issued.items():
            pem = issued.certificate_pem() + issued.key_pem()
            (self.folder / f"{name}.pem").write_bytes(pem)

    @property
    def client_authority(self) -> Path:
        return self.folder / "clients" / "ca.pem"

    def client_context(self, name: str | None) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.server.authority)
        if name is not None:
            context.load_cert_chain(self.folder / f"{name}.pem")
        return context


@dataclass
class Doors:
    certificates: Certificates
    operator_port: int
    portal_port: int

    def connect(
        self, certificate: str | None = "good", *, portal: bool = False, timeout: float = 10
    ) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection(
            "localhost",
            self.portal_port if portal else self.operator_port,
            context=self.certificates.client_context(certificate),
            timeout=timeout,
        )

    def line(self, certificate: str | None = "good") -> ssl.SSLSocket:
        """A bare TLS line, for what no HTTP library would send."""
        raw = socket.create_connection(("127.0.0.1", self.operator_port), timeout=10)
        context = self.certificates.client_context(certificate)
        return context.wrap_socket(raw, server_hostname="localhost")


@contextlib.contextmanager
def open_doors(certificates: Certificates, application: Any, **limits: Any) -> Iterator[Doors]:
    body_limit = limits.pop("body_limit", 1_000_000)
    pem = certificates.server.pem
    context = operator_context(pem, client_authorities=[certificates.client_authority])
    running: list[Running] = []
    is_ready = threading.Event()

    def note(told: Running) -> None:
        running.append(told)
        is_ready.set()

    thread = threading.Thread(
        target=serve,
        args=[application],
        kwargs={
            "operator": Bind("127.0.0.1", 0, context, body_limit),
            "portal": Bind("127.0.0.1", 0, portal_context(pem), body_limit),
            "ready": note,
            **limits,
        },
    )
    thread.start()
    assert is_ready.wait(10)
    told = running[0]
    assert told.portal_port is not None
    try:
        yield Doors(certificates, told.operator_port, told.portal_port)
    finally:
        told.stop()
        thread.join(20)
        assert not thread.is_alive()


class EchoApplication:
    """Answers what it was told; some paths behave in a special way."""

    def __init__(self) -> None:
        self.closed = threading.Event()
        self.gate = threading.Event()
        self.entered = threading.Semaphore(0)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        name = "answer_" + environ["PATH_INFO"].strip("/").partition("/")[0]
        answer = getattr(self, name, self.answer_told)
        return answer(environ, start_response)  # type: ignore[no-any-return]

    def answer_ping(self, _environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"pong"]

    def answer_told(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read()
        peer = environ["azukari.peer_certificate"]
        told = {key: value for key, value in environ.items() if isinstance(value, str)}
        told |= {"peer": peer and fingerprint(peer), "body": fingerprint(body), "size": len(body)}
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(told).encode()]

    def answer_stream(self, environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "application/octet-stream")])
        try:
            for number in range(int(environ["QUERY_STRING"])):
                yield bytes([number % 256]) * 10_000
        finally:
            self.closed.set()

    def answer_wait(self, _environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.entered.release()
        assert self.gate.wait(20)
        start_response("200 OK", [])
        return [b"waited"]

    def answer_fail(self, environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        if environ["QUERY_STRING"] == "late":
            start_response("200 OK", [])
            yield bytes(2_000_000)
        raise ValueError(QUOTED)

    def answer_file(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        file = Path(__file__).open("rb")
        return environ["wsgi.file_wrapper"](file, 64)  # type: ignore[no-any-return]

    def answer_empty(self, _environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("204 No Content", [])
        return []


def fetch(
    line: http.client.HTTPSConnection, path: str, method: str = "GET", **more: Any
) -> tuple[http.client.HTTPResponse, bytes]:
    line.request(method, path, **more)
    response = line.getresponse()
    return response, response.read()


def told(line: http.client.HTTPSConnection, path: str = "/told", **more: Any) -> dict[str, Any]:
    response, body = fetch(line, path, **more)
    assert response.status == 200, body
    return json.loads(body)  # type: ignore[no-any-return]


def wait_until(condition: Any, seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False
