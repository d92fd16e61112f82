"""Steps of a long run, two at a time: PostgreSQL works for one, Python for the other."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

Step = TypeVar("Step")
Done = TypeVar("Done")

_AT_ONCE = 2


def overlapped(work: Callable[[Step], Done], steps: Iterable[Step]) -> Iterator[Done]:
    """What `work` answers for each step, in their order, never more than three steps ahead.

    Each step runs outside the caller's transaction and scope, on connections of its thread, and
    enters a scope of its own.  What one raises is raised here; no step is drawn after that.
    """
    with _threads() as threads:
        running: deque[Future[Done]] = deque()
        for step in steps:
            running.append(threads.submit(work, step))
            # One waits, so that nobody idles while the caller takes in what is done.
            if len(running) > _AT_ONCE:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


@contextmanager
def alongside(work: Callable[[], Done]) -> Iterator[Callable[[], Done]]:
    """While the block runs, `work` does as well, in a thread as steps of `overlapped` are.

    What is given waits for its answer, and raises what it raised.
    """
    with _threads() as threads:
        yield threads.submit(work).result


@contextmanager
def _threads() -> Iterator[ThreadPoolExecutor]:
    # Connections belong to their thread, and outlive it open.
    opened: list[BaseDatabaseWrapper] = []

    def lend() -> None:
        for connection in connections.all():
            connection.inc_thread_sharing()
            opened.append(connection)

    threads = ThreadPoolExecutor(_AT_ONCE, initializer=lend)
    try:
        yield threads
    finally:
        threads.shutdown(cancel_futures=True)
        for connection in opened:
            connection.close()
