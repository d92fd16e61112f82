"""The other end of the API: sends items in batches, each under a key of its own.

No database is needed, nor an installation: it runs where payroll runs.
"""

import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

Item = dict[str, Any]

PER_PUSH = 10_000
_TRIES = 5
_TIMEOUT = 120.0
_TRY_AGAIN = frozenset({429, 502, 503, 504})


class NotPushed(Exception):
    """The service did not take it; `code` as the API answers it, or empty when it was not heard."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Client:
    """`url`: of the API, with its version and a slash at the end."""

    url: str
    token: str = field(repr=False)
    authority: Path | None = None  # PEM of the server's own authority, if it is not a public one

    def push(self, items: Sequence[Item], key: str) -> dict[str, Any]:
        """One batch; tried again while the service is away.  Raises NotPushed."""
        return self._call("POST", "pushes", {"items": list(items)}, key)

    def push_figures(self, year: int, items: Sequence[Item], key: str) -> dict[str, Any]:
        """Figures of a year, as `push`."""
        return self._call("POST", "figures", {"year": year, "items": list(items)}, key)

    def state(self) -> dict[str, Any]:
        """Whether the link is on, and how many records wait.  Raises NotPushed."""
        return self._call("GET", "state")

    def _call(self, method: str, path: str, body: Any = None, key: str = "") -> dict[str, Any]:
        # The token stands in a header only: addresses are logged by whatever lies between.
        request = urllib.request.Request(  # noqa: S310  https, see `checked_url`
            self.url + path,
            data=json.dumps(body, ensure_ascii=False).encode() if body is not None else None,
            method=method,
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "Idempotency-Key": key,
            },
        )
        for attempt in range(_TRIES):
            try:
                with urllib.request.urlopen(  # noqa: S310
                    request, timeout=_TIMEOUT, context=self._tls()
                ) as answer:
                    told: dict[str, Any] = json.load(answer)
                    return told
            except urllib.error.HTTPError as refused:
                if refused.code not in _TRY_AGAIN or attempt == _TRIES - 1:
                    raise _told(refused) from None
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                if attempt == _TRIES - 1:
                    raise NotPushed(f"{self.url} につながりません。") from None
            time.sleep(2**attempt / 4)
        raise NotPushed(f"{self.url} につながりません。")

    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.authority) if self.authority else None)


def checked_url(url: str) -> str:
    """With a slash at the end.  Raises ValueError unless it is https."""
    if not url.startswith("https://"):
        raise ValueError
    return url.rstrip("/") + "/"


def batches(items: Sequence[Item], size: int = PER_PUSH) -> Iterator[list[Item]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def _told(refused: urllib.error.HTTPError) -> NotPushed:
    try:
        told = json.load(refused)
        return NotPushed(str(told["message"]), str(told["code"]))
    except (ValueError, KeyError, TypeError):
        return NotPushed(f"受け取られませんでした（{refused.code}）。")
