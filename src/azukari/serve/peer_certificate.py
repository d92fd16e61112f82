"""One connection: uvicorn's HTTP/1.1 protocol, which also knows the certificate of its peer.

uvicorn does not hand the certificate to the application (its pull request 3132 is open), so it is
read here, once per connection, and put beside each request. What uvicorn leaves unbounded with
httptools, the size of a request's head and the time it may take, is bounded here too.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

PEER_CERTIFICATE = "azukari.peer_certificate"
GONE = "azukari.gone"

LONGEST_HEAD = 32_768
HEAD_SECONDS = 20.0
PARTING_SECONDS = 1.0
WRITE_BUFFER = 65_536


class PeerCertificateProtocol(HttpToolsProtocol):
    """Adds to every scope the peer's DER (or None), and a question: has the client gone?"""

    peer_certificate: bytes | None = None
    gone = False
    head_length: int | None = None
    head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # Addresses carry one-time links; whatever the logging settings, they are not written down.
        self.access_log = False
        # asyncio's default of 512 KiB would count much as sent that a slow reader still awaits.
        transport.set_write_buffer_limits(high=WRITE_BUFFER)
        tls = transport.get_extra_info("ssl_object")
        self.peer_certificate = tls.getpeercert(binary_form=True) if tls is not None else None
        self._give_time_for_a_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone = True
        self._end_of_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.head_length is not None:
            # A header without end reaches no callback of the parser, so its bytes count here.
            self.head_length += len(data)
        super().data_received(data)
        if self.head_length is None or self.transport.is_closing():
            return
        if self.head_length > LONGEST_HEAD:
            self.send_400_response("Request head too long.")
        elif self.head_timer is None:
            self._give_time_for_a_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.head_length = 0
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]
        scope[PEER_CERTIFICATE] = self.peer_certificate
        scope[GONE] = self.has_gone

    def on_headers_complete(self) -> None:
        self._end_of_head()
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > (
            LONGEST_HEAD
        ):
            # Raised inside a callback of the parser, this becomes uvicorn's answer 400.
            raise ValueError("request head too long")
        super().on_headers_complete()

    def shutdown(self) -> None:
        """At the end an idle line is closed, and cut where the client does not close in turn."""
        super().shutdown()
        if self.transport.is_closing():
            self.loop.call_later(PARTING_SECONDS, self.transport.abort)

    def has_gone(self) -> bool:
        return self.gone

    def _give_time_for_a_head(self) -> None:
        self.head_timer = self.loop.call_later(HEAD_SECONDS, self.timeout_keep_alive_handler)

    def _end_of_head(self) -> None:
        self.head_length = None
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None
