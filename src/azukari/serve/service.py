"""The service: two doors, the ledger's sequencer and a worker, under one lock on the folder."""

import gc
import logging
import ssl
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

from azukari.pictures.cleaning import LARGEST_FILE
from azukari.serve.installation import Installation
from azukari.serve.keepers import keeping_database, keeping_worker
from azukari.serve.listener import MEGABYTE, Bind, Running, serve
from azukari.serve.postgres_locks import service_lock
from azukari.serve.refusals import CertificateUnusable
from azukari.serve.sequencing import sequencing
from azukari.serve.tls import keep_server_certificate, operator_context, portal_context

log = logging.getLogger("azukari.serve")


@dataclass(frozen=True)
class Doors:
    """Where the service listens.  Port 0 means any free port."""

    host: str
    port: int
    portal_port: int
    certificate: Path | None = None  # PEM with chain; without it the folder's own authority issues
    key: Path | None = None
    host_names: tuple[str, ...] = ()


def run(
    here: Installation,
    doors: Doors,
    ready: Callable[[Running], None],
    *,
    prepare: Callable[[], None] | None = None,
    threads: int = 8,
) -> None:
    """Serves until SIGTERM or SIGINT.

    `prepare` runs under the folder's lock before anybody is let in.  Raises `ServiceRunning`,
    `CannotListen`, `CertificateUnusable`.
    """
    address = f"https://{doors.host}:{doors.port}/"
    with service_lock(here.folder, address), ExitStack() as stack:
        _unseal()
        if prepare is not None:
            prepare()
        operator, portal = _binds(here.folder, doors)
        if here.cluster is not None:
            stack.enter_context(keeping_database(here.cluster))
        stack.enter_context(sequencing())
        stack.enter_context(keeping_worker(here))
        application = wsgi_application()
        serve(application, operator=operator, portal=portal, threads=threads, ready=ready)


def wsgi_application() -> WSGIApplication:
    """Django behind the static files, which need no database."""
    import django_htmx  # noqa: PLC0415  Django is set up by now
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415
    from django.urls import get_resolver  # noqa: PLC0415
    from whitenoise import WhiteNoise  # noqa: PLC0415

    application: Any = WhiteNoise(get_wsgi_application(), max_age=300)
    get_resolver().url_patterns  # noqa: B018  loads every view now, not while somebody waits
    gc.freeze()  # as in `installation`
    for folder in (
        Path(__file__).parent.parent / "web" / "static",
        Path(django_htmx.__file__).parent / "static",
    ):
        application.add_files(str(folder), prefix="static/")
    wsgi: WSGIApplication = application
    return wsgi


def _binds(data_folder: Path, doors: Doors) -> tuple[Bind, Bind]:
    from django.conf import settings  # noqa: PLC0415

    from azukari.tenancy.certificates import client_authority  # noqa: PLC0415

    client_authority()
    authority = data_folder / "keys" / "client-ca" / "ca.pem"
    certificate = doors.certificate or _own_certificate(data_folder, doors)
    try:
        operator = operator_context(certificate, doors.key, client_authorities=[authority])
        portal = portal_context(certificate, doors.key)
    except (ssl.SSLError, OSError) as error:
        raise CertificateUnusable(
            f"サーバ証明書 {certificate} かその鍵を使えません（{error.strerror}）。"
            "証明書と鍵が対になったPEMで、読み取れることを確かめてください。"
        ) from None
    limit = settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1024 * 1024
    return (
        Bind(doors.host, doors.port, operator, body_limit=limit),
        # A photo and a form; what is larger is refused before it fills memory.
        Bind(doors.host, doors.portal_port, portal, body_limit=LARGEST_FILE + 10 * MEGABYTE),
    )


def _own_certificate(data_folder: Path, doors: Doors) -> Path:
    folder = data_folder / "keys" / "server"
    folder.mkdir(mode=0o700, exist_ok=True)
    return keep_server_certificate(folder, doors.host_names).pem


def _unseal() -> None:
    """Opens the vault before anybody is let in: it is refused when an old copy was put back."""
    from azukari.vault import door  # noqa: PLC0415

    door.state()
