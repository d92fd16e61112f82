"""What the service keeps alive beside itself: the embedded PostgreSQL and a worker process."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from azukari.serve.installation import Installation
from azukari.serve.postgres import Cluster
from azukari.serve.postgres_errors import ClusterError

log = logging.getLogger("azukari.serve")

_LOOK_EVERY = 1.0  # seconds
_PATIENCE = 30.0  # seconds for a worker to finish its job; a stalled one is rescued later


@contextmanager
def keeping_database(cluster: Cluster) -> Iterator[None]:
    """Starts the embedded PostgreSQL again when it has been killed."""
    with _thread("database-keeper", lambda stop: _keep_database(cluster, stop)):
        yield


@contextmanager
def keeping_worker(here: Installation) -> Iterator[None]:
    """A worker process beside us, started again whenever it ends before we do."""
    with _thread("worker-keeper", lambda stop: _keep_worker(here, stop)):
        yield


@contextmanager
def _thread(name: str, keep: Callable[[threading.Event], None]) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=keep, args=[stop], name=name)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _keep_database(cluster: Cluster, stop: threading.Event) -> None:
    while not stop.wait(_LOOK_EVERY):
        try:
            if not cluster.is_running():
                log.error("PostgreSQL ended, starting it again")
                cluster.start()
        except ClusterError:
            log.exception("PostgreSQL cannot be started, trying again")


def _keep_worker(here: Installation, stop: threading.Event) -> None:
    while not stop.is_set():
        worker = _start_worker(here)
        while worker.poll() is None and not stop.wait(0.2):
            pass
        if stop.is_set():
            _end(worker)
            return
        log.error("worker ended, starting another", extra={"code": worker.returncode})
        stop.wait(_LOOK_EVERY)


def _start_worker(here: Installation) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches only us, and we end the worker in our order.
    return subprocess.Popen(  # noqa: S603  ourselves
        [
            sys.executable, "-m", "azukari", "worker",
            "--data", str(here.folder), "--child-of", str(os.getpid()),
        ],
        env=dict(here.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.send_signal(signal.SIGTERM)
    try:
        worker.wait(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        log.warning("worker did not finish its job in time, killing it")
        worker.kill()
        worker.wait()
