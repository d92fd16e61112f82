"""The client certificate as a reverse proxy in front of us hands it over.

Production: nginx ends TLS and passes the whole certificate on, so that its fingerprint can be
looked up. Anybody can write such a header; it counts only if the request comes from a peer we
named *and* carries a secret that the proxy alone adds.
"""

import base64
import hmac
import ipaddress
import re
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

from azukari.pki.reading import NotACertificate, read_certificate

SECRET_HEADER = "HTTP_X_AZUKARI_PROXY_SECRET"  # noqa: S105 - the header's name
NGINX_HEADER = "HTTP_X_CLIENT_CERT"
RFC_9440_HEADER = "HTTP_CLIENT_CERT"
LISTENER_HEADER = "HTTP_X_AZUKARI_LISTENER"
ADDRESS_HEADER = "HTTP_X_REAL_IP"
UNIX_SOCKET = "unix"

_LONGEST = 16_384
# The standard library's reader of PEM skips whatever is not base64; a second certificate too.
_ONE_PEM = re.compile(
    r"\s*-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*", re.ASCII
)


class ProxyRefusal(StrEnum):
    """Why a certificate in a header does not count. The page: 403, and a line in the log."""

    PEER = "peer"  # the request did not come from our proxy
    SECRET = "secret"  # noqa: S105 - it did, yet without the secret
    GARBLED = "garbled"  # not one certificate
    CONFLICT = "conflict"  # two headers, two certificates


def certificate_from_proxy(
    environ: Mapping[str, Any], *, secret: bytes, trusted_peers: Collection[str]
) -> bytes | ProxyRefusal | None:
    """The certificate as DER, None if the visitor showed none, or why it is not believed.

    Read are nginx's `$ssl_client_escaped_cert` in `X-Client-Cert` (URL-encoded PEM) and
    `Client-Cert` of RFC 9440 §2 (`:base64 of the DER:`). `trusted_peers`: addresses or networks,
    and `"unix"` for a proxy that reaches us by a Unix socket, where there is no address.
    """
    headers = [environ.get(NGINX_HEADER) or "", environ.get(RFC_9440_HEADER) or ""]
    if not any(headers):
        return None
    if not _is_trusted(str(environ.get("REMOTE_ADDR") or ""), trusted_peers):
        return ProxyRefusal.PEER
    if not _knows_secret(str(environ.get(SECRET_HEADER) or ""), secret):
        return ProxyRefusal.SECRET
    try:
        read = zip((_from_nginx, _from_rfc_9440), headers, strict=True)
        shown = {reader(header) for reader, header in read if header}
    except (ValueError, NotACertificate):
        return ProxyRefusal.GARBLED
    return shown.pop() if len(shown) == 1 else ProxyRefusal.CONFLICT


def told_by_proxy(
    environ: Mapping[str, Any], *, secret: bytes, trusted_peers: Collection[str]
) -> tuple[str, str]:
    """Which door the visitor stood at, `operator` or `portal`, and from which address.

    Headers of anybody but our proxy count for nothing: then it is the operators' door, which shows
    nothing without a certificate, and the address is the peer's own.
    """
    peer = str(environ.get("REMOTE_ADDR") or "")
    believed = (
        bool(secret)
        and _is_trusted(peer, trusted_peers)
        and _knows_secret(str(environ.get(SECRET_HEADER) or ""), secret)
    )
    if not believed:
        return "operator", peer
    door = "portal" if environ.get(LISTENER_HEADER) == "portal" else "operator"
    return door, _address(str(environ.get(ADDRESS_HEADER) or "")) or peer


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        return ""


def _is_trusted(peer: str, trusted_peers: Collection[str]) -> bool:
    if not peer:
        return UNIX_SOCKET in trusted_peers
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    networks = (ipaddress.ip_network(name) for name in trusted_peers if name != UNIX_SOCKET)
    return any(address in network for network in networks)


def _knows_secret(shown: str, secret: bytes) -> bool:
    if not secret:
        raise ValueError("the proxy's secret is empty")
    return hmac.compare_digest(shown.encode("latin-1", "replace"), secret)


def _from_nginx(header: str) -> bytes:
    if len(header) > _LONGEST:
        raise ValueError("too long")
    found = _ONE_PEM.fullmatch(unquote(header, errors="strict"))
    if found is None:
        raise ValueError("not one certificate in PEM")
    return _checked("".join(found[1].split()))


def _from_rfc_9440(header: str) -> bytes:
    found = re.fullmatch(r":([A-Za-z0-9+/]*={0,2}):", header.strip(" \t"))
    if found is None or len(header) > _LONGEST:
        raise ValueError("not a byte sequence of RFC 8941")
    return _checked(found[1])


def _checked(encoded: str) -> bytes:
    der = base64.b64decode(encoded, validate=True)
    read_certificate(der)
    return der
