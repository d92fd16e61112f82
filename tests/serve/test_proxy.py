import base64
from typing import Any
from urllib.parse import quote

import pytest

from azukari.pki.authority import Authority, Issued
from azukari.serve.proxy import ProxyRefusal, certificate_from_proxy, told_by_proxy

SECRET = b"a-long-random-secret-of-the-proxy"
AUTHORITY = Authority.create("test clients", 10)


@pytest.fixture(scope="module")
def issued() -> Issued:
    return AUTHORITY.issue_client("MNS_100001")


def as_nginx(issued: Issued) -> str:
    return quote(issued.certificate_pem().decode(), safe="")


def as_rfc_9440(issued: Issued) -> str:
    return f":{base64.b64encode(issued.certificate).decode()}:"


def read(peers: tuple[str, ...] = ("127.0.0.1", "10.1.0.0/16"), **environ: Any) -> object:
    proven = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_AZUKARI_PROXY_SECRET": SECRET.decode()}
    return certificate_from_proxy({**proven, **environ}, secret=SECRET, trusted_peers=peers)


def test_certificate_in_nginx_header_is_read(issued: Issued) -> None:
    assert read(HTTP_X_CLIENT_CERT=as_nginx(issued)) == issued.certificate


def test_certificate_in_rfc_9440_header_is_read(issued: Issued) -> None:
    assert read(HTTP_CLIENT_CERT=as_rfc_9440(issued)) == issued.certificate


@pytest.mark.parametrize("environ", [{}, {"HTTP_X_CLIENT_CERT": ""}, {"REMOTE_ADDR": "192.0.2.1"}])
def test_no_certificate_is_none(environ: dict[str, str]) -> None:
    assert read(**environ) is None


@pytest.mark.parametrize(
    ("peer", "trusted", "believed"),
    [
        ("10.1.2.3", ("10.1.0.0/16",), True),
        ("10.2.2.3", ("10.1.0.0/16",), False),
        ("::1", ("127.0.0.1", "::1"), True),
        ("", ("unix",), True),
        ("", ("127.0.0.1",), False),
        ("127.0.0.1", ("unix",), False),
        ("127.0.0.1, 192.0.2.1", ("127.0.0.1",), False),
        ("127.0.0.1", (), False),
    ],
)
def test_only_named_peers_are_believed(
    issued: Issued, peer: str, trusted: tuple[str, ...], believed: bool
) -> None:
    seen = read(trusted, REMOTE_ADDR=peer, HTTP_X_CLIENT_CERT=as_nginx(issued))

    assert seen == (issued.certificate if believed else ProxyRefusal.PEER)


@pytest.mark.parametrize(
    "secret", ["", "wrong", SECRET.decode() + "x", SECRET.decode() + ",x", "鍵"]
)
def test_wrong_or_missing_secret_is_refused(issued: Issued, secret: str) -> None:
    seen = read(HTTP_X_AZUKARI_PROXY_SECRET=secret, HTTP_X_CLIENT_CERT=as_nginx(issued))

    assert seen == ProxyRefusal.SECRET


def test_empty_secret_is_a_mistake_of_the_host_never_a_pass(issued: Issued) -> None:
    environ = {
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_X_AZUKARI_PROXY_SECRET": "",
        "HTTP_X_CLIENT_CERT": as_nginx(issued),
    }

    with pytest.raises(ValueError, match="empty"):
        certificate_from_proxy(environ, secret=b"", trusted_peers=("127.0.0.1",))


@pytest.mark.parametrize(
    "header",
    ["(null)", "%E3%81", "a" * 20_000, "-----BEGIN CERTIFICATE-----", "番号"],
)
def test_garbled_nginx_header_is_refused(header: str) -> None:
    assert read(HTTP_X_CLIENT_CERT=header) == ProxyRefusal.GARBLED


def test_two_certificates_in_one_header_are_refused(issued: Issued) -> None:
    nginx, rfc = as_nginx(issued), as_rfc_9440(issued)

    assert read(HTTP_X_CLIENT_CERT=f"{nginx},{nginx}") == ProxyRefusal.GARBLED
    assert read(HTTP_CLIENT_CERT=f"{rfc},{rfc}") == ProxyRefusal.GARBLED


@pytest.mark.parametrize("header", ["::", ":AAAA:", "AAAA", ":A:", ":*:"])
def test_garbled_rfc_9440_header_is_refused(header: str) -> None:
    assert read(HTTP_CLIENT_CERT=header) == ProxyRefusal.GARBLED


def test_headers_that_disagree_are_refused(issued: Issued) -> None:
    other = AUTHORITY.issue_client("MNS_100002")

    seen = read(HTTP_X_CLIENT_CERT=as_nginx(issued), HTTP_CLIENT_CERT=as_rfc_9440(other))
    same = read(HTTP_X_CLIENT_CERT=as_nginx(issued), HTTP_CLIENT_CERT=as_rfc_9440(issued))

    assert seen == ProxyRefusal.CONFLICT
    assert same == issued.certificate


def told(**environ: Any) -> object:
    proven = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_AZUKARI_PROXY_SECRET": SECRET.decode()}
    return told_by_proxy({**proven, **environ}, secret=SECRET, trusted_peers=("127.0.0.1",))


def test_proxy_says_which_door_and_from_where() -> None:
    said = {"HTTP_X_AZUKARI_LISTENER": "portal", "HTTP_X_REAL_IP": "192.0.2.7"}

    assert told(**said) == ("portal", "192.0.2.7")
    assert told(HTTP_X_REAL_IP="2001:db8::1") == ("operator", "2001:db8::1")
    assert told(HTTP_X_AZUKARI_LISTENER="nonsense") == ("operator", "127.0.0.1")
    assert told(HTTP_X_REAL_IP="192.0.2.7, 198.51.100.1") == ("operator", "127.0.0.1")


@pytest.mark.parametrize(
    "stranger",
    [{"REMOTE_ADDR": "192.0.2.1"}, {"HTTP_X_AZUKARI_PROXY_SECRET": "guessed"}],
    ids=["peer", "secret"],
)
def test_strangers_do_not_choose_their_door(stranger: dict[str, str]) -> None:
    said = {"HTTP_X_AZUKARI_LISTENER": "portal", "HTTP_X_REAL_IP": "192.0.2.7", **stranger}

    assert told(**said) == ("operator", stranger.get("REMOTE_ADDR", "127.0.0.1"))
