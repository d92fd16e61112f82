"""The service: two doors, the ledger's sequencer and a worker, under one lock on the folder."""

import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

from azukari.serve.listener import Bind, Running, serve
from azukari.serve.postgres_locks import service_lock
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
    data_folder: Path,
    doors: Doors,
    ready: Callable[[Running], None],
    *,
    prepare: Callable[[], None] | None = None,
    threads: int = 8,
) -> None:
    """Serves until SIGTERM or SIGINT.  The installation must be opened already.

    `prepare` runs under the folder's lock before anybody is let in.
    """
    address = f"https://{doors.host}:{doors.port}/"
    with service_lock(data_folder, address), ExitStack() as stack:
        _refuse_resurrection()
        if prepare is not None:
            prepare()
        stack.enter_context(sequencing())
        stack.enter_context(_working(data_folder))
        application = wsgi_application()
        operator, portal = _binds(data_folder, doors)
        serve(application, operator=operator, portal=portal, threads=threads, ready=ready)


def wsgi_application() -> WSGIApplication:
    """Django behind the static files, which need no database."""
    import django_htmx  # noqa: PLC0415  Django is set up by now
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415
    from whitenoise import WhiteNoise  # noqa: PLC0415

    application: Any = WhiteNoise(get_wsgi_application(), max_age=300)
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

    certificate, key = doors.certificate, doors.key
    if certificate is None:
        certificate = keep_server_certificate(data_folder / "keys" / "server", doors.host_names).pem
    client_authority()
    authority = data_folder / "keys" / "client-ca" / "ca.pem"
    limit = settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1024 * 1024
    return (
        Bind(
            doors.host,
            doors.port,
            operator_context(certificate, key, client_authorities=[authority]),
            body_limit=limit,
        ),
        Bind(doors.host, doors.portal_port, portal_context(certificate, key)),
    )


@contextmanager
def _working(data_folder: Path) -> Iterator[None]:
    """A worker process beside us, started again whenever it ends before we do."""
    stop = threading.Event()
    thread = threading.Thread(target=_keep_worker, args=[data_folder, stop], name="worker-keeper")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=60)


def _keep_worker(data_folder: Path, stop: threading.Event) -> None:
    command = [sys.executable, "-m", "azukari", "worker", "--data", str(data_folder), "--child"]
    while not stop.is_set():
        # A session of its own: Ctrl-C reaches only us, and we end the worker in our order.
        worker = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL)  # noqa: S603
        while worker.poll() is None and not stop.wait(0.5):
            pass
        if stop.is_set():
            worker.send_signal(signal.SIGTERM)
            try:
                worker.wait(timeout=30)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()
            return
        log.error("worker ended, starting another", extra={"code": worker.returncode})
        stop.wait(1)


def _refuse_resurrection() -> None:
    from azukari.vault import door, sweep  # noqa: PLC0415

    door.state()
    sweep.refuse_resurrection(sweep.tombstones())
