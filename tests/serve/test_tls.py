"""Who gets through the doors, and as whom: every row of the matrix of certificates."""

import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import textwrap
import time
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from azukari.pki.reading import read_certificate
from azukari.serve import accepted_authorities
from azukari.serve.listener import Bind, CannotListen, serve
from azukari.serve.tls import keep_server_certificate, operator_context, portal_context
from tests.serve.door import Certificates, Doors, EchoApplication, open_doors, told


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def doors(certificates: Certificates) -> Iterator[Doors]:
    with open_doors(certificates, EchoApplication()) as opened:
        yield opened


@pytest.mark.parametrize("name", ["good", "other name", "expired"])
def test_certificate_of_our_authority_reaches_the_application(doors: Doors, name: str) -> None:
    heard = told(doors.connect(name))

    assert heard["peer"] == doors.certificates.issued[name].fingerprint
    assert heard["azukari.listener"] == "operator"


def test_operator_without_certificate_reaches_the_application(doors: Doors) -> None:
    heard = told(doors.connect(None))

    assert heard["peer"] is None


def test_foreign_certificate_is_refused_by_tls(doors: Doors) -> None:
    # In TLS 1.3 the client learns of it only when it reads.
    with pytest.raises((ssl.SSLError, ConnectionError)):
        told(doors.connect("foreign"))


def test_portal_never_asks_for_a_certificate(doors: Doors) -> None:
    heard = told(doors.connect("good", portal=True))

    assert heard["peer"] is None
    assert heard["azukari.listener"] == "portal"


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_operator_door_names_the_authority_it_accepts(doors: Doors, version: str) -> None:
    address = f"127.0.0.1:{doors.operator_port}"

    seen = subprocess.run(
        ["openssl", "s_client", version, "-connect", address],
        input="",
        check=False,
        capture_output=True,
        text=True,
    ).stdout

    assert "Acceptable client certificate CA names\nCN = test clients\n" in seen


def test_old_tls_is_refused(doors: Doors) -> None:
    context = doors.certificates.client_context("good")
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1

    with (
        pytest.raises((ssl.SSLError, ConnectionError)),
        socket.create_connection(("127.0.0.1", doors.operator_port), timeout=5) as raw,
    ):
        context.wrap_socket(raw, server_hostname="localhost")


def test_tls_1_2_passes_the_certificate_and_gives_no_ticket(doors: Doors) -> None:
    context = doors.certificates.client_context("good")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    line = doors.connect("good")
    line._context = context

    heard = told(line)

    assert heard["peer"] == doors.certificates.issued["good"].fingerprint
    assert line.sock.session is None or not line.sock.session.has_ticket


def test_two_hundred_stalled_handshakes_delay_nobody(doors: Doors) -> None:
    half_hello = bytes.fromhex("1603010200010001fc0303") + bytes(40)
    stalled = [
        socket.create_connection(("127.0.0.1", doors.operator_port), timeout=5) for _ in range(200)
    ]
    try:
        for line in stalled:
            line.sendall(half_hello)
        begin = time.monotonic()

        heard = told(doors.connect("good"))

        assert time.monotonic() - begin < 1
        assert heard["peer"] == doors.certificates.issued["good"].fingerprint
    finally:
        for line in stalled:
            line.close()


def test_plain_http_does_not_disturb_the_door(doors: Doors) -> None:
    with socket.create_connection(("127.0.0.1", doors.operator_port), timeout=5) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        plain.settimeout(5)
        while plain.recv(1000):
            pass

    assert told(doors.connect())["PATH_INFO"] == "/told"


def test_taken_port_is_named(certificates: Certificates) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        bind = Bind("127.0.0.1", port, portal_context(certificates.server.pem))

        with pytest.raises(CannotListen) as refusal:
            serve(EchoApplication(), operator=bind)

    assert (refusal.value.host, refusal.value.port) == ("127.0.0.1", port)


def test_sigterm_finishes_the_request_under_way(certificates: Certificates) -> None:
    program = textwrap.dedent(
        """
        import pathlib, sys, time
        from azukari.serve.listener import Bind, serve
        from azukari.serve.tls import portal_context
        def slow(environ, start_response):
            print("working", flush=True)
            time.sleep(0.6)
            start_response("200 OK", [])
            return [b"finished"]
        bind = Bind("127.0.0.1", 0, portal_context(pathlib.Path(sys.argv[1])))
        serve(slow, operator=bind, ready=lambda r: print(r.operator_port, flush=True))
        print("after", flush=True)
        """
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(certificates.server.pem)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": "src"},
        cwd=Path(__file__).parents[2],
    )
    try:
        assert child.stdout is not None
        line = Doors(certificates, int(child.stdout.readline()), 0).connect(None)
        line.request("GET", "/")
        assert child.stdout.readline() == "working\n"
        child.send_signal(signal.SIGTERM)

        body = line.getresponse().read()

        assert body == b"finished"
        assert child.stdout.read() == "after\n"
        assert child.wait(10) == 0
    finally:
        child.kill()
        child.wait()


def test_server_certificate_is_kept_until_near_its_end(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    first = keep_server_certificate(tmp_path)
    made = first.pem.read_bytes()
    authority = first.authority.read_bytes()

    keep_server_certificate(tmp_path, now=now + timedelta(days=300))
    kept = first.pem.read_bytes()
    keep_server_certificate(tmp_path, now=now + timedelta(days=380))
    renewed = first.pem.read_bytes()

    assert kept == made
    assert renewed != made
    assert first.authority.read_bytes() == authority
    assert stat.S_IMODE(first.pem.stat().st_mode) == 0o600


def test_server_certificate_is_made_anew_for_other_names_or_when_garbled(tmp_path: Path) -> None:
    first = keep_server_certificate(tmp_path).pem.read_bytes()

    named = keep_server_certificate(tmp_path, ["host.example.jp"]).pem
    second = named.read_bytes()
    named.write_bytes(second[:300])
    keep_server_certificate(tmp_path, ["host.example.jp"])

    der = ssl.PEM_cert_to_DER_cert(named.read_text()[named.read_text().index(ssl.PEM_HEADER) :])
    assert second != first
    assert read_certificate(der).alternative_names == (
        "localhost",
        "host.example.jp",
        "127.0.0.1",
        "::1",
    )


def test_python_without_libssl_still_gives_a_context(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accepted_authorities, "_libssl", lambda: None)

    context = operator_context(
        certificates.server.pem, client_authorities=[certificates.client_authority]
    )

    assert context.verify_mode == ssl.CERT_OPTIONAL
