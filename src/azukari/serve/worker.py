"""The worker: takes jobs from the queue until it is told to stop."""

import asyncio
import os
import signal
import threading
import time
from pathlib import Path

from procrastinate import App
from procrastinate.contrib.django.django_connector import DjangoConnector

from azukari.serve.giving_way import give_way
from azukari.serve.sequencing import sequencing

_HEARTBEAT = 5.0  # seconds


def run(*, concurrency: int = 1, child_of: int | None = None) -> None:
    """Works until SIGTERM or SIGINT.  `child_of`: ends, too, when that parent is gone."""
    from procrastinate.contrib.django import app  # noqa: PLC0415  needs Django

    give_way(Path(os.environ["AZUKARI_DATA"]) / "postgres")
    if child_of is not None:
        threading.Thread(target=_watch_parent, args=[child_of], daemon=True).start()
    with sequencing():
        asyncio.run(_work(app, concurrency))


async def _work(app: App, concurrency: int) -> None:
    from azukari.jobs.upkeep import STALLED_AFTER  # noqa: PLC0415  needs Django

    connector = app.connector
    assert isinstance(connector, DjangoConnector), "the Django app has no other"
    with app.replace_connector(connector.get_worker_connector()) as working:
        async with working.open_async():
            await working.run_worker_async(
                queues=["azukari"],
                concurrency=concurrency,
                fetch_job_polling_interval=1.0,
                update_heartbeat_interval=_HEARTBEAT,
                stalled_worker_timeout=STALLED_AFTER,
                delete_jobs="successful",
            )


def _watch_parent(parent: int) -> None:
    # After kill -9 of the service its worker would go on alone, on a folder with no lock.
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
