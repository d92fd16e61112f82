"""What a WSGI application is told of a request (PEP 3333), from what uvicorn tells (ASGI)."""

import sys
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.util import FileWrapper

from azukari.serve.body import Body
from azukari.serve.peer_certificate import PEER_CERTIFICATE

LISTENER = "azukari.listener"
CHUNK = 262_144

# There is no proxy in front of this server, so whoever sends these is not to be believed; `Proxy`
# would become HTTP_PROXY, which HTTP clients in this process obey (CVE-2016-5385).
_NEVER_BELIEVED = frozenset(
    {b"client-cert", b"client-cert-chain", b"forwarded", b"proxy", b"x-client-cert", b"x-real-ip"}
)


class BigBlocks(FileWrapper):
    """Files go out in blocks of `CHUNK`, whatever small size the application suggests."""

    def __init__(self, filelike: Any, blksize: int = CHUNK) -> None:
        super().__init__(filelike, max(blksize, CHUNK))


def build_environ(scope: dict[str, Any], body: Body, *, listener: str) -> dict[str, Any]:
    """The environ of one request whose body has been received in full.

    Header names with an underscore are dropped: `X_A` and `X-A` would become one variable, so
    that a client could pass for a header somebody checks.
    """
    host, port = scope["server"] or ("localhost", 443)
    peer, peer_port = scope["client"] or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": peer,
        "REMOTE_PORT": str(peer_port),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body.open(),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": BigBlocks,
        PEER_CERTIFICATE: scope.get(PEER_CERTIFICATE),
        LISTENER: listener,
    }
    for name, value in scope["headers"]:
        if _is_believed(name):
            _add_header(environ, name, value.decode("latin-1"))
    # The body is whole by now, so its true length replaces what was announced, or chunking.
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ.pop("HTTP_CONTENT_LENGTH", None)
    environ["CONTENT_LENGTH"] = str(body.length)
    return environ


def _is_believed(name: bytes) -> bool:
    return b"_" not in name and name not in _NEVER_BELIEVED and not name.startswith(b"x-forwarded-")


def _add_header(environ: dict[str, Any], name: bytes, value: str) -> None:
    key = name.decode("latin-1").upper().replace("-", "_")
    if key != "CONTENT_TYPE":
        key = f"HTTP_{key}"
    if key in environ:
        # RFC 6265 §5.4 and RFC 9113 §8.2.3: cookies are joined by semicolons, all else by commas.
        value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"
    environ[key] = value
