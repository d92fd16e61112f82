"""How requests reach a WSGI application and its answers come back, over real sockets."""

import hashlib
import http.client
import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from azukari.serve import body as body_module
from azukari.serve import bridge, peer_certificate
from tests.serve.door import (
    QUOTED,
    Certificates,
    Doors,
    EchoApplication,
    fetch,
    open_doors,
    told,
    wait_until,
)

LIMIT = 1_000_000


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def application() -> EchoApplication:
    return EchoApplication()


@pytest.fixture(scope="module")
def doors(certificates: Certificates, application: EchoApplication) -> Iterator[Doors]:
    with open_doors(certificates, application, body_limit=LIMIT, threads=4) as opened:
        yield opened


def read_all(line: object) -> bytes:
    received = bytearray()
    while piece := line.recv(65536):  # type: ignore[attr-defined]
        received += piece
    return bytes(received)


def test_environ_follows_pep_3333(doors: Doors) -> None:
    path = "/%E7%95%AA%E5%8F%B7/%82%A0?%E7%95%AA=1&a=%20"

    heard = told(doors.connect(), path, headers={"Content-Type": "text/plain", "X-Asked": "yes"})

    assert heard["SCRIPT_NAME"] == ""
    assert heard["PATH_INFO"].encode("latin-1") == "/番号/".encode() + b"\x82\xa0"
    assert heard["QUERY_STRING"] == "%E7%95%AA=1&a=%20"
    assert heard["REMOTE_ADDR"] == "127.0.0.1"
    assert heard["SERVER_PORT"] == str(doors.operator_port)
    assert heard["SERVER_PROTOCOL"] == "HTTP/1.1"
    assert heard["wsgi.url_scheme"] == "https"
    assert heard["CONTENT_TYPE"] == "text/plain"
    assert heard["CONTENT_LENGTH"] == "0"
    assert heard["HTTP_X_ASKED"] == "yes"


def test_headers_nobody_may_claim_are_dropped(doors: Doors) -> None:
    claimed = {
        "X_Asked": "underscore",
        "X-Forwarded-For": "192.0.2.1",
        "X-Forwarded-Proto": "http",
        "Forwarded": "for=192.0.2.1",
        "X-Real-IP": "192.0.2.1",
        "X-Client-Cert": "forged",
        "Client-Cert": ":Zm9yZ2Vk:",
        "Proxy": "http://evil.example",
        "Azukari.Peer_Certificate": "forged",
    }

    heard = told(doors.connect(None), headers=claimed)

    assert sorted(key for key in heard if key.startswith("HTTP_")) == [
        "HTTP_ACCEPT_ENCODING",
        "HTTP_HOST",
    ]
    assert heard["REMOTE_ADDR"] == "127.0.0.1"
    assert heard["peer"] is None


def test_repeated_headers_are_joined(doors: Doors) -> None:
    with doors.line() as line:
        line.sendall(
            b"GET /told HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            b"Cookie: a=1\r\nCookie: b=2\r\nAccept: x\r\nAccept: y\r\n\r\n"
        )
        received = read_all(line)

    assert b'"HTTP_COOKIE": "a=1; b=2"' in received
    assert b'"HTTP_ACCEPT": "x,y"' in received


def test_keep_alive_serves_many_requests_on_one_line(doors: Doors) -> None:
    line = doors.connect()
    line.connect()
    own_port = line.sock.getsockname()[1]

    ports = {told(line)["REMOTE_PORT"] for _ in range(20)}

    assert ports == {str(own_port)}


@pytest.mark.parametrize("chunked", [False, True])
def test_body_arrives_whole(doors: Doors, chunked: bool) -> None:
    content = bytes(range(256)) * 3000
    sent = iter([content[:100_000], content[100_000:]]) if chunked else content

    heard = told(doors.connect(), method="POST", body=sent)

    assert heard["size"] == len(content)
    assert heard["body"] == hashlib.sha256(content).hexdigest()
    assert heard["CONTENT_LENGTH"] == str(len(content))
    assert "HTTP_TRANSFER_ENCODING" not in heard


def test_body_at_the_limit_passes(doors: Doors) -> None:
    assert told(doors.connect(), method="POST", body=bytes(LIMIT))["size"] == LIMIT


