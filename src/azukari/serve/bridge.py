"""From uvicorn's event loop to a WSGI application on threads, and back.

A request occupies a thread only while the application works: its body is first received in full,
and what fits into one piece is sent after the thread is free again. Longer answers are sent piece
by piece while the application goes on, no faster than the client reads.
"""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import WSGIApplication

from azukari.serve.answer import Answer, ClientGone
from azukari.serve.body import Body, BodyRoom, Receive, Refused, discard_rest
from azukari.serve.environ import build_environ
from azukari.serve.notices import BROKEN, BUSY, Notice
from azukari.serve.peer_certificate import GONE

Send = Callable[[dict[str, Any]], Awaitable[None]]

# A client must take each slice in time: at least some 35 kbit/s, else its answer is given up.
SLICE = 131_072
SLICE_SECONDS = 30.0

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Bridge:
    """An ASGI application around a WSGI one, for one listener.

    At most `threads` requests run and `queue` more wait; the next one is answered 503 at once.
    """

    application: WSGIApplication
    listener: str
    threads: int
    queue: int
    room: BodyRoom
    inside: int = 0
    pool: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        self.pool = ThreadPoolExecutor(self.threads, thread_name_prefix=f"wsgi-{self.listener}")

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        with self.room.place() as body:
            try:
                await self.room.fill(body, scope["headers"], receive)
                await self._answer(scope, body, send)
            except Refused as refusal:
                await _refuse(refusal.notice, body, receive, send)
            except ClientGone:
                return

    def close(self, *, wait: bool) -> None:
        """End the threads; with `wait` after what they still do."""
        self.pool.shutdown(wait=wait, cancel_futures=True)

    async def _answer(self, scope: dict[str, Any], body: Body, send: Send) -> None:
        if self.inside >= self.threads + self.queue:
            raise Refused(BUSY)
        self.inside += 1
        loop = asyncio.get_running_loop()
        environ = build_environ(scope, body, listener=self.listener)
        has_gone = scope.get(GONE, _never)

        async def send_piece(answer: Answer) -> None:
            if not answer.is_begun:
                await send(answer.head(is_whole=False))
            await _send_body(answer.take_piece(), send, has_gone, is_last=False)

        def ship(answer: Answer) -> None:
            asyncio.run_coroutine_threadsafe(send_piece(answer), loop).result()

        try:
            answer = await loop.run_in_executor(self.pool, self._run, environ, ship, has_gone)
        finally:
            self.inside -= 1
        if not answer.is_begun:
            await send(answer.head(is_whole=True))
        await _send_body(answer.take_piece(), send, has_gone, is_last=True)

    def _run(
        self,
        environ: dict[str, Any],
        ship: Callable[[Answer], None],
        has_gone: Callable[[], bool],
    ) -> Answer:
        answer = Answer(ship)
        if has_gone():  # while it waited for a thread
            raise ClientGone
        try:
            answer.run(self.application, environ)
        except ClientGone:
            raise
        except Exception as error:  # noqa: BLE001 - any failure of the application ends here
            _log_failure(error)
            if answer.is_begun:
                raise ClientGone from None  # nothing better than a visibly broken transfer
            raise Refused(BROKEN) from None
        return answer


async def _send_body(
    content: bytes, send: Send, has_gone: Callable[[], bool], *, is_last: bool
) -> None:
    """Send in slices; `ClientGone` when the client has left or does not read."""
    view = memoryview(content)
    for start in range(0, len(view) or 1, SLICE):
        piece = bytes(view[start : start + SLICE]) if len(view) > SLICE else content
        more = not is_last or start + SLICE < len(view)
        if has_gone():
            raise ClientGone
        try:
            async with asyncio.timeout(SLICE_SECONDS):
                await send({"type": "http.response.body", "body": piece, "more_body": more})
        except TimeoutError:
            raise ClientGone from None


async def _refuse(notice: Notice, body: Body, receive: Receive, send: Send) -> None:
    start = {"type": "http.response.start", "status": notice.status, "headers": notice.headers()}
    await send(start)
    await send({"type": "http.response.body", "body": notice.page, "more_body": True})
    await discard_rest(body, receive)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _log_failure(error: Exception) -> None:
    """Where it happened, and of what kind: the message of an exception may quote what was sent."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("the application failed with %s\n%s", type(error).__name__, frames)


def _never() -> bool:
    return False
