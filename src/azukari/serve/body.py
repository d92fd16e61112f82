"""Receiving request bodies into memory, within bounds.

They never touch a temporary file: a sheet of individual numbers may be among them.  They are
packed as they come: a CSV of a million people takes 50 MB in place of 250.
"""

import asyncio
import io
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from azukari.register.sheets.packed import Packing
from azukari.serve.answer import ClientGone
from azukari.serve.notices import BUSY, TOO_SLOW, Notice, too_large

Receive = Callable[[], Awaitable[dict[str, Any]]]

PAUSE_SECONDS = 30.0
# A browser shows an answer only after it has sent its request, so what comes after a refusal is
# read and thrown away for a while; closing at once would look like a broken connection.
LINGER_SECONDS = 20.0
LINGER_BYTES = 268_435_456


class Refused(Exception):
    """The request is answered by the server itself."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(notice.status)
        self.notice = notice


_READ_AHEAD = 65_536


@dataclass(slots=True)
class Body:
    packing: Packing = field(default_factory=Packing, repr=False)
    is_complete: bool = False

    @property
    def length(self) -> int:
        return self.packing.size

    def open(self) -> io.BufferedReader:
        """Of a complete body, once."""
        return self.packing.read_once(_READ_AHEAD)


@dataclass(slots=True)
class BodyRoom:
    """`limit`: bytes of one body. `together`: bytes of all bodies held at a time."""

    limit: int
    together: int
    held: int = 0

    @contextmanager
    def place(self) -> Iterator[Body]:
        """Room for one body, given back at the end."""
        body = Body()
        try:
            yield body
        finally:
            self.held -= body.length

    async def fill(self, body: Body, headers: list[tuple[bytes, bytes]], receive: Receive) -> None:
        """Receive the whole body. `Refused` when too large, too slow or too many at once."""
        announced = _announced_length(headers)
        if announced is not None and announced > self.limit:
            raise Refused(too_large(self.limit))
        body.is_complete = announced == 0
        while not body.is_complete:
            message = await _next_message(receive)
            body.is_complete = not message.get("more_body", False)
            self._keep(body, message.get("body", b""))

    def _keep(self, body: Body, piece: bytes) -> None:
        body.packing.add(piece)
        self.held += len(piece)
        if body.length > self.limit:
            raise Refused(too_large(self.limit))
        if self.held > self.together:
            raise Refused(BUSY)


async def discard_rest(body: Body, receive: Receive) -> None:
    """Read on without keeping anything, until the end of the body, of patience, or of the line."""
    left = LINGER_BYTES
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            while not body.is_complete and left > 0:
                message = await _next_message(receive)
                left -= len(message.get("body", b""))
                body.is_complete = not message.get("more_body", False)
    except (TimeoutError, ClientGone, Refused):
        return


def _announced_length(headers: list[tuple[bytes, bytes]]) -> int | None:
    """None when the body is chunked. The parser refuses both at once, and what is no number."""
    announced = 0
    for name, value in headers:
        if name == b"transfer-encoding":
            return None
        if name == b"content-length":
            announced = int(value)
    return announced


async def _next_message(receive: Receive) -> dict[str, Any]:
    try:
        async with asyncio.timeout(PAUSE_SECONDS):
            message = await receive()
    except TimeoutError:
        raise Refused(TOO_SLOW) from None
    if message["type"] == "http.disconnect":
        raise ClientGone
    return message