@pytest.mark.parametrize("chunked", [False, True])
def test_body_over_the_limit_gets_a_page_and_the_line_is_closed(
    doors: Doors, chunked: bool
) -> None:
    content = bytes(LIMIT * 3)
    sent = iter([content[:1000], content[1000:]]) if chunked else content

    response, page = fetch(doors.connect(), "/told", "POST", body=sent)

    assert response.status == 413
    assert response.getheader("Connection") == "close"
    assert "0.954 MBまでです" in page.decode()


def test_expectation_is_answered_before_the_body_is_sent(doors: Doors) -> None:
    head = b"POST /told HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
    with doors.line() as line:
        line.sendall(head + b"Content-Length: 5\r\nConnection: close\r\n\r\n")
        first = line.recv(1000)
        line.sendall(b"hello")
        answer = read_all(line)
    with doors.line() as line:
        line.sendall(head + b"Content-Length: 99999999\r\n\r\n")
        refusal = line.recv(1000)

    assert first == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert b'"size": 5' in answer
    assert refusal.startswith(b"HTTP/1.1 413 ")


def test_slow_body_is_given_up_with_a_page(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_module, "PAUSE_SECONDS", 0.3)
    with doors.line() as line:
        line.sendall(b"POST /told HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc")

        received = read_all(line)

    assert received.startswith(b"HTTP/1.1 408 ")
    assert "受信が途中で止まりました" in received.decode()


def test_slow_head_is_given_up(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer_certificate, "HEAD_SECONDS", 0.3)
    with doors.line() as line:
        line.sendall(b"GET /told HTTP/1.1\r\nHost: lo")

        assert read_all(line) == b""


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"a" * 700_000,
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-Many: 1\r\n" * 5_000 + b"\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"nonsense\r\n\r\n",
    ],
    ids=["long path", "endless header", "many headers", "two framings", "two lengths", "nonsense"],
)
def test_bad_head_is_refused(doors: Doors, head: bytes) -> None:
    with doors.line() as line:
        try:
            line.sendall(head)
            received = read_all(line)
        except OSError:  # closed before all was sent
            received = b"HTTP/1.1 400 "

    assert received.startswith(b"HTTP/1.1 400 ")


def test_short_answer_carries_its_length_and_no_server_name(doors: Doors) -> None:
    response, body = fetch(doors.connect(), "/ping")

    assert body == b"pong"
    assert response.getheader("Content-Length") == "4"
    assert response.getheader("Server") is None
    assert response.getheader("Date") is not None


def test_head_gets_the_headers_only(doors: Doors) -> None:
    line = doors.connect()

    response, body = fetch(line, "/ping", "HEAD")

    assert (response.status, response.getheader("Content-Length"), body) == (200, "4", b"")
    assert fetch(line, "/ping")[1] == b"pong"


def test_answer_without_body_carries_no_length(doors: Doors) -> None:
    response, body = fetch(doors.connect(), "/empty")

    assert (response.status, response.getheader("Content-Length"), body) == (204, None, b"")


def test_stream_arrives_whole(doors: Doors) -> None:
    response, body = fetch(doors.connect(), "/stream?1000")

    assert response.getheader("Transfer-Encoding") == "chunked"
    assert body == b"".join(bytes([number % 256]) * 10_000 for number in range(1000))


def test_file_is_sent_by_the_wrapper(doors: Doors) -> None:
    _, body = fetch(doors.connect(), "/file")

    assert body.decode().startswith('"""A server with both doors')


def test_client_that_leaves_ends_the_stream(doors: Doors, application: EchoApplication) -> None:
    application.closed.clear()
    line = doors.connect()
    line.request("GET", "/stream?1000000")
    line.getresponse().read(100_000)

    line.sock.close()
    line.close()

    assert application.closed.wait(5)


def test_slow_reader_holds_back_the_application(doors: Doors, application: EchoApplication) -> None:
    application.closed.clear()
    with doors.line() as line:
        line.sendall(b"GET /stream?3000 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")

        # 30 MB never fit into the buffers on the way, so the application must be waiting.
        assert not application.closed.wait(0.7)
        assert len(read_all(line)) > 30_000_000
    assert application.closed.wait(5)


