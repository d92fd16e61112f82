"""The thread's side of a request: run the WSGI application, gather what it answers (PEP 3333)."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeAlias
from wsgiref.types import WSGIApplication

ExcInfo: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None
)

# Handing a piece to the event loop costs a wait for another thread: few and big.
PIECE = 1_048_576

_WITHOUT_LENGTH = frozenset({204, 304})


class ClientGone(Exception):
    """Nobody is there any more, or nobody reads: stop working on the answer."""


class Answer:
    """Status, headers and the part of the body not yet handed over.

    `ship` is called with the answer whenever a piece is full, and blocks until it has been sent;
    it raises `ClientGone` to stop the application. What is left at the end is the caller's.
    """

    def __init__(self, ship: Callable[["Answer"], None]) -> None:
        self._ship = ship
        self._pieces: list[bytes] = []
        self._size = 0
        self.status: int | None = None
        self.headers: list[tuple[bytes, bytes]] = []
        self.is_begun = False
        self._is_for_head = False

    def run(self, application: WSGIApplication, environ: dict[str, Any]) -> None:
        """Let the application answer; whatever it raises comes through."""
        self._is_for_head = environ["REQUEST_METHOD"] == "HEAD"
        result = application(environ, self._start)
        try:
            for piece in result:
                self._write(piece)
        finally:
            close = getattr(result, "close", None)
            if close is not None:
                close()
        if self.status is None:
            raise RuntimeError("the application answered without a status")

    def take_piece(self) -> bytes:
        """The bytes gathered so far, leaving none."""
        piece = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces, self._size = [], 0
        return piece

    def head(self, *, is_whole: bool) -> dict[str, Any]:
        """ASGI's `http.response.start`. A whole answer gets a length, a streamed one is chunked."""
        self.is_begun = True
        headers = self.headers
        if is_whole and self._lacks_length():
            headers = [*headers, (b"content-length", str(self._size).encode())]
        return {"type": "http.response.start", "status": self.status, "headers": headers}

    def _start(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo = None
    ) -> Callable[[bytes], object]:
        if exc_info is not None and exc_info[1] is not None and self.is_begun:
            raise exc_info[1].with_traceback(exc_info[2])
        if exc_info is None and self.status is not None:
            raise RuntimeError("the application began its answer twice")
        self.status = int(status[:3])
        self.headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
        ]
        return self._write

    def _write(self, piece: bytes) -> None:
        if not piece:
            return
        if self.status is None:
            raise RuntimeError("the application sent a body before its status")
        self._pieces.append(piece)
        self._size += len(piece)
        if self._size >= PIECE:
            self._ship(self)

    def _lacks_length(self) -> bool:
        if self.status in _WITHOUT_LENGTH or (self._is_for_head and not self._size):
            return False
        return all(name != b"content-length" for name, _ in self.headers)