def test_reader_that_stops_is_given_up(
    doors: Doors, application: EchoApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge, "SLICE_SECONDS", 0.3)
    application.closed.clear()
    with doors.line() as line:
        line.sendall(b"GET /stream?3000 HTTP/1.1\r\nHost: localhost\r\n\r\n")

        assert application.closed.wait(5)


def test_failure_gets_a_page_and_its_message_is_not_logged(
    doors: Doors, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        response, page = fetch(doors.connect(), "/fail")

    assert response.status == 500
    assert "処理を完了できませんでした" in page.decode()
    assert "ValueError" in caplog.text
    assert QUOTED not in caplog.text


def test_failure_in_the_middle_breaks_the_transfer(
    doors: Doors, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(http.client.IncompleteRead):
        fetch(doors.connect(), "/fail?late")

    assert QUOTED not in caplog.text


def test_eight_clients_at_once_get_their_own_answers(doors: Doors) -> None:
    def talk(number: int) -> set[tuple[str, str]]:
        line = doors.connect()
        answers = (told(line, f"/told/{number}/{turn}") for turn in range(25))
        return {(heard["PATH_INFO"], heard["peer"]) for heard in answers}

    with ThreadPoolExecutor(8) as pool:
        heard = list(pool.map(talk, range(8)))

    peer = doors.certificates.issued["good"].fingerprint
    assert heard == [{(f"/told/{n}/{turn}", peer) for turn in range(25)} for n in range(8)]


def test_full_queue_is_answered_at_once_and_the_other_door_stays_open(
    certificates: Certificates,
) -> None:
    application = EchoApplication()
    with open_doors(certificates, application, threads=1, queue=1) as doors:
        lines = [doors.connect(), doors.connect()]
        lines[0].request("GET", "/wait")
        assert application.entered.acquire(timeout=5)
        lines[1].request("GET", "/wait")
        time.sleep(0.2)

        response, page = fetch(doors.connect(), "/ping")
        elsewhere, _ = fetch(doors.connect(None, portal=True), "/ping")
        application.gate.set()
        waited = [line.getresponse().read() for line in lines]

        assert (response.status, response.getheader("Retry-After")) == (503, "5")
        assert "混み合っています" in page.decode()
        assert elsewhere.status == 200
        assert waited == [b"waited", b"waited"]
        assert fetch(doors.connect(), "/ping")[0].status == 200


def test_client_that_leaves_the_queue_is_not_served(certificates: Certificates) -> None:
    application = EchoApplication()
    with open_doors(certificates, application, threads=1, queue=5) as doors:
        first, second = doors.connect(), doors.connect()
        first.request("GET", "/wait")
        assert application.entered.acquire(timeout=5)
        second.request("GET", "/wait")
        time.sleep(0.2)
        second.close()
        time.sleep(0.2)

        application.gate.set()

        assert first.getresponse().read() == b"waited"
        assert fetch(doors.connect(), "/ping")[1] == b"pong"
        assert not application.entered.acquire(blocking=False)


def test_room_for_bodies_is_shared_and_given_back(certificates: Certificates) -> None:
    application = EchoApplication()
    limits = {"body_limit": LIMIT, "bodies_together": LIMIT}
    with open_doors(certificates, application, **limits) as doors:
        with doors.line() as holding:
            head = b"POST /told HTTP/1.1\r\nHost: localhost\r\nContent-Length: 600000\r\n\r\n"
            holding.sendall(head + bytes(500_000))
            time.sleep(0.3)
            response, _ = fetch(doors.connect(), "/told", "POST", body=bytes(600_000))

        def passes() -> bool:
            answer, _ = fetch(doors.connect(), "/told", "POST", body=bytes(600_000))
            return answer.status == 200

        assert response.status == 503
        assert wait_until(passes)


def test_stopping_lets_the_request_under_way_finish(certificates: Certificates) -> None:
    application = EchoApplication()
    bodies: list[bytes] = []
    with open_doors(certificates, application) as doors:
        line = doors.connect()
        line.request("GET", "/wait")
        assert application.entered.acquire(timeout=5)
        reader = threading.Thread(target=lambda: bodies.append(line.getresponse().read()))
        reader.start()
        threading.Timer(0.5, application.gate.set).start()
    reader.join(5)

    assert bodies == [b"waited"]
